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

// mapOps answers the calls about maps, iterators and frozen maps.
var mapOps = []op{
	{name: "gobridge_map_new", run: makemap(viaRuntime)},
	{name: "gobridge_map_get", run: mapaccess(viaValue)},
	{name: "gobridge_map_set", run: mapassign(viaValue)},
	{name: "gobridge_map_delete", run: mapdelete(viaValue)},
	{name: "gobridge_map_clear", run: mapclear},
	{name: "gobridge_map_len", run: maplen},
	{name: "gobridge_map_contains", run: mapaccess(viaValue)},
	{name: "gobridge_map_get_or_set", run: mapupdate(false)},
	{name: "gobridge_map_add", run: mapupdate(true)},
	{name: "gobridge_runtime_makemap_small", run: makemap(viaSmall)},
	{name: "gobridge_runtime_makemap", run: makemap(viaRuntime)},
	{name: "gobridge_reflect_makemap", run: makemap(viaReflect)},
	{name: "gobridge_runtime_mapaccess2", run: mapaccess(viaRuntime)},
	{name: "gobridge_reflect_mapaccess", run: mapaccess(viaReflect)},
	{name: "gobridge_runtime_mapaccess2_fast32", run: mapaccess(viaFast32)},
	{name: "gobridge_runtime_mapaccess2_fast64", run: mapaccess(viaFast64)},
	{name: "gobridge_runtime_mapassign", run: mapassign(viaRuntime)},
	{name: "gobridge_reflect_mapassign0", run: mapassign(viaReflect)},
	{name: "gobridge_runtime_mapassign_fast32", run: mapassign(viaFast32)},
	{name: "gobridge_runtime_mapassign_fast32ptr", run: mapassign(viaFast32Ptr)},
	{name: "gobridge_runtime_mapassign_fast64", run: mapassign(viaFast64)},
	{name: "gobridge_runtime_mapassign_fast64ptr", run: mapassign(viaFast64Ptr)},
	{name: "gobridge_runtime_mapdelete", run: mapdelete(viaRuntime)},
	{name: "gobridge_reflect_maplen", run: maplen},
	{name: "gobridge_runtime_mapaccess2_faststr", run: mapaccess(viaFastStr)},
	{name: "gobridge_reflect_mapaccess_faststr", run: mapaccess(viaReflectStr)},
	{name: "gobridge_runtime_mapassign_faststr", run: mapassign(viaFastStr)},
	{name: "gobridge_reflect_mapassign_faststr0", run: mapassign(viaReflectStr)},
	{name: "gobridge_reflect_mapdelete", run: mapdelete(viaReflect)},
	{name: "gobridge_reflect_mapdelete_faststr", run: mapdelete(viaReflectStr)},
	{name: "gobridge_reflect_mapclear", run: mapclear},
	{name: "gobridge_maps_clone", run: mapclone},
	{name: "gobridge_map_iterate", run: mapiterinit(viaValue)},
	{name: "gobridge_map_next", run: mapnext},
	{name: "gobridge_reflect_mapiterinit", run: mapiterinit(viaReflect)},
	{name: "gobridge_runtime_mapiternext", run: mapiternext(viaRuntime)},
	{name: "gobridge_reflect_mapiternext", run: mapiternext(viaReflect)},
	{name: "gobridge_reflect_mapiterkey", run: mapiterkey},
	{name: "gobridge_reflect_mapiterelem", run: mapiterelem},
	{name: "gobridge_runtime_mapiterinit", run: mapiterinit(viaRuntime)},
	{name: "gobridge_map_freeze", run: mapfreeze},
}

