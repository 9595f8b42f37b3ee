package linkname

import (
	"unsafe"

	"gobridge/bridge/internal/layout"
)

//go:linkname unsafe_New reflect.unsafe_New
func unsafe_New(t unsafe.Pointer) unsafe.Pointer

//go:linkname unsafe_NewArray reflect.unsafe_NewArray
func unsafe_NewArray(t unsafe.Pointer, n int) unsafe.Pointer

//go:linkname typedmemmove reflect.typedmemmove
//go:noescape
func typedmemmove(t, dst, src unsafe.Pointer)

//go:linkname typedmemclr reflect.typedmemclr
//go:noescape
func typedmemclr(t, ptr unsafe.Pointer)

//go:linkname typedslicecopy reflect.typedslicecopy
//go:noescape
func typedslicecopy(t unsafe.Pointer, dst, src layout.Slice) int

//go:linkname growslice reflect.growslice
func growslice(t unsafe.Pointer, old layout.Slice, num int) layout.Slice

//go:linkname memequal runtime.memequal
//go:noescape
func memequal(a, b unsafe.Pointer, size uintptr) bool

//go:linkname memhash runtime.memhash
//go:noescape
func memhash(p unsafe.Pointer, seed, size uintptr) uintptr

//go:linkname strhash runtime.strhash
//go:noescape
func strhash(p unsafe.Pointer, seed uintptr) uintptr

func (Backend) ReflectUnsafeNew(t *layout.Type) unsafe.Pointer { return unsafe_New(t.Word) }

func (Backend) ReflectUnsafeNewArray(t *layout.Type, n int) unsafe.Pointer {
	return unsafe_NewArray(t.Word, n)
}

func (Backend) ReflectTypedmemmove(t *layout.Type, dst, src unsafe.Pointer) {
	typedmemmove(t.Word, dst, src)
}

func (Backend) ReflectTypedmemclr(t *layout.Type, p unsafe.Pointer) { typedmemclr(t.Word, p) }

func (Backend) ReflectTypedslicecopy(t *layout.Type, dst, src layout.Slice) int {
	return typedslicecopy(t.Word, dst, src)
}

func (Backend) ReflectGrowslice(t *layout.Type, old layout.Slice, num int) layout.Slice {
	return growslice(t.Word, old, num)
}

func (Backend) RuntimeMemequal(a, b unsafe.Pointer, size uintptr) bool { return memequal(a, b, size) }

func (Backend) RuntimeMemhash(p unsafe.Pointer, seed, size uintptr) uintptr {
	return memhash(p, seed, size)
}

func (Backend) RuntimeStrhash(s string, seed uintptr) uintptr {
	return strhash(unsafe.Pointer(&s), seed)
}
