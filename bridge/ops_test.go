package bridge

import (
	"errors"
	"os"
	"reflect"
	"regexp"
	"sort"
	"strings"
	"testing"
	"unicode/utf8"
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
	if len(declared) != 28 {
		t.Errorf("%d functions, not 28", len(declared))
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

func TestPanicsBecomeStatuses(t *testing.T) {
	const name = "gobridge_ref_count"
	for _, c := range []struct {
		handler func(*frame) error
		message string
		stack   bool
	}{
		{func(*frame) error { panic("a text") }, name + ": panic: a text", true},
		{func(*frame) error { panic(errors.New("an error")) }, name + ": panic: an error", true},
		{func(*frame) error { return *(*error)(nil) }, name + ": panic: runtime error: invalid memory address or nil pointer dereference", true},
		{func(*frame) error { return errors.New("no failure") }, name + ": no failure", false},
	} {
		during(t, name, c.handler)
		f, status, message := call(t, name, frame{})
		if status != errPanic || message != c.message {
			t.Errorf("status %d, message %q, not %q", status, message, c.message)
		}
		if stack := text(f.failure.stack[:]); strings.Contains(stack, "ops_test.go") != c.stack {
			t.Errorf("%s: stack %q", c.message, stack)
		}
	}
}

func TestLongMessagesAreCut(t *testing.T) {
	const name, room = "gobridge_ref_count", len(report{}.message) - 1
	for _, long := range []string{strings.Repeat("m", 5000), strings.Repeat("\u00e9", 5000), "x" + strings.Repeat("\u00e9", 5000)} {
		during(t, name, func(*frame) error { return &failure{errRange, long, strings.Repeat("s", 50000)} })
		f, _, message := call(t, name, frame{})
		if full := name + ": " + long; !strings.HasPrefix(full, message) || len(message) < room-utf8.UTFMax {
			t.Errorf("message of %d bytes: %q", len(message), message)
		}
		if !utf8.ValidString(message) {
			t.Errorf("the message ends inside a character: %q", message[len(message)-4:])
		}
		if stack := text(f.failure.stack[:]); len(stack) != len(f.failure.stack)-1 {
			t.Errorf("stack of %d bytes", len(stack))
		}
	}
}
