// Package portable is the backend that answers with reflect alone and pulls no symbol: for releases that package
// linkname was not verified on, and for builds with the tag gobridge_portable.
package portable

import (
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// Backend answers through reflect.
type Backend struct{}

// of is the map whose pointer is m.
func of(t *layout.Map, m unsafe.Pointer) reflect.Value { return t.At(unsafe.Pointer(&m)) }

// address returns the address of a copy of v, or nil for no value.
func address(t *layout.Type, v reflect.Value) unsafe.Pointer {
	if !v.IsValid() {
		return nil
	}
	copied := reflect.New(t.Type)
	copied.Elem().Set(v)
	return copied.UnsafePointer()
}

func (Backend) RuntimeMakemapSmall(t *layout.Map) unsafe.Pointer {
	return reflect.MakeMap(t.Type.Type).UnsafePointer()
}

func (Backend) RuntimeMakemap(t *layout.Map, hint int) unsafe.Pointer {
	return reflect.MakeMapWithSize(t.Type.Type, hint).UnsafePointer()
}

func (b Backend) RuntimeMapaccess2(t *layout.Map, m, key unsafe.Pointer) (unsafe.Pointer, bool) {
	elem := b.ReflectMapaccess(t, m, key)
	return elem, elem != nil
}

func (Backend) RuntimeMapassign(t *layout.Map, m, key, elem unsafe.Pointer) {
	of(t, m).SetMapIndex(t.Key.At(key), t.Elem.At(elem))
}

func (Backend) RuntimeMapdelete(t *layout.Map, m, key unsafe.Pointer) {
	of(t, m).SetMapIndex(t.Key.At(key), reflect.Value{})
}

func (b Backend) ReflectMakemap(t *layout.Map, cap int) unsafe.Pointer {
	return b.RuntimeMakemap(t, cap)
}

func (Backend) ReflectMapaccess(t *layout.Map, m, key unsafe.Pointer) unsafe.Pointer {
	return address(t.Elem, of(t, m).MapIndex(t.Key.At(key)))
}

func (b Backend) ReflectMapassign0(t *layout.Map, m, key, elem unsafe.Pointer) {
	b.RuntimeMapassign(t, m, key, elem)
}

func (b Backend) ReflectMapdelete(t *layout.Map, m, key unsafe.Pointer) {
	b.RuntimeMapdelete(t, m, key)
}

func (Backend) ReflectMapclear(t *layout.Map, m unsafe.Pointer) { of(t, m).Clear() }

func (Backend) MapsClone(t *layout.Map, m unsafe.Pointer) unsafe.Pointer {
	from := of(t, m)
	clone := reflect.MakeMapWithSize(t.Type.Type, from.Len())
	for entries := from.MapRange(); entries.Next(); {
		clone.SetMapIndex(entries.Key(), entries.Value())
	}
	return clone.UnsafePointer()
}

func (Backend) ReflectMaplen(t *layout.Map, m unsafe.Pointer) int { return of(t, m).Len() }
