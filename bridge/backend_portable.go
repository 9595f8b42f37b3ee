//go:build gobridge_portable || go1.28

package bridge

import (
	"unsafe"

	"gobridge/bridge/internal/portable"
)

type (
	backend = portable.Backend
	iter    = portable.Iter
)

const (
	backendName   = "portable"
	backendReason = "built with the tag gobridge_portable, or with a release outside go1.21 to go1.27"
)

// elemsAreTheMaps tells whether what a lookup gives is the map's own element, which may be changed in place.
const elemsAreTheMaps = false

// keyOfEntry and elemOfEntry give what an iterator stands on.
func keyOfEntry(it *iter) unsafe.Pointer { return backend{}.ReflectMapiterkey(it) }

func elemOfEntry(it *iter) unsafe.Pointer { return backend{}.ReflectMapiterelem(it) }
