package ref_test

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/iface"
	"gobridge/bridge/internal/ops"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

func TestForgedReferences(t *testing.T) {
	h := hosttest.New(t)
	live := h.NewRef("live")
	for r, want := range map[frame.Ref]status.Code{
		0: status.NilRef, 1: status.ForgedRef, 1 << 32: status.ForgedRef, math.MaxUint64: status.ForgedRef,
		live + 1<<32: status.ForgedRef, live & math.MaxUint32: status.ForgedRef, live | math.MaxUint32: status.ForgedRef,
	} {
		h.Refuse(want, "ref", "gobridge_release", frame.Frame{Slots: frame.Slots{A: uint64(r)}})
	}
	if got, err := ref.Table.Get(live, ""); err != nil || got != "live" {
		t.Errorf("%v, %v", got, err)
	}
}

// Every call that takes a reference refuses bad ones by the name of the argument.
func TestEveryCallRefusesBadReferences(t *testing.T) {
	argumentOf := map[string]string{}
	for _, row := range [][2]string{
		{"", "ref_count scope_close type_parse runtime_iscgo runtime_set_crosscall2 runtime_cgocall math_Float32bits"},
		{"", "runtime_convT64 runtime_convTstring runtime_convTslice"},
		{"", "map_in_place ref_list task_limit go_maxprocs go_gc_percent go_memory_limit go_collect go_memory go_goroutines go_stacks"},
		{"", "go_profile_cpu go_profile_cpu_stop go_profile_heap"},
		{"", "cfunc_new cfunc_new_with cfunc_closure"},
		{"seq", "iter_new"},
		{"iter", "iter_next"},
		{"func", "cfunc_pointer"},
		{"", "release_later release_n batch_run thread_attach set_output"},
		{"ref", "release value_get value_view value_load type_of"},
		{"value's owner", "value_release"},
		{"pointer", "value_store"},
		{"type", "type_name type_kind type_layout value_new value_box"},
		{"type", "type_describe type_field type_method type_parameter type_result slice_new"},
		{"slice", "slice_len slice_cap slice_get slice_text slice_set slice_at slice_append slice_sub slice_view"},
		{"ref", "struct_get struct_text struct_get_at"},
		{"pointer", "struct_set struct_set_at struct_at"},
		{"type", "runtime_makemap_small runtime_makemap reflect_makemap"},
		{"type", "chan_new"},
		{"", "chan_select"},
		{"chan", "chan_len chan_cap chan_send chan_receive chan_close"},
		{"func", "task_start"},
		{"task", "task_wait task_done task_descriptor task_cancel"},
		{"type", "map_new"},
		{"map", "map_get map_text map_set map_delete map_clear map_len map_contains map_get_or_set map_add map_iterate"},
		{"iterator", "map_next"},
		{"map", "map_get_n map_set_n map_get_or_set_n map_delete_n map_add_n"},
		{"type", "map_build_n"},
		{"iterator", "map_next_n"},
		{"slice", "slice_read_n slice_write_n slice_append_n"},
		{"type", "value_box_n"},
		{"", "value_get_n"}, // its type may be 0
		{"func", "call_n"},
		{"", "ref_flush"},
		{"map", "map_freeze"},
		{"value", "arrow_export"},
		{"", "arrow_import"}, // its type may be 0
		{"ref", "iface_implements iface_method iface_call"},
		{"map", "runtime_mapaccess2 reflect_mapaccess runtime_mapaccess2_fast32 runtime_mapaccess2_fast64"},
		{"map", "runtime_mapassign reflect_mapassign0 runtime_mapdelete reflect_maplen reflect_mapiterinit"},
		{"map", "runtime_mapassign_fast32 runtime_mapassign_fast32ptr runtime_mapassign_fast64 runtime_mapassign_fast64ptr"},
		{"iterator", "runtime_mapiternext reflect_mapiternext reflect_mapiterkey reflect_mapiterelem"},
		{"interface_type", "runtime_getitab"},
		{"map", "runtime_mapaccess2_faststr reflect_mapaccess_faststr runtime_mapassign_faststr reflect_mapassign_faststr0"},
		{"map", "reflect_mapdelete reflect_mapdelete_faststr reflect_mapclear maps_clone runtime_mapiterinit"},
		{"type", "reflect_unsafe_New reflect_unsafe_NewArray"},
		{"dst", "reflect_ifaceE2I reflect_typedmemmove reflect_typedslicecopy"},
		{"pointer", "reflect_typedmemclr"},
		{"slice", "reflect_growslice"},
		{"", "runtime_memequal runtime_memhash runtime_strhash runtime_nanotime time_now"},
		{"", "runtime_rand runtime_cheaprand runtime_cheaprandn"},
		{"", "func_find func_names"},
		{"func", "call"},
		{"", "value_copy value_equal value_compare value_hash value_print value_read value_to_text value_to_json"},
		{"", "value_from_time error_new"},
		{"type", "value_make value_from_text value_from_json"},
		{"pointer", "value_follow value_set"},
		{"time", "value_to_time"},
		{"error", "error_message error_is error_as error_unwrap"},
		{"inner", "error_wrap"},
		{"", "call_catch"},  // its failure is in what C hands in
		{"", "context_new"}, // its parent may be 0
		{"context", "context_cancel"},
		{"func_type", "callback_new"},
		{"error", "callback_fail_with"},
		{"ref", "foreign_data"},
		{"", "callback_fail foreign_new reader_new writer_new"},
		{"reader", "io_read"},
		{"writer", "io_write"},
		{"", "type_func_of type_struct_of set_fatal_handler setenv getenv"},
		{"elem", "type_pointer_to type_slice_of type_array_of type_chan_of"},
		{"key", "type_map_of"},
		{"from", "type_assignable type_convertible"},
		{"ref", "ref_dup ref_kind ref_identity"},
		{"func", "call_spread func_register typed_call typed_call_spread"},
		{"", "typed_numbers typed_plain"},
		{"task", "task_on_done"},
		{"", "context_with_value"}, // its parent may be 0
		{"context", "context_value"},
		{"interface_type", "iface_new"},
	} {
		for _, name := range strings.Fields(row[1]) {
			argumentOf["gobridge_"+name] = row[0]
		}
	}
	anyKind := map[string]bool{"gobridge_release": true, "gobridge_value_release": true, "gobridge_value_get": true}
	h := hosttest.New(t)
	itab := h.Own(h.Must("gobridge_runtime_getitab", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[error]()), B: hosttest.TypeRef(hosttest.Typ[*status.Failure]())}}).NewRef)
	for name := range ops.Handlers {
		argument, known := argumentOf[name]
		if !known {
			t.Errorf("what argument of %s is a reference?", name)
		}
		if argument == "" {
			continue
		}
		bad := h.Bad()
		if !anyKind[name] {
			bad[status.WrongKind] = itab
		}
		for want, r := range bad {
			h.Refuse(want, argument, name, frame.Frame{Slots: frame.Slots{A: uint64(r), P: h.Alloc(64), Q: h.Alloc(64)}})
		}
		h.Forget()
	}
	bad := h.Bad()
	bad[status.WrongKind] = itab
	for want, r := range bad {
		h.Refuse(want, "type", "gobridge_runtime_getitab", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[error]()), B: uint64(r)}})
	}
}

