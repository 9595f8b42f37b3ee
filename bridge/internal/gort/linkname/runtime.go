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

// CgocallOnStack has an argument that the compiler may put on the stack, as it does with cgo's own. The stack moves where C calls Go and
// that needs more, so that C looks where it is before it writes there (csrc/callback.c).
//
//go:linkname CgocallOnStack runtime.cgocall
//go:noescape
func CgocallOnStack(fn, arg unsafe.Pointer) int32

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

// cgocall has an argument that stays where it is: the compiler does not know what a variable calls, and puts it elsewhere than on the
// stack.
var cgocall = CgocallOnStack

func (Backend) RuntimeCgocall(fn, arg unsafe.Pointer) int32 { return cgocall(fn, arg) }

func (Backend) MathFloat32bits(f float32) uint32 { return float32bits(f) }

func (Backend) RuntimeNanotime() int64 { return nanotime() }

func (Backend) TimeNow() (sec int64, nsec int32, mono int64) { return now() }
