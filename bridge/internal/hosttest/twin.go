package hosttest

import (
	"reflect"
	"sort"
	"strings"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
)

// fastCalls are the calls of the fast variants: the access, and the assignment.
var fastCalls = map[layout.Fast][2]string{
	layout.Fast32:    {"gobridge_runtime_mapaccess2_fast32", "gobridge_runtime_mapassign_fast32"},
	layout.Fast32Ptr: {"", "gobridge_runtime_mapassign_fast32ptr"},
	layout.Fast64:    {"gobridge_runtime_mapaccess2_fast64", "gobridge_runtime_mapassign_fast64"},
	layout.Fast64Ptr: {"gobridge_runtime_mapaccess2_fast64", "gobridge_runtime_mapassign_fast64ptr"},
	layout.FastStr:   {"gobridge_runtime_mapaccess2_faststr", "gobridge_runtime_mapassign_faststr"},
}

// Twin is a map behind the bridge beside the same map in Go.
type Twin struct {
	*Host
	Generator
	Ref    uint64
	Native reflect.Value
	Fast   layout.Fast
}

var Makers = []string{"gobridge_runtime_makemap_small", "gobridge_runtime_makemap", "gobridge_reflect_makemap"}

func (h *Host) NewTwin(g Generator, t reflect.Type, maker string) *Twin {
	m := &Twin{Host: h, Generator: g, Native: reflect.MakeMap(t), Fast: layout.OfMap(t).Fast}
	m.Ref = uint64(h.Own(h.Must(maker, frame.Frame{Slots: frame.Slots{A: TypeRef(t), B: uint64(g.Intn(100))}}).NewRef))
	return m
}

// takesValues tells whether the keys and elements of a call are values, whatever their types.
func takesValues(call string) bool { return strings.HasPrefix(call, "gobridge_map_") }

// InValue makes a value in C memory.
func (h *Host) InValue(v reflect.Value) unsafe.Pointer {
	h.Helper()
	p := h.Alloc(unsafe.Sizeof(frame.Value{}))
	*(*frame.Value)(p) = h.Value(v)
	return p
}

// With returns a frame with a key as a call takes it: as a number or as text where its name says fast.
func (m *Twin) With(call string, key reflect.Value) frame.Frame {
	m.Helper()
	f := frame.Frame{Slots: frame.Slots{A: m.Ref}}
	fast := fastCalls[m.Fast]
	switch {
	case takesValues(call):
		f.P = m.InValue(key)
	case call != fast[0] && call != fast[1]:
		f.P = m.In(key)
	case m.Fast == layout.Fast32Ptr, m.Fast == layout.Fast64Ptr:
		f.B = uint64(m.NewRef(key.Interface()))
	case m.Fast == layout.FastStr:
		text := m.Host.Value(key)
		f.P, f.B = *(*unsafe.Pointer)(unsafe.Pointer(&text.As)), text.Len
	case m.Fast == layout.Fast32:
		f.B = uint64(*(*uint32)(Addressable(key).Addr().UnsafePointer()))
	default:
		f.B = *(*uint64)(Addressable(key).Addr().UnsafePointer())
	}
	return f
}

// WithElem is with for a call that may set an element.
func (m *Twin) WithElem(call string, key, elem reflect.Value) frame.Frame {
	m.Helper()
	f := m.With(call, key)
	switch {
	case call == "gobridge_map_get_or_set":
		f.C, f.Q = AddressOf(m.InValue(elem)), m.Alloc(unsafe.Sizeof(frame.Value{}))
	case takesValues(call):
		f.Q = m.InValue(elem)
	default:
		f.Q = m.In(elem)
	}
	return f
}

// Calls are those that apply to the map's type.
func (m *Twin) Calls() (accesses, assigns []string) {
	accesses = []string{"gobridge_runtime_mapaccess2", "gobridge_reflect_mapaccess", "gobridge_map_get"}
	assigns = []string{"gobridge_runtime_mapassign", "gobridge_reflect_mapassign0", "gobridge_map_set"}
	if fast := fastCalls[m.Fast]; m.Fast != layout.NotFast {
		assigns = append(assigns, fast[1])
		if fast[0] != "" {
			accesses = append(accesses, fast[0])
		}
	}
	return accesses, assigns
}

