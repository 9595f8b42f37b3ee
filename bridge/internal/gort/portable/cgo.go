//go:build cgo

package portable

import (
	"unsafe"

	"gobridge/csrc"
)

func (Backend) RuntimeIscgo() bool { return true }

func (Backend) RuntimeCgocall(fn, arg unsafe.Pointer) int32 { return csrc.Call(fn, arg) }
