//go:build !gobridge_portable && !go1.28

package gort

import (
	"unsafe"

	"gobridge/bridge/internal/gort/linkname"
)

// Backend has the backend's methods. As an alias of its type the compiler would know them without their bodies where it compiles
// what imports this package, and inline none: a call more for each.
type Backend struct{ linkname.Backend }

// Iter is the backend's iterator.
type Iter = linkname.Iter

const (
	BackendName   = "linkname"
	BackendReason = "the pulls were verified on go1.21 to go1.27"
)

// CgocallOnStack is RuntimeCgocall for an argument that may be on the stack.
func CgocallOnStack(fn, arg unsafe.Pointer) { linkname.CgocallOnStack(fn, arg) }

// ElemsAreTheMaps tells whether what a lookup returns is the map's own element, which may be changed in place.
const ElemsAreTheMaps = true

// KeyOfEntry and ElemOfEntry give what an iterator stands on.
func KeyOfEntry(it *Iter) unsafe.Pointer { return it.Key }

// ElemOfEntry is the element that an iterator stands on.
func ElemOfEntry(it *Iter) unsafe.Pointer { return it.Elem }
