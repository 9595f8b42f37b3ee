// Package cmem is memory of C's: touching it before anything is changed, finding the items that lie in it, and
// pinning and copying Go's for C to read.
package cmem

import "unsafe"

// TouchAll is Touch for a slice.
func TouchAll(b []byte) { Touch(unsafe.Pointer(unsafe.SliceData(b)), uintptr(len(b))) }

// TouchAllOut is TouchOut for a slice.
func TouchAllOut(b []byte) { TouchOut(unsafe.Pointer(unsafe.SliceData(b)), uintptr(len(b))) }

// Use uses what was read, so that the compiler reads it. To read the ends of all strings at first finds wild addresses
// before anything is changed, and has the cache misses of all overlap.
//
//go:noinline
func Use(byte) {}

// FirstPage is where the first page ends, in which nothing lies.
const FirstPage = 4096

// Touch reads the ends of C memory before anything is changed or allocated: where the host has given a wild pointer or
// a length that runs off its memory, the call panics here, and gets a status.
//
//go:noinline
//go:nocheckptr
func Touch(p unsafe.Pointer, size uintptr) byte {
	if size == 0 {
		return 0
	}
	return *(*byte)(p) + *(*byte)(Last(p, size))
}

// Last is the last byte of C memory of at least one. What would go past the end of all addresses ends in the last one, where nothing
// lies. So does what takes 1<<55 bytes: arm64 does not look at the highest byte of an address, and would find the memory below p.
func Last(p unsafe.Pointer, size uintptr) unsafe.Pointer {
	const most = ^uintptr(0) >> (unsafe.Sizeof(p) / 8 * 9)
	offset := size - 1
	if offset > most || offset > ^uintptr(p) {
		offset = ^uintptr(p)
	}
	return unsafe.Add(p, offset)
}

// TouchOut writes the ends of C memory as they are: what cannot be written panics before anything is done.
func TouchOut(p unsafe.Pointer, size uintptr) {
	if size == 0 {
		return
	}
	first, end := (*byte)(p), (*byte)(Last(p, size))
	store(first, end, *first, *end)
}

// store is apart so that the compiler does not take a write of what is there for nothing.
//
//go:noinline
func store(p, q *byte, a, b byte) { *p, *q = a, b }
