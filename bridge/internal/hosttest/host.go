// Package hosttest is the C side of the tests: it makes calls as C does, lays values out as a host would, and makes
// random ones.
package hosttest

import (
	"bytes"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/ops"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/types"
	"gobridge/bridge/internal/value"
)

// Panics returns what a call panics with, "" where it does not.
func Panics(call func()) (message string) {
	defer func() {
		if reason := recover(); reason != nil {
			message = fmt.Sprint(reason)
		}
	}()
	call()
	return ""
}

// InNewThread calls on a small stack, which is moved.
func InNewThread(call func()) {
	done := make(chan struct{})
	go func() { defer close(done); call() }()
	<-done
}

// At lays a value out in C memory.
func (h *Host) At(v frame.Value) unsafe.Pointer {
	h.Helper()
	p := h.Alloc(unsafe.Sizeof(v))
	*(*frame.Value)(p) = v
	return p
}

// NumberCalls numbers the calls where door.go, which needs cgo, has not.
var NumberCalls = sync.OnceValue(func() map[string]uint32 {
	if HasDoor = len(frame.Ops) > 0; !HasDoor {
		for _, row := range CallsInC() {
			ops.Number(row.Name, row.oneLock)
		}
	}
	numbers := map[string]uint32{}
	for i, o := range frame.Ops {
		numbers[o.Name] = uint32(i)
	}
	return numbers
})

var HasDoor bool // cgo is part of this program

// Host is the C side of a test. It has memory that is not Go's, and returns what it was given.
type Host struct {
	testing.TB
	Memory []byte
	Used   int
	Owned  []frame.Ref
	Alone  uint32 // as calls have it: no other thread has called
}

const Garbage = 0xA5

var AllGarbage = bytes.Repeat([]byte{Garbage}, 1<<20)

func New(t testing.TB) *Host {
	memory, err := syscall.Mmap(-1, 0, len(AllGarbage), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	h := &Host{TB: t, Memory: memory, Used: len(memory)}
	h.Forget()
	live := h.Live()
	t.Cleanup(func() {
		h.Release(h.Owned...)
		if now := h.Live(); now != live {
			t.Errorf("%d references are live, %d were", now, live)
		}
		if err := syscall.Munmap(memory); err != nil {
			t.Error(err)
		}
	})
	return h
}

func (h *Host) Live() uint64 { return h.Must("gobridge_ref_count", frame.Frame{}).Result }

var Tester frame.Thread // the thread that the tests call as; they run one after the other

// Call makes a call as C does, and returns the frame that comes back with its status and message.
func Call(t testing.TB, name string, f frame.Frame) (frame.Frame, status.Code, string) {
	t.Helper()
	op, known := NumberCalls()[name]
	if !known {
		t.Fatalf("no call is named %s", name)
	}
	f.Op = op
	f.Thread, Tester.Failure.Message[0], Tester.Failure.Stack[0] = &Tester, 0, 0
	ops.Enter(unsafe.Pointer(&f))
	return f, f.Status, Text(Tester.Failure.Message[:])
}

func Text(terminated []byte) string { return string(terminated[:bytes.IndexByte(terminated, 0)]) }

// Must makes a call that succeeds.
func (h *Host) Must(name string, f frame.Frame) frame.Frame {
	h.Helper()
	f.Exclusive = h.Alone
	f, code, message := Call(h, name, f)
	if code != status.OK {
		h.Fatalf("status %d: %s", code, message)
	}
	return f
}

// Refuse makes a call that fails with a status and a message that names the function and has some words.
func (h *Host) Refuse(want status.Code, words, name string, f frame.Frame) {
	h.Helper()
	f, status, message := Call(h, name, f)
	if status != want {
		h.Errorf("%s: status %d, not %d: %s", name, status, want, message)
	} else if !strings.HasPrefix(message, name+": ") || !strings.Contains(message, words) {
		h.Errorf("message %q, not about %s and %q", message, name, words)
	}
	if f.NewRef != 0 {
		h.Errorf("%s failed and gave a reference", name)
	}
}

// Own keeps a reference until the test is over.
func (h *Host) Own(r frame.Ref) frame.Ref {
	h.Owned = append(h.Owned, r)
	return r
}

// NewRef makes a reference to a Go value and keeps it until the test is over.
func (h *Host) NewRef(v any) frame.Ref { return h.Own(value.NewRef(&frame.Frame{}, v)) }

func (h *Host) Release(owned ...frame.Ref) {
	h.Helper()
	for _, r := range owned {
		h.Must("gobridge_release", frame.Frame{Slots: frame.Slots{A: uint64(r)}})
	}
}

// Bad returns a reference of each kind that names nothing.
func (h *Host) Bad() map[status.Code]frame.Ref {
	stale := value.NewRef(&frame.Frame{}, 0)
	h.Release(stale)
	return map[status.Code]frame.Ref{status.NilRef: 0, status.StaleRef: stale, status.ForgedRef: 1<<63 | 1}
}

func TypeRef(t reflect.Type) uint64 { return uint64(types.Of(&frame.Frame{}, t).Ref) }

// Alloc gives C memory that is full of garbage.
func (h *Host) Alloc(size uintptr) unsafe.Pointer {
	h.Helper()
	p := unsafe.Pointer(&h.Memory[h.Used])
	if h.Used += int(size+15) &^ 15; h.Used >= len(h.Memory) {
		h.Fatal("out of C memory")
	}
	return p
}

// Forget frees all C memory and fills it with garbage, so that what Go still had in it shows.
func (h *Host) Forget() {
	copy(h.Memory[:h.Used], AllGarbage)
	h.Used = 0
}

// Copied returns a copy of bytes in C memory.
func (h *Host) Copied(b []byte) unsafe.Pointer {
	h.Helper()
	p := h.Alloc(uintptr(len(b)))
	copy(unsafe.Slice((*byte)(p), len(b)), b)
	return p
}

func IsPlain(t reflect.Type) bool {
	pointerBytes := (*[2]uintptr)(layout.Word(t))[1]
	return pointerBytes == 0
}

// Room gives C memory for a value of a type in C layout.
func (h *Host) Room(t reflect.Type) unsafe.Pointer {
	h.Helper()
	if IsPlain(t) {
		return h.Alloc(t.Size())
	}
	return h.Alloc(unsafe.Sizeof(frame.Value{}))
}

// In lays a Go value out as a host would. The padding of plain types is left garbage.
func (h *Host) In(v reflect.Value) unsafe.Pointer {
	h.Helper()
	p := h.Room(v.Type())
	if IsPlain(v.Type()) {
		scatter(v.Type(), p, Addressable(v).Addr().UnsafePointer())
	} else {
		*(*frame.Value)(p) = h.Value(v)
	}
	return p
}

// scatter copies what is not padding.
func scatter(t reflect.Type, dst, src unsafe.Pointer) {
	switch {
	case t.Kind() == reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			f := t.Field(i)
			scatter(f.Type, unsafe.Add(dst, f.Offset), unsafe.Add(src, f.Offset))
		}
	case t.Kind() == reflect.Array && t.Elem().Kind() > reflect.Complex128:
		for i := uintptr(0); i < uintptr(t.Len()); i++ {
			scatter(t.Elem(), unsafe.Add(dst, i*t.Elem().Size()), unsafe.Add(src, i*t.Elem().Size()))
		}
	default:
		layout.Move(dst, src, t.Size())
	}
}