func (m *Twin) Access(call string, key reflect.Value) {
	m.Helper()
	t := m.Native.Type().Elem()
	f, out := m.With(call, key), m.Out
	f.Q = m.Room(t)
	if takesValues(call) {
		f.Q, out = m.Alloc(unsafe.Sizeof(frame.Value{})), m.OutValue
	}
	want := m.Native.MapIndex(key)
	found := want.IsValid()
	if !found {
		want = reflect.Zero(t)
	}
	answer := m.Must(call, f)
	if got := out(t, f.Q); Show(got) != Show(want) || answer.Result == 1 != found {
		m.Errorf("%s of %q: %q, %d, not %q, %t", call, Show(key), Show(got), answer.Result, Show(want), found)
	}
	f.Q = nil // only found is wanted
	if answer := m.Must(call, f); answer.Result == 1 != found || answer.NewRef != 0 {
		m.Errorf("%s of %q without elem: %d, made %#x", call, Show(key), answer.Result, answer.NewRef)
	}
}

func (m *Twin) Assign(call string, key, elem reflect.Value) {
	m.Helper()
	m.Must(call, m.WithElem(call, key, elem))
	m.Native.SetMapIndex(key, elem)
}

// getOrSet sets an element where there is none.
func (m *Twin) getOrSet(key, fallback reflect.Value) {
	m.Helper()
	const call = "gobridge_map_get_or_set"
	f := m.WithElem(call, key, fallback)
	want := m.Native.MapIndex(key)
	found := want.IsValid()
	if !found {
		want = fallback
		m.Native.SetMapIndex(key, want)
	}
	answer := m.Must(call, f)
	if got := m.OutValue(want.Type(), f.Q); Show(got) != Show(want) || answer.Result == 1 != found {
		m.Errorf("%q has %q, %d, not %q, %t", Show(key), Show(got), answer.Result, Show(want), found)
	}
}

func (m *Twin) Delete(key reflect.Value) {
	m.Helper()
	call := []string{"gobridge_runtime_mapdelete", "gobridge_map_delete"}[m.Intn(2)]
	found := m.Native.MapIndex(key).IsValid() && takesValues(call) // the other one does not tell
	if answer := m.Must(call, m.With(call, key)); answer.Result == 1 != found {
		m.Errorf("%s of %q finds %d, not %t", call, Show(key), answer.Result, found)
	}
	m.Native.SetMapIndex(key, reflect.Value{})
}

func (m *Twin) CheckLen() {
	m.Helper()
	if got := m.Must("gobridge_reflect_maplen", frame.Frame{Slots: frame.Slots{A: m.Ref}}).Result; got != uint64(m.Native.Len()) {
		m.Errorf("len %d, not %d", got, m.Native.Len())
	}
}

// Walk hands each entry to a func, by either way of moving on.
func (m *Twin) Walk(next string, visit func(key, elem reflect.Value)) {
	m.Helper()
	if next == ViaMapNext {
		m.walkValues(visit)
		return
	}
	t := m.Native.Type()
	it := m.Must("gobridge_reflect_mapiterinit", frame.Frame{Slots: frame.Slots{A: m.Ref}}).NewRef
	defer m.Release(it)
	for {
		key := m.Must("gobridge_reflect_mapiterkey", frame.Frame{Slots: frame.Slots{A: uint64(it), P: m.Room(t.Key())}})
		elem := m.Must("gobridge_reflect_mapiterelem", frame.Frame{Slots: frame.Slots{A: uint64(it), Q: m.Room(t.Elem())}})
		if key.Result != elem.Result {
			m.Errorf("a key %d and an elem %d", key.Result, elem.Result)
		}
		if key.Result == 0 {
			break
		}
		visit(m.Out(t.Key(), key.P), m.Out(t.Elem(), elem.Q))
		m.Forget()
		m.Must(next, frame.Frame{Slots: frame.Slots{A: uint64(it)}})
	}
	m.Refuse(status.IteratorEnd, "iterator", next, frame.Frame{Slots: frame.Slots{A: uint64(it)}})
}

