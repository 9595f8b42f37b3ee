package bridge

/*
#cgo CFLAGS: -std=c11 -I${SRCDIR}/../include
#include "../csrc/cfunc.h"
#include "../csrc/frame.h"
*/
import "C"

import (
	"runtime"
	"unsafe"

	"gobridge/csrc"
)

// The compiler refuses an index that is not 0: the mirrors in Go lie in memory as C has them.
var _ = [1]struct{}{}[unsafe.Sizeof(frame{})-unsafe.Sizeof(C.gobridge_frame{})]
var _ = [1]struct{}{}[unsafe.Offsetof(frame{}.status)-unsafe.Offsetof(C.gobridge_frame{}.status)]
var _ = [1]struct{}{}[unsafe.Offsetof(frame{}.alone)-unsafe.Offsetof(C.gobridge_frame{}.alone)]
var _ = [1]struct{}{}[unsafe.Offsetof(frame{}.held)-unsafe.Offsetof(C.gobridge_frame{}.held)]
var _ = [1]struct{}{}[unsafe.Offsetof(frame{}.a)-unsafe.Offsetof(C.gobridge_frame{}.a)]
var _ = [1]struct{}{}[unsafe.Offsetof(frame{}.p)-unsafe.Offsetof(C.gobridge_frame{}.p)]
var _ = [1]struct{}{}[unsafe.Offsetof(frame{}.result)-unsafe.Offsetof(C.gobridge_frame{}.result)]
var _ = [1]struct{}{}[unsafe.Offsetof(frame{}.made)-unsafe.Offsetof(C.gobridge_frame{}.made)]
var _ = [1]struct{}{}[unsafe.Offsetof(frame{}.failure)-unsafe.Offsetof(C.gobridge_frame{}.failure)]
var _ = [1]struct{}{}[unsafe.Sizeof(report{})-unsafe.Sizeof(C.gobridge_failure{})]
var _ = [1]struct{}{}[unsafe.Sizeof(value{})-unsafe.Sizeof(C.gobridge_value{})]
var _ = [1]struct{}{}[unsafe.Offsetof(value{}.as)-unsafe.Offsetof(C.gobridge_value{}.as)]
var _ = [1]struct{}{}[unsafe.Offsetof(value{}.len)-unsafe.Offsetof(C.gobridge_value{}.len)]
var _ = [1]struct{}{}[unsafe.Offsetof(value{}.owner)-unsafe.Offsetof(C.gobridge_value{}.owner)]
var _ = [1]struct{}{}[unsafe.Sizeof(invocation{})-unsafe.Sizeof(C.gobridge_invocation{})]
var _ = [1]struct{}{}[unsafe.Offsetof(invocation{}.function)-unsafe.Offsetof(C.gobridge_invocation{}.function)]
var _ = [1]struct{}{}[notVariadic-C.GOBRIDGE_NOT_VARIADIC]

// init opens the door: from here on C may call. Go itself holds back calls that come before main's initialisation is
// over.
func init() {
	opNames = csrc.Ops()
	for _, name := range opNames {
		handler := handlers[name]
		if handler == nil {
			panic("gobridge: no handler for " + name)
		}
		ops = append(ops, handler)
	}
	exit = csrc.Exit
	ffi.invoke = csrc.Invoke()
	ffi.newSignature, ffi.newClosure, ffi.freeClosure = csrc.NewSignature, csrc.NewClosure, csrc.FreeClosure
	entry := enter
	csrc.Open(**(**unsafe.Pointer)(unsafe.Pointer(&entry)), runtime.Version(), backendName, backendReason)
}
