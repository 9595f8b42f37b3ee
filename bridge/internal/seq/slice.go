package seq

import (
	"fmt"
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/types"
	"gobridge/bridge/internal/value"
)

// SliceOrArray returns what a reference to a slice names: a slice, of an array behind a pointer the slice of all of it, or an
// array that nothing can change.
func SliceOrArray(f *frame.Frame, r frame.Ref, argument string) (reflect.Value, error) {
	v, err := value.At(f, r, argument)
	if err != nil || v.Kind() == reflect.Slice || v.Kind() == reflect.Array {
		return v, err
	}
	if v.Kind() == reflect.Pointer {
		switch kind := v.Type().Elem().Kind(); {
		case kind != reflect.Slice && kind != reflect.Array:
		case v.IsNil():
			return v, status.Errorf(status.Nil, "%s is a nil %s", argument, v.Type())
		case kind == reflect.Array:
			return v.Elem().Slice(0, v.Elem().Len()), nil
		default:
			f.LockStripe(frame.StripeOf(v.UnsafePointer()))
			v = reflect.ValueOf(v.Elem().Interface())
			f.UnlockStripe()
			return v, nil
		}
	}
	return v, status.Errorf(status.WrongKind, "%s is a %s, no slice, array or pointer to one", argument, v.Type())
}

// SliceOnly returns what a reference to a slice names, where its elements are variables.
func SliceOnly(f *frame.Frame, r frame.Ref, argument string) (reflect.Value, error) {
	v, err := SliceOrArray(f, r, argument)
	if err == nil && v.Kind() == reflect.Array {
		err = status.Errorf(status.WrongKind, "%s is no slice or pointer, which this needs, but a %s", argument, v.Type())
	}
	return v, err
}

// elemAt returns the element that a call's index names.
func elemAt(f *frame.Frame, v reflect.Value) (reflect.Value, error) {
	in := frame.Args[sliceArgs](f)
	if in.Index >= uint64(v.Len()) {
		return v, status.Errorf(status.Index, "index is %d, the length %d", int64(in.Index), v.Len())
	}
	return v.Index(int(in.Index)), nil
}

func sliceNew(f *frame.Frame) error {
	in := frame.Args[frame.MakeArgs](f)
	t, err := types.At(f, in.Type, "type")
	if err != nil {
		return err
	}
	if t.Kind() != reflect.Slice {
		return status.Errorf(status.WrongKind, "type is %s, not a slice type", ref.Describe(t))
	}
	length, capacity, most := int64(in.Count), int64(in.Capacity), int64(layout.MostElems(t.Elem()))
	if length < 0 || length > most {
		return status.Errorf(status.OutOf(length, 0), "len is %d; from 0 to %d elements can be made at once", length, most)
	}
	if capacity < length || capacity > most {
		return status.Errorf(status.OutOf(capacity, length), "cap is %d; from len %d to %d elements can be made at once", capacity, length, most)
	}
	f.NewRef = value.NewRef(f, reflect.MakeSlice(t.Type.Type, int(length), int(capacity)).Interface())
	return nil
}

// sliceOfVariables makes a slice of f.b zero values of a type.
func sliceOfVariables(f *frame.Frame) error {
	in := frame.Args[frame.MakeArgs](f)
	t, err := types.At(f, in.Type, "type")
	if err != nil {
		return err
	}
	n, most := int64(in.Count), int64(layout.MostElems(t.Type.Type))
	if n < 0 || n > most {
		return status.Errorf(status.OutOf(n, 0), "n is %d; from 0 to %d can be made at once", n, most)
	}
	made := layout.Slice{Data: gort.Backend{}.ReflectUnsafeNewArray(t.Type, int(n)), Len: int(n), Cap: int(n)}
	f.NewRef = value.NewRef(f, made.Of(t.Type).Interface())
	return nil
}

func sliceLen(f *frame.Frame) error {
	in := frame.Args[sliceArgs](f)
	v, err := SliceOrArray(f, in.Slice, "slice")
	if err == nil {
		f.Result = uint64(v.Len())
	}
	return err
}

func sliceCap(f *frame.Frame) error {
	in := frame.Args[sliceArgs](f)
	v, err := SliceOrArray(f, in.Slice, "slice")
	if err == nil {
		f.Result = uint64(v.Cap())
	}
	return err
}

func sliceGet(f *frame.Frame) error {
	in := frame.Args[sliceArgs](f)
	v, err := SliceOrArray(f, in.Slice, "slice")
	if err != nil {
		return err
	}
	from, err := elemAt(f, v)
	if err == nil {
		value.ReturnGuarded(f, from, value.LockedBy(from), in.Elem)
	}
	return err
}

func sliceText(f *frame.Frame) error {
	in := frame.Args[sliceArgs](f)
	v, err := SliceOrArray(f, in.Slice, "slice")
	if err != nil {
		return err
	}
	from, err := elemAt(f, v)
	if err != nil {
		return err
	}
	return value.CopyText(f, from, value.LockedBy(from), (*frame.Room)(in.Elem), "slice's element")
}

func sliceSet(f *frame.Frame) error {
	in := frame.Args[sliceArgs](f)
	v, err := SliceOnly(f, in.Slice, "slice")
	if err != nil {
		return err
	}
	to, err := elemAt(f, v)
	if err != nil {
		return err
	}
	return status.About("elem", value.SetGuarded(f, to, value.LockedBy(to), (*frame.Value)(in.Elem)))
}

