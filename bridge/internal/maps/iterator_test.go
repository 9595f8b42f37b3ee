package maps_test

import (
	"fmt"
	"reflect"
	"testing"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/status"
)

// numbers makes a map of the numbers below n to their texts.
func numbers(h *hosttest.Host, g hosttest.Generator, n int) *hosttest.Twin {
	m := h.NewTwin(g, hosttest.Typ[map[int]string](), hosttest.Makers[n%len(hosttest.Makers)])
	for i := 0; i < n; i++ {
		m.Assign("gobridge_runtime_mapassign", reflect.ValueOf(i), reflect.ValueOf(fmt.Sprint(i)))
	}
	m.Forget()
	return m
}

// Range's rules, while each step removes, adds and changes entries: what stays is visited once, what was removed before
// it was reached not at all, what was added at most once, and each entry as it is when it is reached.
func TestTheMapChangesDuringIteration(t *testing.T) {
	g := hosttest.NewGenerator(t)
	h := hosttest.New(t)
	for round := 0; round < 200; round++ {
		m := numbers(h, g, g.Intn(200))
		start := m.Native.Len()
		grows := g.Intn(4) // in some rounds so fast that the table is made anew
		visited, removed := map[int]bool{}, map[int]bool{}
		m.Walk([]string{hosttest.ViaRuntimeNext, hosttest.ViaReflectNext, hosttest.ViaMapNext}[round%3], func(key, elem reflect.Value) {
			k := int(key.Int())
			if visited[k] {
				t.Errorf("%d is visited twice", k)
			}
			if removed[k] {
				t.Errorf("%d is visited, and was removed before", k)
			}
			if now := m.Native.MapIndex(key); !now.IsValid() || now.String() != elem.String() {
				t.Errorf("%d is visited as %q, and is %v", k, elem, now)
			}
			visited[k] = true
			if g.Intn(3) == 0 {
				victim := g.Intn(start)
				m.Delete(reflect.ValueOf(victim))
				removed[victim] = true
			}
			for i := 0; i < grows && m.Native.Len() < 2000; i++ {
				m.Assign("gobridge_reflect_mapassign0", reflect.ValueOf(start+g.Intn(5000)), reflect.ValueOf("added"))
			}
			if other := g.Intn(start); m.Native.MapIndex(reflect.ValueOf(other)).IsValid() {
				m.Assign("gobridge_runtime_mapassign", reflect.ValueOf(other), reflect.ValueOf("changed"))
			}
		})
		for k := 0; k < start; k++ {
			if !visited[k] && !removed[k] {
				t.Errorf("%d is not visited", k)
			}
		}
		if m.CheckLen(); t.Failed() {
			t.Fatalf("round %d", round)
		}
		h.Release(h.Owned...)
		h.Owned = nil
	}
}

// An iterator shows the entry that it came to, whatever happens to the map.
func TestIteratorsHoldTheirEntry(t *testing.T) {
	h := hosttest.New(t)
	of := hosttest.Typ[map[string]string]()
	m := h.NewTwin(hosttest.NewGenerator(t), of, hosttest.Makers[0])
	key := reflect.ValueOf("key")
	m.Assign("gobridge_runtime_mapassign", key, reflect.ValueOf("elem"))
	it := h.Own(h.Must("gobridge_reflect_mapiterinit", frame.Frame{Slots: frame.Slots{A: m.Ref}}).NewRef)
	for _, change := range []func(){
		func() {},
		func() { m.Assign("gobridge_runtime_mapassign", key, reflect.ValueOf("changed")) },
		func() { m.Delete(key) },
		func() { m.Assign("gobridge_runtime_mapassign", reflect.ValueOf("other"), reflect.ValueOf("other")) },
		hosttest.Collect,
	} {
		change()
		h.Forget()
		for call, want := range map[string]string{"gobridge_reflect_mapiterkey": "key", "gobridge_reflect_mapiterelem": "elem"} {
			entry := h.Room(of.Elem())
			f := h.Must(call, frame.Frame{Slots: frame.Slots{A: uint64(it), P: entry, Q: entry}})
			if got := h.Out(of.Elem(), f.P).String(); got != want || f.Result != 1 {
				t.Errorf("%s: %q, %d, not %q", call, got, f.Result, want)
			}
		}
	}
}

func TestEndOfIteration(t *testing.T) {
	h := hosttest.New(t)
	g := hosttest.NewGenerator(t)
	empty, full := numbers(h, g, 0), numbers(h, g, 1)
	isNil := &hosttest.Twin{Host: h, Ref: uint64(h.NewRef(map[int]string(nil)))}
	for _, m := range []*hosttest.Twin{empty, full, isNil} {
		it := h.Own(h.Must("gobridge_reflect_mapiterinit", frame.Frame{Slots: frame.Slots{A: m.Ref}}).NewRef)
		if m == full {
			h.Must(hosttest.ViaRuntimeNext, frame.Frame{Slots: frame.Slots{A: uint64(it)}})
		}
		p := h.Alloc(32)
		for _, call := range []string{"gobridge_reflect_mapiterkey", "gobridge_reflect_mapiterelem"} {
			if f := h.Must(call, frame.Frame{Slots: frame.Slots{A: uint64(it), P: p, Q: p}}); f.Result != 0 || f.NewRef != 0 || *(*byte)(p) != hosttest.Garbage {
				t.Errorf("%s past the end: %d, made %#x", call, f.Result, f.NewRef)
			}
		}
		for i := 0; m.Native.IsValid() && i < 100; i++ { // what comes later does not bring it back
			m.Assign("gobridge_runtime_mapassign", reflect.ValueOf(i), reflect.ValueOf("late"))
		}
		for _, next := range []string{hosttest.ViaRuntimeNext, hosttest.ViaReflectNext, hosttest.ViaRuntimeNext} {
			h.Refuse(status.IteratorEnd, "iterator", next, frame.Frame{Slots: frame.Slots{A: uint64(it)}})
		}
	}
}

func TestIteratorsEndWithTheirMap(t *testing.T) {
	h := hosttest.New(t)
	made := h.Must("gobridge_runtime_makemap_small", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[map[int]string]())}}).NewRef
	it := h.Own(h.Must("gobridge_reflect_mapiterinit", frame.Frame{Slots: frame.Slots{A: uint64(made)}}).NewRef)
	h.Release(made)
	for _, call := range []string{hosttest.ViaRuntimeNext, hosttest.ViaReflectNext, "gobridge_reflect_mapiterkey", "gobridge_reflect_mapiterelem"} {
		h.Refuse(status.MapReleased, "iterator", call, frame.Frame{Slots: frame.Slots{A: uint64(it), P: h.Alloc(32)}})
	}
}

// Iterators of one map do not disturb each other.
func TestTwoIterators(t *testing.T) {
	h := hosttest.New(t)
	m := numbers(h, hosttest.NewGenerator(t), 20)
	pairs := map[[2]int64]bool{}
	m.Walk(hosttest.ViaRuntimeNext, func(outer, _ reflect.Value) {
		m.Walk(hosttest.ViaReflectNext, func(inner, _ reflect.Value) { pairs[[2]int64{outer.Int(), inner.Int()}] = true })
	})
	if len(pairs) != 400 {
		t.Errorf("%d pairs, not 400", len(pairs))
	}
}
