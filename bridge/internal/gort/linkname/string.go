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

//go:linkname reflect_mapassign_faststr0 reflect.mapassign_faststr0
func reflect_mapassign_faststr0(t, m unsafe.Pointer, key string, elem unsafe.Pointer)

//go:linkname reflect_mapdelete_faststr reflect.mapdelete_faststr
//go:noescape
func reflect_mapdelete_faststr(t, m unsafe.Pointer, key string)

// peek hides from the compiler where a pointer points, for what is not kept though the key beside it is: it may stay on the
// stack.
func peek(p unsafe.Pointer) unsafe.Pointer {
	hidden := uintptr(p)
	return *(*unsafe.Pointer)(unsafe.Pointer(&hidden))
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
	reflect_mapassign_faststr0(t.Word, m, key, peek(elem))
}

func (b Backend) ReflectMapdeleteFaststr(t *layout.Map, m unsafe.Pointer, key string) {
	if t.Struct {
		b.ReflectMapdelete(t, m, unsafe.Pointer(&key))
		return
	}
	reflect_mapdelete_faststr(t.Word, m, key)
}
