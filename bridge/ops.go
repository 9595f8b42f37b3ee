// Package bridge is the Go side of gobridge, the Go runtime as a C library. A Go program that imports it and is built
// with -buildmode=c-archive or c-shared has the C functions that include/gobridge.h declares.
package bridge

import (
	"fmt"
	"reflect"
	"runtime/debug"
	"unsafe"
)

// handlers answers each call that crosses, by the name of its C function.
var handlers = map[string]func(*frame) error{
	"gobridge_release":       release,
	"gobridge_release_later": releaseLater,
	"gobridge_release_n":     releaseN,
	"gobridge_batch_run":     batchRun,
	"gobridge_ref_flush":     refFlush,
	"gobridge_ref_count":     refCount,
	"gobridge_ref_list":      refList,
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

	"gobridge_func_find":           funcFind,
	"gobridge_func_names":          funcNames,
	"gobridge_call":                funcCall,
	"gobridge_go_maxprocs":         goMaxprocs,
	"gobridge_go_gc_percent":       goGCPercent,
	"gobridge_go_memory_limit":     goMemoryLimit,
	"gobridge_go_collect":          goCollect,
	"gobridge_go_memory":           goMemory,
	"gobridge_go_goroutines":       goGoroutines,
	"gobridge_go_stacks":           goStacks,
	"gobridge_go_profile_cpu":      goProfileCPU,
	"gobridge_go_profile_cpu_stop": goProfileCPUStop,
	"gobridge_go_profile_heap":     goProfileHeap,
	"gobridge_chan_make":           chanMake,
	"gobridge_chan_len":            chanLen,
	"gobridge_chan_cap":            chanCap,
	"gobridge_chan_send":           chanSend,
	"gobridge_chan_receive":        chanReceive,
	"gobridge_chan_close":          chanClose,
	"gobridge_chan_select":         chanSelect,
	"gobridge_task_start":          taskStart,
	"gobridge_task_wait":           taskWait,
	"gobridge_task_done":           taskDone,
	"gobridge_task_descriptor":     taskDescriptor,
	"gobridge_task_cancel":         taskCancel,
	"gobridge_task_limit":          taskLimit,
	"gobridge_type_describe":       typeDescribe,
	"gobridge_type_field":          typeField,
	"gobridge_type_method":         typeMethod,
	"gobridge_type_parameter":      typeOfSignature("parameter", reflect.Type.NumIn, reflect.Type.In),
	"gobridge_type_result":         typeOfSignature("result", reflect.Type.NumOut, reflect.Type.Out),

	"gobridge_slice_make":   sliceMake,
	"gobridge_slice_len":    sliceLen,
	"gobridge_slice_cap":    sliceCap,
	"gobridge_slice_get":    sliceGet,
	"gobridge_slice_set":    sliceSet,
	"gobridge_slice_at":     sliceAt,
	"gobridge_slice_append": sliceAppend,
	"gobridge_slice_sub":    sliceSub,
	"gobridge_slice_view":   sliceView,

	"gobridge_struct_get":     structGet(fieldByName),
	"gobridge_struct_get_at":  structGet(fieldByIndex),
	"gobridge_struct_set":     structSet(fieldByName),
	"gobridge_struct_set_at":  structSet(fieldByIndex),
	"gobridge_struct_at":      structAt,
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

	"gobridge_map_get_n":        mapGetN,
	"gobridge_map_set_n":        mapSetN,
	"gobridge_map_build_n":      mapBuildN,
	"gobridge_map_get_or_set_n": mapGetOrSetN,
	"gobridge_map_delete_n":     mapDeleteN,
	"gobridge_map_add_n":        mapAddN,
	"gobridge_map_next_n":       mapNextN,
	"gobridge_slice_read_n":     sliceReadN,
	"gobridge_slice_write_n":    sliceWriteN,
	"gobridge_slice_append_n":   sliceAppendN,
	"gobridge_value_box_n":      valueBoxN,
	"gobridge_value_get_n":      valueGetN,
	"gobridge_call_n":           callN,
	"gobridge_map_freeze":       mapfreeze,
	"gobridge_arrow_export":     arrowExport,
	"gobridge_arrow_import":     arrowImport,

	"gobridge_iface_implements": ifaceImplements,
	"gobridge_iface_call":       ifaceCall,
	"gobridge_iface_method":     ifaceMethod,
	"gobridge_cfunc_new":        cfuncNew,
	"gobridge_cfunc_pointer":    cfuncPointer,
	"gobridge_cfunc_closure":    cfuncClosure,
	"gobridge_value_make":       valueMake,
	"gobridge_value_follow":     valueFollow,
	"gobridge_value_set":        valueSet,
	"gobridge_value_copy":       valueCopy,
	"gobridge_value_equal":      valueEqual,
	"gobridge_value_compare":    valueCompare,
	"gobridge_value_hash":       valueHash,
	"gobridge_value_print":      valuePrint,
	"gobridge_value_text":       valueText,
	"gobridge_value_from_text":  valueFromText,
	"gobridge_value_to_text":    valueToText,
	"gobridge_value_from_json":  valueFromJSON,
	"gobridge_value_to_json":    valueToJSON,
	"gobridge_value_from_time":  valueFromTime,
	"gobridge_value_to_time":    valueToTime,
	"gobridge_error_new":        errorNew,
	"gobridge_error_wrap":       errorWrap,
	"gobridge_error_message":    errorMessage,
	"gobridge_error_is":         errorIs,
	"gobridge_error_as":         errorAs,
	"gobridge_error_unwrap":     errorUnwrap,

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
	"gobridge_reflect_ifaceE2I":            ifaceSet,
	"gobridge_runtime_mapaccess2_faststr":  mapaccess(viaFastStr),
	"gobridge_reflect_mapaccess_faststr":   mapaccess(viaReflectStr),
	"gobridge_runtime_mapassign_faststr":   mapassign(viaFastStr),
	"gobridge_reflect_mapassign_faststr0":  mapassign(viaReflectStr),
	"gobridge_reflect_mapdelete":           mapdelete(viaReflect),
	"gobridge_reflect_mapdelete_faststr":   mapdelete(viaReflectStr),
	"gobridge_reflect_mapclear":            mapclear,
	"gobridge_maps_clone":                  mapclone,
	"gobridge_runtime_mapiterinit":         mapiterinit(viaRuntime),
	"gobridge_reflect_unsafe_New":          valueNew,
	"gobridge_reflect_unsafe_NewArray":     sliceOfVariables,
	"gobridge_reflect_typedmemmove":        valueMove,
	"gobridge_reflect_typedmemclr":         valueClear,
	"gobridge_reflect_typedslicecopy":      sliceCopy,
	"gobridge_reflect_growslice":           sliceGrow,
	"gobridge_runtime_memequal":            memoryEqual,
	"gobridge_runtime_memhash":             memoryHash,
	"gobridge_runtime_strhash":             stringHash,
	"gobridge_runtime_nanotime":            runtimeNanotime,
	"gobridge_time_now":                    timeNow,
	"gobridge_runtime_rand":                runtimeRand,
	"gobridge_runtime_cheaprand":           runtimeCheaprand,
	"gobridge_runtime_cheaprandn":          runtimeCheaprandn,
}

