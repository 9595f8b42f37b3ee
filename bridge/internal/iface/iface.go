package iface

import (
	"go/token"
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/calls"
	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// ifaceSet sets a variable of an interface type, where the runtime would panic or end the process.
func ifaceSet(f *frame.Frame) error {
	in := frame.Args[frame.ValueArgs](f)
	p, err := value.PointerAt(f, in.Ref, "dst")
	if err != nil {
		return err
	}
	inter := layout.Of(p.Type().Elem())
	if inter.Kind() != reflect.Interface || inter.NumMethod() == 0 {
		return status.Errorf(status.WrongKind, "dst is a %s, not a pointer to an interface with methods", p.Type())
	}
	v, err := value.AnyAt(f, in.Value, "value")
	switch {
	case err != nil:
		return err
	case v == nil:
		return status.Errorf(status.Nil, "value is nil, which no assertion to %s takes", inter)
	}
	if typ := layout.Of(reflect.TypeOf(v)); !typ.Implements(inter.Type) {
		return notImplemented("value's type", inter, typ)
	}
	f.LockStripe(frame.StripeOf(p.UnsafePointer()))
	gort.Backend{}.ReflectIfaceE2I(inter, v, p.UnsafePointer())
	return nil
}

func ifaceMethod(f *frame.Frame) error {
	in := frame.Args[frame.TextArgs](f)
	method, err := methodAt(f, in.Ref, in.Text, in.Len)
	if err == nil {
		f.NewRef = value.NewRef(f, method.Interface())
	}
	return err
}

// methodCall is the mirror of gobridge_method_call.
//
//gobridge:mirror gobridge_method_call
type methodCall struct {
	Name       unsafe.Pointer
	Args       *frame.Value
	Len, Nargs uint64
}

func ifaceCall(f *frame.Frame) error {
	in := frame.Args[frame.CallOfArgs](f)
	c := (*methodCall)(in.Call)
	method, err := methodAt(f, in.Ref, c.Name, c.Len)
	if err != nil {
		return err
	}
	return calls.CallAt(f, method, 0, c.Args, c.Nargs, in.Results, in.NResults)
}

// methodAt returns the method of a value that C names by len bytes at p.
func methodAt(f *frame.Frame, r frame.Ref, p unsafe.Pointer, len uint64) (reflect.Value, error) {
	v, err := value.At(f, r, "ref")
	if err != nil {
		return v, err
	}
	bytes, err := cmem.Bytes(p, len, "len")
	if err != nil {
		return v, err
	}
	return methodOf(v, string(bytes))
}

// methodOf returns the method of a value by its name.
func methodOf(v reflect.Value, name string) (reflect.Value, error) {
	if method := v.MethodByName(name); method.IsValid() {
		return method, nil
	}
	var known []string
	for i := 0; i < v.NumMethod(); i++ {
		known = append(known, v.Type().Method(i).Name)
	}
	if token.IsIdentifier(name) && !token.IsExported(name) {
		return reflect.Value{}, status.Errorf(status.Unexported, "name: %q is not exported; the methods of a %s are %q", name, v.Type(), known)
	}
	return reflect.Value{}, status.Errorf(status.UnknownName, "name: a %s has no method %q%s", v.Type(), name, status.Nearest(name, known))
}
