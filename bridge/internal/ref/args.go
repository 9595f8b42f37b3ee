package ref

import "unsafe"

// refsArgs is what such a call hands in: many references.
//
//gobridge:mirror gobridge_refs_args
type refsArgs struct {
	Refs  unsafe.Pointer
	_     unsafe.Pointer
	Count uint64
	First uint64
}
