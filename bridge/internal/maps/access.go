package maps

import (
	"unsafe"

	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// MaxEntries is how many entries of a map type surely fit into 1 GiB at once. Tables are up to twice as large as needed in
// every release, and the runtime keeps keys and elements of more than 128 bytes elsewhere.
func MaxEntries(t *layout.Map) int64 {
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

// Find looks a key up: nil where there is none. (What the runtime gives then may be smaller than an element.)
func Find(g *value.Map, by via, k Key) unsafe.Pointer {
	var elem unsafe.Pointer
	var found bool
	switch by.chosen(g.T) {
	case ViaRuntime:
		elem, found = gort.Backend{}.RuntimeMapaccess2(g.T, g.M, k.At)
	case viaReflect:
		return gort.Backend{}.ReflectMapaccess(g.T, g.M, k.At)
	case viaFast32, viaFast32Ptr:
		elem, found = gort.Backend{}.RuntimeMapaccess2Fast32(g.T, g.M, uint32(k.Number))
	case viaFast64, viaFast64Ptr:
		elem, found = gort.Backend{}.RuntimeMapaccess2Fast64(g.T, g.M, k.Number)
	case viaFastStr:
		elem, found = gort.Backend{}.RuntimeMapaccess2Faststr(g.T, g.M, *(*string)(k.At))
	case viaReflectStr:
		return gort.Backend{}.ReflectMapaccessFaststr(g.T, g.M, *(*string)(k.At))
	}
	if !found {
		return nil
	}
	return elem
}

// Assign sets the element of a key.
func Assign(g *value.Map, by via, k Key, elem unsafe.Pointer) {
	switch by.chosen(g.T) {
	case ViaRuntime:
		gort.Backend{}.RuntimeMapassign(g.T, g.M, k.At, elem)
	case viaReflect:
		gort.Backend{}.ReflectMapassign0(g.T, g.M, k.At, elem)
	case viaFast32:
		gort.Backend{}.RuntimeMapassignFast32(g.T, g.M, uint32(k.Number), elem)
	case viaFast32Ptr:
		gort.Backend{}.RuntimeMapassignFast32ptr(g.T, g.M, k.Pointer, elem)
	case viaFast64:
		gort.Backend{}.RuntimeMapassignFast64(g.T, g.M, k.Number, elem)
	case viaFast64Ptr:
		gort.Backend{}.RuntimeMapassignFast64ptr(g.T, g.M, k.Pointer, elem)
	case viaFastStr:
		gort.Backend{}.RuntimeMapassignFaststr(g.T, g.M, *(*string)(k.At), elem)
	case viaReflectStr:
		gort.Backend{}.ReflectMapassignFaststr0(g.T, g.M, *(*string)(k.At), elem)
	}
}

// Remove removes a key. The runtime's symbols for numbers are no longer for outsiders.
func Remove(g *value.Map, by via, k Key) {
	switch by.chosen(g.T) {
	case viaReflect:
		gort.Backend{}.ReflectMapdelete(g.T, g.M, k.At)
	case viaFastStr, viaReflectStr:
		gort.Backend{}.ReflectMapdeleteFaststr(g.T, g.M, *(*string)(k.At))
	default:
		gort.Backend{}.RuntimeMapdelete(g.T, g.M, k.At)
	}
}

// RefuseNil refuses to write to a nil map.
func RefuseNil(g *value.Map) error { return status.Errorf(status.Nil, "map is a nil %s", g.T) }