func TestScopesRelease(t *testing.T) {
	h := hosttest.New(t)
	made := []frame.Ref{h.Must("gobridge_runtime_convT64", frame.Frame{Slots: frame.Slots{B: 1}}).NewRef, h.Must("gobridge_runtime_convT64", frame.Frame{Slots: frame.Slots{B: 2}}).NewRef}
	h.Release(made[0])
	p := h.Alloc(16)
	copy(unsafe.Slice((*frame.Ref)(p), 2), made)
	h.Must("gobridge_scope_close", frame.Frame{Slots: frame.Slots{P: p, A: 2}}) // one of them is stale, which is no failure
	h.Refuse(status.StaleRef, "ref", "gobridge_release", frame.Frame{Slots: frame.Slots{A: uint64(made[1])}})
}

// Who reads references that others release and make anew sees what they named or a status, and never another object.
func TestReferencesInManyThreads(t *testing.T) {
	const pairs, rounds = 4, 50000
	hosttest.New(t) // counts what is live
	type shown struct {
		ref    frame.Ref
		object int
	}
	var group sync.WaitGroup
	for id := 0; id < pairs; id++ {
		var shared atomic.Pointer[shown]
		var done atomic.Bool
		group.Add(2)
		go func(id int) { // makes and releases
			defer group.Done()
			defer done.Store(true)
			f := &frame.Frame{}
			for i := 0; i < rounds; i++ {
				object := id*rounds + i
				r := ref.Table.Make(f, object)
				shared.Store(&shown{r, object})
				if got, err := ref.Table.Get(r, ""); err != nil || got != object {
					t.Errorf("%v, %v, not %d", got, err, object)
				}
				if err := ref.Release(f, r, ""); err != nil {
					t.Error(err)
				}
				if got, err := ref.Table.Get(r, ""); err == nil {
					t.Errorf("a stale reference gives %v", got)
				}
			}
		}(id)
		go func() { // reads
			defer group.Done()
			for !done.Load() {
				if n := shared.Load(); n != nil {
					got, err := ref.Table.Get(n.ref, "")
					if err == nil && got != n.object || err != nil && status.FailureOf(err).Code != status.StaleRef {
						t.Errorf("%v, %v, not %d", got, err, n.object)
					}
				}
			}
		}()
	}
	group.Wait()
}

