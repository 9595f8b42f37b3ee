package portable

import (
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// The string variants' keys lie in memory as any other string.

func (b Backend) RuntimeMapaccess2Faststr(t *layout.Map, m unsafe.Pointer, key string) (unsafe.Pointer, bool) {
	return b.RuntimeMapaccess2(t, m, unsafe.Pointer(&key))
}

func (b Backend) RuntimeMapassignFaststr(t *layout.Map, m unsafe.Pointer, key string, elem unsafe.Pointer) {
	b.RuntimeMapassign(t, m, unsafe.Pointer(&key), elem)
}

func (b Backend) ReflectMapaccessFaststr(t *layout.Map, m unsafe.Pointer, key string) unsafe.Pointer {
	return b.ReflectMapaccess(t, m, unsafe.Pointer(&key))
}

func (b Backend) ReflectMapassignFaststr0(t *layout.Map, m unsafe.Pointer, key string, elem unsafe.Pointer) {
	b.RuntimeMapassign(t, m, unsafe.Pointer(&key), elem)
}

func (b Backend) ReflectMapdeleteFaststr(t *layout.Map, m unsafe.Pointer, key string) {
	b.RuntimeMapdelete(t, m, unsafe.Pointer(&key))
}
