package bridge

import (
	"go/token"
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// ifaceOps answers the calls about interfaces.
var ifaceOps = []op{
	{name: "gobridge_iface_implements", run: ifaceImplements},
	{name: "gobridge_iface_call", run: ifaceCall},
	{name: "gobridge_iface_method", run: ifaceMethod},
	{name: "gobridge_runtime_getitab", run: getitab},
	{name: "gobridge_runtime_convT64", run: convT64},
	{name: "gobridge_runtime_convTstring", run: convTstring},
	{name: "gobridge_runtime_convTslice", run: convTslice},
	{name: "gobridge_reflect_ifaceE2I", run: ifaceSet},
}

// itab is what a reference to an itab names.
type itab struct {
	Handle
	inter, typ *layout.Type
	word       unsafe.Pointer // the runtime's *itab
}

func (*itab) describe() string { return "an itab" }

func getitab(f *frame) error {
	inter, err := typeAt(f, ref(f.a), "interface_type")
	if err != nil {
		return err
	}
	typ, err := typeAt(f, ref(f.b), "type")
	if err != nil {
		return err
	}
	switch {
	case inter.Kind() != reflect.Interface || inter.NumMethod() == 0: // the runtime would end the process
		return failf(errWrongKind, "interface_type is %s, not an interface with methods", describe(inter))
	case typ.Kind() == reflect.Interface:
		return failf(errWrongKind, "type is %s, an interface", describe(typ))
	case f.c > 1:
		return failf(errRange, "canfail is %d, neither 0 nor 1", f.c)
	}
	word, err := findItab(inter.Type, typ.Type, f.c == 1)
	if word != nil {
		f.made = refs.make(f, &itab{inter: inter.Type, typ: typ.Type, word: word})
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
	return backend{}.RuntimeGetitab(inter, typ, canfail), nil
}

// notImplemented refuses an argument of a type, or a type.
func notImplemented(argument string, inter, typ *layout.Type) error {
	return failf(errNotImplemented, "%s %s is no %s: it has no method %s", argument, typ, inter, missing(inter, typ))
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

func ifaceImplements(f *frame) error {
	v, err := valueAt(f, ref(f.a), "ref")
	if err != nil {
		return err
	}
	inter, err := typeAt(f, ref(f.b), "interface_type")
	if err != nil {
		return err
	}
	if inter.Kind() != reflect.Interface {
		return failf(errWrongKind, "interface_type is %s, not an interface", describe(inter))
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
		f.result = 1
	}
	return nil
}

// ifaceSet sets a variable of an interface type, where the runtime would panic or end the process.
func ifaceSet(f *frame) error {
	p, err := pointerAt(f, ref(f.a), "dst")
	if err != nil {
		return err
	}
	inter := layout.Of(p.Type().Elem())
	if inter.Kind() != reflect.Interface || inter.NumMethod() == 0 {
		return failf(errWrongKind, "dst is a %s, not a pointer to an interface with methods", p.Type())
	}
	v, err := f.anyAt(f.p, "value")
	switch {
	case err != nil:
		return err
	case v == nil:
		return failf(errNil, "value is nil, which no assertion to %s takes", inter)
	}
	if typ := layout.Of(reflect.TypeOf(v)); !typ.Implements(inter.Type) {
		return notImplemented("value's type", inter, typ)
	}
	f.hold(stripeOf(p.UnsafePointer()))
	backend{}.ReflectIfaceE2I(inter, v, p.UnsafePointer())
	return nil
}

func ifaceMethod(f *frame) error {
	method, err := methodAt(f, ref(f.a), f.p, f.b)
	if err == nil {
		f.made = name(f, method.Interface())
	}
	return err
}

// methodCall is the mirror of gobridge_method_call.
//
//gobridge:mirror gobridge_method_call
type methodCall struct {
	name, args unsafe.Pointer
	len, nargs uint64
}

func ifaceCall(f *frame) error {
	c := (*methodCall)(f.p)
	method, err := methodAt(f, ref(f.a), c.name, c.len)
	if err != nil {
		return err
	}
	return callAt(f, method, c.args, c.nargs)
}

// methodAt gives the method of a value that C names by len bytes at p.
func methodAt(f *frame, r ref, p unsafe.Pointer, len uint64) (reflect.Value, error) {
	v, err := valueAt(f, r, "ref")
	if err != nil {
		return v, err
	}
	bytes, err := bytesAt(p, len, "len")
	if err != nil {
		return v, err
	}
	return methodOf(v, string(bytes))
}

// methodOf gives the method of a value by its name.
func methodOf(v reflect.Value, name string) (reflect.Value, error) {
	if method := v.MethodByName(name); method.IsValid() {
		return method, nil
	}
	var known []string
	for i := 0; i < v.NumMethod(); i++ {
		known = append(known, v.Type().Method(i).Name)
	}
	if token.IsIdentifier(name) && !token.IsExported(name) {
		return reflect.Value{}, failf(errUnexported, "name: %q is not exported; the methods of a %s are %q", name, v.Type(), known)
	}
	return reflect.Value{}, failf(errUnknownName, "name: a %s has no method %q%s", v.Type(), name, nearest(name, known))
}

func convT64(f *frame) error {
	f.made = name(f, backend{}.RuntimeConvT64(f.b))
	return nil
}

func convTstring(f *frame) error {
	bytes, err := f.bytes()
	if err == nil {
		f.made = name(f, backend{}.RuntimeConvTstring(string(bytes)))
	}
	return err
}

func convTslice(f *frame) error {
	bytes, err := f.bytes()
	if err == nil {
		f.made = name(f, backend{}.RuntimeConvTslice(append([]byte{}, bytes...)))
	}
	return err
}

// bytes is the f.b bytes of C memory at f.p.
func (f *frame) bytes() ([]byte, error) { return bytesAt(f.p, f.b, "len") }

func bytesAt(p unsafe.Pointer, len uint64, argument string) ([]byte, error) {
	if len > maxLen {
		return nil, failf(errRange, "%s: no Go value has %d bytes", argument, len)
	}
	touch(p, uintptr(len))
	return unsafe.Slice((*byte)(p), len), nil
}
