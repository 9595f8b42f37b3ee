package linkname

import (
	"unsafe"

	"gobridge/bridge/internal/layout"
)

//go:linkname makemap_small runtime.makemap_small
func makemap_small() unsafe.Pointer

//go:linkname makemap runtime.makemap
func makemap(t unsafe.Pointer, hint int, m unsafe.Pointer) unsafe.Pointer

//go:linkname mapaccess2 runtime.mapaccess2
//go:noescape
func mapaccess2(t, m, key unsafe.Pointer) (unsafe.Pointer, bool)

//go:linkname mapassign runtime.mapassign
//go:noescape
func mapassign(t, m, key unsafe.Pointer) unsafe.Pointer

//go:linkname mapdelete runtime.mapdelete
//go:noescape
func mapdelete(t, m, key unsafe.Pointer)

//go:linkname reflect_makemap reflect.makemap
func reflect_makemap(t unsafe.Pointer, cap int) unsafe.Pointer

//go:linkname reflect_mapaccess reflect.mapaccess
//go:noescape
func reflect_mapaccess(t, m, key unsafe.Pointer) unsafe.Pointer

//go:linkname reflect_mapassign0 reflect.mapassign0
//go:noescape
func reflect_mapassign0(t, m, key, elem unsafe.Pointer)

//go:linkname reflect_mapdelete reflect.mapdelete
//go:noescape
func reflect_mapdelete(t, m, key unsafe.Pointer)

//go:linkname reflect_mapclear reflect.mapclear
//go:noescape
func reflect_mapclear(t, m unsafe.Pointer)

//go:linkname reflect_maplen reflect.maplen
//go:noescape
func reflect_maplen(m unsafe.Pointer) int

func (Backend) RuntimeMakemapSmall(*layout.Map) unsafe.Pointer { return makemap_small() }

func (Backend) RuntimeMakemap(t *layout.Map, hint int) unsafe.Pointer {
	return makemap(t.Word, hint, nil)
}

func (Backend) RuntimeMapaccess2(t *layout.Map, m, key unsafe.Pointer) (unsafe.Pointer, bool) {
	return mapaccess2(t.Word, m, key)
}

func (Backend) RuntimeMapassign(t *layout.Map, m, key, elem unsafe.Pointer) {
	t.Elem.Copy(mapassign(t.Word, m, key), elem)
}

func (Backend) RuntimeMapdelete(t *layout.Map, m, key unsafe.Pointer) { mapdelete(t.Word, m, key) }

func (Backend) ReflectMakemap(t *layout.Map, cap int) unsafe.Pointer {
	return reflect_makemap(t.Word, cap)
}

func (Backend) ReflectMapaccess(t *layout.Map, m, key unsafe.Pointer) unsafe.Pointer {
	return reflect_mapaccess(t.Word, m, key)
}

func (Backend) ReflectMapassign0(t *layout.Map, m, key, elem unsafe.Pointer) {
	reflect_mapassign0(t.Word, m, key, elem)
}

func (Backend) ReflectMapdelete(t *layout.Map, m, key unsafe.Pointer) {
	reflect_mapdelete(t.Word, m, key)
}

func (Backend) ReflectMapclear(t *layout.Map, m unsafe.Pointer) { reflect_mapclear(t.Word, m) }

func (Backend) ReflectMaplen(_ *layout.Map, m unsafe.Pointer) int { return reflect_maplen(m) }