func TestMemoryOfReferences(t *testing.T) {
	if hosttest.UnderASan {
		t.Skip("ASan is in the way")
	}
	const n, most = 1 << 18, 64
	h := hosttest.New(t)
	made := make([]frame.Ref, n)
	before := hosttest.HeapNow()
	for i := range made {
		made[i] = h.Must("gobridge_runtime_convT64", frame.Frame{Slots: frame.Slots{B: uint64(i) + 1000}}).NewRef
	}
	bytes := float64(hosttest.HeapNow()-before) / n
	t.Logf("%.1f bytes a live reference to a boxed uint64", bytes)
	if bytes > most {
		t.Errorf("%.1f bytes a live reference, more than %d", bytes, most)
	}
	h.Release(made...)
	free := float64(hosttest.HeapNow()-before) / n
	t.Logf("%.1f bytes a slot that was used once and is free", free)
	if free > 40 {
		t.Errorf("%.1f bytes are kept for a released reference", free)
	}
	boxed, released := &frame.Frame{Slots: frame.Slots{B: 1000}}, &frame.Frame{}
	if allocs := testing.AllocsPerRun(1000, func() {
		_ = iface.ConvT64(boxed)
		released.A = uint64(boxed.NewRef)
		_ = ref.HandleRelease(released)
	}); allocs > 2 { // the number, and what the slot points to
		t.Errorf("%.0f allocations to make and release one", allocs)
	}
	runtime.KeepAlive(made)
}

func TestReferencesTellWhoMadeThem(t *testing.T) {
	h := hosttest.New(t)
	lookUps := 0
	defer func(before func(uintptr) string) { ref.Table.Origins, ref.PlaceOf = nil, before }(ref.PlaceOf)
	ref.PlaceOf = func(address uintptr) string {
		lookUps++
		return fmt.Sprintf("place%d", address)
	}
	before := h.Own(value.NewRef(&frame.Frame{}, "before debug mode"))
	ref.Table.Origins = map[frame.Ref]*ref.Origin{}
	from := &frame.Backtrace{1, 2}
	made := func(from *frame.Backtrace) frame.Ref {
		defer func() { hosttest.Tester.Backtrace = nil }()
		hosttest.Tester.Backtrace = from
		return h.Must("gobridge_runtime_convT64", frame.Frame{}).NewRef
	}
	first, second := made(from), made(from)
	full, nowhere := h.Own(made(&frame.Backtrace{1, 1, 1, 1, 1, 1, 1, 2})), h.Own(made(nil))
	h.Release(first)
	h.Own(second)
	from[0] = 3 // C's memory is forgotten after the call

	p := h.Alloc(unsafe.Sizeof(frame.Value{}))
	list := h.Must("gobridge_ref_list", frame.Frame{Slots: frame.Slots{P: p}}).NewRef
	text := hosttest.Shown((*frame.Value)(p))
	for r, line := range map[frame.Ref]string{
		before:  "a string, from a call that was not noted (GOBRIDGE_DEBUG=refs notes them)",
		second:  "a uint64, from gobridge_runtime_convT64 at place1 < place2",
		full:    "a uint64, from gobridge_runtime_convT64 at place1" + strings.Repeat(" < place1", 6) + " < place2",
		nowhere: "a uint64, from gobridge_runtime_convT64",
	} {
		if line = fmt.Sprintf("%#x: %s\n", uint64(r), line); !strings.Contains(text, line) {
			t.Errorf("no line %q in\n%s", line, text)
		}
	}
	if strings.Contains(text, fmt.Sprintf("%#x:", uint64(first))) {
		t.Errorf("%#x was released:\n%s", uint64(first), text)
	}
	if lookUps != 2 {
		t.Errorf("%d places were looked up, not 2", lookUps)
	}
	h.Release(list)
	if len(ref.Table.Origins) != 3 {
		t.Errorf("%d origins are kept, not 3", len(ref.Table.Origins))
	}
}
