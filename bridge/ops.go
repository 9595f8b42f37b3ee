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

	"gobridge_map_new":        makemap(viaRuntime),
	"gobridge_map_get":        mapaccess(viaValue),
	"gobridge_map_set":        mapassign(viaValue),
	"gobridge_map_delete":     mapdelete(viaValue),
	"gobridge_map_clear":      mapclear,
	"gobridge_map_len":        maplen,
	"gobridge_map_contains":   mapaccess(viaValue),
	"gobridge_map_get_or_set": mapupdate(false),
	"gobridge_map_add":        mapupdate(true),
	"gobridge_map_iterate":    mapiterinit(viaValue),
	"gobridge_map_next":       mapnext,

	"gobridge_iface_implements": ifaceImplements,
	"gobridge_iface_method":     ifaceMethod,

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
	"gobridge_runtime_mapdelete":           mapdelete(viaRuntime),
	"gobridge_reflect_maplen":              maplen,
	"gobridge_reflect_mapiterinit":         mapiterinit(viaReflect),
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
