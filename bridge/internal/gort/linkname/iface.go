package linkname

import (
	"unsafe"

	"gobridge/bridge/internal/layout"
)

//go:linkname getitab runtime.getitab
func getitab(inter, typ unsafe.Pointer, canfail bool) unsafe.Pointer

//go:linkname convT64 runtime.convT64
func convT64(val uint64) unsafe.Pointer

//go:linkname convTstring runtime.convTstring
func convTstring(val string) unsafe.Pointer

//go:linkname convTslice runtime.convTslice
func convTslice(val []byte) unsafe.Pointer

//go:linkname ifaceE2I reflect.ifaceE2I
func ifaceE2I(inter unsafe.Pointer, e any, dst unsafe.Pointer)

func (Backend) RuntimeGetitab(inter, typ *layout.Type, canfail bool) unsafe.Pointer {
	return getitab(inter.Word, typ.Word, canfail)
}

func (Backend) RuntimeConvT64(val uint64) any { return uint64Type.Interface(convT64(val)) }

func (Backend) RuntimeConvTstring(val string) any { return stringType.Interface(convTstring(val)) }

func (Backend) RuntimeConvTslice(val []byte) any { return bytesType.Interface(convTslice(val)) }

func (Backend) ReflectIfaceE2I(inter *layout.Type, e any, dst unsafe.Pointer) {
	ifaceE2I(inter.Word, e, dst)
}
