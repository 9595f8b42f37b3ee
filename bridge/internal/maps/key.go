package maps

import (
	"reflect"
	"strings"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
	"gobridge/bridge/internal/walk"
)

// via says which of the symbols that do the same a call goes through.
type via uint8

const (
	ViaRuntime via = iota
	viaReflect     // up to here keys and elements are in C layout
	ViaValue       // they are values, and the map's type chooses the symbol
	viaSmall
	viaFast32
	viaFast32Ptr
	viaFast64
	viaFast64Ptr
	viaFastStr
	viaReflectStr // reflect's symbol for the same
)

// viaFast is what the compiler would choose.
var viaFast = [...]via{layout.NotFast: ViaRuntime, layout.Fast32: viaFast32, layout.Fast32Ptr: viaFast32Ptr,
	layout.Fast64: viaFast64, layout.Fast64Ptr: viaFast64Ptr, layout.FastStr: viaFastStr}

// chosen is the symbol that a call for a map type goes through.
func (by via) chosen(t *layout.Map) via {
	if by == ViaValue {
		return viaFast[t.Fast]
	}
	return by
}

// Scratch is where a key or an element from C is put, so that none is allocated.
type Scratch struct {
	text   string
	Number uint64
}

// keep makes it last: until then a string is C's memory.
func (r *Scratch) keep() { r.text = strings.Clone(r.text) }

// Operand returns the address of a Go value for a value from C; keep is operand's.
func (r *Scratch) Operand(f *frame.Frame, t *layout.Type, v *frame.Value, keep bool) (unsafe.Pointer, error) {
	if number := unsafe.Pointer(&r.Number); layout.IsScalar(t.Kind()) && layout.IsScalar(reflect.Kind(v.Kind)) {
		return number, v.Number(t, number)
	}
	return value.OperandOf(f, t, v, keep, &r.text)
}

// operand is the room's of a call's key or element: one in C layout may stay where it is.
func (by via) operand(f *frame.Frame, t *layout.Type, p unsafe.Pointer, keep bool, r *Scratch) (unsafe.Pointer, error) {
	if by == ViaValue {
		return r.Operand(f, t, (*frame.Value)(p), keep)
	}
	return value.Operand(f, t, p, keep, &r.text)
}

// Key is a map's key on its way in.
type Key struct {
	At      unsafe.Pointer // of a Go value
	Number  uint64         // what a fast variant takes
	Pointer unsafe.Pointer // what a fast variant for pointers takes
}

// keyFrom reads a call's key: at f.p, or where the call is a fast variant the number f.b or the f.b bytes at f.p. keep is
// operand's.
func keyFrom(f *frame.Frame, g *value.Map, by via, keep bool, r *Scratch) (k Key, err error) {
	in := frame.Args[mapArgs](f)
	fast := g.T.Fast
	switch { // the usual ones first
	case by == viaFast64 && fast == layout.Fast64 && g.T.Key.Raw:
		k.Number = in.Number
		return k, nil
	case by <= viaReflect && g.T.Key.Raw:
		cmem.Touch(in.Key, g.T.Key.Size)
		k.At = in.Key
		return k, nil
	case by <= ViaValue && g.T.Key.Kind() == reflect.String && (*frame.Value)(in.Key).Kind == uint32(reflect.String):
		if r.text, err = (*frame.Value)(in.Key).Memory(); err == nil {
			if keep {
				r.keep()
			}
			k.At = unsafe.Pointer(&r.text)
			return k, nil
		}
	case by <= ViaValue:
		if k.At, err = by.operand(f, g.T.Key, in.Key, keep, r); err == nil {
			err = walk.CheckKey(g.T.Key, k.At)
		}
		if by == ViaValue && err == nil {
			k.Number, k.Pointer = FastKey(k.At, fast)
		}
	case by == viaFast64 && fast == layout.Fast64, by == viaFast32 && fast == layout.Fast32:
		if k.Number = in.Number; g.T.Key.Bools && !validNumber(g.T.Key, in.Number) {
			err = status.Errorf(status.Range, "a bool is neither 0 nor 1")
		}
	case by == viaFast32Ptr && !pointersOf4, by == viaFast64Ptr && pointersOf4:
		err = status.Errorf(status.Unsupported, "pointers have %d bytes on this platform", unsafe.Sizeof(k.At))
	case by == viaFast32Ptr && fast == layout.Fast32Ptr, by == viaFast64Ptr && fast == layout.Fast64Ptr,
		by == viaFast64 && fast == layout.Fast64Ptr && !keep:
		pointer := frame.Value{Kind: frame.KindRef, As: in.Number}
		if k.At, err = value.Operand(f, g.T.Key, unsafe.Pointer(&pointer), keep, nil); err == nil {
			k.Number, k.Pointer = FastKey(k.At, fast)
		}
	case (by == viaFastStr || by == viaReflectStr) && fast == layout.FastStr:
		var text []byte
		text, err = f.Bytes()
		r.text = unsafe.String(unsafe.SliceData(text), len(text))
		if keep {
			r.keep()
		}
		k.At = unsafe.Pointer(&r.text)
	default:
		return k, status.Errorf(status.NotFast, "map is a %s, for which the compiler does not choose this variant", g.T)
	}
	return k, status.About("key", err)
}

// FastKey returns what the fast variants take instead of the address of a key.
func FastKey(at unsafe.Pointer, fast layout.Fast) (number uint64, pointer unsafe.Pointer) {
	switch fast {
	case layout.Fast32:
		number = uint64(*(*uint32)(at))
	case layout.Fast64:
		number = *(*uint64)(at)
	case layout.Fast32Ptr, layout.Fast64Ptr:
		pointer = *(*unsafe.Pointer)(at)
		number = uint64(uintptr(pointer))
	}
	return number, pointer
}

const pointersOf4 = unsafe.Sizeof(uintptr(0)) == 4

// validNumber tells whether a number has 0 or 1 where the type of 4 or 8 bytes that it stands for has a bool.
func validNumber(t *layout.Type, number uint64) bool {
	low := uint32(number)
	if t.Size == 4 {
		return t.ValidBools(unsafe.Pointer(&low))
	}
	return t.ValidBools(unsafe.Pointer(&number))
}
