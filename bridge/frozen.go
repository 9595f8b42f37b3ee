package bridge

import (
	"math"
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// freezing is the mirror of gobridge_freezing.
//
//gobridge:mirror gobridge_freezing
type freezing struct {
	records           unsafe.Pointer
	keyText, elemText bool
	room, size, count uint64
	key, elem         uint64
}

// maxFrozen is how many entries a frozen map may have.
const maxFrozen = 1 << 31

// mapfreeze writes the entries of a map to C memory as records, as far as there is room, and says how much they take.
func mapfreeze(f *frame) error {
	g, err := mapAt(f, ref(f.a))
	if err != nil {
		return err
	}
	to := (*freezing)(f.p)
	if to.keyText, to.key = fixedPart(g.t.Key); !to.keyText && !equalByBytes(g.t.Key.Type) {
		return failf(errWrongType, "map has keys of type %s, which is neither a string nor equal by its bytes", g.t.Key)
	}
	if to.elemText, to.elem = fixedPart(g.t.Elem); !to.elemText && !g.t.Elem.Plain {
		return failf(errWrongType, "map has elements of type %s, which is no string and holds pointers", g.t.Elem)
	}
	f.hold(g.stripe)
	to.count = uint64(backend{}.ReflectMaplen(g.t, g.m))
	if to.count > maxFrozen {
		return failf(errRange, "map has %d entries, more than %d", to.count, uint64(maxFrozen))
	}
	to.size = to.count * (to.key + to.elem)
	if !to.keyText && !to.elemText && to.size > to.room {
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
		return k == reflect.Bool || isInteger(k)
	}
}

func (to *freezing) write(g *goMap) error {
	to.size, to.count = 0, 0
	var it iter
	backend{}.ReflectMapiterinit(g.t, g.m, &it)
	for {
		key := backend{}.ReflectMapiterkey(&it)
		if key == nil {
			return nil
		}
		to.count++
		elem := backend{}.ReflectMapiterelem(&it)
		keyText, err := to.begin(to.keyText, key, to.key)
		if err != nil {
			return about("key", err)
		}
		elemText, err := to.begin(to.elemText, elem, to.elem)
		if err != nil {
			return about("elem", err)
		}
		to.add(unsafe.Pointer(unsafe.StringData(keyText)), uint64(len(keyText)))
		to.add(unsafe.Pointer(unsafe.StringData(elemText)), uint64(len(elemText)))
		backend{}.RuntimeMapiternext(&it)
	}
}

// begin adds the fixed part of a key or an element, and gives what follows it.
func (to *freezing) begin(isText bool, p unsafe.Pointer, size uint64) (string, error) {
	if !isText {
		to.add(p, size)
		return "", nil
	}
	text := *(*string)(p)
	if uint64(len(text)) > math.MaxUint32 {
		return "", failf(errRange, "a string has %d bytes, more than %d", len(text), uint64(math.MaxUint32))
	}
	length := uint32(len(text))
	to.add(unsafe.Pointer(&length), size)
	return text, nil
}

// add writes bytes where there is room for them. Once there is not, nothing more is written.
func (to *freezing) add(p unsafe.Pointer, size uint64) {
	if to.size+size <= to.room {
		layout.Move(unsafe.Add(to.records, to.size), p, uintptr(size))
	}
	to.size += size
}