func sliceAt(f *frame.Frame) error {
	in := frame.Args[sliceArgs](f)
	v, err := SliceOnly(f, in.Slice, "slice")
	if err != nil {
		return err
	}
	variable, err := elemAt(f, v)
	if err == nil {
		f.NewRef = value.NewRef(f, variable.Addr().Interface())
	}
	return err
}

func sliceAppend(f *frame.Frame) error {
	in := frame.Args[appendArgs](f)
	v, err := SliceOnly(f, in.Slice, "slice")
	if err != nil {
		return err
	}
	if room := min(cmem.MaxMemory/uint64(unsafe.Sizeof(frame.Value{})), layout.MostElems(v.Type().Elem())); in.Count > room || uint64(v.Len())+in.Count > room {
		return status.Errorf(status.Limit, "count is %d; with the %d there are, at most %d elements can be appended at once",
			in.Count, v.Len(), room)
	}
	more, err := decodeAll(f, v.Type().Elem())
	if err == nil {
		f.NewRef = value.NewRef(f, Appended(f, v, more).Interface())
	}
	return err
}

// Appended is what Go's append gives: growing what is empty finds the memory, and copies nothing while no lock is held.
func Appended(f *frame.Frame, v, more reflect.Value) reflect.Value {
	length := v.Len() + more.Len()
	longer := reflect.New(v.Type()).Elem()
	longer.Set(v.Slice3(0, 0, v.Cap()))
	longer.Grow(length)
	longer.SetLen(length)
	if length > v.Cap() {
		value.CopyElems(f, longer, v, v)
	}
	added := longer.Slice(v.Len(), length)
	value.CopyElems(f, added, more, added)
	return longer
}

// decodeAll returns a slice of what the f.b values at f.p stand for.
func decodeAll(f *frame.Frame, of reflect.Type) (reflect.Value, error) {
	in := frame.Args[appendArgs](f)
	cmem.Touch(in.Elems, uintptr(in.Count)*unsafe.Sizeof(frame.Value{}))
	t, from := layout.Of(of), unsafe.Slice((*frame.Value)(in.Elems), in.Count)
	all := reflect.MakeSlice(reflect.SliceOf(of), len(from), len(from))
	for i := range from {
		if err := value.Decode(f, t, &from[i], all.Index(i)); err != nil {
			return all, status.About(fmt.Sprintf("elems[%d]", i), err)
		}
	}
	return all, nil
}

// sliceCopy copies elements at once: where they hold pointers no other call may write one meanwhile.
func sliceCopy(f *frame.Frame) error {
	in := frame.Args[copyArgs](f)
	dst, err := SliceOnly(f, in.Dst, "dst")
	if err != nil {
		return err
	}
	src, err := SliceOnly(f, in.Src, "src")
	if err != nil {
		return err
	}
	if src.Type().Elem() != dst.Type().Elem() {
		return status.Errorf(status.WrongType, "src is a %s, dst a %s", src.Type(), dst.Type())
	}
	t := layout.Of(dst.Type().Elem())
	if !t.Plain {
		f.LockAll()
	}
	f.Result = uint64(gort.Backend{}.ReflectTypedslicecopy(t, layout.SliceOf(dst), layout.SliceOf(src)))
	return nil
}

// sliceGrow returns a slice that has room for f.b more elements.
func sliceGrow(f *frame.Frame) error {
	in := frame.Args[appendArgs](f)
	v, err := SliceOnly(f, in.Slice, "slice")
	if err != nil {
		return err
	}
	t, num := layout.Of(v.Type().Elem()), int64(in.Count)
	if most := int64(layout.MostElems(t.Type)) - int64(v.Len()); num < 0 || num > most {
		return status.Errorf(status.Limit, "num is %d; with the %d there are, room for at most %d more can be made at once",
			num, v.Len(), max(0, most))
	}
	grown := layout.SliceOf(v)
	if num > int64(v.Cap()-v.Len()) {
		if !t.Plain {
			f.LockAll()
		}
		grown = gort.Backend{}.ReflectGrowslice(t, grown, int(num))
		f.Unlock()
	}
	f.NewRef = value.NewRef(f, grown.As(v.Type()).Interface())
	return nil
}

func sliceSub(f *frame.Frame) error {
	in := frame.Args[rangeArgs](f)
	v, err := SliceOnly(f, in.Slice, "slice")
	if err != nil {
		return err
	}
	low, high := int64(in.Low), int64(in.High)
	if high < 0 || high > int64(v.Cap()) {
		return status.Errorf(status.Index, "high is %d, the capacity %d", high, v.Cap())
	}
	if low < 0 || low > high {
		return status.Errorf(status.Index, "low is %d, high %d", low, high)
	}
	f.NewRef = value.NewRef(f, v.Slice(int(low), int(high)).Interface())
	return nil
}

func sliceView(f *frame.Frame) error {
	in := frame.Args[sliceArgs](f)
	v, err := SliceOnly(f, in.Slice, "slice")
	if err != nil {
		return err
	}
	t := layout.Of(v.Type().Elem())
	if !t.Plain {
		return status.Errorf(status.WrongType, "slice is a %s, whose elements hold pointers", v.Type())
	}
	*(*frame.Value)(in.Elem) = frame.Value{}
	shown := value.ViewOf(f, unsafe.String((*byte)(v.UnsafePointer()), v.Len()*int(t.Size)), frame.KindBytes)
	f.NewRef = shown.Owner
	*(*frame.Value)(in.Elem) = shown
	return nil
}
