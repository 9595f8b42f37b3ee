package cmem

import (
	"unsafe"

	"gobridge/bridge/internal/status"
)

// FillSized fills a struct of C's that begins with its size, which the host has set: any from that of 1.0 on, which is least.
// No more than that is written, and the size becomes that of what was.
func FillSized[T any](p unsafe.Pointer, argument string, least uintptr, info T) error {
	size := uintptr(*(*uint32)(p))
	if size < least {
		return status.Errorf(status.TooSmall, "%s->size is %d, less than %d: set it to sizeof *%[1]s", argument, size, least)
	}
	filled := min(size, unsafe.Sizeof(info))
	*(*uint32)(unsafe.Pointer(&info)) = uint32(filled)
	copy(unsafe.Slice((*byte)(p), filled), unsafe.Slice((*byte)(unsafe.Pointer(&info)), filled))
	return nil
}
