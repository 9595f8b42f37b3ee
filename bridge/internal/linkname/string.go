package linkname

import (
	"unsafe"

	"gobridge/bridge/internal/layout"
)

//go:linkname mapaccess2_faststr runtime.mapaccess2_faststr
//go:noescape
func mapaccess2_faststr(t, m unsafe.Pointer, key string) (unsafe.Pointer, bool)

//go:linkname mapassign_faststr runtime.mapassign_faststr
func mapassign_faststr(t, m unsafe.Pointer, key string) unsafe.Pointer

//go:linkname reflect_mapaccess_faststr reflect.mapaccess_faststr
//go:noescape
func reflect_mapaccess_faststr(t, m unsafe.Pointer, key string) unsafe.Pointer

// It keeps the key, and is noescape for the sake of the element.
//
//go:linkname reflect_mapassign_faststr0 reflect.mapassign_faststr0
//go:noescape
func reflect_mapassign_faststr0(t, m unsafe.Pointer, key string, elem unsafe.Pointer)

//go:linkname reflect_mapdelete_faststr reflect.mapdelete_faststr
//go:noescape
func reflect_mapdelete_faststr(t, m unsafe.Pointer, key string)

// kept is where the compiler takes keys to go.
var kept string

// never is false, which the compiler does not know.
var never bool

// keep has the compiler put a string's bytes on the heap.
func keep(s string) string {
	if never {
		kept = s
	}
	return s
}

// Maps of structs take the slow way, as in fast.go.

func (b Backend) RuntimeMapaccess2Faststr(t *layout.Map, m unsafe.Pointer, key string) (unsafe.Pointer, bool) {
	if t.Struct {
		return b.RuntimeMapaccess2(t, m, unsafe.Pointer(&key))
	}
	return mapaccess2_faststr(t.Word, m, key)
}

func (b Backend) RuntimeMapassignFaststr(t *layout.Map, m unsafe.Pointer, key string, elem unsafe.Pointer) {
	if t.Struct {
		b.RuntimeMapassign(t, m, unsafe.Pointer(&key), elem)
		return
	}
	t.Elem.Copy(mapassign_faststr(t.Word, m, key), elem)
}

func (b Backend) ReflectMapaccessFaststr(t *layout.Map, m unsafe.Pointer, key string) unsafe.Pointer {
	if t.Struct {
		return b.ReflectMapaccess(t, m, unsafe.Pointer(&key))
	}
	return reflect_mapaccess_faststr(t.Word, m, key)
}

func (b Backend) ReflectMapassignFaststr0(t *layout.Map, m unsafe.Pointer, key string, elem unsafe.Pointer) {
	if t.Struct {
		b.ReflectMapassign0(t, m, unsafe.Pointer(&key), elem)
		return
	}
	reflect_mapassign_faststr0(t.Word, m, keep(key), elem)
}

func (b Backend) ReflectMapdeleteFaststr(t *layout.Map, m unsafe.Pointer, key string) {
	if t.Struct {
		b.ReflectMapdelete(t, m, unsafe.Pointer(&key))
		return
	}
	reflect_mapdelete_faststr(t.Word, m, key)
}
