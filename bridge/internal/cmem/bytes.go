package cmem

import (
	"math"
	"unsafe"

	"gobridge/bridge/internal/status"
)

// String copies a C string.
func String(p unsafe.Pointer) string {
	n := 0
	for *(*byte)(unsafe.Add(p, n)) != 0 {
		n++
	}
	return string(unsafe.Slice((*byte)(p), n))
}

// AddressAt reads the address of C memory, which is not in the first page.
func AddressAt(address *uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(address)) }

// Bytes is C memory as a slice, touched at both ends.
func Bytes(p unsafe.Pointer, len uint64, argument string) ([]byte, error) {
	if len > MaxLen {
		return nil, status.Errorf(status.Limit, "%s: no Go value has %d bytes", argument, len)
	}
	Touch(p, uintptr(len))
	return unsafe.Slice((*byte)(p), len), nil
}

// MaxLen is the length of the longest string that Go could have.
const MaxLen = math.MaxInt