// Value makes a gobridge_value as a host would.
func (h *Host) Value(v reflect.Value) frame.Value {
	h.Helper()
	dynamic := v
	if v.Kind() == reflect.Interface {
		if dynamic = v.Elem(); dynamic.IsValid() && dynamic.Type() == layout.ScalarTypes[uint32(dynamic.Kind())] {
			return ScalarOf(dynamic)
		}
	}
	switch {
	case IsNil(v):
		return frame.Value{Kind: 0}
	case layout.IsScalar(v.Kind()) && len(h.Owned)%3 > 0:
		return ScalarOf(v)
	case v.Kind() == reflect.String, dynamic.Type() == reflect.TypeOf(""):
		s := dynamic.String()
		return frame.Value{Kind: uint32(reflect.String), Len: uint64(len(s)), As: AddressOf(h.Copied([]byte(s)))}
	case dynamic.Type() == reflect.TypeOf([]byte(nil)) && !dynamic.IsNil():
		b := dynamic.Bytes()
		return frame.Value{Kind: frame.KindBytes, Len: uint64(len(b)), As: AddressOf(h.Copied(b))}
	case v.Kind() != reflect.Interface && len(h.Owned)%2 == 0:
		return frame.Value{Kind: frame.KindRef, As: uint64(h.NewRef(Addressable(v).Addr().Interface()))}
	}
	return frame.Value{Kind: frame.KindRef, As: uint64(h.NewRef(dynamic.Interface()))}
}

func ScalarOf(v reflect.Value) frame.Value {
	c := frame.Value{Kind: uint32(v.Kind())}
	switch {
	case v.Kind() == reflect.Bool && v.Bool():
		c.As = 1
	case v.CanInt():
		c.As = uint64(v.Int())
	case v.CanUint():
		c.As = v.Uint()
	case v.CanFloat():
		*(*float64)(unsafe.Pointer(&c.As)) = v.Float()
	}
	return c
}

