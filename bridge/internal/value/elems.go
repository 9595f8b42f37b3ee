package value

import (
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
)

// LockedBy is the address whose lock guards an element: its own, or nil where it is no variable.
func LockedBy(elem reflect.Value) unsafe.Pointer {
	if !elem.CanAddr() {
		return nil
	}
	return elem.Addr().UnsafePointer()
}

// CopyElems copies one slice's elements to another that is as long, or longer. One of the two is what other threads may
// reach: where its elements hold pointers each is copied under its lock, for half a string of what another thread is
// writing would end the process.
func CopyElems(f *frame.Frame, to, from, shared reflect.Value) {
	if layout.Of(from.Type().Elem()).Plain {
		reflect.Copy(to, from)
		return
	}
	for i := 0; i < from.Len(); i++ {
		f.LockStripe(frame.StripeOf(LockedBy(shared.Index(i))))
		to.Index(i).Set(from.Index(i))
		f.UnlockStripe()
	}
}
