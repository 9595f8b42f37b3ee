package bridge

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"
)

func TestReferencesAreGoneOnceReleased(t *testing.T) {
	var refs table
	f := &frame{}
	seen := map[ref]bool{}
	for i := 0; i < 10000; i++ {
		r := refs.make(f, i)
		if seen[r] || r == 0 {
			t.Fatalf("%#x was given out before", uint64(r))
		}
		seen[r] = true
		if got, err := refs.get(r, ""); err != nil || got != i {
			t.Fatalf("%v, %v, not %d", got, err, i)
		}
		if got, err := refs.drop(f, r, ""); err != nil || got != i {
			t.Fatalf("dropped %v, %v, not %d", got, err, i)
		}
		if _, err := refs.drop(f, r, ""); err == nil || asFailure(err).status != errStaleRef {
			t.Fatalf("dropped twice: %v", err)
		}
	}
	if refs.live != 0 || refs.count.Load() != chunkSize {
		t.Errorf("%d are live, in %d slots", refs.live, refs.count.Load())
	}
}

func TestManyLiveReferences(t *testing.T) {
	var refs table
	f := &frame{}
	var made []ref
	for i := 0; i < 5*chunkSize; i++ {
		made = append(made, refs.make(f, i))
	}
	for i, r := range made {
		if got, err := refs.get(r, ""); err != nil || got != i {
			t.Fatalf("%v, %v, not %d", got, err, i)
		}
	}
	if refs.live != len(made) {
		t.Errorf("%d are live, not %d", refs.live, len(made))
	}
}

// A slot is given up before its generations come round.
func TestGenerationsAreNeverUsedAgain(t *testing.T) {
	var refs table
	f := &frame{}
	first := refs.make(f, uint32(0)) // not light
	refs.drop(f, first, "")
	s := refs.slot(first.index())
	s.generation.Store(math.MaxUint32 - 5)
	var last ref
	for _, want := range []uint32{math.MaxUint32 - 5, math.MaxUint32 - 3} {
		last = refs.make(f, want)
		if last.index() != first.index() || last.generation() != want {
			t.Fatalf("%#x, not slot %d in generation %d", uint64(last), first.index(), want)
		}
		refs.drop(f, last, "")
	}
	for i := 0; i < 2*chunkSize; i++ {
		if r := refs.make(f, i); r.index() == first.index() {
			t.Fatalf("slot %d is used again, in generation %d", r.index(), r.generation())
		}
	}
	for generation, want := range map[uint32]status{
		0: errForgedRef, 1: errForgedRef, 2: errStaleRef, math.MaxUint32 - 3: errStaleRef, math.MaxUint32 - 1: errForgedRef,
		math.MaxUint32: errForgedRef} {
		r := ref(generation)<<32 | ref(first.index()+1)
		if _, err := refs.get(r, ""); err == nil || asFailure(err).status != want {
			t.Errorf("generation %d: %v, not status %d", generation, err, want)
		}
	}
}

func TestForgedReferences(t *testing.T) {
	h := newHost(t)
	live := h.name("live")
	for r, want := range map[ref]status{
		0: errNilRef, 1: errForgedRef, 1 << 32: errForgedRef, math.MaxUint64: errForgedRef,
		live + 1<<32: errForgedRef, live & math.MaxUint32: errForgedRef, live | math.MaxUint32: errForgedRef,
	} {
		h.refuse(want, "ref", "gobridge_release", frame{a: uint64(r)})
	}
	if got, err := refs.get(live, ""); err != nil || got != "live" {
		t.Errorf("%v, %v", got, err)
	}
}

// Every call that takes a reference refuses bad ones by the name of the argument.
func TestEveryCallRefusesBadReferences(t *testing.T) {
	argumentOf := map[string]string{}
	for _, row := range [][2]string{
		{"", "ref_count scope_close type_parse runtime_iscgo runtime_set_crosscall2 runtime_cgocall math_Float32bits"},
		{"", "runtime_convT64 runtime_convTstring runtime_convTslice"},
		{"", "ref_list task_limit go_maxprocs go_gc_percent go_memory_limit go_collect go_memory go_goroutines go_stacks"},
		{"", "go_profile_cpu go_profile_cpu_stop go_profile_heap"},
		{"", "cfunc_new cfunc_closure"},
		{"func", "cfunc_pointer"},
		{"", "release_later release_n batch_run"},
		{"ref", "release value_get value_load type_of"},
		{"value's owner", "value_release"},
		{"pointer", "value_store"},
		{"type", "type_name type_kind type_layout value_new value_box"},
		{"type", "type_describe type_field type_method type_parameter type_result slice_make"},
		{"slice", "slice_len slice_cap slice_get slice_set slice_at slice_append slice_sub slice_view"},
		{"ref", "struct_get struct_get_at"},
		{"pointer", "struct_set struct_set_at struct_at"},
		{"type", "runtime_makemap_small runtime_makemap reflect_makemap"},
		{"type", "chan_make"},
		{"", "chan_select"},
		{"chan", "chan_len chan_cap chan_send chan_receive chan_close"},
		{"func", "task_start"},
		{"task", "task_wait task_done task_descriptor task_cancel"},
		{"type", "map_new"},
		{"map", "map_get map_set map_delete map_clear map_len map_contains map_get_or_set map_add map_iterate"},
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
		{"", "value_copy value_equal value_compare value_hash value_print value_text value_to_text value_to_json"},
		{"", "value_from_time error_new"},
		{"type", "value_make value_from_text value_from_json"},
		{"pointer", "value_follow value_set"},
		{"time", "value_to_time"},
		{"error", "error_message error_is error_as error_unwrap"},
		{"inner", "error_wrap"},
	} {
		for _, name := range strings.Fields(row[1]) {
			argumentOf["gobridge_"+name] = row[0]
		}
	}
	anyKind := map[string]bool{"gobridge_release": true, "gobridge_value_release": true, "gobridge_value_get": true}
	h := newHost(t)
	itab := h.own(h.must("gobridge_runtime_getitab", frame{a: typeRef(typ[error]()), b: typeRef(typ[*failure]())}).made)
	for name := range handlers {
		argument, known := argumentOf[name]
		if !known {
			t.Errorf("what argument of %s is a reference?", name)
		}
		if argument == "" {
			continue
		}
		bad := h.bad()
		if !anyKind[name] {
			bad[errWrongKind] = itab
		}
		for want, r := range bad {
			h.refuse(want, argument, name, frame{a: uint64(r), p: h.alloc(64), q: h.alloc(64)})
		}
		h.forget()
	}
	bad := h.bad()
	bad[errWrongKind] = itab
	for want, r := range bad {
		h.refuse(want, "type", "gobridge_runtime_getitab", frame{a: typeRef(typ[error]()), b: uint64(r)})
	}
}

