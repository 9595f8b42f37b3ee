package value

import (
	"math"
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
)

// Return puts the Go value at src into C memory, in C layout. What the value owns is the frame's made.
func Return(f *frame.Frame, t *layout.Type, src, dst unsafe.Pointer) {
	if t.Plain {
		layout.Move(dst, src, t.Size)
		return
	}
	ReturnValue(f, t, src, dst)
}

// ReturnValue puts the Go value at src into C memory as a value, whatever its type; nil stands for its zero value. What it
// owns is the frame's made.
func ReturnValue(f *frame.Frame, t *layout.Type, src, dst unsafe.Pointer) {
	cmem.TouchOut(dst, unsafe.Sizeof(frame.Value{})) // a wild pointer panics before a reference is made; what src is has not been read yet
	if src == nil {
		src = reflect.New(t.Type).UnsafePointer()
	}
	v := Of(f, t, src)
	f.NewRef = v.Owner
	*(*frame.Value)(dst) = v
}

// ReturnGuarded gives C an element or a field as a value. guard is the address whose lock guards it, nil where no one can
// change it.
func ReturnGuarded(f *frame.Frame, v reflect.Value, guard unsafe.Pointer, dst unsafe.Pointer) {
	if guard != nil {
		f.LockStripe(frame.StripeOf(guard))
	}
	if !v.CanAddr() {
		held := reflect.New(v.Type()).Elem()
		held.Set(v)
		v = held
	}
	ReturnValue(f, layout.Of(v.Type()), v.Addr().UnsafePointer(), dst)
}

// CopyText copies a string or a slice of bytes into C memory, where it fits. guard is as for ReturnGuarded.
func CopyText(f *frame.Frame, v reflect.Value, guard unsafe.Pointer, room *frame.Room, argument string) error {
	if guard != nil {
		f.LockStripe(frame.StripeOf(guard))
	}
	var text string
	switch {
	case v.Kind() == reflect.String:
		text = v.String()
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
		text = unsafe.String((*byte)(v.UnsafePointer()), v.Len())
	default:
		return status.Errorf(status.WrongType, "%s: a %s is neither text nor bytes", argument, v.Type())
	}
	*room.Len = uint(len(text))
	if uint64(len(text)) > room.Capacity {
		return status.Errorf(status.TooSmall, "buffer: %d bytes do not fit into %d", len(text), room.Capacity)
	}
	copy(unsafe.Slice((*byte)(room.Buffer), len(text)), text)
	return nil
}

// SetGuarded sets an element or a field to what a value from C stands for.
func SetGuarded(f *frame.Frame, to reflect.Value, guard unsafe.Pointer, from *frame.Value) error {
	t := layout.Of(to.Type())
	decoded := reflect.New(t.Type).Elem()
	if err := Decode(f, t, from, decoded); err != nil {
		return err
	}
	f.LockStripe(frame.StripeOf(guard))
	to.Set(decoded)
	return nil
}

// ReturnText puts a STRING into C memory.
func ReturnText(f *frame.Frame, text string, dst unsafe.Pointer) {
	ReturnValue(f, layout.Of(layout.StringType), unsafe.Pointer(&text), dst)
}

// ReturnRef puts a REF to a Go value into C memory, whatever its type.
func ReturnRef(f *frame.Frame, v any, dst unsafe.Pointer) {
	*(*frame.Value)(dst) = frame.Value{}
	f.NewRef = NewRef(f, v)
	*(*frame.Value)(dst) = frame.Value{Kind: frame.KindRef, As: uint64(f.NewRef), Owner: f.NewRef}
}

// ReturnZero puts the zero value of a type into C memory, in C layout.
func ReturnZero(f *frame.Frame, t *layout.Type, dst unsafe.Pointer) {
	if t.Plain {
		clear(unsafe.Slice((*byte)(dst), t.Size))
		return
	}
	ReturnValue(f, t, nil, dst)
}

// Of makes a value for C of the Go value at src, the usual ones without reflect.
func Of(f *frame.Frame, t *layout.Type, src unsafe.Pointer) frame.Value {
	switch k := t.Kind(); {
	case layout.IsScalar(k):
		return frame.Value{Kind: uint32(k), As: layout.NumberAt(k, src)}
	case k == reflect.String:
		return ViewOf(f, *(*string)(src), uint32(reflect.String))
	}
	return Encode(f, t.At(src))
}

// Encode makes a value for C of a Go value.
func Encode(f *frame.Frame, v reflect.Value) frame.Value {
	switch k := v.Kind(); k {
	case reflect.Slice, reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		if v.IsNil() {
			return frame.Value{}
		}
	case reflect.Interface:
		if v = v.Elem(); !v.IsValid() {
			return frame.Value{}
		}
		if !layout.IsPredeclared(v.Type()) || v.Type() == layout.BytesType && v.IsNil() { // its type must not get lost
			return referTo(f, v)
		}
	}
	if shown := Inline(f, v); shown.Kind != 0 {
		return shown
	}
	return referTo(f, v)
}

// referTo makes a value that is a reference of its own.
func referTo(f *frame.Frame, v reflect.Value) frame.Value {
	owner := NewRef(f, v.Interface())
	return frame.Value{Kind: frame.KindRef, As: uint64(owner), Owner: owner}
}

// Inline makes a value that shows a number, a string or bytes; the zero value for any other type.
func Inline(f *frame.Frame, v reflect.Value) frame.Value {
	switch {
	case v.CanInt():
		return frame.Value{Kind: uint32(v.Kind()), As: uint64(v.Int())}
	case v.CanUint():
		return frame.Value{Kind: uint32(v.Kind()), As: v.Uint()}
	case v.CanFloat():
		return frame.Value{Kind: uint32(v.Kind()), As: math.Float64bits(v.Float())}
	case v.Kind() == reflect.String:
		return ViewOf(f, v.String(), uint32(reflect.String))
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 && !v.IsNil():
		b := v.Bytes()
		return ViewOf(f, unsafe.String(unsafe.SliceData(b), len(b)), frame.KindBytes)
	case v.Kind() == reflect.Bool && v.Bool():
		return frame.Value{Kind: uint32(reflect.Bool), As: 1}
	case v.Kind() == reflect.Bool:
		return frame.Value{Kind: uint32(reflect.Bool)}
	}
	return frame.Value{}
}

// NewRef makes a reference to a Go value.
func NewRef(f *frame.Frame, v any) frame.Ref {
	switch t := reflect.TypeOf(v); t.Kind() {
	case reflect.Map:
		return NewMap(layout.OfMap(t), reflect.ValueOf(v).UnsafePointer()).Ref(f)
	case reflect.Slice, reflect.Pointer, reflect.Struct:
		shape := layout.Of(t).ShapeIn(layout.Data(v))
		return ref.Table.MakeShown(f, v, ref.Shown{Shape: shape, Address: uintptr(layout.Data(v))})
	}
	return ref.Table.Make(f, v)
}
