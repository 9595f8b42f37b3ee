package bridge

import (
	"cmp"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"math"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"time"
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
	anyType      = reflect.TypeOf((*any)(nil)).Elem()
	stringType   = reflect.TypeOf("")
	bytesType    = reflect.TypeOf([]byte(nil))
	timeType     = reflect.TypeOf(time.Time{})
	durationType = reflect.TypeOf(time.Duration(0))
	scalarTypes  = map[uint32]reflect.Type{}
)

func init() {
	for _, t := range namedTypes {
		if k := t.Kind(); t.PkgPath() == "" && k >= reflect.Bool && k <= reflect.Float64 {
			scalarTypes[uint32(k)] = t
		}
	}
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
	case *typeObject, *iterator, *itab:
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
	}
	v, _ := goValue(object, "")
	return "a " + v.Type().String()
}

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
			return v.number(to)
		}
		var err error
		if from, err = v.scalar(); err != nil {
			return err
		}
	}
	return assign(f, t, to, from)
}

func isScalar(k reflect.Kind) bool { return k >= reflect.Bool && k <= reflect.Float64 }

// number sets a scalar variable, also one of a named type, to the number or bool that a value holds. An integer may become
// any other kind of number that can hold it exactly, a float another float.
func (v *value) number(to reflect.Value) error {
	from, err := v.scalar()
	if err != nil {
		return err
	}
	fits := false
	switch {
	case from.Kind() == to.Kind():
		to.Set(from.Convert(to.Type()))
		return nil
	case to.CanInt() && from.CanInt():
		fits = !to.OverflowInt(from.Int())
		to.SetInt(from.Int())
	case to.CanInt() && from.CanUint():
		fits = from.Uint() <= math.MaxInt64 && !to.OverflowInt(int64(from.Uint()))
		to.SetInt(int64(from.Uint()))
	case to.CanUint() && from.CanUint():
		fits = !to.OverflowUint(from.Uint())
		to.SetUint(from.Uint())
	case to.CanUint() && from.CanInt():
		fits = from.Int() >= 0 && !to.OverflowUint(uint64(from.Int()))
		to.SetUint(uint64(from.Int()))
	case to.CanFloat() && from.CanFloat():
		fits = !to.OverflowFloat(from.Float())
		to.SetFloat(from.Float())
	case to.CanFloat() && (from.CanInt() || from.CanUint()):
		limit := float64(1 << 63) // beyond it Go leaves open what a float becomes
		if from.CanUint() {
			limit *= 2
		}
		to.Set(from.Convert(to.Type()))
		fits = to.Float() < limit && to.Convert(from.Type()).Equal(from)
	default:
		return failf(errWrongType, "a %s can not be a %s", from.Type(), to.Type())
	}
	if !fits {
		to.SetZero()
		return failf(errRange, "%v does not fit a %s", from, to.Type())
	}
	return nil
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

// scalar is the number or bool that a value holds, as a Go value of exactly that type.
func (v *value) scalar() (reflect.Value, error) {
	t := scalarTypes[v.kind]
	if t == nil {
		return reflect.Value{}, failf(errWrongType, "no value has the kind %d", v.kind)
	}
	to, fits := reflect.New(t).Elem(), false
	switch {
	case t.Kind() == reflect.Bool:
		fits = v.as <= 1
		to.SetBool(v.as == 1)
	case to.CanInt():
		fits = !to.OverflowInt(int64(v.as))
		to.SetInt(int64(v.as))
	case to.CanUint():
		fits = !to.OverflowUint(v.as)
		to.SetUint(v.as)
	default:
		fits = !to.OverflowFloat(math.Float64frombits(v.as))
		to.SetFloat(math.Float64frombits(v.as))
	}
	if !fits {
		return reflect.Value{}, failf(errRange, "the number does not fit a %s", t)
	}
	return to, nil
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

// giveValue puts a gobridge_value of the Go value at src into C memory, whatever its type.
func (f *frame) giveValue(t *layout.Type, src, dst unsafe.Pointer) {
	*(*value)(dst) = value{} // a wild pointer panics before a reference is made
	v := toValue(f, t, src)
	f.made = v.owner
	*(*value)(dst) = v
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
	f.give(t, reflect.New(t.Type).UnsafePointer(), dst)
}

// encode makes a value for C of the Go value at src, whose type holds pointers.
func encode(f *frame, t *layout.Type, src unsafe.Pointer) value {
	v := t.At(src)
	switch t.Kind() {
	case reflect.String:
		return viewOf(f, *(*string)(src), uint32(reflect.String))
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 && !v.IsNil() {
			return viewOf(f, unsafe.String(unsafe.SliceData(*(*[]byte)(src)), v.Len()), kindBytes)
		}
		fallthrough
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		if v.IsNil() {
			return value{}
		}
	case reflect.Interface:
		if v = v.Elem(); !v.IsValid() {
			return value{}
		}
		if isPredeclared(v.Type()) && !(v.Type() == bytesType && v.IsNil()) { // a nil []byte keeps its type too
			return inline(f, v)
		}
	}
	owner := name(f, v.Interface())
	return value{kind: kindRef, as: uint64(owner), owner: owner}
}

// toValue makes a value for C of the Go value at src, where C takes values whatever the type: scalars lie in it, other
// types without pointers are references too.
func toValue(f *frame, t *layout.Type, src unsafe.Pointer) value {
	if !t.Plain {
		return encode(f, t, src)
	}
	v := t.At(src)
	if isScalar(t.Kind()) {
		return inline(f, v)
	}
	owner := name(f, v.Interface())
	return value{kind: kindRef, as: uint64(owner), owner: owner}
}

// toValues fills C memory with values of Go values. Where the memory is none it panics before a reference is made.
func toValues(f *frame, to []value, from []reflect.Value) {
	clear(to)
	for i, v := range from {
		held := reflect.New(v.Type())
		held.Elem().Set(v)
		to[i] = toValue(f, layout.Of(v.Type()), held.UnsafePointer())
	}
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
	f.box(t.At(data))
	return nil
}

// box gives a reference to a Go value, none to a nil interface.
func (f *frame) box(v reflect.Value) {
	if v := v.Interface(); v != nil {
		f.made = name(f, v)
	}
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

// pointerAt gives the pointer that a reference names, which is not nil.
func pointerAt(r ref, argument string) (reflect.Value, error) {
	v, err := valueAt(r, argument)
	switch {
	case err != nil:
	case v.Kind() != reflect.Pointer:
		err = failf(errWrongKind, "%s is a %s, not a pointer", argument, v.Type())
	case v.IsNil():
		err = failf(errNil, "%s is a nil %s", argument, v.Type())
	}
	return v, err
}

func valueStore(f *frame) error {
	v, err := pointerAt(ref(f.a), "pointer")
	if err != nil {
		return err
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

func valueMake(f *frame) error {
	t, err := typeAt(ref(f.a), "type")
	if err != nil {
		return err
	}
	to := reflect.New(t.Type.Type).Elem()
	if err := decode(f, t.Type, (*value)(f.p), to); err != nil {
		return about("from", err)
	}
	f.box(to)
	return nil
}

func valueFollow(f *frame) error {
	p, err := pointerAt(ref(f.a), "pointer")
	if err != nil {
		return err
	}
	f.hold(stripeOf(p.UnsafePointer()))
	f.giveValue(layout.Of(p.Type().Elem()), p.UnsafePointer(), f.p)
	return nil
}

func valueSet(f *frame) error {
	p, err := pointerAt(ref(f.a), "pointer")
	if err != nil {
		return err
	}
	to := reflect.New(p.Type().Elem()).Elem()
	if err := decode(f, layout.Of(to.Type()), (*value)(f.p), to); err != nil {
		return about("value", err)
	}
	f.hold(stripeOf(p.UnsafePointer()))
	p.Elem().Set(to)
	return nil
}

func valueCopy(f *frame) error {
	from := (*value)(f.p)
	v, err := f.anyAt(f.p, "from")
	if err != nil {
		return err
	}
	if from.kind == kindRef {
		f.giveNamed(v, f.q)
	} else {
		f.giveValue(layout.Of(anyType), unsafe.Pointer(&v), f.q)
	}
	return nil
}

func valueEqual(f *frame) error {
	a, b, err := f.twoAt()
	if err == nil {
		err = about("a", compared.check(a))
	}
	if err != nil {
		return err
	}
	same, err := equal(a, b)
	if same {
		f.result = 1
	}
	return err
}

// twoAt gives the values a and b.
func (f *frame) twoAt() (a, b any, err error) {
	if a, err = f.anyAt(f.p, "a"); err == nil {
		b, err = f.anyAt(f.q, "b")
	}
	return a, b, err
}

func valueCompare(f *frame) error {
	a, b, err := f.twoAt()
	if err != nil {
		return err
	}
	if a == nil || b == nil {
		return failf(errWrongType, "nil has no order")
	}
	order, err := compare(f, reflect.ValueOf(a), reflect.ValueOf(b))
	f.result = uint64(order)
	return err
}

// compare gives the order of two values: the one that their type's own method tells, or that of numbers and strings.
func compare(f *frame, a, b reflect.Value) (int, error) {
	for _, method := range []reflect.Value{a.MethodByName("Compare"), a.MethodByName("Cmp")} {
		if method.IsValid() && ordersWith(method.Type(), b.Type()) {
			f.holdFor(a.Type())
			f.holdFor(b.Type())
			return cmp.Compare(method.Call([]reflect.Value{b})[0].Int(), 0), nil
		}
	}
	switch {
	case a.Type() != b.Type():
	case a.CanInt():
		return cmp.Compare(a.Int(), b.Int()), nil
	case a.CanUint():
		return cmp.Compare(a.Uint(), b.Uint()), nil
	case a.CanFloat():
		return cmp.Compare(a.Float(), b.Float()), nil
	case a.Kind() == reflect.String:
		return cmp.Compare(a.String(), b.String()), nil
	}
	return 0, failf(errWrongType, "a %s and a %s have no order", a.Type(), b.Type())
}

// ordersWith tells whether a method's type is func(T) int for a value of type T.
func ordersWith(method, t reflect.Type) bool {
	return method.NumIn() == 1 && !method.IsVariadic() && t.AssignableTo(method.In(0)) &&
		method.NumOut() == 1 && method.Out(0).Kind() == reflect.Int
}

func valueHash(f *frame) error {
	v, err := f.anyAt(f.p, "value")
	if err == nil {
		err = compared.check(v)
	}
	if err == nil {
		var h maphash.Hash
		h.SetSeed(hashSeed)
		err = hash(&h, reflect.ValueOf(&v).Elem())
		f.result = h.Sum64()
	}
	return about("value", err)
}

func valuePrint(f *frame) error {
	v, err := f.anyAt(f.p, "value")
	if err != nil {
		return err
	}
	if err := f.lookAhead(v, printed); err != nil {
		return about("value", err)
	}
	f.giveText(fmt.Sprint(v), f.q)
	return nil
}

// valueText copies into f.b bytes at f.q.
func valueText(f *frame) error {
	held, err := f.anyAt(f.p, "value")
	if err != nil {
		return err
	}
	v := reflect.ValueOf(held)
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		to := reflect.New(v.Type().Elem()).Elem()
		_ = assign(f, layout.Of(to.Type()), to, v)
		v = to
	}
	var bytes []byte
	switch {
	case v.Kind() == reflect.String:
		s := v.String()
		bytes = unsafe.Slice(unsafe.StringData(s), len(s))
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
		bytes = v.Bytes()
	default:
		return failf(errWrongType, "value: a %T is neither text nor bytes", held)
	}
	f.result = uint64(len(bytes))
	if f.result > f.b {
		return failf(errTooSmall, "buffer: %d bytes do not fit into %d", f.result, f.b)
	}
	copy(unsafe.Slice((*byte)(f.q), len(bytes)), bytes)
	return nil
}

func valueFromText(f *frame) error {
	t, err := typeAt(ref(f.a), "type")
	if err != nil {
		return err
	}
	text, err := f.bytes()
	if err != nil {
		return err
	}
	to := reflect.New(t.Type.Type).Elem()
	if err := parse(to, string(text)); err != nil {
		return about("text", err)
	}
	f.box(to)
	return nil
}

// parse sets a variable to what a text stands for.
func parse(to reflect.Value, text string) (err error) {
	t, own := to.Type(), to.Addr()
	if t.Kind() == reflect.Pointer {
		own = reflect.New(t.Elem())
	}
	if u, parses := own.Interface().(encoding.TextUnmarshaler); parses {
		if t.Kind() == reflect.Pointer {
			to.Set(own)
		}
		if err := u.UnmarshalText([]byte(text)); err != nil {
			return failf(errSyntax, "%v", err)
		}
		return nil
	}
	switch k := t.Kind(); {
	case t == durationType:
		var d time.Duration
		d, err = time.ParseDuration(text)
		to.SetInt(int64(d))
	case k == reflect.Bool:
		var b bool
		b, err = strconv.ParseBool(text)
		to.SetBool(b)
	case to.CanInt():
		var n int64
		n, err = strconv.ParseInt(text, 10, t.Bits())
		to.SetInt(n)
	case to.CanUint():
		var n uint64
		n, err = strconv.ParseUint(text, 10, t.Bits())
		to.SetUint(n)
	case to.CanFloat():
		var n float64
		n, err = strconv.ParseFloat(text, t.Bits())
		to.SetFloat(n)
	case to.CanComplex():
		var n complex128
		n, err = strconv.ParseComplex(text, t.Bits())
		to.SetComplex(n)
	case k == reflect.String:
		to.SetString(text)
	case k == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		to.SetBytes([]byte(text))
	default:
		return failf(errWrongType, "a %s has no form as text", t)
	}
	switch {
	case errors.Is(err, strconv.ErrRange):
		return failf(errRange, "%v", err)
	case err != nil:
		return failf(errSyntax, "%v", err)
	}
	return nil
}

func valueToText(f *frame) error {
	v, err := f.anyAt(f.p, "value")
	if err != nil {
		return err
	}
	text, err := format(f, v)
	if err == nil {
		f.giveText(text, f.q)
	}
	return about("value", err)
}

// format gives the text that parse takes for a value.
func format(f *frame, held any) (string, error) {
	if held == nil {
		return "", failf(errWrongType, "nil has no form as text")
	}
	v := reflect.New(reflect.TypeOf(held)).Elem() // with the methods of its pointer
	v.Set(reflect.ValueOf(held))
	m, formats := held.(encoding.TextMarshaler)
	if !formats {
		m, formats = v.Addr().Interface().(encoding.TextMarshaler)
	}
	if formats {
		f.holdFor(v.Type())
		text, err := m.MarshalText()
		if err != nil {
			return "", failf(errReturned, "%v", err)
		}
		return string(text), nil
	}
	switch k := v.Kind(); {
	case v.Type() == durationType:
		return time.Duration(v.Int()).String(), nil
	case k == reflect.Bool:
		return strconv.FormatBool(v.Bool()), nil
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10), nil
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10), nil
	case v.CanFloat():
		return strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits()), nil
	case v.CanComplex():
		return strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits()), nil
	case k == reflect.String:
		return v.String(), nil
	case k == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
		return string(v.Bytes()), nil
	}
	return "", failf(errWrongType, "a %s has no form as text", v.Type())
}

