package callback

import (
	"reflect"
	"runtime"
	"runtime/debug"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/types"
	"gobridge/bridge/internal/value"
)

// callback is a C function as a Go func.
type callback struct {
	host         numbersHost
	out          []*layout.Type // without the last error
	returnsError bool
	owner        any // what is dropped, if that is not the callback itself
}

// newCallback is a C function that is to be a func of a type.
func newCallback(t reflect.Type, host Host, owner any) *callback {
	c := &callback{host: numbersHost{Call: host.Call, Data: host.Data}, owner: owner}
	for i := 0; i < t.NumOut(); i++ {
		c.out = append(c.out, layout.Of(t.Out(i)))
	}
	if last := len(c.out) - 1; last >= 0 && c.out[last].Type == layout.ErrorType {
		c.out, c.returnsError = c.out[:last], true
	}
	return c
}

func callbackNew(f *frame.Frame) error {
	in := frame.Args[callbackArgs](f)
	object, err := types.At(f, in.FuncType, "func_type")
	if err != nil {
		return err
	}
	t := object.Type.Type
	if t.Kind() != reflect.Func {
		return status.Errorf(status.WrongKind, "func_type is the type %s, no func type", t)
	}
	op = f.Op
	c := newCallback(t, HostOf(f), nil)
	f.NewRef = value.NewRef(f, c.bind(t).Interface())
	DropAfter(c, DropOf(f), c.host.Data)
	return nil
}

// bind makes the Go func.
func (c *callback) bind(t reflect.Type) reflect.Value {
	if direct := directOf(t); direct != nil {
		return reflect.ValueOf(direct(c)).Convert(t)
	}
	return reflect.MakeFunc(t, c.call)
}

// call calls the host with what Go code passes.
func (c *callback) call(args []reflect.Value) []reflect.Value {
	values := make([]frame.Value, len(args)+len(c.out)) // on the heap, where it stays: the host may call Go, whose stack then may grow
	shown, results := values[:len(args)], values[len(args):]
	var borrowed borrowed
	defer borrowed.end()
	for i, arg := range args {
		shown[i] = borrowed.show(arg)
	}
	outcome := C.Run(c.host.Call, c.host.Data, shown, results)
	gort.BackFromC()
	out := make([]reflect.Value, len(c.out), len(c.out)+1)
	err := c.receive(&outcome, results, out)
	runtime.KeepAlive(args) // a result may be an argument's memory
	runtime.KeepAlive(c)    // while it runs nothing is dropped
	if err != nil {
		if !c.returnsError {
			panic(err)
		}
		for i, t := range c.out {
			out[i] = reflect.Zero(t.Type)
		}
	}
	if c.returnsError {
		last := reflect.New(layout.ErrorType).Elem()
		if err != nil {
			last.Set(reflect.ValueOf(err))
		}
		out = append(out, last)
	}
	return out
}

// receive takes over what the host has filled in.
func (c *callback) receive(o *Outcome, results []frame.Value, out []reflect.Value) error {
	f := frameOf(o)
	defer f.Unlock()
	defer func() {
		for i := range results {
			if owner := results[i].Owner; owner != 0 {
				_ = ref.Release(f, owner, "owner")
			}
		}
	}()
	if err := o.Failure(); err != nil {
		return err
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true)) // as the host gives addresses
	for i, t := range c.out {
		out[i] = reflect.New(t.Type).Elem()
		if err := value.Decode(f, t, &results[i], out[i]); err != nil {
			return status.About(status.Item("results", i), err)
		}
	}
	return nil
}

// borrowed is the references that the host has for one call.
type borrowed struct{ refs []frame.Ref }

func (b *borrowed) end() {
	if len(b.refs) == 0 {
		return
	}
	f := frameOf(nil)
	for _, r := range b.refs {
		_ = ref.Release(f, r, "args") // the host may have released it, though it was not to
	}
}

// show makes a value of what Go code passes. Strings and bytes need no reference: what is passed stays.
func (b *borrowed) show(v reflect.Value) frame.Value {
	shown := v
	if v.Kind() == reflect.Interface && !v.IsNil() && layout.IsPredeclared(v.Elem().Type()) {
		shown = v.Elem()
	}
	switch {
	case shown.Kind() == reflect.String:
		return value.Borrowed(shown.String(), uint32(reflect.String))
	case shown.Kind() == reflect.Slice && shown.Type().Elem().Kind() == reflect.Uint8 && !shown.IsNil():
		data := shown.Bytes()
		return value.Borrowed(unsafe.String(unsafe.SliceData(data), len(data)), frame.KindBytes)
	}
	made := value.Encode(frameOf(nil), v)
	if made.Owner != 0 {
		b.refs = append(b.refs, made.Owner)
		made.Owner = 0
	}
	return made
}
