package bridge

import (
	"fmt"
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// seqOps answers the calls about slices and structs.
var seqOps = []op{
	{name: "gobridge_slice_make", run: sliceMake},
	{name: "gobridge_slice_len", run: sliceLen},
	{name: "gobridge_slice_cap", run: sliceCap},
	{name: "gobridge_slice_get", run: sliceGet},
	{name: "gobridge_slice_set", run: sliceSet},
	{name: "gobridge_slice_at", run: sliceAt},
	{name: "gobridge_slice_append", run: sliceAppend},
	{name: "gobridge_slice_sub", run: sliceSub},
	{name: "gobridge_slice_view", run: sliceView},
	{name: "gobridge_reflect_unsafe_NewArray", run: sliceOfVariables},
	{name: "gobridge_reflect_typedslicecopy", run: sliceCopy},
	{name: "gobridge_reflect_growslice", run: sliceGrow},
	{name: "gobridge_struct_get", run: structGet(fieldByName)},
	{name: "gobridge_struct_get_at", run: structGet(fieldByIndex)},
	{name: "gobridge_struct_set", run: structSet(fieldByName)},
	{name: "gobridge_struct_set_at", run: structSet(fieldByIndex)},
	{name: "gobridge_struct_at", run: structAt},
}

// maxMemory is what one call may ask of Go at once, in bytes: a typo must not end the process.
const maxMemory = 1 << 30

// mostElems is how many elements of a type one call may ask for.
func mostElems(t reflect.Type) uint64 { return maxMemory / max(1, uint64(t.Size())) }

// sliceOrArray gives what a reference to a slice names: a slice, of an array behind a pointer the slice of all of it, or an
// array that nothing can change.
func sliceOrArray(f *frame, r ref, argument string) (reflect.Value, error) {
	v, err := valueAt(f, r, argument)
	if err != nil || v.Kind() == reflect.Slice || v.Kind() == reflect.Array {
		return v, err
	}
	if v.Kind() == reflect.Pointer {
		switch kind := v.Type().Elem().Kind(); {
		case kind != reflect.Slice && kind != reflect.Array:
		case v.IsNil():
			return v, failf(errNil, "%s is a nil %s", argument, v.Type())
		case kind == reflect.Array:
			return v.Elem().Slice(0, v.Elem().Len()), nil
		default:
			f.hold(stripeOf(v.UnsafePointer()))
			v = reflect.ValueOf(v.Elem().Interface())
			f.letGoStripe()
			return v, nil
		}
	}
	return v, failf(errWrongKind, "%s is a %s, no slice, array or pointer to one", argument, v.Type())
}

// sliceOnly gives what a reference to a slice names, where its elements are variables.
func sliceOnly(f *frame, r ref, argument string) (reflect.Value, error) {
	v, err := sliceOrArray(f, r, argument)
	if err == nil && v.Kind() == reflect.Array {
		err = failf(errWrongKind, "%s is no slice or pointer, which this needs, but a %s", argument, v.Type())
	}
	return v, err
}

// elemAt gives the element that a call's index names.
func elemAt(f *frame, v reflect.Value) (reflect.Value, error) {
	if f.b >= uint64(v.Len()) {
		return v, failf(errRange, "index is %d, the length %d", int64(f.b), v.Len())
	}
	return v.Index(int(f.b)), nil
}

// lockedBy is the address whose lock guards an element: its own, or nil where it is no variable.
func lockedBy(elem reflect.Value) unsafe.Pointer {
	if !elem.CanAddr() {
		return nil
	}
	return elem.Addr().UnsafePointer()
}

func sliceMake(f *frame) error {
	t, err := typeAt(f, ref(f.a), "type")
	if err != nil {
		return err
	}
	if t.Kind() != reflect.Slice {
		return failf(errWrongKind, "type is %s, not a slice type", describe(t))
	}
	length, capacity, most := int64(f.b), int64(f.c), int64(mostElems(t.Elem()))
	if length < 0 || length > most {
		return failf(errRange, "len is %d; from 0 to %d elements can be made at once", length, most)
	}
	if capacity < length || capacity > most {
		return failf(errRange, "cap is %d; from len %d to %d elements can be made at once", capacity, length, most)
	}
	f.made = name(f, reflect.MakeSlice(t.Type.Type, int(length), int(capacity)).Interface())
	return nil
}

// sliceOfVariables makes a slice of f.b zero values of a type.
func sliceOfVariables(f *frame) error {
	t, err := typeAt(f, ref(f.a), "type")
	if err != nil {
		return err
	}
	n, most := int64(f.b), int64(mostElems(t.Type.Type))
	if n < 0 || n > most {
		return failf(errRange, "n is %d; from 0 to %d can be made at once", n, most)
	}
	made := layout.Slice{Data: backend{}.ReflectUnsafeNewArray(t.Type, int(n)), Len: int(n), Cap: int(n)}
	f.made = name(f, made.Of(t.Type).Interface())
	return nil
}

func sliceLen(f *frame) error {
	v, err := sliceOrArray(f, ref(f.a), "slice")
	if err == nil {
		f.result = uint64(v.Len())
	}
	return err
}

func sliceCap(f *frame) error {
	v, err := sliceOrArray(f, ref(f.a), "slice")
	if err == nil {
		f.result = uint64(v.Cap())
	}
	return err
}

func sliceGet(f *frame) error {
	v, err := sliceOrArray(f, ref(f.a), "slice")
	if err != nil {
		return err
	}
	from, err := elemAt(f, v)
	if err == nil {
		f.giveGuarded(from, lockedBy(from), f.p)
	}
	return err
}

func sliceSet(f *frame) error {
	v, err := sliceOnly(f, ref(f.a), "slice")
	if err != nil {
		return err
	}
	to, err := elemAt(f, v)
	if err != nil {
		return err
	}
	return about("elem", f.setGuarded(to, lockedBy(to), (*value)(f.p)))
}

func sliceAt(f *frame) error {
	v, err := sliceOnly(f, ref(f.a), "slice")
	if err != nil {
		return err
	}
	variable, err := elemAt(f, v)
	if err == nil {
		f.made = name(f, variable.Addr().Interface())
	}
	return err
}

func sliceAppend(f *frame) error {
	v, err := sliceOnly(f, ref(f.a), "slice")
	if err != nil {
		return err
	}
	if room := min(maxMemory/uint64(unsafe.Sizeof(value{})), mostElems(v.Type().Elem())); f.b > room || uint64(v.Len())+f.b > room {
		return failf(errRange, "count is %d; with the %d there are, at most %d elements can be appended at once",
			f.b, v.Len(), room)
	}
	more, err := decodeAll(f, v.Type().Elem())
	if err == nil {
		f.made = name(f, f.appended(v, more).Interface())
	}
	return err
}

// appended is what Go's append gives: growing what is empty finds the memory, and copies nothing while no lock is held.
func (f *frame) appended(v, more reflect.Value) reflect.Value {
	length := v.Len() + more.Len()
	longer := reflect.New(v.Type()).Elem()
	longer.Set(v.Slice3(0, 0, v.Cap()))
	longer.Grow(length)
	longer.SetLen(length)
	if length > v.Cap() {
		f.copyElems(longer, v, v)
	}
	added := longer.Slice(v.Len(), length)
	f.copyElems(added, more, added)
	return longer
}

// decodeAll gives a slice of what the f.b values at f.p stand for.
func decodeAll(f *frame, of reflect.Type) (reflect.Value, error) {
	t, from := layout.Of(of), unsafe.Slice((*value)(f.p), f.b)
	touch(f.p, uintptr(f.b)*unsafe.Sizeof(value{}))
	all := reflect.MakeSlice(reflect.SliceOf(of), len(from), len(from))
	for i := range from {
		if err := decode(f, t, &from[i], all.Index(i)); err != nil {
			return all, about(fmt.Sprintf("elems[%d]", i), err)
		}
	}
	return all, nil
}

// copyElems copies one slice's elements to another that is as long, or longer. One of the two is what other threads may
// reach: where its elements hold pointers each is copied under its lock, for half a string of what another thread is
// writing would end the process.
func (f *frame) copyElems(to, from, shared reflect.Value) {
	if layout.Of(from.Type().Elem()).Plain {
		reflect.Copy(to, from)
		return
	}
	for i := 0; i < from.Len(); i++ {
		f.hold(stripeOf(lockedBy(shared.Index(i))))
		to.Index(i).Set(from.Index(i))
		f.letGoStripe()
	}
}

// sliceCopy copies elements at once: where they hold pointers no other call may write one meanwhile.
func sliceCopy(f *frame) error {
	dst, err := sliceOnly(f, ref(f.a), "dst")
	if err != nil {
		return err
	}
	src, err := sliceOnly(f, ref(f.b), "src")
	if err != nil {
		return err
	}
	if src.Type().Elem() != dst.Type().Elem() {
		return failf(errWrongType, "src is a %s, dst a %s", src.Type(), dst.Type())
	}
	t := layout.Of(dst.Type().Elem())
	if !t.Plain {
		f.holdAll()
	}
	f.result = uint64(backend{}.ReflectTypedslicecopy(t, layout.SliceOf(dst), layout.SliceOf(src)))
	return nil
}

// sliceGrow gives a slice that has room for f.b more elements.
func sliceGrow(f *frame) error {
	v, err := sliceOnly(f, ref(f.a), "slice")
	if err != nil {
		return err
	}
	t, num := layout.Of(v.Type().Elem()), int64(f.b)
	if most := int64(mostElems(t.Type)) - int64(v.Len()); num < 0 || num > most {
		return failf(errRange, "num is %d; with the %d there are, room for at most %d more can be made at once",
			num, v.Len(), max(0, most))
	}
	grown := layout.SliceOf(v)
	if num > int64(v.Cap()-v.Len()) {
		if !t.Plain {
			f.holdAll()
		}
		grown = backend{}.ReflectGrowslice(t, grown, int(num))
		f.letGo()
	}
	f.made = name(f, grown.As(v.Type()).Interface())
	return nil
}

func sliceSub(f *frame) error {
	v, err := sliceOnly(f, ref(f.a), "slice")
	if err != nil {
		return err
	}
	low, high := int64(f.b), int64(f.c)
	if high < 0 || high > int64(v.Cap()) {
		return failf(errRange, "high is %d, the capacity %d", high, v.Cap())
	}
	if low < 0 || low > high {
		return failf(errRange, "low is %d, high %d", low, high)
	}
	f.made = name(f, v.Slice(int(low), int(high)).Interface())
	return nil
}

func sliceView(f *frame) error {
	v, err := sliceOnly(f, ref(f.a), "slice")
	if err != nil {
		return err
	}
	t := layout.Of(v.Type().Elem())
	if !t.Plain {
		return failf(errWrongType, "slice is a %s, whose elements hold pointers", v.Type())
	}
	*(*value)(f.p) = value{}
	shown := viewOf(f, unsafe.String((*byte)(v.UnsafePointer()), v.Len()*int(t.Size)), kindBytes)
	f.made = shown.owner
	*(*value)(f.p) = shown
	return nil
}
