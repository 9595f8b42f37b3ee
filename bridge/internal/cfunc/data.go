package cfunc

import (
	"reflect"
	"runtime"
	"unsafe"

	"gobridge/bridge/internal/callback"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/types"
	"gobridge/bridge/internal/value"
)

// host is a C function and the data that it gets first. The object holds a pointer, which DropAfter wants.
type host struct {
	function  unsafe.Pointer
	data      uintptr
	signature *signature // the C function's own
}

// cfuncNewWith makes a Go func of a C function that gets data before what Go passes.
func cfuncNewWith(f *frame.Frame) error {
	in := frame.Args[dataArgs](f)
	t, err := types.Expression(f)
	if err == nil {
		var shown *signature
		if shown, err = funcSignature(t); err == nil {
			err = shown.callable()
		}
	}
	h := &host{function: in.Function, data: uintptr(in.Data)}
	if err == nil {
		h.signature, err = signatureOf(afterData(t), 1)
	}
	if err != nil {
		return status.About("signature", err)
	}
	f.NewRef = value.NewRef(f, h.bind(t).Interface())
	callback.DropAfter(h, in.Drop, h.data)
	return nil
}

// afterData is a func type with a pointer of the host's before the parameters. What it points to is none of Go's business.
func afterData(t reflect.Type) reflect.Type {
	in := []reflect.Type{reflect.TypeOf(uintptr(0))}
	for i := 0; i < t.NumIn(); i++ {
		in = append(in, t.In(i))
	}
	var out []reflect.Type
	for i := 0; i < t.NumOut(); i++ {
		out = append(out, t.Out(i))
	}
	return reflect.FuncOf(in, out, t.IsVariadic())
}

func (h *host) bind(t reflect.Type) reflect.Value {
	return reflect.MakeFunc(t, func(args []reflect.Value) []reflect.Value {
		results, err := h.signature.call(h.function, append([]reflect.Value{reflect.ValueOf(h.data)}, args...))
		runtime.KeepAlive(h) // while it runs nothing is dropped
		if err != nil {
			panic(err)
		}
		return results
	})
}

// dataArgs is what such a call hands in: a C function, its signature, its data, and the end of it. It begins as frame.TextArgs does.
//
//gobridge:mirror gobridge_data_args
type dataArgs struct {
	Text     unsafe.Pointer
	Function unsafe.Pointer
	Data     uint64
	Len      uint64
	Drop     uintptr
}
