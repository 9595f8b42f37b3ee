package bridge

import (
	"bytes"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// numberCalls numbers the calls where door.go, which needs cgo, has not.
var numberCalls = sync.OnceValue(func() map[string]uint32 {
	if hasDoor = len(ops) > 0; !hasDoor {
		for _, row := range callsInC() {
			addOp(row.name, row.oneLock)
		}
	}
	numbers := map[string]uint32{}
	for i, o := range ops {
		numbers[o.name] = uint32(i)
	}
	return numbers
})

var hasDoor bool // cgo is part of this program

// host is the C side of a test. It has memory that is not Go's, and gives back what it was given.
type host struct {
	testing.TB
	memory []byte
	used   int
	owned  []ref
	alone  uint32 // as calls have it: no other thread has called
}

const garbage = 0xA5

var allGarbage = bytes.Repeat([]byte{garbage}, 1<<20)

func newHost(t testing.TB) *host {
	memory, err := syscall.Mmap(-1, 0, len(allGarbage), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	h := &host{TB: t, memory: memory, used: len(memory)}
	h.forget()
	live := h.live()
	t.Cleanup(func() {
		h.release(h.owned...)
		if now := h.live(); now != live {
			t.Errorf("%d references are live, %d were", now, live)
		}
		if err := syscall.Munmap(memory); err != nil {
			t.Error(err)
		}
	})
	return h
}

func (h *host) live() uint64 { return h.must("gobridge_ref_count", frame{}).result }

// ---- calls ----

var tester caller // the thread that the tests call as; they run one after the other

// call makes a call as C does, and gives the frame that comes back with its status and message.
func call(t testing.TB, name string, f frame) (frame, status, string) {
	t.Helper()
	op, known := numberCalls()[name]
	if !known {
		t.Fatalf("no call is named %s", name)
	}
	f.op = op
	f.caller, tester.failure.message[0], tester.failure.stack[0] = &tester, 0, 0
	enter(unsafe.Pointer(&f))
	return f, f.status, text(tester.failure.message[:])
}

func text(terminated []byte) string { return string(terminated[:bytes.IndexByte(terminated, 0)]) }

// must makes a call that succeeds.
func (h *host) must(name string, f frame) frame {
	h.Helper()
	f.alone = h.alone
	f, status, message := call(h, name, f)
	if status != ok {
		h.Fatalf("status %d: %s", status, message)
	}
	return f
}

// refuse makes a call that fails with a status and a message that names the function and has some words.
func (h *host) refuse(want status, words, name string, f frame) {
	h.Helper()
	f, status, message := call(h, name, f)
	if status != want {
		h.Errorf("%s: status %d, not %d: %s", name, status, want, message)
	} else if !strings.HasPrefix(message, name+": ") || !strings.Contains(message, words) {
		h.Errorf("message %q, not about %s and %q", message, name, words)
	}
	if f.made != 0 {
		h.Errorf("%s failed and gave a reference", name)
	}
}

// own keeps a reference until the test is over.
func (h *host) own(r ref) ref {
	h.owned = append(h.owned, r)
	return r
}

// name makes a reference to a Go value and keeps it until the test is over.
func (h *host) name(v any) ref { return h.own(name(&frame{}, v)) }

func (h *host) release(owned ...ref) {
	h.Helper()
	for _, r := range owned {
		h.must("gobridge_release", frame{a: uint64(r)})
	}
}

// bad gives a reference of each kind that names nothing.
func (h *host) bad() map[status]ref {
	stale := name(&frame{}, 0)
	h.release(stale)
	return map[status]ref{errNilRef: 0, errStaleRef: stale, errForgedRef: 1<<63 | 1}
}

func typeRef(t reflect.Type) uint64 { return uint64(typeObjectOf(&frame{}, t).ref) }

// ---- memory ----

// alloc gives C memory that is full of garbage.
func (h *host) alloc(size uintptr) unsafe.Pointer {
	h.Helper()
	p := unsafe.Pointer(&h.memory[h.used])
	if h.used += int(size+15) &^ 15; h.used >= len(h.memory) {
		h.Fatal("out of C memory")
	}
	return p
}

// forget frees all C memory and fills it with garbage, so that what Go still had in it shows.
func (h *host) forget() {
	copy(h.memory[:h.used], allGarbage)
	h.used = 0
}

// copied gives a copy of bytes in C memory.
func (h *host) copied(b []byte) unsafe.Pointer {
	h.Helper()
	p := h.alloc(uintptr(len(b)))
	copy(unsafe.Slice((*byte)(p), len(b)), b)
	return p
}

func isPlain(t reflect.Type) bool {
	pointerBytes := (*[2]uintptr)(layout.Word(t))[1]
	return pointerBytes == 0
}

// room gives C memory for a value of a type in C layout.
func (h *host) room(t reflect.Type) unsafe.Pointer {
	h.Helper()
	if isPlain(t) {
		return h.alloc(t.Size())
	}
	return h.alloc(unsafe.Sizeof(value{}))
}

// in lays a Go value out as a host would. The padding of plain types is left garbage.
func (h *host) in(v reflect.Value) unsafe.Pointer {
	h.Helper()
	p := h.room(v.Type())
	if isPlain(v.Type()) {
		scatter(v.Type(), p, addressable(v).Addr().UnsafePointer())
	} else {
		*(*value)(p) = h.value(v)
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

// value makes a gobridge_value as a host would.
func (h *host) value(v reflect.Value) value {
	h.Helper()
	dynamic := v
	if v.Kind() == reflect.Interface {
		if dynamic = v.Elem(); dynamic.IsValid() && dynamic.Type() == scalarTypes[uint32(dynamic.Kind())] {
			return scalarOf(dynamic)
		}
	}
	switch {
	case isNil(v):
		return value{kind: 0}
	case isScalar(v.Kind()) && len(h.owned)%3 > 0:
		return scalarOf(v)
	case v.Kind() == reflect.String, dynamic.Type() == reflect.TypeOf(""):
		s := dynamic.String()
		return value{kind: uint32(reflect.String), len: uint64(len(s)), as: addressOf(h.copied([]byte(s)))}
	case dynamic.Type() == reflect.TypeOf([]byte(nil)) && !dynamic.IsNil():
		b := dynamic.Bytes()
		return value{kind: kindBytes, len: uint64(len(b)), as: addressOf(h.copied(b))}
	case v.Kind() != reflect.Interface && len(h.owned)%2 == 0:
		return value{kind: kindRef, as: uint64(h.name(addressable(v).Addr().Interface()))}
	}
	return value{kind: kindRef, as: uint64(h.name(dynamic.Interface()))}
}

func scalarOf(v reflect.Value) value {
	c := value{kind: uint32(v.Kind())}
	switch {
	case v.Kind() == reflect.Bool && v.Bool():
		c.as = 1
	case v.CanInt():
		c.as = uint64(v.Int())
	case v.CanUint():
		c.as = v.Uint()
	case v.CanFloat():
		*(*float64)(unsafe.Pointer(&c.as)) = v.Float()
	}
	return c
}

func addressOf(p unsafe.Pointer) uint64 { return uint64(uintptr(p)) }

// out reads a value of a type in C layout as a host would, and releases what it owns.
func (h *host) out(t reflect.Type, p unsafe.Pointer) reflect.Value {
	h.Helper()
	if !isPlain(t) {
		return h.outValue(t, p)
	}
	to := reflect.New(t).Elem()
	layout.Move(to.Addr().UnsafePointer(), p, t.Size())
	return to
}

// outValue reads a gobridge_value for a type as a host would, and releases what it owns.
func (h *host) outValue(t reflect.Type, p unsafe.Pointer) reflect.Value {
	h.Helper()
	to := reflect.New(t).Elem()
	v := *(*value)(p)
	switch v.kind {
	case 0:
	case uint32(reflect.String):
		to.Set(reflect.ValueOf(strings.Clone(v.shown())).Convert(dynamicType(t, reflect.TypeOf(""))))
	case kindBytes:
		to.Set(reflect.ValueOf([]byte(v.shown())))
	case kindRef:
		object, err := refs.get(ref(v.as), "")
		if err != nil {
			h.Fatal(err)
		}
		from, err := goValue(object, "")
		if err != nil {
			h.Fatal(err)
		}
		to.Set(from)
	default:
		scalar := reflect.New(scalarTypes[v.kind]).Elem()
		switch {
		case scalar.Kind() == reflect.Bool:
			scalar.SetBool(v.as == 1)
		case scalar.CanInt():
			scalar.SetInt(int64(v.as))
		case scalar.CanUint():
			scalar.SetUint(v.as)
		default:
			scalar.SetFloat(*(*float64)(unsafe.Pointer(&v.as)))
		}
		to.Set(scalar.Convert(dynamicType(t, scalar.Type())))
	}
	if v.owner != 0 {
		h.must("gobridge_release", frame{a: uint64(v.owner)})
	}
	return to
}

// shown is the memory that a value points to.
func (v *value) shown() string {
	return unsafe.String(*(**byte)(unsafe.Pointer(&v.as)), int(v.len))
}

// dynamicType is the type that a value has in a variable of type t: t itself, or in an interface other.
func dynamicType(t, other reflect.Type) reflect.Type {
	if t.Kind() == reflect.Interface {
		return other
	}
	return t
}

func isNil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Chan, reflect.Func, reflect.Interface, reflect.UnsafePointer:
		return v.IsNil()
	}
	return false
}

// addressable gives v or a copy of it that has an address.
func addressable(v reflect.Value) reflect.Value {
	if v.CanAddr() {
		return v
	}
	to := reflect.New(v.Type()).Elem()
	to.Set(v)
	return to
}

// collect makes the garbage collector run to its end.
func collect() {
	runtime.GC()
	runtime.GC()
}
