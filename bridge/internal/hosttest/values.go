package hosttest

import (
	"reflect"
	"strings"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
)

// Store hands a value to a new variable, and returns the variable.
func (h *Host) Store(t reflect.Type, v frame.Value) (reflect.Value, status.Code, string) {
	h.Helper()
	to := reflect.New(t)
	p := h.Alloc(unsafe.Sizeof(v))
	*(*frame.Value)(p) = v
	_, status, message := Call(h, "gobridge_value_store", frame.Frame{Slots: frame.Slots{A: uint64(h.NewRef(to.Interface())), P: p}})
	return to.Elem(), status, message
}

func (h *Host) Text(s string) frame.Value {
	return frame.Value{Kind: uint32(reflect.String), Len: uint64(len(s)), As: AddressOf(h.Copied([]byte(s)))}
}

func (h *Host) Bytes(s string) frame.Value {
	v := h.Text(s)
	v.Kind = frame.KindBytes
	return v
}

func (h *Host) Reference(v any) frame.Value {
	return frame.Value{Kind: frame.KindRef, As: uint64(h.NewRef(v))}
}

// Load reads what a reference names; its text is what a view shows, and is released with it.
func (h *Host) Load(call string, r frame.Ref) (v frame.Value, shown string) {
	h.Helper()
	p := h.Alloc(unsafe.Sizeof(v))
	h.Must(call, frame.Frame{Slots: frame.Slots{A: uint64(r), P: p}})
	if v = *(*frame.Value)(p); v.Kind == uint32(reflect.String) || v.Kind == frame.KindBytes {
		shown = strings.Clone(Shown(&v))
	}
	if v.Owner != 0 {
		h.Release(v.Owner)
	}
	h.Forget()
	return v, shown
}

// ShownBy makes a call that takes a value at p and returns one at q, and returns what that shows.
func (h *Host) ShownBy(call string, v any) string {
	h.Helper()
	in, out := h.ValueOf(v), h.Alloc(unsafe.Sizeof(frame.Value{}))
	h.Must(call, frame.Frame{Slots: frame.Slots{P: in, Q: out}})
	return h.Out(Typ[string](), out).String()
}

// ValueOf lays a REF to a Go value out in C memory, NIL for nil.
func (h *Host) ValueOf(v any) unsafe.Pointer {
	h.Helper()
	p := h.Alloc(unsafe.Sizeof(frame.Value{}))
	*(*frame.Value)(p) = frame.Value{}
	if v != nil {
		*(*frame.Value)(p) = h.Reference(v)
	}
	return p
}
