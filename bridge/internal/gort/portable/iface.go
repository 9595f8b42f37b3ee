package portable

import (
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// RuntimeGetitab reads the itab out of an interface that holds a zero value of the type.
func (Backend) RuntimeGetitab(inter, typ *layout.Type, canfail bool) unsafe.Pointer {
	if canfail && !typ.Implements(inter.Type) {
		return nil
	}
	v := reflect.New(inter.Type)
	v.Elem().Set(reflect.Zero(typ.Type))
	return *(*unsafe.Pointer)(v.UnsafePointer())
}

func (Backend) RuntimeConvT64(val uint64) any { return val }

func (Backend) RuntimeConvTstring(val string) any { return val }

func (Backend) RuntimeConvTslice(val []byte) any { return val }

func (Backend) ReflectIfaceE2I(inter *layout.Type, e any, dst unsafe.Pointer) {
	inter.At(dst).Set(reflect.ValueOf(e))
}
