//go:build !gobridge_portable && !go1.28

package bridge

import (
	"unsafe"

	"gobridge/bridge/internal/linkname"
)

type (
	backend = linkname.Backend
	iter    = linkname.Iter
)

const (
	backendName   = "linkname"
	backendReason = "the pulls were verified on go1.21 to go1.27"
)

// elemsAreTheMaps tells whether what a lookup gives is the map's own element, which may be changed in place.
const elemsAreTheMaps = true

// keyOfEntry and elemOfEntry give what an iterator stands on.
func keyOfEntry(it *iter) unsafe.Pointer { return it.Key }

func elemOfEntry(it *iter) unsafe.Pointer { return it.Elem }
