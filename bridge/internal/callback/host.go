// Package callback has what the host hands in with functions of its own: C functions as Go funcs of any type, and objects
// that Go only keeps.
package callback

import (
	"fmt"
	"runtime"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// C is csrc/callback.c, which calls the host's functions. bridge/start.go fills it in.
var C struct {
	Run        func(call, data uintptr, args, results []frame.Value) Outcome
	RunOnStack unsafe.Pointer // takes a numbersCall, as runtime.cgocall calls it
	RunNumbers func(host uintptr, a, b uint64) (result uint64, other unsafe.Pointer)
	Forget     func(other unsafe.Pointer)
	Read       func(read, data uintptr, buffer []byte) Outcome
	Write      func(write, data uintptr, buffer []byte) Outcome
	Notify     func(function, data uintptr)
}

// Outcome is the mirror of gobridge_outcome: what came of a call of the host's function.
//
//gobridge:mirror gobridge_outcome
type Outcome struct {
	Thread *frame.Thread
	Error  frame.Ref
	Status status.Code
	Done   uint
	Result frame.Value
}

// Host is a function of the host's and the data that it gets.
type Host struct{ Call, Data uintptr }

// numbersHost is such a function that takes numbers.
//
//gobridge:mirror gobridge_numbers_host
type numbersHost struct {
	Call, Data uintptr
	Kinds      uint32
}

// HostOf reads what C hands in.
func HostOf(f *frame.Frame) Host {
	in := frame.Args[callbackArgs](f)
	return Host{Call: in.Call, Data: in.Data}
}

// DropOf reads the drop that C hands in.
func DropOf(f *frame.Frame) uintptr { return frame.Args[callbackArgs](f).Drop }

// DropAfter has the host's drop run, where there is one, once Go has let go of an object that has the host's data. The
// object holds a pointer, as Go puts small ones without any in one block, which lives as long as all of them.
func DropAfter[T any](object *T, drop, data uintptr) {
	if drop != 0 {
		runtime.SetFinalizer(object, func(*T) { C.Notify(drop, data) })
	}
}

// frameOf is a frame for what Go does with references around a call of the host's function.
func frameOf(o *Outcome) *frame.Frame {
	f := &frame.Frame{Op: op, Thread: &frame.NoThread}
	if o != nil && o.Thread != nil {
		f.Thread = o.Thread
	}
	return f
}

// op is the number of gobridge_callback_new, which made what such calls make, as debug mode tells it.
var op uint32

// Failure is what a call of the host's function failed with, nil where it did not. It releases what the host said.
func (o *Outcome) Failure() error {
	if o.Error == 0 && o.Status == status.OK {
		return nil
	}
	var said error
	if o.Error != 0 {
		f := frameOf(o)
		said, _ = value.ErrorAt(f, o.Error, "error")
		_ = ref.Release(f, o.Error, "error")
	}
	switch {
	case o.Status == status.OK:
		return nil
	case said != nil:
		return said
	}
	return fmt.Errorf("a callback failed with status %d", o.Status)
}

func callbackFail(f *frame.Frame) error {
	text, err := f.Bytes()
	if err == nil {
		f.Result = uint64(value.NewRef(f, &said{string(text)}))
	}
	return err
}

// said is an error of the host's, equal to no other.
type said struct{ text string }

func (s *said) Error() string { return s.text }

func callbackFailWith(f *frame.Frame) error {
	in := frame.Args[frame.RefArgs](f)
	err, refused := value.ErrorAt(f, in.Ref, "error")
	if refused == nil {
		f.Result = uint64(value.NewRef(f, err))
	}
	return refused
}

// Foreign is an object of the host's as a Go value. It is equal to itself alone. What it leads to the host cannot write, as it
// could through a pointer: then it might outlive what is dropped.
type Foreign struct{ object *object }

type object struct {
	data uintptr
	_    *object // so that it is no small object without pointers
}

// Pointer is what the host handed in.
func (o Foreign) Pointer() unsafe.Pointer {
	if o.object == nil {
		return nil
	}
	return *(*unsafe.Pointer)(unsafe.Pointer(&o.object.data))
}

func foreignNew(f *frame.Frame) error {
	o := &object{data: frame.Args[callbackArgs](f).Data}
	f.NewRef = value.NewRef(f, Foreign{o})
	DropAfter(o, DropOf(f), o.data)
	return nil
}

func foreignData(f *frame.Frame) error {
	in := frame.Args[frame.RefArgs](f)
	v, err := value.At(f, in.Ref, "ref")
	if err != nil {
		return err
	}
	o, isForeign := v.Interface().(Foreign)
	if !isForeign || o.object == nil {
		return status.Errorf(status.WrongKind, "ref is a %s, no object of the host's", v.Type())
	}
	f.Result = uint64(o.object.data)
	return nil
}
