package ops_test

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

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/ops"
	"gobridge/bridge/internal/status"
)

func TestHandlersAreTheOps(t *testing.T) {
	var inC, inGo []string
	for _, row := range hosttest.CallsInC() {
		inC = append(inC, row.Name)
	}
	for name := range ops.Handlers {
		inGo = append(inGo, name)
	}
	hosttest.NumberCalls()
	var opened []string
	for _, o := range frame.Ops {
		opened = append(opened, o.Name)
	}
	for _, names := range [][]string{inC, inGo, opened} {
		sort.Strings(names)
	}
	if !reflect.DeepEqual(inC, inGo) || !reflect.DeepEqual(inC, opened) {
		t.Errorf("the table in C\n%q, the handlers\n%q, the numbers\n%q", inC, inGo, opened)
	}
}

func TestEverySymbolHasAHandler(t *testing.T) {
	header, err := os.ReadFile("../../../include/gobridge/linkname.h")
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`(?m)^GOBRIDGE_API gobridge_status (\w+)\(`).FindAllSubmatch(header, -1)
	if len(declared) != 52 {
		t.Errorf("%d functions, not 52", len(declared))
	}
	for _, name := range declared {
		if ops.Handlers[string(name[1])].Run == nil {
			t.Errorf("no handler for %s", name[1])
		}
	}
}

// during makes a handler for one call.
func during(t *testing.T, name string, handler func(*frame.Frame) error) {
	op := hosttest.NumberCalls()[name]
	old := frame.Ops[op].Run
	frame.Ops[op].Run = handler
	t.Cleanup(func() { frame.Ops[op].Run = old })
}

// Go code that called the C code that made a call has what it asked of debug.SetPanicOnFault.
func TestPanicOnFaultIsAsItWas(t *testing.T) {
	h := hosttest.New(t)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(false))
	for _, was := range []bool{false, true} {
		debug.SetPanicOnFault(was)
		during(t, "gobridge_ref_count", func(*frame.Frame) error {
			if !debug.SetPanicOnFault(true) {
				t.Error("a fault would end the process")
			}
			panic("in a call")
		})
		hosttest.Call(t, "gobridge_ref_count", frame.Frame{Slots: frame.Slots{P: h.Alloc(8)}})
		if debug.SetPanicOnFault(was) != was {
			t.Errorf("it was %t", was)
		}
	}
}

func TestPanicsBecomeStatuses(t *testing.T) {
	const name = "gobridge_ref_count"
	for _, c := range []struct {
		handler func(*frame.Frame) error
		message string
		stack   bool
	}{
		{func(*frame.Frame) error { panic("a text") }, name + ": panic: a text", true},
		{func(*frame.Frame) error { panic(errors.New("an error")) }, name + ": panic: an error", true},
		{func(*frame.Frame) error { return *(*error)(nil) },
			name + ": panic: runtime error: invalid memory address or nil pointer dereference", true},
		{func(*frame.Frame) error { return errors.New("no failure") }, name + ": no failure", false},
	} {
		during(t, name, c.handler)
		f, code, message := hosttest.Call(t, name, frame.Frame{})
		if code != status.Panic || message != c.message {
			t.Errorf("status %d, message %q, not %q", code, message, c.message)
		}
		if stack := hosttest.Text(f.Thread.Failure.Stack[:]); strings.Contains(stack, "ops_test.go") != c.stack {
			t.Errorf("%s: stack %q", c.message, stack)
		}
	}
}