// goMap is what a reference to a map names. m is the runtime's pointer, nil for a nil map.
type goMap struct {
	Handle
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

func newMap(t *layout.Map, m unsafe.Pointer) *goMap { return &goMap{t: t, m: m, stripe: stripeOf(m)} }

func (g *goMap) goValue() reflect.Value { return g.t.At(unsafe.Pointer(&g.m)) }

// mapAt gives the map that a reference names.
func mapAt(f *frame, r ref) (*goMap, error) {
	if object := refs.find(r); object != nil {
		if g, isMap := (*object).(*goMap); isMap {
			return g, nil
		}
	}
	object, err := f.object(r, "map")
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
	viaFastStr
	viaReflectStr // reflect's symbol for the same
)

// mapTypeAt gives the map type that a call is about.
func mapTypeAt(f *frame) (*layout.Map, error) {
	object, err := typeAt(f, ref(f.a), "type")
	if err != nil {
		return nil, err
	}
	if object.Kind() != reflect.Map {
		return nil, failf(errWrongKind, "type is %s, not a map type", describe(object))
	}
	return layout.OfMap(object.Type.Type), nil
}

func makemap(by via) func(*frame) error {
	return func(f *frame) error {
		t, err := mapTypeAt(f)
		if err != nil {
			return err
		}
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

// viaFast is what the compiler would choose.
var viaFast = [...]via{layout.NotFast: viaRuntime, layout.Fast32: viaFast32, layout.Fast32Ptr: viaFast32Ptr,
	layout.Fast64: viaFast64, layout.Fast64Ptr: viaFast64Ptr, layout.FastStr: viaFastStr}

// chosen is the symbol that a call for a map type goes through.
func (by via) chosen(t *layout.Map) via {
	if by == viaValue {
		return viaFast[t.Fast]
	}
	return by
}

// room is where a key or an element from C is put, so that none is allocated.
type room struct {
	text   string
	number uint64
}

// keep makes it last: until then a string is C's memory.
func (r *room) keep() { r.text = strings.Clone(r.text) }

// operand gives the address of a Go value for a value from C; keep is operand's.
func (r *room) operand(f *frame, t *layout.Type, v *value, keep bool) (unsafe.Pointer, error) {
	if number := unsafe.Pointer(&r.number); isScalar(t.Kind()) && isScalar(reflect.Kind(v.kind)) {
		return number, v.number(t, number)
	}
	return operandOf(f, t, v, keep, &r.text)
}

// operand is the room's of a call's key or element: one in C layout may stay where it is.
func (by via) operand(f *frame, t *layout.Type, p unsafe.Pointer, keep bool, r *room) (unsafe.Pointer, error) {
	if by == viaValue {
		return r.operand(f, t, (*value)(p), keep)
	}
	return operand(f, t, p, keep, &r.text)
}

// key is a map's key on its way in.
type key struct {
	at      unsafe.Pointer // of a Go value
	number  uint64         // what a fast variant takes
	pointer unsafe.Pointer // what a fast variant for pointers takes
}

// keyFrom reads a call's key: at f.p, or where the call is a fast variant the number f.b or the f.b bytes at f.p. keep is
// operand's.
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
		if k.at, err = by.operand(f, g.t.Key, f.p, keep, r); err == nil {
			err = checkKey(g.t.Key, k.at)
		}
		if by == viaValue && err == nil {
			k.number, k.pointer = fastKey(k.at, fast)
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
			k.number, k.pointer = fastKey(k.at, fast)
		}
	case (by == viaFastStr || by == viaReflectStr) && fast == layout.FastStr:
		var text []byte
		text, err = f.bytes()
		r.text = unsafe.String(unsafe.SliceData(text), len(text))
		if keep {
			r.keep()
		}
		k.at = unsafe.Pointer(&r.text)
	default:
		return k, failf(errNotFast, "map is a %s, for which the compiler does not choose this variant", g.t)
	}
	return k, about("key", err)
}

// fastKey gives what the fast variants take instead of the address of a key.
func fastKey(at unsafe.Pointer, fast layout.Fast) (number uint64, pointer unsafe.Pointer) {
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
	case viaFastStr:
		elem, found = backend{}.RuntimeMapaccess2Faststr(g.t, g.m, *(*string)(k.at))
	case viaReflectStr:
		return backend{}.ReflectMapaccessFaststr(g.t, g.m, *(*string)(k.at))
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
	case viaFastStr:
		backend{}.RuntimeMapassignFaststr(g.t, g.m, *(*string)(k.at), elem)
	case viaReflectStr:
		backend{}.ReflectMapassignFaststr0(g.t, g.m, *(*string)(k.at), elem)
	}
}

// remove removes a key. The runtime's symbols for numbers are no longer for outsiders.
func (g *goMap) remove(by via, k key) {
	switch by.chosen(g.t) {
	case viaReflect:
		backend{}.ReflectMapdelete(g.t, g.m, k.at)
	case viaFastStr, viaReflectStr:
		backend{}.ReflectMapdeleteFaststr(g.t, g.m, *(*string)(k.at))
	default:
		backend{}.RuntimeMapdelete(g.t, g.m, k.at)
	}
}

func mapaccess(by via) func(*frame) error {
	return func(f *frame) error {
		g, err := mapAt(f, ref(f.a))
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
		g, err := mapAt(f, ref(f.a))
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
		if g.m == nil {
			return g.isNil()
		}
		f.hold(g.stripe)
		g.assign(by, k, elem)
		return nil
	}
}

// isNil refuses to write to a nil map.
func (g *goMap) isNil() error { return failf(errNil, "map is a nil %s", g.t) }

