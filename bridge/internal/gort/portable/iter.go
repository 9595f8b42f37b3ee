package portable

import (
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// Iter is a reflect.MapIter that knows when it is past its end.
type Iter struct {
	t  *layout.Map
	at *reflect.MapIter // nil past the end
}

func (b Backend) RuntimeMapiterinit(t *layout.Map, m unsafe.Pointer, it *Iter) {
	b.ReflectMapiterinit(t, m, it)
}

func (b Backend) RuntimeMapiternext(it *Iter) { b.ReflectMapiternext(it) }

func (b Backend) ReflectMapiterinit(t *layout.Map, m unsafe.Pointer, it *Iter) {
	*it = Iter{t, of(t, m).MapRange()}
	b.ReflectMapiternext(it)
}

func (Backend) ReflectMapiternext(it *Iter) {
	if !it.at.Next() {
		it.at = nil
	}
}

func (Backend) ReflectMapiterkey(it *Iter) unsafe.Pointer {
	if it.at == nil {
		return nil
	}
	return address(it.t.Key, it.at.Key())
}

func (Backend) ReflectMapiterelem(it *Iter) unsafe.Pointer {
	if it.at == nil {
		return nil
	}
	return address(it.t.Elem, it.at.Value())
}
