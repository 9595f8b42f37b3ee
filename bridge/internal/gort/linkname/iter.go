package linkname

import (
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// Iter is the runtime's map iterator. Up to go1.23 the runtime uses all of it (hiter); from go1.24 it uses the first
// four words (linknameIter), whose pointer map is the same on purpose, so one struct fits every release. A smaller one
// would let the runtime write past its end.
type Iter struct {
	Key, Elem unsafe.Pointer // what reflect.mapiterkey and mapiterelem give, in every release
	_         [6]unsafe.Pointer
	_         [4]uintptr
}

//go:linkname runtime_mapiterinit runtime.mapiterinit
func runtime_mapiterinit(t, m unsafe.Pointer, it *Iter)

//go:linkname runtime_mapiternext runtime.mapiternext
func runtime_mapiternext(it *Iter)

//go:linkname reflect_mapiterinit reflect.mapiterinit
func reflect_mapiterinit(t, m unsafe.Pointer, it *Iter)

//go:linkname reflect_mapiternext reflect.mapiternext
func reflect_mapiternext(it *Iter)

//go:linkname reflect_mapiterkey reflect.mapiterkey
func reflect_mapiterkey(it *Iter) unsafe.Pointer

//go:linkname reflect_mapiterelem reflect.mapiterelem
func reflect_mapiterelem(it *Iter) unsafe.Pointer

func (Backend) RuntimeMapiterinit(t *layout.Map, m unsafe.Pointer, it *Iter) {
	runtime_mapiterinit(t.Word, m, it)
}

func (Backend) RuntimeMapiternext(it *Iter) { runtime_mapiternext(it) }

func (Backend) ReflectMapiterinit(t *layout.Map, m unsafe.Pointer, it *Iter) {
	reflect_mapiterinit(t.Word, m, it)
}

func (Backend) ReflectMapiternext(it *Iter) { reflect_mapiternext(it) }

func (Backend) ReflectMapiterkey(it *Iter) unsafe.Pointer { return reflect_mapiterkey(it) }

func (Backend) ReflectMapiterelem(it *Iter) unsafe.Pointer { return reflect_mapiterelem(it) }
