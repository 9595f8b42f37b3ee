// Package bridge is the Go side of gobridge, the Go runtime as a C library. A Go program that imports it and is built
// with -buildmode=c-archive or c-shared has the C functions that include/gobridge.h declares.
package bridge

import (
	"fmt"
	"runtime/debug"
	"unsafe"
)

// handlers answers each call that crosses, by the name of its C function.
var handlers = map[string]func(*frame) error{
	"gobridge_release":       release,
	"gobridge_ref_count":     refCount,
	"gobridge_scope_close":   scopeClose,
	"gobridge_type_parse":    typeParse,
	"gobridge_type_of":       typeOf,
	"gobridge_type_name":     typeName,
	"gobridge_type_kind":     typeKind,
	"gobridge_type_layout":   typeLayout,
	"gobridge_value_new":     valueNew,
	"gobridge_value_box":     valueBox,
	"gobridge_value_get":     valueGet,
	"gobridge_value_load":    valueLoad,
	"gobridge_value_store":   valueStore,
	"gobridge_value_release": valueRelease,

	"gobridge_value_make":      valueMake,
	"gobridge_value_follow":    valueFollow,
	"gobridge_value_set":       valueSet,
	"gobridge_value_copy":      valueCopy,
	"gobridge_value_equal":     valueEqual,
	"gobridge_value_compare":   valueCompare,
	"gobridge_value_hash":      valueHash,
	"gobridge_value_print":     valuePrint,
	"gobridge_value_text":      valueText,
	"gobridge_value_from_text": valueFromText,
	"gobridge_value_to_text":   valueToText,
	"gobridge_value_from_json": valueFromJSON,
	"gobridge_value_to_json":   valueToJSON,
	"gobridge_value_from_time": valueFromTime,
	"gobridge_value_to_time":   valueToTime,
	"gobridge_error_new":       errorNew,
	"gobridge_error_wrap":      errorWrap,
	"gobridge_error_message":   errorMessage,
	"gobridge_error_is":        errorIs,
	"gobridge_error_as":        errorAs,
	"gobridge_error_unwrap":    errorUnwrap,

	"gobridge_runtime_iscgo":               runtimeIscgo,
	"gobridge_runtime_set_crosscall2":      runtimeSetCrosscall2,
	"gobridge_runtime_cgocall":             runtimeCgocall,
	"gobridge_math_Float32bits":            mathFloat32bits,
	"gobridge_runtime_makemap_small":       makemap(viaSmall),
	"gobridge_runtime_makemap":             makemap(viaRuntime),
	"gobridge_reflect_makemap":             makemap(viaReflect),
	"gobridge_runtime_mapaccess2":          mapaccess(viaRuntime),
	"gobridge_reflect_mapaccess":           mapaccess(viaReflect),
	"gobridge_runtime_mapaccess2_fast32":   mapaccess(viaFast32),
	"gobridge_runtime_mapaccess2_fast64":   mapaccess(viaFast64),
	"gobridge_runtime_mapassign":           mapassign(viaRuntime),
	"gobridge_reflect_mapassign0":          mapassign(viaReflect),
	"gobridge_runtime_mapassign_fast32":    mapassign(viaFast32),
	"gobridge_runtime_mapassign_fast32ptr": mapassign(viaFast32Ptr),
	"gobridge_runtime_mapassign_fast64":    mapassign(viaFast64),
	"gobridge_runtime_mapassign_fast64ptr": mapassign(viaFast64Ptr),
	"gobridge_runtime_mapdelete":           mapdelete,
	"gobridge_reflect_maplen":              maplen,
	"gobridge_reflect_mapiterinit":         mapiterinit,
	"gobridge_runtime_mapiternext":         mapiternext(viaRuntime),
	"gobridge_reflect_mapiternext":         mapiternext(viaReflect),
	"gobridge_reflect_mapiterkey":          mapiterkey,
	"gobridge_reflect_mapiterelem":         mapiterelem,
	"gobridge_runtime_getitab":             getitab,
	"gobridge_runtime_convT64":             convT64,
	"gobridge_runtime_convTstring":         convTstring,
	"gobridge_runtime_convTslice":          convTslice,
}

// The calls by number, as C has them.
var (
	opNames []string
	ops     []func(*frame) error
)

// enter is where C comes in: it hands the frame to its handler. No panic gets past it, nor a fault where the host gave
// an address that is none.
func enter(p unsafe.Pointer) {
	f, returned := (*frame)(p), false
	defer func() {
		f.letGo()
		if reason := recover(); reason != nil {
			f.panicked(reason)
		} else if !returned {
			f.exited()
		}
	}()
	if f.p != nil || f.q != nil { // C memory
		debug.SetPanicOnFault(true)
	}
	if err := ops[f.op](f); err != nil {
		f.fail(err)
	}
	returned = true
}

// exit goes back to C from where there is no return; nil where there is no C.
var exit func()

// exited answers a call in which a Go function ended its goroutine: on the host's thread that would end the process.
func (f *frame) exited() {
	f.fail(failf(errGoexit, "a Go function called runtime.Goexit"))
	if exit != nil {
		exit()
	}
}

func (f *frame) panicked(reason any) {
	f.fail(&failure{errPanic, "panic: " + fmt.Sprint(reason), string(debug.Stack())})
}