// The calls by number, as C has them.
var (
	opNames []string
	ops     []func(*frame) error
)

// addOp gives a call the next number.
func addOp(name string) {
	handler := handlers[name]
	if handler == nil {
		panic("gobridge: no handler for " + name)
	}
	opNames, ops = append(opNames, name), append(ops, handler)
	oneLock = append(oneLock, takesOneLock[name])
}

// enter is where C comes in: it hands the frame to its handler. No panic gets past it, nor a fault where the host gave
// an address that is none.
func enter(p unsafe.Pointer) {
	f, returned := (*frame)(p), false
	facesFaults := f.p == nil && f.q == nil || debug.SetPanicOnFault(true) // C memory
	defer func() {
		f.letGo()
		if !facesFaults { // Go code that called the C code that made this call must get what it asked for
			debug.SetPanicOnFault(false)
		}
		if returned {
			return
		}
		if reason := recover(); reason != nil {
			f.fail(panicked(reason))
		} else {
			f.exited()
		}
	}()
	if q := &f.caller.queue; q.len > 0 {
		q.release(f)
	}
	if err := ops[f.op](f); err != nil {
		f.fail(err)
	}
	returned = true
}

// exit goes back to C with a frame from where there is no return; nil where there is no C.
var exit func(f unsafe.Pointer)

// errExited is what a call of a Go function fails with that called runtime.Goexit.
var errExited = failf(errGoexit, "a Go function called runtime.Goexit")

// exited answers a call in which a Go function ended its goroutine: on the host's thread that would end the process.
// Where the goroutine called the C code that made this call, it goes on ending.
func (f *frame) exited() {
	f.fail(errExited)
	if exit != nil {
		exit(unsafe.Pointer(f))
	}
}

// panicked is what a panic fails with, asked for while the panic is handled: its stack is still there.
func panicked(reason any) error {
	return &failure{status: errPanic, message: "panic: " + fmt.Sprint(reason), stack: string(debug.Stack())}
}
