package async

import (
	"syscall"

	"gobridge/bridge/internal/status"
)

// descriptor is a file descriptor that can be made readable, for ever.
type descriptor int32

const efdSemaphore = 1 // who reads it all the same takes 1 of what is there, and it stays readable

func newDescriptor() (descriptor, error) {
	fd, _, errno := syscall.Syscall(syscall.SYS_EVENTFD2, 0, efdSemaphore|syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0)
	if errno != 0 {
		return 0, status.Errorf(status.System, "eventfd: %v", errno)
	}
	return descriptor(fd), nil
}

func (d descriptor) makeReadable() {
	enough := [8]byte{1, 1, 1, 1, 1, 1, 1, 1} // 72 million billion
	_, _ = syscall.Write(int(d), enough[:])
}

func (d descriptor) close() { _ = syscall.Close(int(d)) }