// walkValues is walk with one call for each entry.
func (m *Twin) walkValues(visit func(key, elem reflect.Value)) {
	m.Helper()
	t, size := m.Native.Type(), unsafe.Sizeof(frame.Value{})
	it := m.Must("gobridge_map_iterate", frame.Frame{Slots: frame.Slots{A: m.Ref}}).NewRef
	defer m.Release(it)
	for {
		f := m.Must(ViaMapNext, frame.Frame{Slots: frame.Slots{A: uint64(it), P: m.Alloc(size), Q: m.Alloc(size)}})
		if f.Result == 0 {
			break
		}
		visit(m.OutValue(t.Key(), f.P), m.OutValue(t.Elem(), f.Q))
		m.Forget()
	}
	if f := m.Must(ViaMapNext, frame.Frame{Slots: frame.Slots{A: uint64(it), P: m.Alloc(size)}}); f.Result != 0 {
		m.Errorf("%s goes on past the end", ViaMapNext)
	}
}

// CheckEntries compares all entries, in whatever order.
func (m *Twin) CheckEntries(next string) {
	m.Helper()
	var got, want []string
	m.Walk(next, func(key, elem reflect.Value) { got = append(got, Show(key)+": "+Show(elem)) })
	for it := m.Native.MapRange(); it.Next(); {
		want = append(want, Show(it.Key())+": "+Show(it.Value()))
	}
	sort.Strings(got)
	sort.Strings(want)
	if !reflect.DeepEqual(got, want) {
		m.Errorf("entries by %s\n%q, not\n%q", next, got, want)
	}
}

// checkNotFast tries the fast variants that the compiler would not choose.
func (m *Twin) checkNotFast() {
	m.Helper()
	elem := m.In(reflect.Zero(m.Native.Type().Elem()))
	for fast, calls := range fastCalls {
		for _, call := range calls {
			if call == "" || call == fastCalls[m.Fast][0] || call == fastCalls[m.Fast][1] {
				continue
			}
			want := status.NotFast
			if is32 := unsafe.Sizeof(uintptr(0)) == 4; fast == layout.Fast32Ptr && !is32 ||
				fast == layout.Fast64Ptr && is32 && call == calls[1] {
				want = status.Unsupported
			}
			m.Refuse(want, "", call, frame.Frame{Slots: frame.Slots{A: m.Ref, B: 1, Q: elem}})
		}
	}
}

const (
	ViaRuntimeNext = "gobridge_runtime_mapiternext"
	ViaReflectNext = "gobridge_reflect_mapiternext"
	ViaMapNext     = "gobridge_map_next"
)

// Run makes random calls on both maps, and in the end empties them while iterating.
func (m *Twin) Run(steps int) {
	m.Helper()
	t := m.Native.Type()
	accesses, assigns := m.Calls()
	nexts := []string{ViaRuntimeNext, ViaReflectNext, ViaMapNext}
	var keys []reflect.Value
	for i := 0; i < steps && !m.Failed(); i++ {
		if len(keys) == 0 || m.Intn(3) == 0 {
			keys = append(keys, m.Generator.Value(t.Key(), true))
		}
		key := keys[m.Intn(len(keys))]
		switch m.Intn(9) {
		case 0, 1, 2, 3:
			m.Assign(assigns[m.Intn(len(assigns))], key, m.Generator.Value(t.Elem(), false))
		case 4, 5:
			m.Access(accesses[m.Intn(len(accesses))], key)
		case 6:
			m.Delete(key)
		case 7:
			m.CheckLen()
		case 8:
			m.getOrSet(key, m.Generator.Value(t.Elem(), false))
		}
		m.Forget()
	}
	m.checkNotFast()
	m.CheckLen()
	for _, next := range nexts {
		m.CheckEntries(next)
	}
	m.Walk(nexts[m.Intn(len(nexts))], func(key, _ reflect.Value) { m.Delete(key) })
	m.CheckLen() // what no key finds, NaN, is still there
	m.Must("gobridge_map_clear", frame.Frame{Slots: frame.Slots{A: m.Ref}})
	m.Native.Clear()
	m.CheckLen()
}