func TestScopesRelease(t *testing.T) {
	h := newHost(t)
	made := []ref{h.must("gobridge_runtime_convT64", frame{b: 1}).made, h.must("gobridge_runtime_convT64", frame{b: 2}).made}
	h.release(made[0])
	p := h.alloc(16)
	copy(unsafe.Slice((*ref)(p), 2), made)
	h.must("gobridge_scope_close", frame{p: p, a: 2}) // one of them is stale, which is no failure
	h.refuse(errStaleRef, "ref", "gobridge_release", frame{a: uint64(made[1])})
}

// Who reads references that others release and make anew sees what they named or a status, and never another object.
func TestReferencesInManyThreads(t *testing.T) {
	const pairs, rounds = 4, 50000
	newHost(t) // counts what is live
	type shown struct {
		ref    ref
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
			f := &frame{}
			for i := 0; i < rounds; i++ {
				object := id*rounds + i
				r := refs.make(f, object)
				shared.Store(&shown{r, object})
				if got, err := refs.get(r, ""); err != nil || got != object {
					t.Errorf("%v, %v, not %d", got, err, object)
				}
				if err := releaseRef(f, r, ""); err != nil {
					t.Error(err)
				}
				if got, err := refs.get(r, ""); err == nil {
					t.Errorf("a stale reference gives %v", got)
				}
			}
		}(id)
		go func() { // reads
			defer group.Done()
			for !done.Load() {
				if n := shared.Load(); n != nil {
					got, err := refs.get(n.ref, "")
					if err == nil && got != n.object || err != nil && asFailure(err).status != errStaleRef {
						t.Errorf("%v, %v, not %d", got, err, n.object)
					}
				}
			}
		}()
	}
	group.Wait()
}

// Releasing lets go of the object, and a live reference to a boxed number is small.
func heapNow() uint64 {
	collect()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestMemoryOfReferences(t *testing.T) {
	if underASan {
		t.Skip("ASan is in the way")
	}
	const n, most = 1 << 18, 48
	h := newHost(t)
	made := make([]ref, n)
	before := heapNow()
	for i := range made {
		made[i] = h.must("gobridge_runtime_convT64", frame{b: uint64(i) + 1000}).made
	}
	bytes := float64(heapNow()-before) / n
	t.Logf("%.1f bytes a live reference to a boxed uint64", bytes)
	if bytes > most {
		t.Errorf("%.1f bytes a live reference, more than %d", bytes, most)
	}
	h.release(made...)
	free := float64(heapNow()-before) / n
	t.Logf("%.1f bytes a slot that was used once and is free", free)
	if free > 24 {
		t.Errorf("%.1f bytes are kept for a released reference", free)
	}
	boxed, released := &frame{b: 1000}, &frame{}
	if allocs := testing.AllocsPerRun(1000, func() {
		_ = convT64(boxed)
		released.a = uint64(boxed.made)
		_ = release(released)
	}); allocs > 2 { // the number, and what the slot points to
		t.Errorf("%.0f allocations to make and release one", allocs)
	}
	runtime.KeepAlive(made)
}

func TestReferencesTellWhoMadeThem(t *testing.T) {
	h := newHost(t)
	lookUps := 0
	defer func(before func(uintptr) string) { refs.origins, placeOf = nil, before }(placeOf)
	placeOf = func(address uintptr) string {
		lookUps++
		return fmt.Sprintf("place%d", address)
	}
	before := h.own(name(&frame{}, "before debug mode"))
	refs.origins = map[ref]*origin{}
	from := &callers{1, 2}
	made := func(from *callers) ref {
		defer func() { tester.callers = nil }()
		tester.callers = from
		return h.must("gobridge_runtime_convT64", frame{}).made
	}
	first, second := made(from), made(from)
	full, nowhere := h.own(made(&callers{1, 1, 1, 1, 1, 1, 1, 2})), h.own(made(nil))
	h.release(first)
	h.own(second)
	from[0] = 3 // C's memory is forgotten after the call

	p := h.alloc(unsafe.Sizeof(value{}))
	list := h.must("gobridge_ref_list", frame{p: p}).made
	text := (*value)(p).shown()
	for r, line := range map[ref]string{
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
	h.release(list)
	if len(refs.origins) != 3 {
		t.Errorf("%d origins are kept, not 3", len(refs.origins))
	}
}
