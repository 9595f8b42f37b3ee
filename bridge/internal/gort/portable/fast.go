package portable

import (
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// The fast variants' keys are the bytes of a number or a pointer.

func (b Backend) RuntimeMapaccess2Fast32(t *layout.Map, m unsafe.Pointer, key uint32) (unsafe.Pointer, bool) {
	return b.RuntimeMapaccess2(t, m, unsafe.Pointer(&key))
}

func (b Backend) RuntimeMapassignFast32(t *layout.Map, m unsafe.Pointer, key uint32, elem unsafe.Pointer) {
	b.RuntimeMapassign(t, m, unsafe.Pointer(&key), elem)
}

func (b Backend) RuntimeMapassignFast32ptr(t *layout.Map, m, key, elem unsafe.Pointer) {
	b.RuntimeMapassign(t, m, unsafe.Pointer(&key), elem)
}

func (b Backend) RuntimeMapaccess2Fast64(t *layout.Map, m unsafe.Pointer, key uint64) (unsafe.Pointer, bool) {
	return b.RuntimeMapaccess2(t, m, unsafe.Pointer(&key))
}

func (b Backend) RuntimeMapassignFast64(t *layout.Map, m unsafe.Pointer, key uint64, elem unsafe.Pointer) {
	b.RuntimeMapassign(t, m, unsafe.Pointer(&key), elem)
}

func (b Backend) RuntimeMapassignFast64ptr(t *layout.Map, m, key, elem unsafe.Pointer) {
	b.RuntimeMapassign(t, m, unsafe.Pointer(&key), elem)
}
