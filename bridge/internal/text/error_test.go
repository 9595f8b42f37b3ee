package text_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"syscall"
	"testing"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/status"
)

// coded is an error with a method of each kind.
type coded struct {
	code  int
	inner error
	do    func()
}

func (c coded) Error() string {
	if c.do != nil {
		c.do()
	}
	return fmt.Sprint("code ", c.code)
}

func (c coded) Unwrap() error { return c.inner }

func (c coded) Is(target error) bool { return target == fs.ErrExist }

// uncomparable is an error that == panics for.
type uncomparable struct{ list any }

func (uncomparable) Error() string { return "uncomparable" }

func TestErrors(t *testing.T) {
	h := hosttest.New(t)
	inner := &os.PathError{Op: "open", Path: "x", Err: syscall.ENOENT}
	top := uint64(h.NewRef(coded{7, inner, nil}))
	is := func(a uint64, target error) uint64 {
		return h.Must("gobridge_error_is", frame.Frame{Slots: frame.Slots{A: a, B: uint64(h.NewRef(target))}}).Result
	}
	if is(top, fs.ErrExist) != 1 || is(top, fs.ErrNotExist) != 1 || is(top, inner) != 1 || is(top, fs.ErrClosed) != 0 {
		t.Errorf("it is not what it is")
	}
	out := h.Alloc(32)
	for _, c := range []struct {
		of   reflect.Type
		want any
	}{
		{hosttest.Typ[*os.PathError](), inner}, {hosttest.Typ[coded](), nil}, {hosttest.Typ[syscall.Errno](), syscall.ENOENT},
		{hosttest.Typ[interface{ Timeout() bool }](), inner}, {hosttest.Typ[*status.Failure](), nil},
	} {
		f := h.Must("gobridge_error_as", frame.Frame{Slots: frame.Slots{A: top, B: hosttest.TypeRef(c.of), P: out}})
		got := h.Out(hosttest.Typ[any](), out).Interface()
		if c.of == hosttest.Typ[coded]() {
			if _, isCoded := got.(coded); !isCoded || f.Result != 1 {
				t.Errorf("as %s it is %v", c.of, got)
			}
		} else if got != c.want || f.Result == 1 != (got != nil) {
			t.Errorf("as %s it is %v, not %v", c.of, got, c.want)
		}
	}
	h.Must("gobridge_error_unwrap", frame.Frame{Slots: frame.Slots{A: uint64(h.NewRef(errors.Join(inner, fs.ErrClosed))), P: out}})
	if got := h.Out(hosttest.Typ[any](), out).Interface(); !reflect.DeepEqual(got, []error{inner, fs.ErrClosed}) {
		t.Errorf("joined errors are %v", got)
	}
	for _, list := range []any{[]int{}, nil} {
		v := uint64(h.NewRef(uncomparable{list}))
		f := frame.Frame{Slots: frame.Slots{A: v, B: v}}
		if list == nil {
			h.Must("gobridge_error_is", f)
		} else {
			h.Refuse(status.Panic, "uncomparable", "gobridge_error_is", f)
		}
	}
}

func TestErrorsThatPanic(t *testing.T) {
	h := hosttest.New(t)
	panics := uint64(h.NewRef(coded{do: func() { panic("no message") }}))
	h.Refuse(status.Panic, "no message", "gobridge_error_message", frame.Frame{Slots: frame.Slots{A: panics, P: h.Alloc(32)}})
	none := uint64(h.NewRef((*os.PathError)(nil)))
	h.Refuse(status.Panic, "nil pointer", "gobridge_error_message", frame.Frame{Slots: frame.Slots{A: none, P: h.Alloc(32)}})
	// fmt shows it in the message
	wrapped := h.Must("gobridge_error_wrap", frame.Frame{Slots: frame.Slots{A: panics, P: h.Copied([]byte("top")), B: 3}}).NewRef
	out := h.Alloc(unsafe.Sizeof(frame.Value{}))
	h.Must("gobridge_error_message", frame.Frame{Slots: frame.Slots{A: uint64(h.Own(wrapped)), P: out}})
	if got := h.Out(hosttest.Typ[string](), out).String(); got != "top: %!v(PANIC=Error method: no message)" {
		t.Errorf("the message is %q", got)
	}
}
