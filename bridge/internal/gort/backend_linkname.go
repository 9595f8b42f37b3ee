//go:build !gobridge_portable && !go1.28

package gort

import (
	"unsafe"

	"gobridge/bridge/internal/gort/linkname"
)

type (
	Backend = linkname.Backend
	Iter    = linkname.Iter
)

const (
	BackendName   = "linkname"
	BackendReason = "the pulls were verified on go1.21 to go1.27"
)

// ElemsAreTheMaps tells whether what a lookup returns is the map's own element, which may be changed in place.
const ElemsAreTheMaps = true

// KeyOfEntry and ElemOfEntry give what an iterator stands on.
func KeyOfEntry(it *Iter) unsafe.Pointer { return it.Key }

// ElemOfEntry is the element that an iterator stands on.
func ElemOfEntry(it *Iter) unsafe.Pointer { return it.Elem }
