package bridge

import (
	"math"
	"reflect"
	"runtime"
	"strings"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// value is the mirror of gobridge_value. A pointer lies in the low bytes of as.
type value struct {
	kind, flags uint32
	as          uint64
	len         uint64
	owner       ref
}

// Kinds of values that are none of reflect's.
const (
	kindBytes = 32
	kindRef   = 33
)

// maxLen is the length of the longest string that Go could have.
const maxLen = math.MaxInt

// view is a string or a byte slice whose memory C reads: it stays where it is until the reference is released.
type view struct {
	self   any // the view, which is what the reference names
	text   string
	kind   uint32 // String or kindBytes
	pinner runtime.Pinner
}

var (
	bytesType   = reflect.TypeOf([]byte(nil))
	scalarTypes = predeclaredScalars()
)

func predeclaredScalars() map[uint32]reflect.Type {
	all := map[uint32]reflect.Type{}
	for _, t := range namedTypes {
		if isScalar(t.Kind()) && t.PkgPath() == "" {
			all[uint32(t.Kind())] = t
		}
	}
	return all
}

// name makes a reference to a Go value.
func name(f *frame, v any) ref {
	if t := reflect.TypeOf(v); t.Kind() == reflect.Map {
		return refs.make(f, newMap(layout.OfMap(t), reflect.ValueOf(v).UnsafePointer()))
	}
	return refs.make(f, v)
}

// goValue gives the Go value that an object stands for.
func goValue(object any, argument string) (reflect.Value, error) {
	switch o := object.(type) {
	case *goMap:
		return o.t.At(unsafe.Pointer(&o.m)), nil
	case *view:
		if o.kind == kindBytes {
			return reflect.ValueOf(unsafe.Slice(unsafe.StringData(o.text), len(o.text))), nil
		}
		return reflect.ValueOf(o.text), nil
	case *function:
		return o.value, nil
	case *typeObject, *iterator, *itab, *task:
		return reflect.Value{}, failf(errWrongKind, "%s is %s, not a value", argument, describe(object))
	}
	return reflect.ValueOf(object), nil
}

// describe says what an object is, for messages.
func describe(object any) string {
	switch o := object.(type) {
	case *typeObject:
		return "the type " + o.String()
	case *iterator:
		return "an iterator"
	case *itab:
		return "an itab"
	case *task:
		return "a task"
	}
	v, _ := goValue(object, "")
	return "a " + v.Type().String()
}

// ---- from C ----

// operand gives the address of a Go value for what lies in C layout at p: p itself where the type holds no pointers.
// With keep, the value lasts; without, a string is C's memory and must be forgotten when the call is over. text is
// where a string is put, so that none is allocated.
func operand(f *frame, t *layout.Type, p unsafe.Pointer, keep bool, text *string) (unsafe.Pointer, error) {
	switch {
	case t.Plain:
		if touch(p, t.Size); !t.ValidBools(p) {
			return nil, failf(errRange, "a bool is neither 0 nor 1")
		}
		return p, nil
	case t.Kind() == reflect.String && (*value)(p).kind == uint32(reflect.String):
		s, err := (*value)(p).memory()
		if keep {
			s = strings.Clone(s)
		}
		*text = s
		return unsafe.Pointer(text), err
	}
	v := reflect.New(t.Type)
	return v.UnsafePointer(), decode(f, t, (*value)(p), v.Elem())
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
		var err error
		if from, err = valueAt(ref(v.as), "as.ref"); err != nil {
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

func isScalar(k reflect.Kind) bool { return k >= reflect.Bool && k <= reflect.Float64 }

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
	switch {
	case kind.bits == 8:
		*(*uint8)(to) = uint8(as)
	case kind.bits == 16:
		*(*uint16)(to) = uint16(as)
	case kind.class == floating && kind.bits == 32:
		*(*float32)(to) = float32(math.Float64frombits(as))
	case kind.bits == 32:
		*(*uint32)(to) = uint32(as)
	default:
		*(*uint64)(to) = as
	}
	return nil
}

// scalar says how a kind of number lies in a value.
type scalar struct {
	class class
	bits  uint
}

type class uint8

const (
	noScalar class = iota
	truth
	signed
	unsigned
	floating
)

// scalars has the scalar kinds by their numbers.
var scalars = func() (all [reflect.UnsafePointer + 1]scalar) {
	for k, t := range scalarTypes {
		s := scalar{bits: uint(t.Size()) * 8}
		switch v := reflect.Zero(t); {
		case v.CanInt():
			s.class = signed
		case v.CanUint():
			s.class = unsigned
		case v.CanFloat():
			s.class = floating
		default:
			s.class = truth
		}
		all[k] = s
	}
	return all
}()

// number is what a value of the kind says.
func (s scalar) number(as uint64) any {
	switch s.class {
	case signed:
		return int64(as)
	case floating:
		return math.Float64frombits(as)
	}
	return as
}

// holds tells whether a number of the kind's class is in its range.
func (s scalar) holds(as uint64) bool {
	switch s.class {
	case truth:
		return as <= 1
	case signed:
		return int64(as)<<(64-s.bits)>>(64-s.bits) == int64(as)
	case unsigned:
		return as<<(64-s.bits)>>(64-s.bits) == as
	}
	x := math.Float64frombits(as)
	return s.bits == 64 || !(math.Abs(x) > math.MaxFloat32) || math.IsInf(x, 0)
}

// assign sets a variable as Go's = does; a pointer to the type stands for what it points to.
func assign(f *frame, t *layout.Type, to, from reflect.Value) error {
	if from.Type().AssignableTo(t.Type) {
		to.Set(from)
		return nil
	}
	if from.Kind() != reflect.Pointer || from.Type().Elem() != t.Type {
		return failf(errWrongType, "a %s can not be a %s", from.Type(), t)
	}
	if from.IsNil() {
		return failf(errNil, "a nil %s stands for no %s", from.Type(), t)
	}
	f.hold(stripeOf(from.UnsafePointer()))
	to.Set(from.Elem())
	f.letGo()
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

// giveValue puts the Go value at src into C memory as a value, whatever its type. What it owns is the frame's made.
func (f *frame) giveValue(t *layout.Type, src, dst unsafe.Pointer) {
	*(*value)(dst) = value{} // a wild pointer panics before a reference is made
	var v value
	if t.Kind() == reflect.String {
		v = viewOf(f, *(*string)(src), uint32(reflect.String))
	} else {
		v = encode(f, t.At(src))
	}
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

// giveZero puts the zero value of a type into C memory, in C layout.
func (f *frame) giveZero(t *layout.Type, dst unsafe.Pointer) {
	if t.Plain {
		clear(unsafe.Slice((*byte)(dst), t.Size))
		return
	}
	f.give(t, reflect.New(t.Type).UnsafePointer(), dst)
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

// isPredeclared tells whether a value of a type that comes out of an interface needs no reference to keep its type.
func isPredeclared(t reflect.Type) bool {
	return t == bytesType || t.Kind() == reflect.String && t.PkgPath() == "" || t == scalarTypes[uint32(t.Kind())]
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
	v := &view{text: s, kind: kind}
	v.self = v
	v.pin(unsafe.StringData(s))
	shown.owner = refs.put(f, &v.self)
	shown.as = uint64(uintptr(unsafe.Pointer(unsafe.StringData(s))))
	return shown
}

// pin keeps memory where it is. Up to go1.21 the runtime panics for memory outside the heap, which stays anyway.
func (v *view) pin(p *byte) {
	defer func() { _ = recover() }()
	v.pinner.Pin(p)
}

func (v *view) released() { v.pinner.Unpin() }

// ---- handlers ----

func valueNew(f *frame) error {
	t, err := typeAt(ref(f.a), "type")
	if err == nil {
		f.made = name(f, reflect.New(t.Type.Type).Interface())
	}
	return err
}

func valueRelease(f *frame) error { return releaseRef(f, ref(f.a), "value's owner") }

func valueBox(f *frame) error {
	t, err := typeAt(ref(f.a), "type")
	if err != nil {
		return err
	}
	var text string
	data, err := operand(f, t.Type, f.p, true, &text)
	if err != nil {
		return about("data", err)
	}
	if v := t.At(data).Interface(); v != nil {
		f.made = name(f, v)
	}
	return nil
}

func valueGet(f *frame) error {
	object, err := refs.get(ref(f.a), "ref")
	if err != nil {
		return err
	}
	v := value{kind: kindRef, as: f.a}
	*(*value)(f.p) = v
	if from, err := goValue(object, "ref"); err == nil {
		if shown := inline(f, from); shown.kind != 0 {
			v = shown
		}
	}
	f.made = v.owner
	*(*value)(f.p) = v
	return nil
}

// valueAt gives the Go value that a reference names.
func valueAt(r ref, argument string) (reflect.Value, error) {
	object, err := refs.get(r, argument)
	if err != nil {
		return reflect.Value{}, err
	}
	return goValue(object, argument)
}

func valueLoad(f *frame) error {
	v, err := valueAt(ref(f.a), "ref")
	if err != nil {
		return err
	}
	if v.Kind() != reflect.Pointer {
		held := reflect.New(v.Type())
		held.Elem().Set(v)
		v = held
	}
	if v.IsNil() {
		return failf(errNil, "ref is a nil %s", v.Type())
	}
	f.hold(stripeOf(v.UnsafePointer()))
	f.give(layout.Of(v.Type().Elem()), v.UnsafePointer(), f.p)
	return nil
}

func valueStore(f *frame) error {
	v, err := valueAt(ref(f.a), "pointer")
	if err != nil {
		return err
	}
	if v.Kind() != reflect.Pointer {
		return failf(errWrongKind, "pointer is a %s, not a pointer", v.Type())
	}
	if v.IsNil() {
		return failf(errNil, "pointer is a nil %s", v.Type())
	}
	t := layout.Of(v.Type().Elem())
	var text string
	data, err := operand(f, t, f.p, true, &text)
	if err != nil {
		return about("data", err)
	}
	f.hold(stripeOf(v.UnsafePointer()))
	t.Copy(v.UnsafePointer(), data)
	return nil
}
