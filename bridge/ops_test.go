package bridge

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"runtime/debug"
	"sort"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"
	"unsafe"
)

func TestHandlersAreTheOps(t *testing.T) {
	var inC, inGo []string
	for _, row := range xmacro(t, "../csrc/frame.h", "GOBRIDGE_OPS", `(\w+)`) {
		inC = append(inC, row[0])
	}
	for name := range handlers {
		inGo = append(inGo, name)
	}
	numberCalls()
	opened := append([]string{}, opNames...)
	for _, names := range [][]string{inC, inGo, opened} {
		sort.Strings(names)
	}
	if !reflect.DeepEqual(inC, inGo) || !reflect.DeepEqual(inC, opened) {
		t.Errorf("the table in C\n%q, the handlers\n%q, the numbers\n%q", inC, inGo, opened)
	}
}

func TestEverySymbolHasAHandler(t *testing.T) {
	header, err := os.ReadFile("../include/gobridge/linkname.h")
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`(?m)^GOBRIDGE_API gobridge_status (\w+)\(`).FindAllSubmatch(header, -1)
	if len(declared) != 52 {
		t.Errorf("%d functions, not 52", len(declared))
	}
	for _, name := range declared {
		if handlers[string(name[1])] == nil {
			t.Errorf("no handler for %s", name[1])
		}
	}
}

// during makes a handler for one call.
func during(t *testing.T, name string, handler func(*frame) error) {
	op := numberCalls()[name]
	old := ops[op]
	ops[op] = handler
	t.Cleanup(func() { ops[op] = old })
}

// Go code that called the C code that made a call has what it asked of debug.SetPanicOnFault.
func TestPanicOnFaultIsAsItWas(t *testing.T) {
	h := newHost(t)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(false))
	for _, was := range []bool{false, true} {
		debug.SetPanicOnFault(was)
		during(t, "gobridge_ref_count", func(*frame) error {
			if !debug.SetPanicOnFault(true) {
				t.Error("a fault would end the process")
			}
			panic("in a call")
		})
		call(t, "gobridge_ref_count", frame{p: h.alloc(8)})
		if debug.SetPanicOnFault(was) != was {
			t.Errorf("it was %t", was)
		}
	}
}

func TestPanicsBecomeStatuses(t *testing.T) {
	const name = "gobridge_ref_count"
	for _, c := range []struct {
		handler func(*frame) error
		message string
		stack   bool
	}{
		{func(*frame) error { panic("a text") }, name + ": panic: a text", true},
		{func(*frame) error { panic(errors.New("an error")) }, name + ": panic: an error", true},
		{func(*frame) error { return *(*error)(nil) },
			name + ": panic: runtime error: invalid memory address or nil pointer dereference", true},
		{func(*frame) error { return errors.New("no failure") }, name + ": no failure", false},
	} {
		during(t, name, c.handler)
		f, status, message := call(t, name, frame{})
		if status != errPanic || message != c.message {
			t.Errorf("status %d, message %q, not %q", status, message, c.message)
		}
		if stack := text(f.caller.failure.stack[:]); strings.Contains(stack, "ops_test.go") != c.stack {
			t.Errorf("%s: stack %q", c.message, stack)
		}
	}
}

