package bridge

import (
	"math"
	"math/bits"
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
	viaReflect     // up to here keys and elements are in C layout
	viaValue       // they are values, and the map's type chooses the symbol
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

// chosen is the symbol that a call for a map type goes through.
func (by via) chosen(t *layout.Map) via {
	if by != viaValue {
		return by
	}
	return [...]via{layout.NotFast: viaRuntime, layout.Fast32: viaFast32, layout.Fast32Ptr: viaFast32Ptr,
		layout.Fast64: viaFast64, layout.Fast64Ptr: viaFast64Ptr}[t.Fast]
}

// room is where a key or an element from C is put, so that none is allocated.
type room struct {
	text   string
	number uint64
}

// keep makes it last: until then a string is C's memory.
func (r *room) keep() { r.text = strings.Clone(r.text) }

// operand is operand of a call's key or element, which is in C layout or a value.
func (by via) operand(f *frame, t *layout.Type, p unsafe.Pointer, keep bool, r *room) (unsafe.Pointer, error) {
	switch {
	case by != viaValue:
		return operand(f, t, p, keep, &r.text)
	case (*value)(p).exactly(t, &r.number):
		return unsafe.Pointer(&r.number), nil
	}
	return operandOf(f, t, (*value)(p), keep, &r.text)
}

// key is a map's key on its way in.
type key struct {
	at      unsafe.Pointer // of a Go value
	number  uint64         // what a fast variant takes
	pointer unsafe.Pointer // what a fast variant for pointers takes
}

// keyFrom reads a call's key: at f.p, or where the call is a fast variant the number f.b. keep is operand's.
func keyFrom(f *frame, g *goMap, by via, keep bool, r *room) (k key, err error) {
	fast := g.t.Fast
	switch { // the usual ones first
	case by == viaFast64 && fast == layout.Fast64 && g.t.Key.Raw:
		k.number = f.b
		return k, nil
	case by <= viaReflect && g.t.Key.Raw:
		touch(f.p, g.t.Key.Size)
		k.at = f.p
		return k, nil
	case by <= viaValue && g.t.Key.Kind() == reflect.String && (*value)(f.p).kind == uint32(reflect.String):
		if r.text, err = (*value)(f.p).memory(); err == nil {
			if keep {
				r.keep()
			}
			k.at = unsafe.Pointer(&r.text)
			return k, nil
		}
	case by <= viaValue:
		if k.at, err = by.operand(f, g.t.Key, f.p, keep, r); err == nil && !g.t.Key.Hashable(k.at) {
			err = failf(errUnhashable, "it holds what can not be hashed")
		}
		if by == viaValue && err == nil {
			k.read(fast)
		}
	case by == viaFast64 && fast == layout.Fast64, by == viaFast32 && fast == layout.Fast32:
		if k.number = f.b; g.t.Key.Bools && !validNumber(g.t.Key, f.b) {
			err = failf(errRange, "a bool is neither 0 nor 1")
		}
	case by == viaFast32Ptr && !pointersOf4, by == viaFast64Ptr && pointersOf4:
		err = failf(errUnsupported, "pointers have %d bytes on this platform", unsafe.Sizeof(k.at))
	case by == viaFast32Ptr && fast == layout.Fast32Ptr, by == viaFast64Ptr && fast == layout.Fast64Ptr,
		by == viaFast64 && fast == layout.Fast64Ptr && !keep:
		pointer := value{kind: kindRef, as: f.b}
		if k.at, err = operand(f, g.t.Key, unsafe.Pointer(&pointer), keep, nil); err == nil {
			k.read(fast)
		}
	default:
		return k, failf(errNotFast, "map is a %s, for which the compiler does not choose this variant", g.t)
	}
	return k, about("key", err)
}

// read takes what a fast variant wants from the Go value.
func (k *key) read(fast layout.Fast) {
	switch fast {
	case layout.Fast32:
		k.number = uint64(*(*uint32)(k.at))
	case layout.Fast64:
		k.number = *(*uint64)(k.at)
	case layout.Fast32Ptr, layout.Fast64Ptr:
		k.pointer = *(*unsafe.Pointer)(k.at)
		k.number = uint64(uintptr(k.pointer))
	}
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

// find looks a key up: nil where there is none. (What the runtime gives then may be smaller than an element.)
func (g *goMap) find(by via, k key) unsafe.Pointer {
	var elem unsafe.Pointer
	var found bool
	switch by.chosen(g.t) {
	case viaRuntime:
		elem, found = backend{}.RuntimeMapaccess2(g.t, g.m, k.at)
	case viaReflect:
		return backend{}.ReflectMapaccess(g.t, g.m, k.at)
	case viaFast32, viaFast32Ptr:
		elem, found = backend{}.RuntimeMapaccess2Fast32(g.t, g.m, uint32(k.number))
	case viaFast64, viaFast64Ptr:
		elem, found = backend{}.RuntimeMapaccess2Fast64(g.t, g.m, k.number)
	}
	if !found {
		return nil
	}
	return elem
}

// assign sets the element of a key.
func (g *goMap) assign(by via, k key, elem unsafe.Pointer) {
	switch by.chosen(g.t) {
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
}

func mapaccess(by via) func(*frame) error {
	return func(f *frame) error {
		g, err := mapAt(ref(f.a))
		if err != nil {
			return err
		}
		var r room
		k, err := keyFrom(f, g, by, false, &r)
		if err != nil {
			return err
		}
		f.hold(g.stripe)
		elem := g.find(by, k)
		if elem != nil {
			f.result = 1
		}
		switch {
		case f.q == nil:
		case by == viaValue:
			f.giveValue(g.t.Elem, elem, f.q)
		case elem != nil:
			f.give(g.t.Elem, elem, f.q)
		default:
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
		var keyRoom, elemRoom room
		k, err := keyFrom(f, g, by, true, &keyRoom)
		if err != nil {
			return err
		}
		elem := f.q
		if t := g.t.Elem; t.Raw && by != viaValue {
			touch(elem, t.Size)
		} else if elem, err = by.operand(f, t, f.q, true, &elemRoom); err != nil {
			return about("elem", err)
		}
		if err = g.writable(); err != nil {
			return err
		}
		f.hold(g.stripe)
		g.assign(by, k, elem)
		return nil
	}
}

// writable refuses a nil map.
func (g *goMap) writable() error {
	if g.m == nil {
		return failf(errNil, "map is a nil %s", g.t)
	}
	return nil
}

// elements is the mirror of gobridge_elements.
type elements struct {
	in  *value
	out unsafe.Pointer // to a value; nil where none is wanted
}

// update is a way to change the element of a key under one lock.
type update struct {
	name string // C's, of what it hands in

	// of is the type that this is decoded for.
	of func(elem *layout.Type, in *value) (*layout.Type, error)

	// become makes the element of the old one, nil where there is none, and of what C hands in.
	become func(elem *layout.Type, old unsafe.Pointer, given *layout.Type, in unsafe.Pointer) (unsafe.Pointer, error)
}

func mapupdate(u update) func(*frame) error {
	return func(f *frame) error {
		g, err := mapAt(ref(f.a))
		if err != nil {
			return err
		}
		var keyRoom, inRoom room
		k, err := keyFrom(f, g, viaValue, false, &keyRoom)
		if err != nil {
			return err
		}
		e := (*elements)(f.q)
		t, err := u.of(g.t.Elem, e.in)
		if err != nil {
			return err
		}
		in, err := viaValue.operand(f, t, unsafe.Pointer(e.in), false, &inRoom)
		if err != nil {
			return about(u.name, err)
		}
		if err = g.writable(); err != nil {
			return err
		}
		if e.out != nil {
			touch(e.out, unsafe.Sizeof(value{}))
		}
		f.hold(g.stripe)
		old := g.find(viaValue, k)
		elem, err := u.become(g.t.Elem, old, t, in)
		if err != nil {
			return about(u.name, err)
		}
		if elem != old {
			keyRoom.keep()
			inRoom.keep()
			g.assign(viaValue, k, elem)
		}
		if old != nil {
			f.result = 1
		}
		if e.out != nil {
			f.giveValue(g.t.Elem, elem, e.out)
		}
		return nil
	}
}

var getOrSet = update{
	name: "fallback",
	of:   func(elem *layout.Type, _ *value) (*layout.Type, error) { return elem, nil },
	become: func(_ *layout.Type, old unsafe.Pointer, _ *layout.Type, in unsafe.Pointer) (unsafe.Pointer, error) {
		if old != nil {
			return old, nil
		}
		return in, nil
	},
}

var add = update{name: "delta", of: termOf, become: sum}

// termOf is the type of what is added to an element. An integer may be of any kind: it is the sum that must fit.
func termOf(elem *layout.Type, in *value) (*layout.Type, error) {
	kind, given := elem.Kind(), reflect.Kind(in.kind)
	switch {
	case !isInteger(kind) && kind != reflect.Float32 && kind != reflect.Float64:
		return nil, failf(errWrongType, "map has elements of type %s, which are no numbers", elem)
	case isInteger(kind) && isInteger(given) && kind != given:
		return layout.Of(scalarTypes[uint32(given)]), nil
	}
	return elem, nil
}

func isInteger(k reflect.Kind) bool { return k >= reflect.Int && k <= reflect.Uintptr }

// sum adds two numbers.
func sum(elem *layout.Type, old unsafe.Pointer, term *layout.Type, in unsafe.Pointer) (unsafe.Pointer, error) {
	to, delta, fits := reflect.New(elem.Type).Elem(), term.At(in), false
	if old != nil {
		to.Set(elem.At(old))
	}
	if to.CanFloat() {
		a, b := to.Float(), delta.Float()
		to.SetFloat(a + b)
		fits = !math.IsInf(to.Float(), 0) || math.IsInf(a, 0) || math.IsInf(b, 0)
	} else {
		high, low := wide(to)
		deltaHigh, deltaLow := wide(delta)
		low, carry := bits.Add64(low, deltaLow, 0)
		high += deltaHigh + carry
		if to.CanInt() {
			fits = high == uint64(int64(low)>>63) && !to.OverflowInt(int64(low))
			to.SetInt(int64(low))
		} else {
			fits = high == 0 && !to.OverflowUint(low)
			to.SetUint(low)
		}
	}
	if !fits {
		return nil, failf(errRange, "the sum does not fit a %s", elem)
	}
	return to.Addr().UnsafePointer(), nil
}

// wide gives the 128 bits of an integer.
func wide(v reflect.Value) (high, low uint64) {
	if v.CanUint() {
		return 0, v.Uint()
	}
	return uint64(v.Int() >> 63), uint64(v.Int())
}

func mapdelete(by via) func(*frame) error {
	return func(f *frame) error {
		g, err := mapAt(ref(f.a))
		if err != nil {
			return err
		}
		var r room
		k, err := keyFrom(f, g, by, false, &r)
		if err != nil || g.m == nil {
			return err
		}
		f.hold(g.stripe)
		before := backend{}.ReflectMaplen(g.t, g.m)
		backend{}.RuntimeMapdelete(g.t, g.m, k.at)
		f.result = uint64(before - backend{}.ReflectMaplen(g.t, g.m))
		return nil
	}
}

// mapclear removes all entries, also those whose keys are NaNs.
func mapclear(f *frame) error {
	g, err := mapAt(ref(f.a))
	if err != nil {
		return err
	}
	f.hold(g.stripe)
	g.t.At(unsafe.Pointer(&g.m)).Clear()
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
