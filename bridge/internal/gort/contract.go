// Package gort is Go's runtime as the handlers see it: one contract that two backends answer, chosen by release and
// build tag.
package gort

import (
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// Contract is what both backends answer: a method for each symbol of the linkname set, of the same name. Callers have
// checked everything: the types fit, the map is not nil where it is written to, the keys can be hashed, and the map's
// lock is held. Keys and elements are addresses of Go values, or of C memory where the type holds no pointers; an
// element that comes back is the map's own or a copy. I is the backend's iterator.
type Contract[I any] interface {
	RuntimeIscgo() bool
	RuntimeSetCrosscall2()
	RuntimeCgocall(fn, arg unsafe.Pointer) int32
	RuntimeNanotime() int64
	RuntimeRand() uint64
	RuntimeCheaprand() uint32
	RuntimeCheaprandn(n uint32) uint32
	TimeNow() (sec int64, nsec int32, mono int64)
	MathFloat32bits(f float32) uint32

	RuntimeMakemapSmall(t *layout.Map) unsafe.Pointer
	RuntimeMakemap(t *layout.Map, hint int) unsafe.Pointer
	ReflectMakemap(t *layout.Map, cap int) unsafe.Pointer

	RuntimeMapaccess2(t *layout.Map, m, key unsafe.Pointer) (unsafe.Pointer, bool)
	RuntimeMapassign(t *layout.Map, m, key, elem unsafe.Pointer)
	RuntimeMapdelete(t *layout.Map, m, key unsafe.Pointer)
	ReflectMapaccess(t *layout.Map, m, key unsafe.Pointer) unsafe.Pointer // nil where there is none
	ReflectMapassign0(t *layout.Map, m, key, elem unsafe.Pointer)
	ReflectMapdelete(t *layout.Map, m, key unsafe.Pointer)
	ReflectMapclear(t *layout.Map, m unsafe.Pointer)
	ReflectMaplen(t *layout.Map, m unsafe.Pointer) int
	MapsClone(t *layout.Map, m unsafe.Pointer) unsafe.Pointer // never of a nil map

	RuntimeMapaccess2Fast32(t *layout.Map, m unsafe.Pointer, key uint32) (unsafe.Pointer, bool)
	RuntimeMapassignFast32(t *layout.Map, m unsafe.Pointer, key uint32, elem unsafe.Pointer)
	RuntimeMapassignFast32ptr(t *layout.Map, m, key, elem unsafe.Pointer)
	RuntimeMapaccess2Fast64(t *layout.Map, m unsafe.Pointer, key uint64) (unsafe.Pointer, bool)
	RuntimeMapassignFast64(t *layout.Map, m unsafe.Pointer, key uint64, elem unsafe.Pointer)
	RuntimeMapassignFast64ptr(t *layout.Map, m, key, elem unsafe.Pointer)

	RuntimeMapaccess2Faststr(t *layout.Map, m unsafe.Pointer, key string) (unsafe.Pointer, bool)
	RuntimeMapassignFaststr(t *layout.Map, m unsafe.Pointer, key string, elem unsafe.Pointer)
	ReflectMapaccessFaststr(t *layout.Map, m unsafe.Pointer, key string) unsafe.Pointer
	ReflectMapassignFaststr0(t *layout.Map, m unsafe.Pointer, key string, elem unsafe.Pointer)
	ReflectMapdeleteFaststr(t *layout.Map, m unsafe.Pointer, key string)

	RuntimeMapiterinit(t *layout.Map, m unsafe.Pointer, it *I) // stands on the first entry
	ReflectMapiterinit(t *layout.Map, m unsafe.Pointer, it *I)
	ReflectMapiternext(it *I) // never called past the end
	RuntimeMapiternext(it *I)
	ReflectMapiterkey(it *I) unsafe.Pointer // nil past the end
	ReflectMapiterelem(it *I) unsafe.Pointer

	RuntimeGetitab(inter, typ *layout.Type, canfail bool) unsafe.Pointer
	RuntimeConvT64(val uint64) any
	RuntimeConvTstring(val string) any
	RuntimeConvTslice(val []byte) any
	ReflectIfaceE2I(inter *layout.Type, e any, dst unsafe.Pointer) // e implements it

	ReflectUnsafeNew(t *layout.Type) unsafe.Pointer
	ReflectUnsafeNewArray(t *layout.Type, n int) unsafe.Pointer
	ReflectTypedmemmove(t *layout.Type, dst, src unsafe.Pointer)
	ReflectTypedmemclr(t *layout.Type, p unsafe.Pointer)
	ReflectTypedslicecopy(elem *layout.Type, dst, src layout.Slice) int
	ReflectGrowslice(elem *layout.Type, old layout.Slice, num int) layout.Slice // there is no room yet
	RuntimeMemequal(a, b unsafe.Pointer, size uintptr) bool
	RuntimeMemhash(p unsafe.Pointer, seed, size uintptr) uintptr
	RuntimeStrhash(s string, seed uintptr) uintptr // RuntimeMemhash of its bytes
}

var _ Contract[Iter] = Backend{}
