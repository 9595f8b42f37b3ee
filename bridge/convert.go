package bridge

import (
	"math"
	"reflect"
	"runtime"
	"strings"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// ---- from C ----

// anyAt gives the Go value that a gobridge_value stands for, nil for NIL.
func (f *frame) anyAt(p unsafe.Pointer, argument string) (v any, err error) {
	err = decode(f, layout.Of(anyType), (*value)(p), reflect.ValueOf(&v).Elem())
	return v, about(argument, err)
}

// operand gives the address of a Go value for what lies in C layout at p: p itself where the type holds no pointers.
// With keep, the value lasts; without, a string is C's memory and must be forgotten when the call is over. text is
// where a string is put, so that none is allocated.
func operand(f *frame, t *layout.Type, p unsafe.Pointer, keep bool, text *string) (unsafe.Pointer, error) {
	if !t.Plain {
		return operandOf(f, t, (*value)(p), keep, text)
	}
	if touch(p, t.Size); !t.ValidBools(p) {
		return nil, failf(errRange, "a bool is neither 0 nor 1")
	}
	return p, nil
}

// operandOf is operand for a value from C, whatever the type.
func operandOf(f *frame, t *layout.Type, v *value, keep bool, text *string) (unsafe.Pointer, error) {
	if t.Kind() == reflect.String && v.kind == uint32(reflect.String) {
		s, err := v.memory()
		if keep {
			s = strings.Clone(s)
		}
		*text = s
		return unsafe.Pointer(text), err
	}
	if v.kind == kindRef && v.flags == 0 {
		if object := refs.find(ref(v.as)); object != nil {
			if held := t.In(object); held != nil {
				return held, nil
			}
		}
	}
	made := reflect.New(t.Type)
	return made.UnsafePointer(), decode(f, t, v, made.Elem())
}

// decode sets a zero variable of a type to what a value from C stands for.
func decode(f *frame, t *layout.Type, v *value, to reflect.Value) error {
	if v.flags != 0 {
		return failf(errRange, "flags is %#x, not 0", v.flags)
	}
	var from reflect.Value
	switch v.kind {
	case 0:
		switch t.Kind() {
		case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Chan, reflect.Func, reflect.Interface,
			reflect.UnsafePointer:
			return nil
		}
		return failf(errWrongType, "a %s can not be nil", t)
	case uint32(reflect.String):
		s, err := v.memory()
		if err != nil {
			return err
		}
		from = reflect.ValueOf(strings.Clone(s))
		if t.Kind() == reflect.String { // one with a name
			from = from.Convert(t.Type)
		}
	case kindBytes:
		s, err := v.memory()
		if err != nil {
			return err
		}
		from = reflect.ValueOf([]byte(s))
	case kindRef:
		if shown := f.shown(ref(v.as)); shown != nil {
			return decode(f, t, shown, to)
		}
		var err error
		if from, err = valueAt(f, ref(v.as), "as.ref"); err != nil {
			return err
		}
	default:
		if isScalar(t.Kind()) {
			return v.number(t, to.Addr().UnsafePointer())
		}
		var err error
		if from, err = v.scalar(); err != nil {
			return err
		}
	}
	return assign(f, t, to, from)
}

// number sets the scalar variable at an address, also one of a named type, to the number or bool that a value holds. An
// integer may become any other kind of number that can hold it exactly, a float another float.
func (v *value) number(t *layout.Type, to unsafe.Pointer) error {
	if v.flags != 0 {
		return failf(errRange, "flags is %#x, not 0", v.flags)
	}
	from, kind, fits := scalars[v.kind%uint32(len(scalars))], scalars[t.Kind()], false
	if from.class == noScalar || v.kind >= uint32(len(scalars)) {
		return failf(errWrongType, "no value has the kind %d", v.kind)
	}
	if !from.holds(v.as) {
		return failf(errRange, "%v does not fit a %s", from.number(v.as), reflect.Kind(v.kind))
	}
	as := v.as
	switch {
	case kind.class == from.class:
		fits = kind.holds(as)
	case kind.class == signed && from.class == unsigned, kind.class == unsigned && from.class == signed:
		fits = int64(as) >= 0 && kind.holds(as)
	case kind.class == floating && from.class == signed:
		x := float64(int64(as))
		fits = x < 1<<63 && int64(x) == int64(as) && (kind.bits == 64 || float64(float32(x)) == x)
		as = math.Float64bits(x)
	case kind.class == floating && from.class == unsigned:
		x := float64(as)
		fits = x < 1<<64 && uint64(x) == as && (kind.bits == 64 || float64(float32(x)) == x)
		as = math.Float64bits(x)
	default:
		return failf(errWrongType, "a %s can not be a %s", reflect.Kind(v.kind), t)
	}
	if !fits {
		return failf(errRange, "%v does not fit a %s", from.number(v.as), t)
	}
	kind.store(to, as)
	return nil
}

// assign sets a variable as Go's = does; a pointer to what could be assigned stands for what it points to, and a slice may
// become an array of its length.
func assign(f *frame, t *layout.Type, to, from reflect.Value) error {
	given := from.Type()
	switch {
	case given.AssignableTo(t.Type):
		to.Set(from)
		return nil
	case from.Kind() == reflect.Slice && t.Kind() == reflect.Array && given.Elem() == t.Elem():
		if from.Len() != t.Len() {
			return failf(errRange, "%d elements do not make a %s", from.Len(), t)
		}
		f.copyElems(to, from, from)
		return nil
	case from.Kind() != reflect.Pointer || !given.Elem().AssignableTo(t.Type):
		return failf(errWrongType, "a %s can not be a %s", given, t)
	}
	if from.IsNil() {
		return failf(errNil, "a nil %s stands for no %s", from.Type(), t)
	}
	f.hold(stripeOf(from.UnsafePointer()))
	to.Set(from.Elem())
	f.letGoStripe()
	return nil
}

// memory is the bytes that a value shows: C's memory, to be copied if it is to last.
func (v *value) memory() (string, error) {
	switch address := uintptr(v.as); {
	case v.flags != 0:
		return "", failf(errRange, "flags is %#x, not 0", v.flags)
	case v.len > maxLen:
		return "", failf(errRange, "no string has %d bytes", v.len)
	case v.len == 0:
		return "", nil
	case address < firstPage: // as a pointer on Go's stack it could end the process
		return "", failf(errNull, "its memory is NULL")
	}
	p := *(**byte)(unsafe.Pointer(&v.as))
	touch(unsafe.Pointer(p), uintptr(v.len))
	return unsafe.String(p, int(v.len)), nil
}

// firstPage is where the first page ends, in which nothing lies.
const firstPage = 4096

// touch reads the ends of C memory before anything is changed or allocated: where the host has given a wild pointer or
// a length that runs off its memory, the call panics here, and gets a status.
//
//go:noinline
//go:nocheckptr
func touch(p unsafe.Pointer, size uintptr) byte {
	if size == 0 {
		return 0
	}
	return *(*byte)(p) + *(*byte)(unsafe.Add(p, size-1))
}

// touchOut writes the ends of C memory as they are: what can not be written panics before anything is done.
func touchOut(p unsafe.Pointer, size uintptr) {
	if size == 0 {
		return
	}
	first, last := (*byte)(p), (*byte)(unsafe.Add(p, size-1))
	store(first, last, *first, *last)
}

// store is apart so that the compiler does not take a write of what is there for nothing.
//
//go:noinline
func store(p, q *byte, a, b byte) { *p, *q = a, b }

// scalar is the number or bool that a value holds, as a Go value of exactly that type.
func (v *value) scalar() (reflect.Value, error) {
	t := scalarTypes[v.kind]
	if t == nil {
		return reflect.Value{}, failf(errWrongType, "no value has the kind %d", v.kind)
	}
	to := reflect.New(t)
	return to.Elem(), v.number(layout.Of(t), to.UnsafePointer())
}

// ---- to C ----

// give puts the Go value at src into C memory, in C layout. What the value owns is the frame's made.
func (f *frame) give(t *layout.Type, src, dst unsafe.Pointer) {
	if t.Plain {
		layout.Move(dst, src, t.Size)
		return
	}
	f.giveValue(t, src, dst)
}

// giveValue puts the Go value at src into C memory as a value, whatever its type; nil stands for its zero value. What it
// owns is the frame's made.
func (f *frame) giveValue(t *layout.Type, src, dst unsafe.Pointer) {
	*(*value)(dst) = value{} // a wild pointer panics before a reference is made
	if src == nil {
		src = reflect.New(t.Type).UnsafePointer()
	}
	v := toValue(f, t, src)
	f.made = v.owner
	*(*value)(dst) = v
}

// giveGuarded gives C an element or a field as a value. guard is the address whose lock guards it, nil where no one can
// change it.
func (f *frame) giveGuarded(v reflect.Value, guard unsafe.Pointer, dst unsafe.Pointer) {
	if guard != nil {
		f.hold(stripeOf(guard))
	}
	if !v.CanAddr() {
		held := reflect.New(v.Type()).Elem()
		held.Set(v)
		v = held
	}
	f.giveValue(layout.Of(v.Type()), v.Addr().UnsafePointer(), dst)
}

// setGuarded sets an element or a field to what a value from C stands for.
func (f *frame) setGuarded(to reflect.Value, guard unsafe.Pointer, from *value) error {
	t := layout.Of(to.Type())
	decoded := reflect.New(t.Type).Elem()
	if err := decode(f, t, from, decoded); err != nil {
		return err
	}
	f.hold(stripeOf(guard))
	to.Set(decoded)
	return nil
}

// giveText puts a STRING into C memory.
func (f *frame) giveText(text string, dst unsafe.Pointer) {
	f.giveValue(layout.Of(stringType), unsafe.Pointer(&text), dst)
}

// giveNamed puts a REF to a Go value into C memory, whatever its type.
func (f *frame) giveNamed(v any, dst unsafe.Pointer) {
	*(*value)(dst) = value{}
	f.made = name(f, v)
	*(*value)(dst) = value{kind: kindRef, as: uint64(f.made), owner: f.made}
}

// giveZero puts the zero value of a type into C memory, in C layout.
func (f *frame) giveZero(t *layout.Type, dst unsafe.Pointer) {
	if t.Plain {
		clear(unsafe.Slice((*byte)(dst), t.Size))
		return
	}
	f.giveValue(t, nil, dst)
}

// toValue makes a value for C of the Go value at src, the usual ones without reflect.
func toValue(f *frame, t *layout.Type, src unsafe.Pointer) value {
	switch k := t.Kind(); {
	case isScalar(k):
		return value{kind: uint32(k), as: numberAt(k, src)}
	case k == reflect.String:
		return viewOf(f, *(*string)(src), uint32(reflect.String))
	}
	return encode(f, t.At(src))
}

// encode makes a value for C of a Go value.
func encode(f *frame, v reflect.Value) value {
	switch k := v.Kind(); k {
	case reflect.Slice, reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		if v.IsNil() {
			return value{}
		}
	case reflect.Interface:
		if v = v.Elem(); !v.IsValid() {
			return value{}
		}
		if !isPredeclared(v.Type()) || v.Type() == bytesType && v.IsNil() { // its type must not get lost
			return referTo(f, v)
		}
	}
	if shown := inline(f, v); shown.kind != 0 {
		return shown
	}
	return referTo(f, v)
}

// referTo makes a value that is a reference of its own.
func referTo(f *frame, v reflect.Value) value {
	owner := name(f, v.Interface())
	return value{kind: kindRef, as: uint64(owner), owner: owner}
}

// inline makes a value that shows a number, a string or bytes; the zero value for any other type.
func inline(f *frame, v reflect.Value) value {
	switch {
	case v.CanInt():
		return value{kind: uint32(v.Kind()), as: uint64(v.Int())}
	case v.CanUint():
		return value{kind: uint32(v.Kind()), as: v.Uint()}
	case v.CanFloat():
		return value{kind: uint32(v.Kind()), as: math.Float64bits(v.Float())}
	case v.Kind() == reflect.String:
		return viewOf(f, v.String(), uint32(reflect.String))
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 && !v.IsNil():
		b := v.Bytes()
		return viewOf(f, unsafe.String(unsafe.SliceData(b), len(b)), kindBytes)
	case v.Kind() == reflect.Bool && v.Bool():
		return value{kind: uint32(reflect.Bool), as: 1}
	case v.Kind() == reflect.Bool:
		return value{kind: uint32(reflect.Bool)}
	}
	return value{}
}

// empty is what a view of no bytes points to, so that C never gets NULL for a string.
var empty byte

// viewOf makes a value that shows memory of Go's, pinned until its owner is released.
func viewOf(f *frame, s string, kind uint32) value {
	shown := value{kind: kind, len: uint64(len(s))}
	if len(s) == 0 {
		shown.as = uint64(uintptr(unsafe.Pointer(&empty)))
		return shown
	}
	var v *view
	isShort := len(s) <= maxShort && kind == uint32(reflect.String)
	if !isShort {
		v = &view{text: s, kind: kind, pins: new(pins)}
		v.pins.views.Store(1)
		pin(&v.pins.pinner, unsafe.Pointer(unsafe.StringData(s)))
	}
	f.lock(&refs.mu)
	defer f.unlock(&refs.mu)
	if isShort {
		v = shortViews.view(s)
	}
	v.self = v
	shown.owner = refs.put(f, &v.self, weightOf(len(s)))
	shown.as = uint64(uintptr(unsafe.Pointer(unsafe.StringData(v.text))))
	return shown
}

// pin keeps memory where it is. The runtime panics for some memory that is not its own, which stays anyway.
func pin(pinner *runtime.Pinner, p unsafe.Pointer) {
	defer func() { _ = recover() }()
	pinner.Pin(p)
}

func (v *view) released() { v.pins.drop() }