// An address where nothing is gives a status, wherever a call meets it: nothing is changed, leaks or stays locked.
func TestWildAddressesBecomeStatuses(t *testing.T) {
	if hosttest.UnderASan {
		t.Skip("ASan is in the way")
	}
	nothing, err := syscall.Mmap(-1, 0, 4096, syscall.PROT_NONE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	wild := unsafe.Pointer(&nothing[0])
	h := hosttest.New(t)
	g := hosttest.NewGenerator(t)
	numbers, texts := h.NewTwin(g, hosttest.Typ[map[int]int](), hosttest.Makers[0]), h.NewTwin(g, hosttest.Typ[map[string]string](), hosttest.Makers[0])
	one, two, a := reflect.ValueOf(1), reflect.ValueOf(2), reflect.ValueOf("a")
	numbers.Assign("gobridge_runtime_mapassign", one, one)
	texts.Assign("gobridge_runtime_mapassign", a, a)
	variable := uint64(h.NewRef(hosttest.Ptr("text")))
	slice, fields := uint64(h.NewRef(make([]string, 1, 5))), uint64(h.NewRef(&hosttest.Point{}))
	wildText := frame.Value{Kind: uint32(reflect.String), Len: 1, As: hosttest.AddressOf(wild)}
	shown := h.Alloc(unsafe.Sizeof(wildText))
	*(*frame.Value)(shown) = wildText
	pointer := h.Alloc(unsafe.Sizeof(wildText))
	*(*frame.Value)(pointer) = frame.Value{Kind: frame.KindRef, As: variable}
	now, failed := uint64(h.NewRef(time.Now())), uint64(h.NewRef(errors.New("text")))
	intIt := uint64(h.Own(h.Must("gobridge_reflect_mapiterinit", frame.Frame{Slots: frame.Slots{A: numbers.Ref}}).NewRef))
	textIt := uint64(h.Own(h.Must("gobridge_reflect_mapiterinit", frame.Frame{Slots: frame.Slots{A: texts.Ref}}).NewRef))
	for _, c := range []struct {
		call string
		f    frame.Frame
	}{
		{"gobridge_runtime_mapaccess2", frame.Frame{Slots: frame.Slots{A: numbers.Ref, P: wild}}},
		{"gobridge_runtime_mapaccess2", frame.Frame{Slots: frame.Slots{A: texts.Ref, P: wild}}},
		{"gobridge_runtime_mapaccess2", frame.Frame{Slots: frame.Slots{A: texts.Ref, P: shown}}},
		{"gobridge_reflect_mapaccess", frame.Frame{Slots: frame.Slots{A: texts.Ref, P: shown}}},
		{"gobridge_runtime_mapaccess2", frame.Frame{Slots: frame.Slots{A: numbers.Ref, P: h.In(one), Q: wild}}},
		{"gobridge_reflect_mapaccess", frame.Frame{Slots: frame.Slots{A: numbers.Ref, P: h.In(two), Q: wild}}},
		{"gobridge_runtime_mapaccess2", frame.Frame{Slots: frame.Slots{A: texts.Ref, P: h.In(a), Q: wild}}},
		{"gobridge_runtime_mapassign", frame.Frame{Slots: frame.Slots{A: numbers.Ref, P: wild, Q: h.In(one)}}},
		{"gobridge_reflect_mapassign0", frame.Frame{Slots: frame.Slots{A: numbers.Ref, P: h.In(two), Q: wild}}},
		{"gobridge_runtime_mapassign", frame.Frame{Slots: frame.Slots{A: texts.Ref, P: shown, Q: shown}}},
		{"gobridge_reflect_mapassign0", frame.Frame{Slots: frame.Slots{A: texts.Ref, P: h.In(a), Q: shown}}},
		{"gobridge_runtime_mapdelete", frame.Frame{Slots: frame.Slots{A: numbers.Ref, P: wild}}},
		{"gobridge_runtime_mapdelete", frame.Frame{Slots: frame.Slots{A: texts.Ref, P: shown}}},
		{"gobridge_map_get", frame.Frame{Slots: frame.Slots{A: numbers.Ref, P: wild, Q: shown}}},
		{"gobridge_map_get", frame.Frame{Slots: frame.Slots{A: texts.Ref, P: h.In(a), Q: wild}}},
		{"gobridge_map_contains", frame.Frame{Slots: frame.Slots{A: texts.Ref, P: shown}}}, {"gobridge_map_delete", frame.Frame{Slots: frame.Slots{A: texts.Ref, P: shown}}},
		{"gobridge_map_set", frame.Frame{Slots: frame.Slots{A: numbers.Ref, P: h.InValue(two), Q: wild}}},
		{"gobridge_map_set", frame.Frame{Slots: frame.Slots{A: texts.Ref, P: h.In(a), Q: shown}}},
		{"gobridge_map_get_or_set", frame.Frame{Slots: frame.Slots{A: numbers.Ref, P: h.InValue(two), C: hosttest.AddressOf(h.InValue(one)), Q: wild}}},
		{"gobridge_map_get_or_set", frame.Frame{Slots: frame.Slots{A: texts.Ref, P: shown, C: hosttest.AddressOf(h.InValue(a)), Q: h.Alloc(32)}}},
		{"gobridge_map_add", frame.Frame{Slots: frame.Slots{A: numbers.Ref, P: h.InValue(two), C: hosttest.AddressOf(h.InValue(one)), Q: wild}}},
		{"gobridge_map_add", frame.Frame{Slots: frame.Slots{A: numbers.Ref, P: h.InValue(two), C: hosttest.AddressOf(wild)}}},
		{"gobridge_iface_method", frame.Frame{Slots: frame.Slots{A: variable, P: wild, B: 1}}},
		{"gobridge_reflect_mapiterkey", frame.Frame{Slots: frame.Slots{A: intIt, P: wild}}},
		{"gobridge_reflect_mapiterelem", frame.Frame{Slots: frame.Slots{A: textIt, Q: wild}}},
		{"gobridge_value_load", frame.Frame{Slots: frame.Slots{A: variable, P: wild}}}, {"gobridge_value_get", frame.Frame{Slots: frame.Slots{A: variable, P: wild}}},
		{"gobridge_value_store", frame.Frame{Slots: frame.Slots{A: variable, P: wild}}}, {"gobridge_value_store", frame.Frame{Slots: frame.Slots{A: variable, P: shown}}},
		{"gobridge_value_box", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[int]()), P: wild}}},
		{"gobridge_value_box", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[any]()), P: shown}}},
		{"gobridge_type_parse", frame.Frame{Slots: frame.Slots{P: wild, B: 3}}}, {"gobridge_type_name", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[int]()), P: wild}}},
		{"gobridge_type_layout", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[int]()), P: wild}}},
		{"gobridge_type_describe", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[int]()), P: wild}}},
		{"gobridge_type_field", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[hosttest.Point]()), P: wild}}},
		{"gobridge_type_method", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[hosttest.Shape]()), P: wild}}},
		{"gobridge_slice_get", frame.Frame{Slots: frame.Slots{A: slice, P: wild}}}, {"gobridge_slice_set", frame.Frame{Slots: frame.Slots{A: slice, P: wild}}},
		{"gobridge_slice_set", frame.Frame{Slots: frame.Slots{A: slice, P: shown}}}, {"gobridge_slice_view", frame.Frame{Slots: frame.Slots{A: uint64(h.NewRef([]int{1})), P: wild}}},
		{"gobridge_slice_append", frame.Frame{Slots: frame.Slots{A: slice, P: wild, B: 1}}}, {"gobridge_slice_append", frame.Frame{Slots: frame.Slots{A: slice, P: shown, B: 1}}},
		{"gobridge_slice_append", frame.Frame{Slots: frame.Slots{A: slice, P: shown, B: 1 << 24}}},
		{"gobridge_struct_get", frame.Frame{Slots: frame.Slots{A: fields, P: wild, B: 1}}}, {"gobridge_struct_get_at", frame.Frame{Slots: frame.Slots{A: fields, Q: wild}}},
		{"gobridge_struct_set_at", frame.Frame{Slots: frame.Slots{A: fields, Q: wild}}}, {"gobridge_struct_at", frame.Frame{Slots: frame.Slots{A: fields, P: wild, B: 1}}},
		{"gobridge_scope_close", frame.Frame{Slots: frame.Slots{P: wild, A: 1}}},
		{"gobridge_runtime_convTstring", frame.Frame{Slots: frame.Slots{P: wild, B: 1}}}, {"gobridge_runtime_convTslice", frame.Frame{Slots: frame.Slots{P: wild, B: 1}}},
		{"gobridge_value_make", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[string]()), P: wild}}},
		{"gobridge_value_make", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[string]()), P: shown}}},
		{"gobridge_value_follow", frame.Frame{Slots: frame.Slots{A: variable, P: wild}}}, {"gobridge_value_set", frame.Frame{Slots: frame.Slots{A: variable, P: wild}}},
		{"gobridge_value_set", frame.Frame{Slots: frame.Slots{A: variable, P: shown}}}, {"gobridge_value_copy", frame.Frame{Slots: frame.Slots{P: wild, Q: h.Alloc(32)}}},
		{"gobridge_value_copy", frame.Frame{Slots: frame.Slots{P: shown, Q: h.Alloc(32)}}}, {"gobridge_value_copy", frame.Frame{Slots: frame.Slots{P: pointer, Q: wild}}},
		{"gobridge_value_equal", frame.Frame{Slots: frame.Slots{P: wild, Q: pointer}}}, {"gobridge_value_equal", frame.Frame{Slots: frame.Slots{P: pointer, Q: shown}}},
		{"gobridge_value_compare", frame.Frame{Slots: frame.Slots{P: pointer, Q: wild}}}, {"gobridge_value_hash", frame.Frame{Slots: frame.Slots{P: shown}}},
		{"gobridge_value_print", frame.Frame{Slots: frame.Slots{P: shown, Q: h.Alloc(32)}}}, {"gobridge_value_print", frame.Frame{Slots: frame.Slots{P: pointer, Q: wild}}},
		{"gobridge_value_read", frame.Frame{Slots: frame.Slots{P: pointer, Q: wild, B: 4, C: hosttest.AddressOf(h.Alloc(8))}}}, {"gobridge_value_to_text", frame.Frame{Slots: frame.Slots{P: wild, Q: wild}}},
		{"gobridge_value_from_text", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[string]()), P: wild, B: 4}}},
		{"gobridge_value_from_json", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[any]()), P: wild, B: 4, Q: h.Alloc(32)}}},
		{"gobridge_value_from_json", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[any]()), P: h.Copied([]byte("[]")), B: 2, Q: wild}}},
		{"gobridge_value_to_json", frame.Frame{Slots: frame.Slots{P: pointer, Q: wild}}},
		{"gobridge_value_to_time", frame.Frame{Slots: frame.Slots{A: now, P: wild, Q: h.Alloc(8)}}},
		{"gobridge_value_to_time", frame.Frame{Slots: frame.Slots{A: now, P: h.Alloc(8), Q: wild}}},
		{"gobridge_error_new", frame.Frame{Slots: frame.Slots{P: wild, B: 4}}}, {"gobridge_error_wrap", frame.Frame{Slots: frame.Slots{A: failed, P: wild, B: 4}}},
		{"gobridge_error_message", frame.Frame{Slots: frame.Slots{A: failed, P: wild}}}, {"gobridge_error_unwrap", frame.Frame{Slots: frame.Slots{A: failed, P: wild}}},
		{"gobridge_error_as", frame.Frame{Slots: frame.Slots{A: failed, B: hosttest.TypeRef(layout.ErrorType), P: wild}}},
		{"gobridge_error_as", frame.Frame{Slots: frame.Slots{A: failed, B: hosttest.TypeRef(hosttest.Typ[fmt.Stringer]()), P: wild}}},
	} {
		h.Refuse(status.Address, "nothing lies", c.call, c.f)
	}
	numbers.CheckEntries(hosttest.ViaRuntimeNext)
	texts.CheckEntries(hosttest.ViaReflectNext)
	if _, shown := h.Load("gobridge_value_load", frame.Ref(variable)); shown != "text" {
		t.Errorf("the variable holds %q", shown)
	}
}

func TestLongMessagesAreCut(t *testing.T) {
	const name, room = "gobridge_ref_count", len(frame.Report{}.Message) - 1
	for _, long := range []string{strings.Repeat("m", 5000), strings.Repeat("\u00e9", 5000), "x" + strings.Repeat("\u00e9", 5000)} {
		during(t, name, func(*frame.Frame) error {
			return &status.Failure{Code: status.Range, Message: long, Stack: strings.Repeat("s", 50000)}
		})
		f, _, message := hosttest.Call(t, name, frame.Frame{})
		if full := name + ": " + long; !strings.HasPrefix(full, message) || len(message) < room-utf8.UTFMax {
			t.Errorf("message of %d bytes: %q", len(message), message)
		}
		if !utf8.ValidString(message) {
			t.Errorf("the message ends inside a character: %q", message[len(message)-4:])
		}
		if stack := hosttest.Text(f.Thread.Failure.Stack[:]); len(stack) != len(f.Thread.Failure.Stack)-1 {
			t.Errorf("stack of %d bytes", len(stack))
		}
	}
}