// An address where nothing is gives a status, wherever a call meets it: nothing is changed, leaks or stays locked.
func TestWildAddressesBecomeStatuses(t *testing.T) {
	if underASan {
		t.Skip("ASan is in the way")
	}
	nothing, err := syscall.Mmap(-1, 0, 4096, syscall.PROT_NONE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	wild := unsafe.Pointer(&nothing[0])
	h := newHost(t)
	g := newGenerator(t)
	numbers, texts := h.newTwin(g, typ[map[int]int](), makers[0]), h.newTwin(g, typ[map[string]string](), makers[0])
	one, two, a := reflect.ValueOf(1), reflect.ValueOf(2), reflect.ValueOf("a")
	numbers.assign("gobridge_runtime_mapassign", one, one)
	texts.assign("gobridge_runtime_mapassign", a, a)
	variable := uint64(h.name(ptr("text")))
	slice, fields := uint64(h.name(make([]string, 1, 5))), uint64(h.name(&point{}))
	wildText := value{kind: uint32(reflect.String), len: 1, as: addressOf(wild)}
	shown := h.alloc(unsafe.Sizeof(wildText))
	*(*value)(shown) = wildText
	pointer := h.alloc(unsafe.Sizeof(wildText))
	*(*value)(pointer) = value{kind: kindRef, as: variable}
	now, failed := uint64(h.name(time.Now())), uint64(h.name(errors.New("text")))
	intIt := uint64(h.own(h.must("gobridge_reflect_mapiterinit", frame{a: numbers.ref}).made))
	textIt := uint64(h.own(h.must("gobridge_reflect_mapiterinit", frame{a: texts.ref}).made))
	for _, c := range []struct {
		call string
		f    frame
	}{
		{"gobridge_runtime_mapaccess2", frame{a: numbers.ref, p: wild}},
		{"gobridge_runtime_mapaccess2", frame{a: texts.ref, p: wild}},
		{"gobridge_runtime_mapaccess2", frame{a: texts.ref, p: shown}},
		{"gobridge_reflect_mapaccess", frame{a: texts.ref, p: shown}},
		{"gobridge_runtime_mapaccess2", frame{a: numbers.ref, p: h.in(one), q: wild}},
		{"gobridge_reflect_mapaccess", frame{a: numbers.ref, p: h.in(two), q: wild}},
		{"gobridge_runtime_mapaccess2", frame{a: texts.ref, p: h.in(a), q: wild}},
		{"gobridge_runtime_mapassign", frame{a: numbers.ref, p: wild, q: h.in(one)}},
		{"gobridge_reflect_mapassign0", frame{a: numbers.ref, p: h.in(two), q: wild}},
		{"gobridge_runtime_mapassign", frame{a: texts.ref, p: shown, q: shown}},
		{"gobridge_reflect_mapassign0", frame{a: texts.ref, p: h.in(a), q: shown}},
		{"gobridge_runtime_mapdelete", frame{a: numbers.ref, p: wild}},
		{"gobridge_runtime_mapdelete", frame{a: texts.ref, p: shown}},
		{"gobridge_map_get", frame{a: numbers.ref, p: wild, q: shown}},
		{"gobridge_map_get", frame{a: texts.ref, p: h.in(a), q: wild}},
		{"gobridge_map_contains", frame{a: texts.ref, p: shown}}, {"gobridge_map_delete", frame{a: texts.ref, p: shown}},
		{"gobridge_map_set", frame{a: numbers.ref, p: h.inValue(two), q: wild}},
		{"gobridge_map_set", frame{a: texts.ref, p: h.in(a), q: shown}},
		{"gobridge_map_get_or_set", frame{a: numbers.ref, p: h.inValue(two), c: addressOf(h.inValue(one)), q: wild}},
		{"gobridge_map_get_or_set", frame{a: texts.ref, p: shown, c: addressOf(h.inValue(a)), q: h.alloc(32)}},
		{"gobridge_map_add", frame{a: numbers.ref, p: h.inValue(two), c: addressOf(h.inValue(one)), q: wild}},
		{"gobridge_map_add", frame{a: numbers.ref, p: h.inValue(two), c: addressOf(wild)}},
		{"gobridge_iface_method", frame{a: variable, p: wild, b: 1}},
		{"gobridge_reflect_mapiterkey", frame{a: intIt, p: wild}},
		{"gobridge_reflect_mapiterelem", frame{a: textIt, p: wild}},
		{"gobridge_value_load", frame{a: variable, p: wild}}, {"gobridge_value_get", frame{a: variable, p: wild}},
		{"gobridge_value_store", frame{a: variable, p: wild}}, {"gobridge_value_store", frame{a: variable, p: shown}},
		{"gobridge_value_box", frame{a: typeRef(typ[int]()), p: wild}},
		{"gobridge_value_box", frame{a: typeRef(typ[any]()), p: shown}},
		{"gobridge_type_parse", frame{p: wild, b: 3}}, {"gobridge_type_name", frame{a: typeRef(typ[int]()), p: wild}},
		{"gobridge_type_layout", frame{a: typeRef(typ[int]()), p: wild}},
		{"gobridge_type_describe", frame{a: typeRef(typ[int]()), p: wild}},
		{"gobridge_type_field", frame{a: typeRef(typ[point]()), p: wild}},
		{"gobridge_type_method", frame{a: typeRef(typ[Shape]()), p: wild}},
		{"gobridge_slice_get", frame{a: slice, p: wild}}, {"gobridge_slice_set", frame{a: slice, p: wild}},
		{"gobridge_slice_set", frame{a: slice, p: shown}}, {"gobridge_slice_view", frame{a: uint64(h.name([]int{1})), p: wild}},
		{"gobridge_slice_append", frame{a: slice, p: wild, b: 1}}, {"gobridge_slice_append", frame{a: slice, p: shown, b: 1}},
		{"gobridge_slice_append", frame{a: slice, p: shown, b: 1 << 24}},
		{"gobridge_struct_get", frame{a: fields, p: wild, b: 1}}, {"gobridge_struct_get_at", frame{a: fields, q: wild}},
		{"gobridge_struct_set_at", frame{a: fields, q: wild}}, {"gobridge_struct_at", frame{a: fields, p: wild, b: 1}},
		{"gobridge_scope_close", frame{p: wild, a: 1}},
		{"gobridge_runtime_convTstring", frame{p: wild, b: 1}}, {"gobridge_runtime_convTslice", frame{p: wild, b: 1}},
		{"gobridge_value_make", frame{a: typeRef(typ[string]()), p: wild}},
		{"gobridge_value_make", frame{a: typeRef(typ[string]()), p: shown}},
		{"gobridge_value_follow", frame{a: variable, p: wild}}, {"gobridge_value_set", frame{a: variable, p: wild}},
		{"gobridge_value_set", frame{a: variable, p: shown}}, {"gobridge_value_copy", frame{p: wild, q: h.alloc(32)}},
		{"gobridge_value_copy", frame{p: shown, q: h.alloc(32)}}, {"gobridge_value_copy", frame{p: pointer, q: wild}},
		{"gobridge_value_equal", frame{p: wild, q: pointer}}, {"gobridge_value_equal", frame{p: pointer, q: shown}},
		{"gobridge_value_compare", frame{p: pointer, q: wild}}, {"gobridge_value_hash", frame{p: shown}},
		{"gobridge_value_print", frame{p: shown, q: h.alloc(32)}}, {"gobridge_value_print", frame{p: pointer, q: wild}},
		{"gobridge_value_text", frame{p: pointer, q: wild, b: 4}}, {"gobridge_value_to_text", frame{p: wild, q: wild}},
		{"gobridge_value_from_text", frame{a: typeRef(typ[string]()), p: wild, b: 4}},
		{"gobridge_value_from_json", frame{a: typeRef(typ[any]()), p: wild, b: 4, q: h.alloc(32)}},
		{"gobridge_value_from_json", frame{a: typeRef(typ[any]()), p: h.copied([]byte("[]")), b: 2, q: wild}},
		{"gobridge_value_to_json", frame{p: pointer, q: wild}},
		{"gobridge_value_to_time", frame{a: now, p: wild, q: h.alloc(8)}},
		{"gobridge_value_to_time", frame{a: now, p: h.alloc(8), q: wild}},
		{"gobridge_error_new", frame{p: wild, b: 4}}, {"gobridge_error_wrap", frame{a: failed, p: wild, b: 4}},
		{"gobridge_error_message", frame{a: failed, p: wild}}, {"gobridge_error_unwrap", frame{a: failed, p: wild}},
		{"gobridge_error_as", frame{a: failed, b: typeRef(errorType), p: wild}},
		{"gobridge_error_as", frame{a: failed, b: typeRef(typ[fmt.Stringer]()), p: wild}},
	} {
		h.refuse(errPanic, "panic: ", c.call, c.f)
	}
	numbers.checkEntries(viaRuntimeNext)
	texts.checkEntries(viaReflectNext)
	if _, shown := h.load("gobridge_value_load", ref(variable)); shown != "text" {
		t.Errorf("the variable holds %q", shown)
	}
}

func TestLongMessagesAreCut(t *testing.T) {
	const name, room = "gobridge_ref_count", len(report{}.message) - 1
	for _, long := range []string{strings.Repeat("m", 5000), strings.Repeat("\u00e9", 5000), "x" + strings.Repeat("\u00e9", 5000)} {
		during(t, name, func(*frame) error {
			return &failure{status: errRange, message: long, stack: strings.Repeat("s", 50000)}
		})
		f, _, message := call(t, name, frame{})
		if full := name + ": " + long; !strings.HasPrefix(full, message) || len(message) < room-utf8.UTFMax {
			t.Errorf("message of %d bytes: %q", len(message), message)
		}
		if !utf8.ValidString(message) {
			t.Errorf("the message ends inside a character: %q", message[len(message)-4:])
		}
		if stack := text(f.caller.failure.stack[:]); len(stack) != len(f.caller.failure.stack)-1 {
			t.Errorf("stack of %d bytes", len(stack))
		}
	}
}