// mapupdate sets the element of a key under one lock: to what C hands in, the value at the address f.c, where there is
// none, or to the sum of both. C gets it at f.q, where it wants it.
func mapupdate(adds bool) func(*frame) error {
	name := map[bool]string{false: "fallback", true: "delta"}[adds]
	return func(f *frame) error {
		g, err := mapAt(f, ref(f.a))
		if err != nil {
			return err
		}
		var keyRoom, inRoom room
		k, err := keyFrom(f, g, viaValue, false, &keyRoom)
		if err != nil {
			return err
		}
		from, t := *(**value)(unsafe.Pointer(&f.c)), g.t.Elem
		if adds {
			if t, err = termOf(t, from); err != nil {
				return err
			}
		}
		in, err := inRoom.operand(f, t, from, false)
		if err != nil {
			return about(name, err)
		}
		if g.m == nil {
			return g.isNil()
		}
		if f.q != nil {
			touch(f.q, unsafe.Sizeof(value{}))
		}
		f.hold(g.stripe)
		elem := g.find(viaValue, k)
		if elem != nil {
			f.result = 1
		}
		if adds {
			if in, err = sum(f, g.t.Elem, elem, toValue(f, t, in), &inRoom); err != nil {
				return about(name, err)
			}
		}
		if elem == nil || adds {
			elem = in
			keyRoom.keep()
			inRoom.keep()
			g.assign(viaValue, k, elem)
		}
		if f.q != nil {
			f.giveValue(g.t.Elem, elem, f.q)
		}
		return nil
	}
}

// termOf is the type of what is added to an element. An integer may be of any kind: it is the sum that must fit.
func termOf(elem *layout.Type, in *value) (*layout.Type, error) {
	kind, given := elem.Kind(), reflect.Kind(in.kind)
	switch {
	case !isInteger(kind) && !isFloat(kind):
		return nil, failf(errWrongType, "map has elements of type %s, which are no numbers", elem)
	case isInteger(kind) && isInteger(given) && kind != given:
		return layout.Of(scalarTypes[uint32(given)]), nil
	}
	return elem, nil
}

// sum gives the address of what an element, nil for 0, and a term add up to.
func sum(f *frame, t *layout.Type, elem unsafe.Pointer, term value, r *room) (unsafe.Pointer, error) {
	total, fits := value{kind: uint32(t.Kind())}, false
	if elem != nil {
		total = toValue(f, t, elem)
	}
	if isFloat(t.Kind()) {
		a, b := math.Float64frombits(total.as), math.Float64frombits(term.as)
		c := a + b
		if t.Kind() == reflect.Float32 {
			c = float64(float32(c))
		}
		total.as = math.Float64bits(c)
		fits = !math.IsInf(c, 0) || math.IsInf(a, 0) || math.IsInf(b, 0)
	} else {
		low, carry := bits.Add64(total.as, term.as, 0)
		high := total.high() + term.high() + carry
		total.as = low
		fits = high == total.high()
	}
	if fits { // 64 bits
		if at, err := r.operand(f, t, &total, false); err == nil {
			return at, nil
		}
	}
	return nil, failf(errRange, "the sum does not fit a %s", t)
}

// high is the upper half of an integer's 128 bits.
func (v *value) high() uint64 {
	if reflect.Kind(v.kind) > reflect.Int64 {
		return 0
	}
	return uint64(int64(v.as) >> 63)
}

func mapdelete(by via) func(*frame) error {
	return func(f *frame) error {
		g, err := mapAt(f, ref(f.a))
		if err != nil {
			return err
		}
		var r room
		k, err := keyFrom(f, g, by, false, &r)
		if err != nil || g.m == nil {
			return err
		}
		f.hold(g.stripe)
		if by == viaValue { // C asks whether it is there
			if g.find(by, k) == nil {
				return nil
			}
			f.result = 1
		}
		g.remove(by, k)
		return nil
	}
}

// mapclear removes all entries, also those whose keys are NaNs.
func mapclear(f *frame) error {
	g, err := mapAt(f, ref(f.a))
	if err != nil {
		return err
	}
	f.hold(g.stripe)
	backend{}.ReflectMapclear(g.t, g.m)
	return nil
}

func mapclone(f *frame) error {
	g, err := mapAt(f, ref(f.a))
	if err != nil {
		return err
	}
	clone := g.m
	if clone != nil {
		f.hold(g.stripe)
		clone = backend{}.MapsClone(g.t, g.m)
		f.letGoStripe()
	}
	f.made = refs.make(f, newMap(g.t, clone))
	return nil
}

func maplen(f *frame) error {
	g, err := mapAt(f, ref(f.a))
	if err != nil {
		return err
	}
	f.hold(g.stripe)
	f.result = uint64(backend{}.ReflectMaplen(g.t, g.m))
	return nil
}