func AddressOf(p unsafe.Pointer) uint64 { return uint64(uintptr(p)) }

// Out reads a value of a type in C layout as a host would, and releases what it owns.
func (h *Host) Out(t reflect.Type, p unsafe.Pointer) reflect.Value {
	h.Helper()
	if !IsPlain(t) {
		return h.OutValue(t, p)
	}
	to := reflect.New(t).Elem()
	layout.Move(to.Addr().UnsafePointer(), p, t.Size())
	return to
}

// OutValue reads a gobridge_value for a type as a host would, and releases what it owns.
func (h *Host) OutValue(t reflect.Type, p unsafe.Pointer) reflect.Value {
	h.Helper()
	to := reflect.New(t).Elem()
	v := *(*frame.Value)(p)
	switch v.Kind {
	case 0:
	case uint32(reflect.String):
		to.Set(reflect.ValueOf(strings.Clone(Shown(&v))).Convert(dynamicType(t, reflect.TypeOf(""))))
	case frame.KindBytes:
		to.Set(reflect.ValueOf([]byte(Shown(&v))))
	case frame.KindRef:
		object, err := ref.Table.Get(frame.Ref(v.As), "")
		if err != nil {
			h.Fatal(err)
		}
		from, err := ref.ValueOf(object, "")
		if err != nil {
			h.Fatal(err)
		}
		to.Set(from)
	default:
		scalar := reflect.New(layout.ScalarTypes[v.Kind]).Elem()
		switch {
		case scalar.Kind() == reflect.Bool:
			scalar.SetBool(v.As == 1)
		case scalar.CanInt():
			scalar.SetInt(int64(v.As))
		case scalar.CanUint():
			scalar.SetUint(v.As)
		default:
			scalar.SetFloat(*(*float64)(unsafe.Pointer(&v.As)))
		}
		to.Set(scalar.Convert(dynamicType(t, scalar.Type())))
	}
	if v.Owner != 0 {
		h.Must("gobridge_release", frame.Frame{Slots: frame.Slots{A: uint64(v.Owner)}})
	}
	return to
}

// Shown is the memory that a value points to.
func Shown(v *frame.Value) string {
	return unsafe.String(*(**byte)(unsafe.Pointer(&v.As)), int(v.Len))
}

// dynamicType is the type that a value has in a variable of type t: t itself, or in an interface other.
func dynamicType(t, other reflect.Type) reflect.Type {
	if t.Kind() == reflect.Interface {
		return other
	}
	return t
}

func IsNil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Chan, reflect.Func, reflect.Interface, reflect.UnsafePointer:
		return v.IsNil()
	}
	return false
}

// Addressable returns v or a copy of it that has an address.
func Addressable(v reflect.Value) reflect.Value {
	if v.CanAddr() {
		return v
	}
	to := reflect.New(v.Type()).Elem()
	to.Set(v)
	return to
}

// Collect makes the garbage collector run to its end.
func Collect() {
	runtime.GC()
	runtime.GC()
}

// Releasing lets go of the object, and a live reference to a boxed number is small.
func HeapNow() uint64 {
	Collect()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// negate is the code of int32_t negate(void *p) { int32_t n = *(int32_t *)p; *(int32_t *)p = 0; return -n; }: tests can
// not contain C.
var negate = map[string][]byte{
	"amd64": {0x8b, 0x07, 0xf7, 0xd8, 0xc7, 0x07, 0, 0, 0, 0, 0xc3},
	"arm64": {0x01, 0x00, 0x40, 0xb9, 0x1f, 0x00, 0x00, 0xb9, 0xe0, 0x03, 0x01, 0x4b, 0xc0, 0x03, 0x5f, 0xd6},
	"386":   {0x8b, 0x4c, 0x24, 0x04, 0x8b, 0x01, 0xf7, 0xd8, 0xc7, 0x01, 0, 0, 0, 0, 0xc3},
}

// CFunction returns the address of negate.
func CFunction(t *testing.T) unsafe.Pointer {
	code := negate[runtime.GOARCH]
	if code == nil || !(gort.Backend{}).RuntimeIscgo() {
		t.Skip("no C function to call")
	}
	page, err := syscall.Mmap(-1, 0, 4096, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	copy(page, code)
	// Executable afterwards alone: the kernel then has the instruction cache see what was written, which arm64 needs.
	if err := syscall.Mprotect(page, syscall.PROT_READ|syscall.PROT_EXEC); err != nil {
		t.Fatal(err)
	}
	return unsafe.Pointer(&page[0])
}