func valueFromJSON(f *frame) error {
	t, err := typeAt(ref(f.a), "type")
	if err != nil {
		return err
	}
	text, err := f.bytes()
	if err != nil {
		return err
	}
	to := reflect.New(t.Type.Type)
	if err := json.Unmarshal(append([]byte(nil), text...), to.Interface()); err != nil {
		return refusedJSON(err)
	}
	f.giveValue(t.Type, to.UnsafePointer(), f.q)
	return nil
}

// refusedJSON gives the status of what encoding/json refuses to decode.
func refusedJSON(err error) error {
	var syntax *json.SyntaxError
	var misfit *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return failf(errSyntax, "json: %v", err)
	case errors.As(err, &misfit) && strings.HasPrefix(misfit.Value, "number "):
		return failf(errRange, "json: %v", err)
	}
	return failf(errWrongType, "json: %v", err)
}

func valueToJSON(f *frame) error {
	v, err := f.anyAt(f.p, "value")
	if err != nil {
		return err
	}
	if err := f.lookAhead(v, encoded); err != nil {
		return about("value", err)
	}
	text, err := json.Marshal(v)
	if err != nil {
		var method *json.MarshalerError
		if errors.As(err, &method) {
			return failf(errReturned, "value: %v", err)
		}
		return failf(errWrongType, "value: %v", err)
	}
	f.giveText(unsafe.String(unsafe.SliceData(text), len(text)), f.q)
	return nil
}

func valueFromTime(f *frame) error {
	if f.b >= uint64(time.Second) {
		return failf(errRange, "nanoseconds is %d, not from 0 to 999,999,999", int64(f.b))
	}
	f.made = name(f, time.Unix(int64(f.a), int64(f.b)).UTC())
	return nil
}

func valueToTime(f *frame) error {
	v, err := valueAt(ref(f.a), "time")
	if err != nil {
		return err
	}
	if v.Type() != timeType && v.Type() != reflect.PointerTo(timeType) {
		return failf(errWrongKind, "time is a %s, not a %s", v.Type(), timeType)
	}
	var t time.Time
	if err := assign(f, layout.Of(timeType), reflect.ValueOf(&t).Elem(), v); err != nil {
		return about("time", err)
	}
	touch(f.q, 8)
	*(*int64)(f.p), *(*int64)(f.q) = t.Unix(), int64(t.Nanosecond())
	return nil
}
