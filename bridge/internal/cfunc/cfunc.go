package cfunc

import (
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/types"
	"gobridge/bridge/internal/value"
)

// FFI is csrc/cfunc.c, which has libffi. door.go fills it in.
var FFI struct {
	Invoke       unsafe.Pointer
	NewSignature func(codes []uint32) (signature unsafe.Pointer, status int32)
	NewClosure   func(signature unsafe.Pointer, id uint64) (record, code unsafe.Pointer, status int32)
	FreeClosure  func(record unsafe.Pointer)
}

// invocation is the mirror of gobridge_invocation. The slots come after it.
//
//gobridge:mirror gobridge_invocation
type invocation struct{ Signature, Function uintptr }

func cfuncNew(f *frame.Frame) error {
	in := frame.Args[frame.TextArgs](f)
	t, err := types.Expression(f)
	var s *signature
	if err == nil {
		s, err = funcSignature(t)
	}
	if err == nil {
		err = s.callable()
	}
	if err != nil {
		return status.About("signature", err)
	}
	f.NewRef = value.NewRef(f, s.bind(in.Out).Interface())
	return nil
}

func funcSignature(t reflect.Type) (*signature, error) {
	if t.Kind() != reflect.Func {
		return nil, status.Errorf(status.WrongKind, "a %s is no func type", t)
	}
	return signatureOf(t, 1)
}

func cfuncPointer(f *frame.Frame) error {
	in := frame.Args[pointerArgs](f)
	function, err := value.At(f, in.Func, "func")
	if err != nil {
		return err
	}
	t := function.Type()
	if t.Kind() != reflect.Func {
		return status.Errorf(status.WrongKind, "func is a %s, not a func", t)
	}
	if function.IsNil() {
		return status.Errorf(status.Nil, "func is a nil %s", t)
	}
	if in.Signature != nil {
		t, err = types.Expression(f)
	}
	var s *signature
	if err == nil {
		s, err = funcSignature(t)
	}
	if err == nil {
		err = s.closable()
	}
	if err == nil {
		err = s.adapts(function.Type())
	}
	if err != nil {
		return status.About("signature", err)
	}
	cmem.TouchOut(unsafe.Pointer(in.Pointer), unsafe.Sizeof(uintptr(0)))
	c, err := newClosure(s, function)
	if err != nil {
		return err
	}
	f.NewRef = ref.Table.Make(f, c)
	*in.Pointer = c.code
	return nil
}

// cfuncClosure runs the closure f.a, whose arguments' addresses are at f.p and whose result goes to f.q.
func cfuncClosure(f *frame.Frame) error {
	in := frame.Args[closureArgs](f)
	known, _ := Closures.Load(in.ID)
	c, isClosure := known.(*closure)
	if !isClosure {
		return status.Errorf(status.StaleRef, "it was released")
	}
	if !c.enter() {
		return status.Errorf(status.StaleRef, "%s was released", c.Type)
	}
	defer c.leave()
	t := c.function.Type()
	args := make([]reflect.Value, len(c.in))
	for i, at := range unsafe.Slice(in.Arguments, len(c.in)) {
		arg, err := c.in[i].get(at)
		if err != nil {
			return status.About(parameter(i), err)
		}
		args[i] = arg.Convert(t.In(i))
	}
	results := c.function.Call(args)
	if c.out != nil {
		return c.out.put(in.Result, results[0].Convert(c.out.Type.Type), nil)
	}
	return nil
}
