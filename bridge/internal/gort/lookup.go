package gort

import (
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// Lookups tells whether C finds keys in maps, or why it does not.
type Lookups uint8

// What Lookups can be.
const (
	LookupsWork     Lookups = iota //gobridge:mirror GOBRIDGE_LOOKUPS_WORK
	LookupsPortable                //gobridge:mirror GOBRIDGE_LOOKUPS_PORTABLE
	LookupsUnknown                 //gobridge:mirror GOBRIDGE_LOOKUPS_UNKNOWN
	LookupsHash                    //gobridge:mirror GOBRIDGE_LOOKUPS_HASH
	LookupsHeap                    //gobridge:mirror GOBRIDGE_LOOKUPS_HEAP
	LookupsDisagree                //gobridge:mirror GOBRIDGE_LOOKUPS_DISAGREE
)

// InC is where C looks keys up; nil where there is no C.
var InC struct {
	HashBy func(keys uintptr) // what all hashes depend on

	// Find looks as many keys up as there is room for what was found. It fails where one of them cannot be.
	Find func(m unsafe.Pointer, shape *layout.Shape, keys unsafe.Pointer, found []byte, elems []uint64) bool
}
