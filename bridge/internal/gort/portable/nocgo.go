//go:build !cgo

package portable

import "unsafe"

func (Backend) RuntimeIscgo() bool { return false }

// RuntimeCgocall is never called: without cgo there is no C to ask for it.
func (Backend) RuntimeCgocall(fn, arg unsafe.Pointer) int32 { panic("cgocall without cgo") }
