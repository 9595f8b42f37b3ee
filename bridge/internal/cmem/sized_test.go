package cmem_test

import (
	"testing"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/status"
)

// A host of 1.0 and one of a release to come are both served by a library that knows a member more than 1.0.
func TestFillSized(t *testing.T) {
	type present struct {
		size, old, newer, newest uint32
	}
	const least = 8
	for size, want := range map[uintptr]present{
		0:          {0, 9, 9, 9},
		least - 1:  {least - 1, 9, 9, 9},
		least:      {least, 1, 9, 9},
		12:         {12, 1, 2, 9},
		16:         {16, 1, 2, 3},
		20:         {16, 1, 2, 3},
		0xffffffff: {16, 1, 2, 3},
	} {
		host := present{uint32(size), 9, 9, 9}
		err := cmem.FillSized(unsafe.Pointer(&host), "host", least, present{7, 1, 2, 3})
		if host != want {
			t.Errorf("size %d: %v, not %v", size, host, want)
		}
		if refused := err != nil && status.FailureOf(err).Code == status.TooSmall; refused != (size < least) {
			t.Errorf("size %d: %v", size, err)
		}
	}
}
