package linkname

import (
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

var (
	uint64Type = layout.Of(reflect.TypeOf(uint64(0)))
	stringType = layout.Of(reflect.TypeOf(""))
	bytesType  = layout.Of(reflect.TypeOf([]byte(nil)))
)

//go:linkname iscgo runtime.iscgo
var iscgo bool

// set_crosscall2 is nil in a program without cgo.
//
//go:linkname set_crosscall2 runtime.set_crosscall2
var set_crosscall2 func()

//go:linkname cgocall runtime.cgocall
func cgocall(fn, arg unsafe.Pointer) int32

//go:linkname float32bits math.Float32bits
func float32bits(f float32) uint32

//go:linkname nanotime runtime.nanotime
func nanotime() int64

//go:linkname now time.now
func now() (sec int64, nsec int32, mono int64)

func (Backend) RuntimeIscgo() bool { return iscgo }

func (Backend) RuntimeSetCrosscall2() {
	if set_crosscall2 != nil {
		set_crosscall2()
	}
}

func (Backend) RuntimeCgocall(fn, arg unsafe.Pointer) int32 { return cgocall(fn, arg) }

func (Backend) MathFloat32bits(f float32) uint32 { return float32bits(f) }

func (Backend) RuntimeNanotime() int64 { return nanotime() }

func (Backend) TimeNow() (sec int64, nsec int32, mono int64) { return now() }
