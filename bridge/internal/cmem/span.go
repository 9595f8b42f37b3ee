package cmem

import (
	"math"
	"unsafe"

	"gobridge/bridge/internal/status"
)

// Span finds n items of C memory, which are of a size and a stride apart: the first one, the steps to the others, and the
// bytes that all lie in. A stride of 0 is the size. data is a number, for what is too small to be an address must not lie on
// Go's stack as a pointer.
func Span(data uintptr, stride, n int, size uintptr) (first unsafe.Pointer, step int, all []byte, err error) {
	if step = stride; step == 0 {
		step = int(size)
	}
	if n == 0 || size == 0 {
		return unsafe.Pointer(&Empty), 0, nil, nil
	}
	apart, low := uintptr(max(step, -step)), data
	if n > 1 && apart > math.MaxInt/uintptr(n-1) {
		return nil, 0, nil, status.Errorf(status.Limit, "no memory has room for %d items %d bytes apart", n, step)
	}
	extent := apart * uintptr(n-1)
	if step < 0 {
		low -= extent
	}
	if low < FirstPage || low > data {
		return nil, 0, nil, status.Errorf(status.Null, "data is NULL")
	}
	if extent+size > math.MaxInt || low+extent+size < low {
		return nil, 0, nil, status.Errorf(status.Limit, "no memory has room for %d items %d bytes apart", n, step)
	}
	return AddressAt(&data), step, unsafe.Slice((*byte)(AddressAt(&low)), extent+size), nil
}

// IsAligned tells whether items that are a step apart lie as Go would have them.
func IsAligned(p unsafe.Pointer, step int, to uintptr) bool {
	return (uintptr(p)|uintptr(step))%to == 0
}

// MaxMemory is what one call may ask of Go at once, in bytes: a typo must not end the process.
const MaxMemory = 1 << 30
