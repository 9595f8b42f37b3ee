package value

import (
	"context"
	"reflect"
	"strings"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
)

// AnyAt returns the Go value that a gobridge_value stands for, nil for NIL.
func AnyAt(f *frame.Frame, p unsafe.Pointer, argument string) (v any, err error) {
	err = Decode(f, layout.Of(layout.AnyType), (*frame.Value)(p), reflect.ValueOf(&v).Elem())
	return v, status.About(argument, err)
}

// Operand returns the address of a Go value for what lies in C layout at p: p itself where the type holds no pointers.
// With keep, the value lasts; without, a string is C's memory and must be forgotten when the call is over. text is
// where a string is put, so that none is allocated.
func Operand(f *frame.Frame, t *layout.Type, p unsafe.Pointer, keep bool, text *string) (unsafe.Pointer, error) {
	if !t.Plain {
		return OperandOf(f, t, (*frame.Value)(p), keep, text)
	}
	if cmem.Touch(p, t.Size); !t.ValidBools(p) {
		return nil, status.Errorf(status.Range, "a bool is neither 0 nor 1")
	}
	return p, nil
}

// OperandOf is operand for a value from C, whatever the type.
func OperandOf(f *frame.Frame, t *layout.Type, v *frame.Value, keep bool, text *string) (unsafe.Pointer, error) {
	if t.Kind() == reflect.String && v.Kind == uint32(reflect.String) {
		s, err := v.Memory()
		if keep {
			s = strings.Clone(s)
		}
		*text = s
		return unsafe.Pointer(text), err
	}
	if v.Kind == frame.KindRef && v.Flags == 0 {
		if object := ref.Table.Find(frame.Ref(v.As)); object != nil {
			if held := t.In(object); held != nil {
				return held, nil
			}
		}
	}
	made := reflect.New(t.Type)
	return made.UnsafePointer(), Decode(f, t, v, made.Elem())
}

// What NIL stands for where a context is wanted.
var (
	background  = reflect.ValueOf(context.Background())
	contextType = reflect.TypeOf((*context.Context)(nil)).Elem()
)

// Decode sets a zero variable of a type to what a value from C stands for.
func Decode(f *frame.Frame, t *layout.Type, v *frame.Value, to reflect.Value) error {
	if v.Flags != 0 {
		return status.Errorf(status.Argument, "flags is %#x, not 0", v.Flags)
	}
	var from reflect.Value
	switch v.Kind {
	case 0:
		if t.Type == contextType { // which no Go function takes as nil
			to.Set(background)
			return nil
		}
		switch t.Kind() {
		case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Chan, reflect.Func, reflect.Interface,
			reflect.UnsafePointer:
			return nil
		}
		return status.Errorf(status.WrongType, "a %s can not be nil", t)
	case uint32(reflect.String):
		s, err := v.Memory()
		if err != nil {
			return err
		}
		from = reflect.ValueOf(strings.Clone(s))
		if t.Kind() == reflect.String { // one with a name
			from = from.Convert(t.Type)
		}
	case frame.KindBytes:
		s, err := v.Memory()
		if err != nil {
			return err
		}
		if t.Kind() == reflect.Slice && holdsAnyBytes(t) {
			return decodeElems(t, s, to)
		}
		from = reflect.ValueOf([]byte(s))
	case frame.KindRef:
		if shown := f.PromisedValue(frame.Ref(v.As)); shown != nil {
			return Decode(f, t, shown, to)
		}
		var err error
		if from, err = At(f, frame.Ref(v.As), "as.ref"); err != nil {
			return err
		}
	default:
		if layout.IsScalar(t.Kind()) {
			return v.Number(t, to.Addr().UnsafePointer())
		}
		var err error
		if from, err = v.Scalar(); err != nil {
			return err
		}
	}
	return Assign(f, t, to, from)
}

// holdsAnyBytes tells of a slice type whether any bytes are elements of it, though not as a []byte is.
func holdsAnyBytes(t *layout.Type) bool {
	elem := layout.Of(t.Elem())
	return elem.Raw && elem.Size > 0 && elem.Type != layout.ScalarTypes[uint32(reflect.Uint8)]
}

// decodeElems sets a slice to a copy of its elements' memory.
func decodeElems(t *layout.Type, memory string, to reflect.Value) error {
	size := int(t.Elem().Size())
	n := len(memory) / size
	if len(memory) != n*size {
		return status.Errorf(status.WrongType, "%d bytes are no whole number of elements of a %s, which have %d", len(memory), t, size)
	}
	copied := []byte(memory) // which Go does not clear first
	elems := layout.Slice{Data: unsafe.Pointer(unsafe.SliceData(copied)), Len: n, Cap: n}
	to.Set(elems.As(t.Type))
	return nil
}

// InPlace shows the memory of a value from C as a string or slice, for a function that only reads it while it runs. It is false
// for what must be converted.
func InPlace(t *layout.Type, v *frame.Value, to *layout.Slice) bool {
	size := 1
	switch k := t.Kind(); {
	case k == reflect.String && v.Kind == uint32(reflect.String):
	case k == reflect.Slice && v.Kind == frame.KindBytes && layout.Of(t.Elem()).Raw:
		if size = int(t.Elem().Size()); size == 0 || int(v.As)%t.Elem().Align() != 0 {
			return false
		}
	default:
		return false
	}
	memory, err := v.Memory()
	n := len(memory) / size
	*to = layout.Slice{Data: unsafe.Pointer(unsafe.StringData(memory)), Len: n, Cap: n}
	return err == nil && n > 0 && n*size == len(memory)
}

// Assign sets a variable as Go's = does; a pointer to what could be assigned stands for what it points to, and a slice may
// become an array of its length.
func Assign(f *frame.Frame, t *layout.Type, to, from reflect.Value) error {
	given := from.Type()
	switch {
	case given.AssignableTo(t.Type):
		to.Set(from)
		return nil
	case from.Kind() == reflect.Slice && t.Kind() == reflect.Array && given.Elem() == t.Elem():
		if from.Len() != t.Len() {
			return status.Errorf(status.Argument, "%d elements do not make a %s", from.Len(), t)
		}
		CopyElems(f, to, from, from)
		return nil
	case from.Kind() != reflect.Pointer || !given.Elem().AssignableTo(t.Type):
		return status.Errorf(status.WrongType, "a %s can not be a %s", given, t)
	}
	if from.IsNil() {
		return status.Errorf(status.Nil, "a nil %s stands for no %s", from.Type(), t)
	}
	f.LockStripe(frame.StripeOf(from.UnsafePointer()))
	to.Set(from.Elem())
	f.UnlockStripe()
	return nil
}
