package bridge

import (
	"reflect"
	"strings"
	"sync"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// goMap is what a reference to a map names. m is the runtime's pointer, nil for a nil map.
type goMap struct {
	t      *layout.Map
	m      unsafe.Pointer
	stripe uint32 // its lock
}

// lockStripes guard all memory that C shares between threads: whoever reads or writes a map or a variable holds the one
// of its address. Many references may name one map, so the lock belongs to the map, not to them; and as no one ever
// holds two, sharing one costs waiting at worst.
var lockStripes [512]struct {
	sync.Mutex
	_ [56]byte // a cache line each
}

func stripeOf(p unsafe.Pointer) uint32 {
	const golden = 0x9E3779B1
	return uint32(uintptr(p)>>4) * golden >> 23
}

func newMap(t *layout.Map, m unsafe.Pointer) *goMap { return &goMap{t, m, stripeOf(m)} }

// mapAt gives the map that a reference names.
func mapAt(r ref) (*goMap, error) {
	if object := refs.find(r); object != nil {
		if g, isMap := (*object).(*goMap); isMap {
			return g, nil
		}
	}
	object, err := refs.get(r, "map")
	if err != nil {
		return nil, err
	}
	g, isMap := object.(*goMap)
	if !isMap {
		return nil, failf(errWrongKind, "map is %s, not a map", describe(object))
	}
	return g, nil
}

// via says which of the symbols that do the same a call goes through.
type via uint8

const (
	viaRuntime via = iota
	viaReflect     // up to here a key is memory
	viaSmall
	viaFast32
	viaFast32Ptr
	viaFast64
	viaFast64Ptr
)

func makemap(by via) func(*frame) error {
	return func(f *frame) error {
		object, err := typeAt(ref(f.a), "type")
		if err != nil {
			return err
		}
		if object.Kind() != reflect.Map {
			return failf(errWrongKind, "type is %s, not a map type", describe(object))
		}
		t := layout.OfMap(object.Type.Type)
		hint := int64(f.b)
		if hint < 0 || hint > entries(t) {
			return failf(errRange, "%s: %d entries; from 0 to %d can be made room for at once",
				map[via]string{viaRuntime: "hint", viaReflect: "cap"}[by], hint, entries(t))
		}
		var m unsafe.Pointer
		switch by {
		case viaSmall:
			m = backend{}.RuntimeMakemapSmall(t)
		case viaRuntime:
			m = backend{}.RuntimeMakemap(t, int(hint))
		case viaReflect:
			m = backend{}.ReflectMakemap(t, int(hint))
		}
		f.made = refs.make(f, newMap(t, m))
		return nil
	}
}

// entries is how many entries of a map type surely fit into 1 GiB at once. Tables are up to twice as large as needed in
// every release, and the runtime keeps keys and elements of more than 128 bytes elsewhere.
func entries(t *layout.Map) int64 {
	const word = int64(unsafe.Sizeof(uintptr(0)))
	slot := int64(0)
	for _, part := range []*layout.Type{t.Key, t.Elem} {
		size, align := int64(part.Size), int64(part.Align())
		if size > 128 {
			size, align = word, word
		}
		slot = (slot+align-1)/align*align + size
	}
	slot = (slot + word - 1) / word * word
	return 1 << 30 / (3*slot + word)
}

// key is a map's key on its way in.
type key struct {
	at      unsafe.Pointer // of a Go value
	number  uint64         // what a fast variant takes
	pointer unsafe.Pointer // what a fast variant for pointers takes
}

// keyFrom reads a call's key: in C layout at f.p, or for a fast variant the number f.b. keep and text are operand's.
func keyFrom(f *frame, g *goMap, by via, keep bool, text *string) (k key, err error) {
	fast := g.t.Fast
	switch { // the usual ones first
	case by == viaFast64 && fast == layout.Fast64 && g.t.Key.Raw:
		k.number = f.b
		return k, nil
	case by <= viaReflect && g.t.Key.Raw:
		touch(f.p, g.t.Key.Size)
		k.at = f.p
		return k, nil
	case by <= viaReflect && g.t.Key.Kind() == reflect.String && (*value)(f.p).kind == uint32(reflect.String):
		if *text, err = (*value)(f.p).memory(); err == nil {
			if keep {
				*text = strings.Clone(*text)
			}
			k.at = unsafe.Pointer(text)
			return k, nil
		}
	case by <= viaReflect:
		if k.at, err = operand(f, g.t.Key, f.p, keep, text); err == nil && !g.t.Key.Hashable(k.at) {
			err = failf(errUnhashable, "it holds what can not be hashed")
		}
	case by == viaFast64 && fast == layout.Fast64, by == viaFast32 && fast == layout.Fast32:
		if k.number = f.b; g.t.Key.Bools && !validNumber(g.t.Key, f.b) {
			err = failf(errRange, "a bool is neither 0 nor 1")
		}
	case by == viaFast32Ptr && !pointersOf4, by == viaFast64Ptr && pointersOf4:
		err = failf(errUnsupported, "pointers have %d bytes on this platform", unsafe.Sizeof(k.at))
	case by == viaFast32Ptr && fast == layout.Fast32Ptr, by == viaFast64Ptr && fast == layout.Fast64Ptr,
		by == viaFast64 && fast == layout.Fast64Ptr && !keep:
		var at unsafe.Pointer
		pointer := value{kind: kindRef, as: f.b}
		if at, err = operand(f, g.t.Key, unsafe.Pointer(&pointer), keep, nil); err == nil {
			k.pointer = *(*unsafe.Pointer)(at)
			k.number = uint64(uintptr(k.pointer))
		}
	default:
		return k, failf(errNotFast, "map is a %s, for which the compiler does not choose this variant", g.t)
	}
	return k, about("key", err)
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

func mapaccess(by via) func(*frame) error {
	return func(f *frame) error {
		g, err := mapAt(ref(f.a))
		if err != nil {
			return err
		}
		var text string
		k, err := keyFrom(f, g, by, false, &text)
		if err != nil {
			return err
		}
		f.hold(g.stripe)
		var elem unsafe.Pointer
		var found bool
		switch by {
		case viaRuntime:
			elem, found = backend{}.RuntimeMapaccess2(g.t, g.m, k.at)
		case viaReflect:
			elem = backend{}.ReflectMapaccess(g.t, g.m, k.at)
			found = elem != nil
		case viaFast32:
			elem, found = backend{}.RuntimeMapaccess2Fast32(g.t, g.m, uint32(k.number))
		case viaFast64:
			elem, found = backend{}.RuntimeMapaccess2Fast64(g.t, g.m, k.number)
		}
		if found {
			f.result = 1
		}
		switch {
		case f.q == nil:
		case found:
			f.give(g.t.Elem, elem, f.q)
		default: // not what the runtime gave: its zero may be smaller than the element
			f.giveZero(g.t.Elem, f.q)
		}
		return nil
	}
}

func mapassign(by via) func(*frame) error {
	return func(f *frame) error {
		g, err := mapAt(ref(f.a))
		if err != nil {
			return err
		}
		var keyText, elemText string
		k, err := keyFrom(f, g, by, true, &keyText)
		if err != nil {
			return err
		}
		elem := f.q
		if t := g.t.Elem; t.Raw {
			touch(elem, t.Size)
		} else if elem, err = operand(f, t, f.q, true, &elemText); err != nil {
			return about("elem", err)
		}
		if g.m == nil {
			return failf(errNil, "map is a nil %s", g.t)
		}
		f.hold(g.stripe)
		switch by {
		case viaRuntime:
			backend{}.RuntimeMapassign(g.t, g.m, k.at, elem)
		case viaReflect:
			backend{}.ReflectMapassign0(g.t, g.m, k.at, elem)
		case viaFast32:
			backend{}.RuntimeMapassignFast32(g.t, g.m, uint32(k.number), elem)
		case viaFast32Ptr:
			backend{}.RuntimeMapassignFast32ptr(g.t, g.m, k.pointer, elem)
		case viaFast64:
			backend{}.RuntimeMapassignFast64(g.t, g.m, k.number, elem)
		case viaFast64Ptr:
			backend{}.RuntimeMapassignFast64ptr(g.t, g.m, k.pointer, elem)
		}
		return nil
	}
}

func mapdelete(f *frame) error {
	g, err := mapAt(ref(f.a))
	if err != nil {
		return err
	}
	var text string
	k, err := keyFrom(f, g, viaRuntime, false, &text)
	if err != nil {
		return err
	}
	if g.m == nil {
		return nil
	}
	f.hold(g.stripe)
	backend{}.RuntimeMapdelete(g.t, g.m, k.at)
	return nil
}

func maplen(f *frame) error {
	g, err := mapAt(ref(f.a))
	if err != nil {
		return err
	}
	f.hold(g.stripe)
	f.result = uint64(backend{}.ReflectMaplen(g.t, g.m))
	return nil
}
