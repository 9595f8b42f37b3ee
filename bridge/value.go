package bridge

import (
	"math"
	"reflect"
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// valueOps answers the calls about values.
var valueOps = []op{
	{name: "gobridge_value_new", run: valueNew},
	{name: "gobridge_value_box", run: valueBox},
	{name: "gobridge_value_get", run: valueGet},
	{name: "gobridge_value_load", run: valueLoad},
	{name: "gobridge_value_store", run: valueStore},
	{name: "gobridge_value_release", run: valueRelease},
	{name: "gobridge_value_make", run: valueMake},
	{name: "gobridge_value_follow", run: valueFollow},
	{name: "gobridge_value_set", run: valueSet},
	{name: "gobridge_value_copy", run: valueCopy},
	{name: "gobridge_reflect_unsafe_New", run: valueNew},
	{name: "gobridge_reflect_typedmemmove", run: valueMove},
	{name: "gobridge_reflect_typedmemclr", run: valueClear},
}

// value is the mirror of gobridge_value. A pointer lies in the low bytes of as.
//
//gobridge:mirror gobridge_value
type value struct {
	kind, flags uint32
	as          uint64
	len         uint64
	owner       ref
}

// Kinds of values that are none of reflect's.
const (
	kindBytes = 32 //gobridge:mirror GOBRIDGE_KIND_BYTES
	kindRef   = 33 //gobridge:mirror GOBRIDGE_KIND_REF
)

// maxLen is the length of the longest string that Go could have.
const maxLen = math.MaxInt

// view is a string or a byte slice whose memory C reads: it stays where it is until the reference is released.
type view struct {
	Handle
	self any // the view, which is what the reference names
	text string
	kind uint32 // String or kindBytes
	pins *pins
}

func (v *view) goValue() reflect.Value {
	if v.kind == kindBytes {
		return reflect.ValueOf(unsafe.Slice(unsafe.StringData(v.text), len(v.text)))
	}
	return reflect.ValueOf(v.text)
}

// pins hold memory that views show.
type pins struct {
	pinner runtime.Pinner
	views  atomic.Int32 // that are live, and 1 while more may come
}

func (p *pins) drop() {
	if p.views.Add(-1) == 0 {
		p.pinner.Unpin()
	}
}

// shelf is where views of short strings come from, and copies of the strings: to pin each would take longer than all the
// rest of a call. What one live view keeps alive of others' is one shelf's. The lock is that of the references.
type shelf struct {
	pins  *pins
	views []view
	text  []byte
}

const (
	shelfViews = 16
	shelfText  = 1024
	maxShort   = 128 // bytes of a string that is copied there
)

var shortViews shelf

// view makes a view of a copy of a short string.
func (s *shelf) view(text string) *view {
	if len(s.views) == 0 || len(text) > len(s.text) {
		s.renew()
	}
	v := &s.views[0]
	*v = view{text: unsafe.String(&s.text[0], copy(s.text, text)), kind: uint32(reflect.String), pins: s.pins}
	v.pins.views.Add(1)
	s.views, s.text = s.views[1:], s.text[len(text):]
	return v
}

func (s *shelf) renew() {
	if s.pins != nil {
		s.pins.drop()
	}
	s.pins, s.views, s.text = new(pins), make([]view, shelfViews), make([]byte, shelfText)
	s.pins.views.Store(1)
	s.pins.pinner.Pin(&s.text[0])
}

// name makes a reference to a Go value.
func name(f *frame, v any) ref {
	if t := reflect.TypeOf(v); t.Kind() == reflect.Map {
		return refs.make(f, newMap(layout.OfMap(t), reflect.ValueOf(v).UnsafePointer()))
	}
	return refs.make(f, v)
}

// ---- handlers ----

func valueNew(f *frame) error {
	t, err := typeAt(f, ref(f.a), "type")
	if err == nil {
		f.made = name(f, reflect.NewAt(t.Type.Type, backend{}.ReflectUnsafeNew(t.Type)).Interface())
	}
	return err
}

// valueRelease releases f.a, the owner of the value at f.q, and makes that NIL.
func valueRelease(f *frame) error {
	owner, err := f.kept(ref(f.a), "value's owner")
	if ownsNothing := owner == 0 && f.a != 0; err == nil && !ownsNothing { // as it may turn out of what was promised
		err = releaseRef(f, owner, "value's owner")
	}
	if err == nil {
		*(*value)(f.q) = value{}
	}
	return err
}

func valueBox(f *frame) error {
	t, err := typeAt(f, ref(f.a), "type")
	if err != nil {
		return err
	}
	var text string
	data, err := operand(f, t.Type, f.p, true, &text)
	if err != nil {
		return about("data", err)
	}
	f.made = box(f, t.At(data))
	return nil
}

// box gives a reference to a Go value, 0 for a nil interface.
func box(f *frame, v reflect.Value) ref {
	if v := v.Interface(); v != nil {
		return name(f, v)
	}
	return 0
}

func valueGet(f *frame) error {
	r, object, err := f.named(ref(f.a))
	if err != nil {
		return err
	}
	v := value{kind: kindRef, as: uint64(r)}
	*(*value)(f.p) = v
	from, _ := goValue(object, "ref") // none where C can not read it anyway
	if shown := inline(f, from); shown.kind != 0 {
		v = shown
	}
	f.made = v.owner
	*(*value)(f.p) = v
	return nil
}

// named gives what a reference of C's names, and the reference that a promise is for.
func (f *frame) named(r ref) (_ ref, object any, err error) {
	if r, err = f.kept(r, "ref"); err == nil {
		object, err = refs.get(r, "ref")
	}
	return r, object, err
}

// valueAt gives the Go value that a reference names.
func valueAt(f *frame, r ref, argument string) (reflect.Value, error) {
	object, err := f.object(r, argument)
	if err != nil {
		return reflect.Value{}, err
	}
	return goValue(object, argument)
}

func valueLoad(f *frame) error {
	v, err := valueAt(f, ref(f.a), "ref")
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
func pointerAt(f *frame, r ref, argument string) (reflect.Value, error) {
	v, err := valueAt(f, r, argument)
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
	v, err := pointerAt(f, ref(f.a), "pointer")
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
	t, err := typeAt(f, ref(f.a), "type")
	if err != nil {
		return err
	}
	to := reflect.New(t.Type.Type).Elem()
	if err := decode(f, t.Type, (*value)(f.p), to); err != nil {
		return about("from", err)
	}
	f.made = box(f, to)
	return nil
}

func valueFollow(f *frame) error {
	p, err := pointerAt(f, ref(f.a), "pointer")
	if err != nil {
		return err
	}
	f.hold(stripeOf(p.UnsafePointer()))
	f.giveValue(layout.Of(p.Type().Elem()), p.UnsafePointer(), f.p)
	return nil
}

func valueSet(f *frame) error {
	p, err := pointerAt(f, ref(f.a), "pointer")
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

func valueMove(f *frame) error {
	dst, err := pointerAt(f, ref(f.a), "dst")
	if err != nil {
		return err
	}
	src, err := pointerAt(f, ref(f.b), "src")
	if err != nil {
		return err
	}
	if src.Type().Elem() != dst.Type().Elem() {
		return failf(errWrongType, "src is a %s, dst a %s", src.Type(), dst.Type())
	}
	t := layout.Of(dst.Type().Elem())
	held := backend{}.ReflectUnsafeNew(t) // no call holds two locks
	f.hold(stripeOf(src.UnsafePointer()))
	backend{}.ReflectTypedmemmove(t, held, src.UnsafePointer())
	f.letGoStripe()
	f.hold(stripeOf(dst.UnsafePointer()))
	backend{}.ReflectTypedmemmove(t, dst.UnsafePointer(), held)
	return nil
}

func valueClear(f *frame) error {
	p, err := pointerAt(f, ref(f.a), "pointer")
	if err != nil {
		return err
	}
	f.hold(stripeOf(p.UnsafePointer()))
	backend{}.ReflectTypedmemclr(layout.Of(p.Type().Elem()), p.UnsafePointer())
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

func valueFromTime(f *frame) error {
	if f.b >= uint64(time.Second) {
		return failf(errRange, "nanoseconds is %d, not from 0 to 999,999,999", int64(f.b))
	}
	t, err := instant(int64(f.a), int64(f.b))
	if err == nil {
		f.made = name(f, t)
	}
	return about("seconds", err)
}

// instant is time.Unix, in UTC: that wraps where Go's own count, from the year 1 on, would overflow.
func instant(seconds, nanoseconds int64) (time.Time, error) {
	if t := time.Unix(seconds, nanoseconds).UTC(); seconds < 0 || t.After(time.Unix(0, 0)) || seconds == 0 {
		return t, nil
	}
	return time.Time{}, failf(errRange, "%d seconds after 1970 are more than a time.Time has", seconds)
}

func valueToTime(f *frame) error {
	v, err := valueAt(f, ref(f.a), "time")
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
