package bridge

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"syscall"
	"testing"
	"unsafe"
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
func (c coded) Unwrap() error        { return c.inner }
func (c coded) Is(target error) bool { return target == fs.ErrExist }

// uncomparable is an error that == panics for.
type uncomparable struct{ list any }

func (uncomparable) Error() string { return "uncomparable" }

func TestErrors(t *testing.T) {
	h := newHost(t)
	inner := &os.PathError{Op: "open", Path: "x", Err: syscall.ENOENT}
	top := uint64(h.name(coded{7, inner, nil}))
	is := func(a uint64, target error) uint64 {
		return h.must("gobridge_error_is", frame{a: a, b: uint64(h.name(target))}).result
	}
	if is(top, fs.ErrExist) != 1 || is(top, fs.ErrNotExist) != 1 || is(top, inner) != 1 || is(top, fs.ErrClosed) != 0 {
		t.Errorf("it is not what it is")
	}
	out := h.alloc(32)
	for _, c := range []struct {
		of   reflect.Type
		want any
	}{
		{typ[*os.PathError](), inner}, {typ[coded](), nil}, {typ[syscall.Errno](), syscall.ENOENT},
		{typ[interface{ Timeout() bool }](), inner}, {typ[*failure](), nil},
	} {
		f := h.must("gobridge_error_as", frame{a: top, b: typeRef(c.of), p: out})
		got := h.out(typ[any](), out).Interface()
		if c.of == typ[coded]() {
			if _, isCoded := got.(coded); !isCoded || f.result != 1 {
				t.Errorf("as %s it is %v", c.of, got)
			}
		} else if got != c.want || f.result == 1 != (got != nil) {
			t.Errorf("as %s it is %v, not %v", c.of, got, c.want)
		}
	}
	h.must("gobridge_error_unwrap", frame{a: uint64(h.name(errors.Join(inner, fs.ErrClosed))), p: out})
	if got := h.out(typ[any](), out).Interface(); !reflect.DeepEqual(got, []error{inner, fs.ErrClosed}) {
		t.Errorf("joined errors are %v", got)
	}
	for _, list := range []any{[]int{}, nil} {
		v := uint64(h.name(uncomparable{list}))
		f := frame{a: v, b: v}
		if list == nil {
			h.must("gobridge_error_is", f)
		} else {
			h.refuse(errPanic, "uncomparable", "gobridge_error_is", f)
		}
	}
}

func TestErrorsThatPanic(t *testing.T) {
	h := newHost(t)
	panics := uint64(h.name(coded{do: func() { panic("no message") }}))
	h.refuse(errPanic, "no message", "gobridge_error_message", frame{a: panics, p: h.alloc(32)})
	none := uint64(h.name((*os.PathError)(nil)))
	h.refuse(errPanic, "nil pointer", "gobridge_error_message", frame{a: none, p: h.alloc(32)})
	// fmt shows it in the message
	wrapped := h.must("gobridge_error_wrap", frame{a: panics, p: h.copied([]byte("top")), b: 3}).made
	out := h.alloc(unsafe.Sizeof(value{}))
	h.must("gobridge_error_message", frame{a: uint64(h.own(wrapped)), p: out})
	if got := h.out(typ[string](), out).String(); got != "top: %!v(PANIC=Error method: no message)" {
		t.Errorf("the message is %q", got)
	}
}
