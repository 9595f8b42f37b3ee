package linkname

import (
	"unsafe"

	"gobridge/bridge/internal/layout"
)

//go:linkname mapaccess2_fast32 runtime.mapaccess2_fast32
//go:noescape
func mapaccess2_fast32(t, m unsafe.Pointer, key uint32) (unsafe.Pointer, bool)

//go:linkname mapassign_fast32 runtime.mapassign_fast32
//go:noescape
func mapassign_fast32(t, m unsafe.Pointer, key uint32) unsafe.Pointer

// The pointer variants keep their key, and are noescape all the same: it comes out of a reference, so it is on the heap.

//go:linkname mapassign_fast32ptr runtime.mapassign_fast32ptr
//go:noescape
func mapassign_fast32ptr(t, m, key unsafe.Pointer) unsafe.Pointer

//go:linkname mapaccess2_fast64 runtime.mapaccess2_fast64
//go:noescape
func mapaccess2_fast64(t, m unsafe.Pointer, key uint64) (unsafe.Pointer, bool)

//go:linkname mapassign_fast64 runtime.mapassign_fast64
//go:noescape
func mapassign_fast64(t, m unsafe.Pointer, key uint64) unsafe.Pointer

//go:linkname mapassign_fast64ptr runtime.mapassign_fast64ptr
//go:noescape
func mapassign_fast64ptr(t, m, key unsafe.Pointer) unsafe.Pointer

// From go1.27 the fast variants hash a key as memory, whatever the map type's own hasher does, and that of a struct type
// which reflect made hashes field by field. So maps of structs, which the compiler would send here, take the slow way.

func (b Backend) RuntimeMapaccess2Fast32(t *layout.Map, m unsafe.Pointer, key uint32) (unsafe.Pointer, bool) {
	if t.Struct {
		return b.RuntimeMapaccess2(t, m, unsafe.Pointer(&key))
	}
	return mapaccess2_fast32(t.Word, m, key)
}

func (b Backend) RuntimeMapassignFast32(t *layout.Map, m unsafe.Pointer, key uint32, elem unsafe.Pointer) {
	if t.Struct {
		b.RuntimeMapassign(t, m, unsafe.Pointer(&key), elem)
		return
	}
	t.Elem.Copy(mapassign_fast32(t.Word, m, key), elem)
}

func (b Backend) RuntimeMapassignFast32ptr(t *layout.Map, m, key, elem unsafe.Pointer) {
	if t.Struct {
		b.RuntimeMapassign(t, m, unsafe.Pointer(&key), elem)
		return
	}
	t.Elem.Copy(mapassign_fast32ptr(t.Word, m, key), elem)
}

func (b Backend) RuntimeMapaccess2Fast64(t *layout.Map, m unsafe.Pointer, key uint64) (unsafe.Pointer, bool) {
	if t.Struct {
		return b.RuntimeMapaccess2(t, m, unsafe.Pointer(&key))
	}
	return mapaccess2_fast64(t.Word, m, key)
}

func (b Backend) RuntimeMapassignFast64(t *layout.Map, m unsafe.Pointer, key uint64, elem unsafe.Pointer) {
	if t.Struct {
		b.RuntimeMapassign(t, m, unsafe.Pointer(&key), elem)
		return
	}
	t.Elem.Copy(mapassign_fast64(t.Word, m, key), elem)
}

func (b Backend) RuntimeMapassignFast64ptr(t *layout.Map, m, key, elem unsafe.Pointer) {
	if t.Struct {
		b.RuntimeMapassign(t, m, unsafe.Pointer(&key), elem)
		return
	}
	t.Elem.Copy(mapassign_fast64ptr(t.Word, m, key), elem)
}
