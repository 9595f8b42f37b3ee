package bridge

/*
#cgo CFLAGS: -std=c11 -I${SRCDIR}/../include
#include "../csrc/cfunc.h"
#include "../csrc/calls.h"
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
var _ = [1]struct{}{}[unsafe.Offsetof(frame{}.alone)-unsafe.Offsetof(C.gobridge_frame{}.exclusive)]
var _ = [1]struct{}{}[unsafe.Offsetof(frame{}.held)-unsafe.Offsetof(C.gobridge_frame{}.held)]
var _ = [1]struct{}{}[unsafe.Offsetof(frame{}.a)-unsafe.Offsetof(C.gobridge_frame{}.a)]
var _ = [1]struct{}{}[unsafe.Offsetof(frame{}.p)-unsafe.Offsetof(C.gobridge_frame{}.p)]
var _ = [1]struct{}{}[unsafe.Offsetof(frame{}.result)-unsafe.Offsetof(C.gobridge_frame{}.result)]
var _ = [1]struct{}{}[unsafe.Offsetof(frame{}.made)-unsafe.Offsetof(C.gobridge_frame{}.new_ref)]
var _ = [1]struct{}{}[unsafe.Offsetof(frame{}.caller)-unsafe.Offsetof(C.gobridge_frame{}.thread)]
var _ = [1]struct{}{}[unsafe.Sizeof(caller{})-unsafe.Sizeof(C.gobridge_host_thread{})]
var _ = [1]struct{}{}[unsafe.Offsetof(caller{}.callers)-unsafe.Offsetof(C.gobridge_host_thread{}.backtrace)]
var _ = [1]struct{}{}[unsafe.Offsetof(caller{}.batch)-unsafe.Offsetof(C.gobridge_host_thread{}.batch)]
var _ = [1]struct{}{}[unsafe.Sizeof(operation{})-unsafe.Sizeof(C.gobridge_operation{})]
var _ = [1]struct{}{}[unsafe.Offsetof(operation{}.gives)-unsafe.Offsetof(C.gobridge_operation{}.returns)]
var _ = [1]struct{}{}[unsafe.Sizeof(batch{})-unsafe.Sizeof(C.gobridge_batch{})]
var _ = [1]struct{}{}[unsafe.Offsetof(batch{}.name)-unsafe.Offsetof(C.gobridge_batch{}.name)]
var _ = [1]struct{}{}[givesRef-C.RETURNS_REF]
var _ = [1]struct{}{}[givesLasting-C.RETURNS_LASTING]
var _ = [1]struct{}{}[givesP-C.RETURNS_P]
var _ = [1]struct{}{}[givesQ-C.RETURNS_Q]
var _ = [1]struct{}{}[givesAll-C.RETURNS_ALL]
var _ = [1]struct{}{}[unsafe.Offsetof(caller{}.failure)-unsafe.Offsetof(C.gobridge_host_thread{}.failure)]
var _ = [1]struct{}{}[unsafe.Sizeof(queue{})-unsafe.Sizeof(C.gobridge_queue{})]
var _ = [1]struct{}{}[unsafe.Offsetof(queue{}.refs)-unsafe.Offsetof(C.gobridge_queue{}.refs)]
var _ = [1]struct{}{}[unsafe.Sizeof(slot{})-unsafe.Sizeof(C.gobridge_slot{})]
var _ = [1]struct{}{}[unsafe.Offsetof(slot{}.generation)-unsafe.Offsetof(C.gobridge_slot{}.generation)]
var _ = [1]struct{}{}[light-C.GOBRIDGE_TRIVIAL]
var _ = [1]struct{}{}[chunkSize-C.GOBRIDGE_SLOTS]
var _ = [1]struct{}{}[len(callers{})-C.GOBRIDGE_BACKTRACE]
var _ = [1]struct{}{}[unsafe.Sizeof(report{})-unsafe.Sizeof(C.gobridge_failure{})]
var _ = [1]struct{}{}[unsafe.Sizeof(value{})-unsafe.Sizeof(C.gobridge_value{})]
var _ = [1]struct{}{}[unsafe.Offsetof(value{}.as)-unsafe.Offsetof(C.gobridge_value{}.as)]
var _ = [1]struct{}{}[unsafe.Offsetof(value{}.len)-unsafe.Offsetof(C.gobridge_value{}.len)]
var _ = [1]struct{}{}[unsafe.Offsetof(value{}.owner)-unsafe.Offsetof(C.gobridge_value{}.owner)]
var _ = [1]struct{}{}[unsafe.Sizeof(memory{})-unsafe.Sizeof(C.gobridge_memory{})]
var _ = [1]struct{}{}[unsafe.Offsetof(memory{}.nextGC)-unsafe.Offsetof(C.gobridge_memory{}.next_gc)]
var _ = [1]struct{}{}[unsafe.Sizeof(methodCall{})-unsafe.Sizeof(C.gobridge_method_call{})]
var _ = [1]struct{}{}[unsafe.Offsetof(methodCall{}.nargs)-unsafe.Offsetof(C.gobridge_method_call{}.nargs)]
var _ = [1]struct{}{}[unsafe.Sizeof(selectCase{})-unsafe.Sizeof(C.gobridge_select_case{})]
var _ = [1]struct{}{}[unsafe.Offsetof(selectCase{}.send)-unsafe.Offsetof(C.gobridge_select_case{}.send)]
var _ = [1]struct{}{}[unsafe.Sizeof(typeInfo{})-unsafe.Sizeof(C.gobridge_type_info{})]
var _ = [1]struct{}{}[unsafe.Offsetof(typeInfo{}.variadic)-unsafe.Offsetof(C.gobridge_type_info{}.variadic)]
var _ = [1]struct{}{}[unsafe.Offsetof(typeInfo{}.canSend)-unsafe.Offsetof(C.gobridge_type_info{}.can_send)]
var _ = [1]struct{}{}[unsafe.Offsetof(typeInfo{}.methods)-unsafe.Offsetof(C.gobridge_type_info{}.methods)]
var _ = [1]struct{}{}[unsafe.Offsetof(typeInfo{}.bytes)-unsafe.Offsetof(C.gobridge_type_info{}.bytes)]
var _ = [1]struct{}{}[unsafe.Offsetof(typeInfo{}.key)-unsafe.Offsetof(C.gobridge_type_info{}.key)]
var _ = [1]struct{}{}[unsafe.Offsetof(typeInfo{}.name)-unsafe.Offsetof(C.gobridge_type_info{}.name)]
var _ = [1]struct{}{}[unsafe.Sizeof(fieldInfo{})-unsafe.Sizeof(C.gobridge_type_field_info{})]
var _ = [1]struct{}{}[unsafe.Offsetof(fieldInfo{}.embedded)-unsafe.Offsetof(C.gobridge_type_field_info{}.embedded)]
var _ = [1]struct{}{}[unsafe.Offsetof(fieldInfo{}.tag)-unsafe.Offsetof(C.gobridge_type_field_info{}.tag)]
var _ = [1]struct{}{}[unsafe.Offsetof(fieldInfo{}.offset)-unsafe.Offsetof(C.gobridge_type_field_info{}.offset)]
var _ = [1]struct{}{}[unsafe.Sizeof(methodInfo{})-unsafe.Sizeof(C.gobridge_type_method_info{})]
var _ = [1]struct{}{}[unsafe.Offsetof(methodInfo{}.exported)-unsafe.Offsetof(C.gobridge_type_method_info{}.exported)]
var _ = [1]struct{}{}[unsafe.Offsetof(methodInfo{}.name)-unsafe.Offsetof(C.gobridge_type_method_info{}.name)]
var _ = [1]struct{}{}[unsafe.Offsetof(methodInfo{}.typ)-unsafe.Offsetof(C.gobridge_type_method_info{}._type)]
var _ = [1]struct{}{}[unsafe.Sizeof(invocation{})-unsafe.Sizeof(C.gobridge_invocation{})]
var _ = [1]struct{}{}[unsafe.Offsetof(invocation{}.function)-unsafe.Offsetof(C.gobridge_invocation{}.function)]
var _ = [1]struct{}{}[notVariadic-C.GOBRIDGE_NOT_VARIADIC]
var _ = [1]struct{}{}[unsafe.Sizeof(column{})-unsafe.Sizeof(C.gobridge_column{})]
var _ = [1]struct{}{}[unsafe.Offsetof(column{}.offsets)-unsafe.Offsetof(C.gobridge_column{}.offsets)]
var _ = [1]struct{}{}[unsafe.Offsetof(column{}.owner)-unsafe.Offsetof(C.gobridge_column{}.owner)]
var _ = [1]struct{}{}[unsafe.Sizeof("")-unsafe.Sizeof(C.gobridge_text{})]
var _ = [1]struct{}{}[unsafe.Sizeof(arrays{})-unsafe.Sizeof(C.gobridge_arrays{})]
var _ = [1]struct{}{}[maxItems-C.GOBRIDGE_MAX_ITEMS]
var _ = [1]struct{}{}[unsafe.Offsetof(arrays{}.count)-unsafe.Offsetof(C.gobridge_arrays{}.count)]
var _ = [1]struct{}{}[unsafe.Sizeof(arrowSchema{})-unsafe.Sizeof(C.struct_ArrowSchema{})]
var _ = [1]struct{}{}[unsafe.Offsetof(arrowSchema{}.children)-unsafe.Offsetof(C.struct_ArrowSchema{}.children)]
var _ = [1]struct{}{}[unsafe.Offsetof(arrowSchema{}.private)-unsafe.Offsetof(C.struct_ArrowSchema{}.private_data)]
var _ = [1]struct{}{}[unsafe.Sizeof(arrowArray{})-unsafe.Sizeof(C.struct_ArrowArray{})]
var _ = [1]struct{}{}[unsafe.Offsetof(arrowArray{}.buffers)-unsafe.Offsetof(C.struct_ArrowArray{}.buffers)]
var _ = [1]struct{}{}[unsafe.Offsetof(arrowArray{}.private)-unsafe.Offsetof(C.struct_ArrowArray{}.private_data)]
var _ = [1]struct{}{}[arrowNullable-C.ARROW_FLAG_NULLABLE]
var _ = [1]struct{}{}[unsafe.Sizeof(freezing{})-unsafe.Sizeof(C.gobridge_freezing{})]
var _ = [1]struct{}{}[unsafe.Offsetof(freezing{}.room)-unsafe.Offsetof(C.gobridge_freezing{}.capacity)]
var _ = [1]struct{}{}[unsafe.Offsetof(freezing{}.elem)-unsafe.Offsetof(C.gobridge_freezing{}.elem)]
var _ = [1]struct{}{}[unsafe.Offsetof(freezing{}.elemText)-unsafe.Offsetof(C.gobridge_freezing{}.elem_text)]

// init opens the door: from here on C may call. Go itself holds back calls that come before main's initialisation is
// over.
func init() {
	for _, op := range csrc.Ops() {
		addOp(op.Name, op.OneLock)
	}
	exit, placeOf = csrc.Exit, csrc.PlaceOf
	refs.shareAll(csrc.ShareSlots)
	ffi.invoke = csrc.Invoke()
	ffi.newSignature, ffi.newClosure, ffi.freeClosure = csrc.NewSignature, csrc.NewClosure, csrc.FreeClosure
	entry := enter
	csrc.Open(**(**unsafe.Pointer)(unsafe.Pointer(&entry)), runtime.Version(), backendName, backendReason,
		refs.debugs())
}
