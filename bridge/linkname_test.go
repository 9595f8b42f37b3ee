package bridge

import (
	"fmt"
	"reflect"
	"sort"
	"strings"
	"testing"
	"time"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

type (
	inner struct {
		A int8
		B int64
	}
	embedding struct {
		inner
		*time.Time
		C bool
	}
)

// made gives types that no Go code names, so that reflect makes them, with what the runtime needs to hash and scan them.
func made(expressions ...string) (types []reflect.Type) {
	for _, expression := range expressions {
		t, err := parseType(expression)
		if err != nil {
			panic(err)
		}
		types = append(types, t)
	}
	return types
}

// keyTypes and moreTypes cover what a type expression can name, by kind and by what it holds.
var (
	keyTypes = append(append(typesOf(false, 0, int8(0), int16(0), int32(0), int64(0), uint(0), uint8(0), uint16(0), uint32(0),
		uint64(0), uintptr(0), float32(0), 0.0, complex64(0), 0i, "", named(""), time.Second, time.Time{},
		[0]int{}, struct{}{}, [1]int32{}, [3]int16{}, [4]bool{}, [4]byte{}, [8]byte{}, [2]float32{}, [2]string{},
		[128]byte{}, [129]byte{}, [1024]byte{}, [5000]byte{}, inner{}, [2]inner{},
		struct{ a, b int32 }{}, struct {
			A int32
			_ int32
			B int64
		}{}, struct {
			A int32
			_ [0]int32
		}{}, struct {
			S string
			I any
		}{}, embedding{}, new(int), new(*string), make(chan int), make(<-chan string), unsafe.Pointer(nil),
		[1]*int{}, struct{ P *int }{}, [2]any{}),
		typ[any](), typ[error](), typ[fmt.Stringer]()),
		made("struct{a int32}", "struct{a, b int16}", "struct{a [2]int32}", "struct{a struct{b uint64}}", "struct{a *int}",
			"[2]struct{a int16}", "[1]struct{a chan int}", "struct{a int8; b int64}", "struct{a int32; _ int32}",
			"struct{a float32}", "struct{a string; b any}", "*struct{a int}", "chan struct{a int}", "[1][2][1]int16")...)
	moreTypes = append(typesOf([]byte{}, []int64{}, []string{}, [][]byte{}, []any{}, map[string]int{}, map[any][]any{},
		func() {}, func(int, ...string) error { return nil }, make(chan<- []int), [640]*int{}, [2][]byte{},
		struct {
			B bool
			S []int
			M map[int]int
			F func()
		}{}, &embedding{}), made("[]struct{a int}", "struct{a int8; b []int; c [3]string}", "map[struct{a int32}]struct{b any}",
		"[20]struct{a bool; b *int}", "func(struct{a int})")...)
)

// fastCalls are the calls of the fast variants: the access, and the assignment.
var fastCalls = map[layout.Fast][2]string{
	layout.Fast32:    {"gobridge_runtime_mapaccess2_fast32", "gobridge_runtime_mapassign_fast32"},
	layout.Fast32Ptr: {"", "gobridge_runtime_mapassign_fast32ptr"},
	layout.Fast64:    {"gobridge_runtime_mapaccess2_fast64", "gobridge_runtime_mapassign_fast64"},
	layout.Fast64Ptr: {"gobridge_runtime_mapaccess2_fast64", "gobridge_runtime_mapassign_fast64ptr"},
	layout.FastStr:   {"gobridge_runtime_mapaccess2_faststr", "gobridge_runtime_mapassign_faststr"},
}

// twin is a map behind the bridge beside the same map in Go.
type twin struct {
	*host
	generator
	ref    uint64
	native reflect.Value
	fast   layout.Fast
}

var makers = []string{"gobridge_runtime_makemap_small", "gobridge_runtime_makemap", "gobridge_reflect_makemap"}

func (h *host) newTwin(g generator, t reflect.Type, maker string) *twin {
	m := &twin{host: h, generator: g, native: reflect.MakeMap(t), fast: layout.OfMap(t).Fast}
	m.ref = uint64(h.own(h.must(maker, frame{a: typeRef(t), b: uint64(g.Intn(100))}).made))
	return m
}

// takesValues tells whether the keys and elements of a call are values, whatever their types.
func takesValues(call string) bool { return strings.HasPrefix(call, "gobridge_map_") }

// inValue makes a value in C memory.
func (h *host) inValue(v reflect.Value) unsafe.Pointer {
	h.Helper()
	p := h.alloc(unsafe.Sizeof(value{}))
	*(*value)(p) = h.value(v)
	return p
}

// with gives a frame with a key as a call takes it: as a number or as text where its name says fast.
func (m *twin) with(call string, key reflect.Value) frame {
	m.Helper()
	f := frame{a: m.ref}
	fast := fastCalls[m.fast]
	switch {
	case takesValues(call):
		f.p = m.inValue(key)
	case call != fast[0] && call != fast[1]:
		f.p = m.in(key)
	case m.fast == layout.Fast32Ptr, m.fast == layout.Fast64Ptr:
		f.b = uint64(m.name(key.Interface()))
	case m.fast == layout.FastStr:
		text := m.host.value(key)
		f.p, f.b = *(*unsafe.Pointer)(unsafe.Pointer(&text.as)), text.len
	case m.fast == layout.Fast32:
		f.b = uint64(*(*uint32)(addressable(key).Addr().UnsafePointer()))
	default:
		f.b = *(*uint64)(addressable(key).Addr().UnsafePointer())
	}
	return f
}

// withElem is with for a call that may set an element.
func (m *twin) withElem(call string, key, elem reflect.Value) frame {
	m.Helper()
	f := m.with(call, key)
	switch {
	case call == "gobridge_map_get_or_set":
		f.c, f.q = addressOf(m.inValue(elem)), m.alloc(unsafe.Sizeof(value{}))
	case takesValues(call):
		f.q = m.inValue(elem)
	default:
		f.q = m.in(elem)
	}
	return f
}

// calls are those that apply to the map's type.
func (m *twin) calls() (accesses, assigns []string) {
	accesses = []string{"gobridge_runtime_mapaccess2", "gobridge_reflect_mapaccess", "gobridge_map_get"}
	assigns = []string{"gobridge_runtime_mapassign", "gobridge_reflect_mapassign0", "gobridge_map_set"}
	if fast := fastCalls[m.fast]; m.fast != layout.NotFast {
		assigns = append(assigns, fast[1])
		if fast[0] != "" {
			accesses = append(accesses, fast[0])
		}
	}
	return accesses, assigns
}

func (m *twin) access(call string, key reflect.Value) {
	m.Helper()
	t := m.native.Type().Elem()
	f, out := m.with(call, key), m.out
	f.q = m.room(t)
	if takesValues(call) {
		f.q, out = m.alloc(unsafe.Sizeof(value{})), m.outValue
	}
	want := m.native.MapIndex(key)
	found := want.IsValid()
	if !found {
		want = reflect.Zero(t)
	}
	answer := m.must(call, f)
	if got := out(t, f.q); show(got) != show(want) || answer.result == 1 != found {
		m.Errorf("%s of %q: %q, %d, not %q, %t", call, show(key), show(got), answer.result, show(want), found)
	}
	f.q = nil // only found is wanted
	if answer := m.must(call, f); answer.result == 1 != found || answer.made != 0 {
		m.Errorf("%s of %q without elem: %d, made %#x", call, show(key), answer.result, answer.made)
	}
}

func (m *twin) assign(call string, key, elem reflect.Value) {
	m.Helper()
	m.must(call, m.withElem(call, key, elem))
	m.native.SetMapIndex(key, elem)
}

// getOrSet sets an element where there is none.
func (m *twin) getOrSet(key, fallback reflect.Value) {
	m.Helper()
	const call = "gobridge_map_get_or_set"
	f := m.withElem(call, key, fallback)
	want := m.native.MapIndex(key)
	found := want.IsValid()
	if !found {
		want = fallback
		m.native.SetMapIndex(key, want)
	}
	answer := m.must(call, f)
	if got := m.outValue(want.Type(), f.q); show(got) != show(want) || answer.result == 1 != found {
		m.Errorf("%q has %q, %d, not %q, %t", show(key), show(got), answer.result, show(want), found)
	}
}

func (m *twin) delete(key reflect.Value) {
	m.Helper()
	call := []string{"gobridge_runtime_mapdelete", "gobridge_map_delete"}[m.Intn(2)]
	found := m.native.MapIndex(key).IsValid() && takesValues(call) // the other one does not tell
	if answer := m.must(call, m.with(call, key)); answer.result == 1 != found {
		m.Errorf("%s of %q finds %d, not %t", call, show(key), answer.result, found)
	}
	m.native.SetMapIndex(key, reflect.Value{})
}

func (m *twin) checkLen() {
	m.Helper()
	if got := m.must("gobridge_reflect_maplen", frame{a: m.ref}).result; got != uint64(m.native.Len()) {
		m.Errorf("len %d, not %d", got, m.native.Len())
	}
}

// walk hands each entry to a func, by either way of moving on.
func (m *twin) walk(next string, visit func(key, elem reflect.Value)) {
	m.Helper()
	if next == viaMapNext {
		m.walkValues(visit)
		return
	}
	t := m.native.Type()
	it := m.must("gobridge_reflect_mapiterinit", frame{a: m.ref}).made
	defer m.release(it)
	for {
		key := m.must("gobridge_reflect_mapiterkey", frame{a: uint64(it), p: m.room(t.Key())})
		elem := m.must("gobridge_reflect_mapiterelem", frame{a: uint64(it), p: m.room(t.Elem())})
		if key.result != elem.result {
			m.Errorf("a key %d and an elem %d", key.result, elem.result)
		}
		if key.result == 0 {
			break
		}
		visit(m.out(t.Key(), key.p), m.out(t.Elem(), elem.p))
		m.forget()
		m.must(next, frame{a: uint64(it)})
	}
	m.refuse(errIteratorEnd, "iterator", next, frame{a: uint64(it)})
}

// walkValues is walk with one call for each entry.
func (m *twin) walkValues(visit func(key, elem reflect.Value)) {
	m.Helper()
	t, size := m.native.Type(), unsafe.Sizeof(value{})
	it := m.must("gobridge_map_iterate", frame{a: m.ref}).made
	defer m.release(it)
	for {
		f := m.must(viaMapNext, frame{a: uint64(it), p: m.alloc(size), q: m.alloc(size)})
		if f.result == 0 {
			break
		}
		visit(m.outValue(t.Key(), f.p), m.outValue(t.Elem(), f.q))
		m.forget()
	}
	if f := m.must(viaMapNext, frame{a: uint64(it), p: m.alloc(size)}); f.result != 0 {
		m.Errorf("%s goes on past the end", viaMapNext)
	}
}

// checkEntries compares all entries, in whatever order.
func (m *twin) checkEntries(next string) {
	m.Helper()
	var got, want []string
	m.walk(next, func(key, elem reflect.Value) { got = append(got, show(key)+": "+show(elem)) })
	for it := m.native.MapRange(); it.Next(); {
		want = append(want, show(it.Key())+": "+show(it.Value()))
	}
	sort.Strings(got)
	sort.Strings(want)
	if !reflect.DeepEqual(got, want) {
		m.Errorf("entries by %s\n%q, not\n%q", next, got, want)
	}
}

// checkNotFast tries the fast variants that the compiler would not choose.
func (m *twin) checkNotFast() {
	m.Helper()
	elem := m.in(reflect.Zero(m.native.Type().Elem()))
	for fast, calls := range fastCalls {
		for _, call := range calls {
			if call == "" || call == fastCalls[m.fast][0] || call == fastCalls[m.fast][1] {
				continue
			}
			want := errNotFast
			if is32 := unsafe.Sizeof(uintptr(0)) == 4; fast == layout.Fast32Ptr && !is32 ||
				fast == layout.Fast64Ptr && is32 && call == calls[1] {
				want = errUnsupported
			}
			m.refuse(want, "", call, frame{a: m.ref, b: 1, q: elem})
		}
	}
}

const (
	viaRuntimeNext = "gobridge_runtime_mapiternext"
	viaReflectNext = "gobridge_reflect_mapiternext"
	viaMapNext     = "gobridge_map_next"
)

// run makes random calls on both maps, and in the end empties them while iterating.
func (m *twin) run(steps int) {
	m.Helper()
	t := m.native.Type()
	accesses, assigns := m.calls()
	nexts := []string{viaRuntimeNext, viaReflectNext, viaMapNext}
	var keys []reflect.Value
	for i := 0; i < steps && !m.Failed(); i++ {
		if len(keys) == 0 || m.Intn(3) == 0 {
			keys = append(keys, m.generator.value(t.Key(), true))
		}
		key := keys[m.Intn(len(keys))]
		switch m.Intn(9) {
		case 0, 1, 2, 3:
			m.assign(assigns[m.Intn(len(assigns))], key, m.generator.value(t.Elem(), false))
		case 4, 5:
			m.access(accesses[m.Intn(len(accesses))], key)
		case 6:
			m.delete(key)
		case 7:
			m.checkLen()
		case 8:
			m.getOrSet(key, m.generator.value(t.Elem(), false))
		}
		m.forget()
	}
	m.checkNotFast()
	m.checkLen()
	for _, next := range nexts {
		m.checkEntries(next)
	}
	m.walk(nexts[m.Intn(len(nexts))], func(key, _ reflect.Value) { m.delete(key) })
	m.checkLen() // what no key finds, NaN, is still there
	m.must("gobridge_map_clear", frame{a: m.ref})
	m.native.Clear()
	m.checkLen()
}

func TestEveryTypeAsGoHasIt(t *testing.T) {
	g := newGenerator(t)
	elemTypes := append(keyTypes[:len(keyTypes):len(keyTypes)], moreTypes...)
	for i, key := range keyTypes {
		t.Run(key.String(), func(t *testing.T) {
			h := newHost(t)
			h.alone = uint32(i % 2)
			for j, elem := range elemTypes {
				h.newTwin(g, reflect.MapOf(key, elem), makers[(i+j)%3]).run(30)
				if t.Failed() {
					t.Fatalf("map[%s]%s", key, elem)
				}
			}
			h.newTwin(g, reflect.MapOf(key, reflect.TypeOf("")), makers[i%3]).run(1000) // so that it grows
		})
	}
}
