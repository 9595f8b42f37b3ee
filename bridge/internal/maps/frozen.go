package maps

import (
	"math"
	"reflect"
	"runtime"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// Freezing is the mirror of gobridge_freezing.
//
//gobridge:mirror gobridge_freezing
type Freezing struct {
	Records               unsafe.Pointer
	KeyText, ElemText     bool
	Capacity, Size, Count uint64
	Key, Elem             uint64
	Threads               uint64
}

// maxFrozen is how many entries a frozen map may have.
const maxFrozen = 1 << 31

// mapfreeze writes the entries of a map to C memory as records, as far as there is room, and says how much they take.
func mapfreeze(f *frame.Frame) error {
	in := frame.Args[freezeArgs](f)
	g, err := At(f, in.Map)
	if err != nil {
		return err
	}
	to := in.Freezing
	if to.KeyText, to.Key = fixedPart(g.T.Key); !to.KeyText && !equalByBytes(g.T.Key.Type) {
		return status.Errorf(status.WrongType, "map has keys of type %s, which is neither a string nor equal by its bytes", g.T.Key)
	}
	if to.ElemText, to.Elem = fixedPart(g.T.Elem); !to.ElemText && !g.T.Elem.Plain {
		return status.Errorf(status.WrongType, "map has elements of type %s, which is no string and holds pointers", g.T.Elem)
	}
	to.Threads = uint64(runtime.GOMAXPROCS(0))
	f.LockStripe(g.Stripe)
	to.Count = uint64(gort.Backend{}.ReflectMaplen(g.T, g.M))
	if to.Count > maxFrozen {
		return status.Errorf(status.Limit, "map has %d entries, more than %d", to.Count, uint64(maxFrozen))
	}
	to.Size = to.Count * (to.Key + to.Elem)
	if !to.KeyText && !to.ElemText && to.Size > to.Capacity {
		return nil
	}
	return to.write(g)
}

// fixedPart tells whether a type is a string, and what of it has the same size in each record.
func fixedPart(t *layout.Type) (isText bool, size uint64) {
	if t.Kind() == reflect.String {
		return true, uint64(unsafe.Sizeof(uint32(0)))
	}
	return false, uint64(t.Size)
}

// equalByBytes tells whether two values of a type are equal, and have the same hash, where their bytes are the same and
// only there.
func equalByBytes(t reflect.Type) bool {
	switch k := t.Kind(); k {
	case reflect.Array:
		return t.Len() == 0 || equalByBytes(t.Elem())
	case reflect.Struct:
		end := uintptr(0)
		for i := 0; i < t.NumField(); i++ {
			field := t.Field(i)
			if field.Name == "_" || field.Offset != end || !equalByBytes(field.Type) {
				return false
			}
			end += field.Type.Size()
		}
		return end == t.Size()
	default:
		return k == reflect.Bool || layout.IsInteger(k)
	}
}

func (to *Freezing) write(g *value.Map) error {
	to.Size, to.Count = 0, 0
	var it gort.Iter
	gort.Backend{}.ReflectMapiterinit(g.T, g.M, &it)
	for {
		key := gort.Backend{}.ReflectMapiterkey(&it)
		if key == nil {
			return nil
		}
		to.Count++
		elem := gort.Backend{}.ReflectMapiterelem(&it)
		keyText, err := to.begin(to.KeyText, key, to.Key)
		if err != nil {
			return status.About("key", err)
		}
		elemText, err := to.begin(to.ElemText, elem, to.Elem)
		if err != nil {
			return status.About("elem", err)
		}
		to.add(unsafe.Pointer(unsafe.StringData(keyText)), uint64(len(keyText)))
		to.add(unsafe.Pointer(unsafe.StringData(elemText)), uint64(len(elemText)))
		gort.Backend{}.RuntimeMapiternext(&it)
	}
}

// begin adds the fixed part of a key or an element, and returns what follows it.
func (to *Freezing) begin(isText bool, p unsafe.Pointer, size uint64) (string, error) {
	if !isText {
		to.add(p, size)
		return "", nil
	}
	text := *(*string)(p)
	if uint64(len(text)) > math.MaxUint32 {
		return "", status.Errorf(status.Limit, "a string has %d bytes, more than %d", len(text), uint64(math.MaxUint32))
	}
	length := uint32(len(text))
	to.add(unsafe.Pointer(&length), size)
	return text, nil
}

// add writes bytes where there is room for them. Once there is not, nothing more is written.
func (to *Freezing) add(p unsafe.Pointer, size uint64) {
	if to.Size+size <= to.Capacity {
		layout.Move(unsafe.Add(to.Records, to.Size), p, uintptr(size))
	}
	to.Size += size
}
