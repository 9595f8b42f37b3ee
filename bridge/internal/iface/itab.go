package iface

import (
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/types"
	"gobridge/bridge/internal/value"
)

// Itab is what a reference to an itab names.
type Itab struct {
	ref.Handle
	Inter, Typ *layout.Type
	Word       unsafe.Pointer // the runtime's *itab
}

// Describe names it in messages.
func (*Itab) Describe() string { return "an itab" }

func getitab(f *frame.Frame) error {
	in := frame.Args[itabArgs](f)
	inter, err := types.At(f, in.InterfaceType, "interface_type")
	if err != nil {
		return err
	}
	typ, err := types.At(f, in.Type, "type")
	if err != nil {
		return err
	}
	switch {
	case inter.Kind() != reflect.Interface || inter.NumMethod() == 0: // the runtime would end the process
		return status.Errorf(status.WrongKind, "interface_type is %s, not an interface with methods", ref.Describe(inter))
	case typ.Kind() == reflect.Interface:
		return status.Errorf(status.WrongKind, "type is %s, an interface", ref.Describe(typ))
	case in.CanFail > 1:
		return status.Errorf(status.Argument, "canfail is %d, neither 0 nor 1", in.CanFail)
	}
	word, err := findItab(inter.Type, typ.Type, in.CanFail == 1)
	if word != nil {
		f.NewRef = ref.Table.Make(f, &Itab{Inter: inter.Type, Typ: typ.Type, Word: word})
	}
	return err
}

// findItab asks for an itab; without canfail the runtime panics where there is none.
func findItab(inter, typ *layout.Type, canfail bool) (word unsafe.Pointer, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = notImplemented("type", inter, typ)
		}
	}()
	return gort.Backend{}.RuntimeGetitab(inter, typ, canfail), nil
}

// notImplemented refuses an argument of a type, or a type.
func notImplemented(argument string, inter, typ *layout.Type) error {
	return status.Errorf(status.NotImplemented, "%s %s is no %s: it has no method %s", argument, typ, inter, missing(inter, typ))
}

// missing names the first method of an interface that a type has not, or has otherwise.
func missing(inter, typ *layout.Type) string {
	for i := 0; i < inter.NumMethod(); i++ {
		want := inter.Method(i)
		if got, has := typ.MethodByName(want.Name); !has || !sameButReceiver(got.Type, want.Type) {
			return want.Name
		}
	}
	return ""
}

// sameButReceiver compares a method's type, whose first parameter is the receiver, with an interface's method type.
func sameButReceiver(method, want reflect.Type) bool {
	if method.NumIn() != want.NumIn()+1 || method.NumOut() != want.NumOut() || method.IsVariadic() != want.IsVariadic() {
		return false
	}
	for i := 0; i < want.NumIn(); i++ {
		if method.In(i+1) != want.In(i) {
			return false
		}
	}
	for i := 0; i < want.NumOut(); i++ {
		if method.Out(i) != want.Out(i) {
			return false
		}
	}
	return true
}

func ifaceImplements(f *frame.Frame) error {
	in := frame.Args[implementsArgs](f)
	v, err := value.At(f, in.Ref, "ref")
	if err != nil {
		return err
	}
	inter, err := types.At(f, in.InterfaceType, "interface_type")
	if err != nil {
		return err
	}
	if inter.Kind() != reflect.Interface {
		return status.Errorf(status.WrongKind, "interface_type is %s, not an interface", ref.Describe(inter))
	}
	implements := inter.NumMethod() == 0 // then there is no itab
	if !implements {
		word, err := findItab(inter.Type, layout.Of(v.Type()), true)
		if err != nil {
			return err
		}
		implements = word != nil
	}
	if implements {
		f.Result = 1
	}
	return nil
}
