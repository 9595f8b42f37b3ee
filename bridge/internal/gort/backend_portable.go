//go:build gobridge_portable || go1.28

package gort

import (
	"unsafe"

	"gobridge/bridge/internal/gort/portable"
)

// Backend has the backend's methods (backend_linkname.go says why it is no alias).
type Backend struct{ portable.Backend }

// Iter is the backend's iterator.
type Iter = portable.Iter

const (
	BackendName   = "portable"
	BackendReason = "built with the tag gobridge_portable, or with a release outside go1.21 to go1.27"
)

// ElemsAreTheMaps tells whether what a lookup returns is the map's own element, which may be changed in place.
const ElemsAreTheMaps = false

// KeyOfEntry and ElemOfEntry give what an iterator stands on.
func KeyOfEntry(it *Iter) unsafe.Pointer { return Backend{}.ReflectMapiterkey(it) }

// ElemOfEntry is the element that an iterator stands on.
func ElemOfEntry(it *Iter) unsafe.Pointer { return Backend{}.ReflectMapiterelem(it) }
