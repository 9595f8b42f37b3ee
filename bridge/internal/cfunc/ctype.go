package cfunc

import (
	"reflect"
	"runtime"
	"strings"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
)

// cType is a Go type that a C function can have.
type cType struct {
	*layout.Type
	codes    []uint32   // csrc/cfunc.h's
	slots    int        // of an invocation that it fills
	function *signature // of a func type
}

func newCType(t reflect.Type, depth int) (c *cType, err error) {
	c = &cType{Type: layout.Of(t), slots: 1}
	switch k := t.Kind(); {
	case layout.IsScalar(k):
		c.codes = []uint32{uint32(k)}
	case k == reflect.UnsafePointer, k == reflect.String, k == reflect.Pointer && layout.Of(t.Elem()).Plain:
		c.codes = []uint32{uint32(reflect.UnsafePointer)}
	case k == reflect.Func:
		c.codes = []uint32{uint32(reflect.UnsafePointer)}
		c.function, err = signatureOf(t, depth+1)
	case k == reflect.Struct && c.Plain && c.Size > maxByValue:
		err = tooLarge()
	case k == reflect.Struct && c.Plain && c.Size > 0:
		c.slots = int((c.Size + 7) / 8)
		c.codes, err = appendCodes(nil, t)
	default:
		err = status.Errorf(status.WrongType, "C has no %s", t)
	}
	return c, err
}

func tooLarge() error {
	return status.Errorf(status.Limit, "more than %d bytes would be copied for one call", maxByValue)
}

// appendCodes adds the codes of a type without pointers. To libffi an array is a struct of equal elements.
func appendCodes(codes []uint32, t reflect.Type) ([]uint32, error) {
	elem := t.Field
	count := 0
	switch k := t.Kind(); {
	case layout.IsScalar(k):
		return append(codes, uint32(k)), nil
	case k == reflect.Struct:
		count = t.NumField()
	case k == reflect.Array:
		count = t.Len()
		elem = func(int) reflect.StructField { return reflect.StructField{Type: t.Elem()} }
	default:
		return nil, status.Errorf(status.WrongType, "C has no %s", t)
	}
	head := len(codes)
	codes = append(codes, uint32(reflect.Struct), 0, uint32(t.Size()), uint32(t.Align()))
	for i := 0; i < count; i++ {
		if elem(i).Type.Size() == 0 { // such as structs.HostLayout
			continue
		}
		var err error
		if codes, err = appendCodes(codes, elem(i).Type); err != nil {
			return nil, err
		}
		codes[head+1]++
	}
	return codes, nil
}

// put writes a Go value into C memory. What must last as long as the call is lent; nothing is for a result.
func (t *cType) put(dst unsafe.Pointer, v reflect.Value, lent *borrowed) error {
	switch t.Kind() {
	case reflect.String:
		text := v.String()
		if strings.IndexByte(text, 0) >= 0 {
			return status.Errorf(status.WrongType, "the string holds a NUL, which would end it in C")
		}
		copied := append([]byte(text), 0)
		lent.pinner.Pin(&copied[0])
		*(*uintptr)(dst) = uintptr(unsafe.Pointer(&copied[0]))
	case reflect.Func:
		if v.IsNil() {
			*(*uintptr)(dst) = 0
			return nil
		}
		c, err := newClosure(t.function, v)
		if err != nil {
			return err
		}
		lent.closures = append(lent.closures, c)
		*(*uintptr)(dst) = uintptr(c.code)
	case reflect.Pointer:
		if lent != nil && !v.IsNil() {
			cmem.Pin(&lent.pinner, v.UnsafePointer())
		}
		fallthrough
	case reflect.UnsafePointer:
		*(*uintptr)(dst) = v.Pointer()
	default:
		t.At(dst).Set(v)
	}
	return nil
}

// get reads a Go value from C memory.
func (t *cType) get(src unsafe.Pointer) (reflect.Value, error) {
	v := reflect.New(t.Type.Type).Elem()
	switch t.Kind() {
	case reflect.String, reflect.Func, reflect.Pointer, reflect.UnsafePointer:
		switch address := *(*uintptr)(src); {
		case address == 0:
			return v, nil
		case address < cmem.FirstPage: // as a pointer on Go's stack it could end the process
			return v, status.Errorf(status.Address, "%#x is no pointer; a uintptr would take it", address)
		}
		p := *(*unsafe.Pointer)(src)
		switch t.Kind() {
		case reflect.String:
			v.SetString(cmem.String(p))
		case reflect.Func:
			v.Set(t.function.bind(p))
		default:
			*(*unsafe.Pointer)(v.Addr().UnsafePointer()) = p
		}
	default:
		if !t.ValidBools(src) {
			return v, status.Errorf(status.Range, "a bool is neither 0 nor 1")
		}
		layout.Move(v.Addr().UnsafePointer(), src, t.Size)
	}
	return v, nil
}

// borrowed is what Go lends C for a call.
type borrowed struct {
	pinner   runtime.Pinner
	closures []*closure
}

func (l *borrowed) end() {
	l.pinner.Unpin()
	for _, c := range l.closures {
		c.Released()
	}
}

// promoted returns a variadic argument as C has it.
func promoted(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Invalid:
		return reflect.Zero(pointerType)
	case reflect.Bool:
		if v.Bool() {
			return reflect.ValueOf(int32(1))
		}
		return reflect.ValueOf(int32(0))
	case reflect.Int8, reflect.Int16, reflect.Uint8, reflect.Uint16:
		return v.Convert(reflect.TypeOf(int32(0)))
	case reflect.Float32:
		return v.Convert(reflect.TypeOf(float64(0)))
	}
	return v
}
