package bridge

import (
	"fmt"
	"strings"
	"testing"
)

// panics gives what a call panics with, "" where it does not.
func panics(call func()) (message string) {
	defer func() {
		if reason := recover(); reason != nil {
			message = fmt.Sprint(reason)
		}
	}()
	call()
	return ""
}

type toolbox struct {
	Field  func() int
	Empty  func()
	Number int
	hidden func() int
}

func (toolbox) Value() int    { return 1 }
func (*toolbox) Pointer() int { return 2 }
func (toolbox) unexported()   {}

func TestRegistering(t *testing.T) {
	before := len(names())
	Func("call_test.upper", strings.ToUpper)
	Object("call_test.box", &toolbox{Field: func() int { return 3 }, hidden: func() int { return 4 }})
	var got []string
	for _, name := range names() {
		if strings.HasPrefix(name, "call_test.") {
			got = append(got, name)
		}
	}
	want := "call_test.box.Field call_test.box.Pointer call_test.box.Value call_test.upper"
	if strings.Join(got, " ") != want || len(names()) != before+4 {
		t.Errorf("%q", got)
	}
	for _, c := range []struct {
		part string
		call func()
	}{
		{"taken", func() { Func("call_test.upper", strings.ToLower) }},
		{"taken", func() { Func1("call_test.upper", strings.ToLower) }},
		{"empty", func() { Func("", strings.ToLower) }},
		{"no function", func() { Func("call_test.number", 1) }},
		{"no function", func() { Func("call_test.nothing", nil) }},
		{"or nil", func() { Func("call_test.nil", (func())(nil)) }},
		{"is nil", func() { Func2[int, int, int]("call_test.nil", nil) }},
		{"has no exported methods", func() { Object("call_test.none", 1) }},
		{"has no exported methods", func() { Object("call_test.none", nil) }},
	} {
		if message := panics(c.call); !strings.Contains(message, c.part) {
			t.Errorf("%q lacks %q", message, c.part)
		}
	}
	if len(names()) != before+4 {
		t.Errorf("something was registered by a call that panicked: %q", names())
	}
}
