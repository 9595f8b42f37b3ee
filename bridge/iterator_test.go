package bridge

import (
	"fmt"
	"reflect"
	"testing"
)

// numbers makes a map of the numbers below n to their texts.
func (h *host) numbers(g generator, n int) *twin {
	m := h.newTwin(g, typ[map[int]string](), makers[n%len(makers)])
	for i := 0; i < n; i++ {
		m.assign("gobridge_runtime_mapassign", reflect.ValueOf(i), reflect.ValueOf(fmt.Sprint(i)))
	}
	m.forget()
	return m
}

// Range's rules, while each step removes, adds and changes entries: what stays is visited once, what was removed before
// it was reached not at all, what was added at most once, and each entry as it is when it is reached.
func TestTheMapChangesDuringIteration(t *testing.T) {
	g := newGenerator(t)
	h := newHost(t)
	for round := 0; round < 200; round++ {
		m := h.numbers(g, g.Intn(200))
		start := m.native.Len()
		grows := g.Intn(4) // in some rounds so fast that the table is made anew
		visited, removed := map[int]bool{}, map[int]bool{}
		m.walk([]string{viaRuntimeNext, viaReflectNext, viaMapNext}[round%3], func(key, elem reflect.Value) {
			k := int(key.Int())
			if visited[k] {
				t.Errorf("%d is visited twice", k)
			}
			if removed[k] {
				t.Errorf("%d is visited, and was removed before", k)
			}
			if now := m.native.MapIndex(key); !now.IsValid() || now.String() != elem.String() {
				t.Errorf("%d is visited as %q, and is %v", k, elem, now)
			}
			visited[k] = true
			if g.Intn(3) == 0 {
				victim := g.Intn(start)
				m.delete(reflect.ValueOf(victim))
				removed[victim] = true
			}
			for i := 0; i < grows && m.native.Len() < 2000; i++ {
				m.assign("gobridge_reflect_mapassign0", reflect.ValueOf(start+g.Intn(5000)), reflect.ValueOf("added"))
			}
			if other := g.Intn(start); m.native.MapIndex(reflect.ValueOf(other)).IsValid() {
				m.assign("gobridge_runtime_mapassign", reflect.ValueOf(other), reflect.ValueOf("changed"))
			}
		})
		for k := 0; k < start; k++ {
			if !visited[k] && !removed[k] {
				t.Errorf("%d is not visited", k)
			}
		}
		if m.checkLen(); t.Failed() {
			t.Fatalf("round %d", round)
		}
		h.release(h.owned...)
		h.owned = nil
	}
}

// An iterator shows the entry that it came to, whatever happens to the map.
func TestIteratorsHoldTheirEntry(t *testing.T) {
	h := newHost(t)
	of := typ[map[string]string]()
	m := h.newTwin(newGenerator(t), of, makers[0])
	key := reflect.ValueOf("key")
	m.assign("gobridge_runtime_mapassign", key, reflect.ValueOf("elem"))
	it := h.own(h.must("gobridge_reflect_mapiterinit", frame{a: m.ref}).made)
	for _, change := range []func(){
		func() {},
		func() { m.assign("gobridge_runtime_mapassign", key, reflect.ValueOf("changed")) },
		func() { m.delete(key) },
		func() { m.assign("gobridge_runtime_mapassign", reflect.ValueOf("other"), reflect.ValueOf("other")) },
		collect,
	} {
		change()
		h.forget()
		for call, want := range map[string]string{"gobridge_reflect_mapiterkey": "key", "gobridge_reflect_mapiterelem": "elem"} {
			f := h.must(call, frame{a: uint64(it), p: h.room(of.Elem())})
			if got := h.out(of.Elem(), f.p).String(); got != want || f.result != 1 {
				t.Errorf("%s: %q, %d, not %q", call, got, f.result, want)
			}
		}
	}
}

func TestEndOfIteration(t *testing.T) {
	h := newHost(t)
	g := newGenerator(t)
	empty, full := h.numbers(g, 0), h.numbers(g, 1)
	isNil := &twin{host: h, ref: uint64(h.name(map[int]string(nil)))}
	for _, m := range []*twin{empty, full, isNil} {
		it := h.own(h.must("gobridge_reflect_mapiterinit", frame{a: m.ref}).made)
		if m == full {
			h.must(viaRuntimeNext, frame{a: uint64(it)})
		}
		p := h.alloc(32)
		for _, call := range []string{"gobridge_reflect_mapiterkey", "gobridge_reflect_mapiterelem"} {
			if f := h.must(call, frame{a: uint64(it), p: p}); f.result != 0 || f.made != 0 || *(*byte)(p) != garbage {
				t.Errorf("%s past the end: %d, made %#x", call, f.result, f.made)
			}
		}
		for i := 0; m.native.IsValid() && i < 100; i++ { // what comes later does not bring it back
			m.assign("gobridge_runtime_mapassign", reflect.ValueOf(i), reflect.ValueOf("late"))
		}
		for _, next := range []string{viaRuntimeNext, viaReflectNext, viaRuntimeNext} {
			h.refuse(errIteratorEnd, "iterator", next, frame{a: uint64(it)})
		}
	}
}

func TestIteratorsEndWithTheirMap(t *testing.T) {
	h := newHost(t)
	made := h.must("gobridge_runtime_makemap_small", frame{a: typeRef(typ[map[int]string]())}).made
	it := h.own(h.must("gobridge_reflect_mapiterinit", frame{a: uint64(made)}).made)
	h.release(made)
	for _, call := range []string{viaRuntimeNext, viaReflectNext, "gobridge_reflect_mapiterkey", "gobridge_reflect_mapiterelem"} {
		h.refuse(errMapReleased, "iterator", call, frame{a: uint64(it), p: h.alloc(32)})
	}
}

// Iterators of one map do not disturb each other.
func TestTwoIterators(t *testing.T) {
	h := newHost(t)
	m := h.numbers(newGenerator(t), 20)
	pairs := map[[2]int64]bool{}
	m.walk(viaRuntimeNext, func(outer, _ reflect.Value) {
		m.walk(viaReflectNext, func(inner, _ reflect.Value) { pairs[[2]int64{outer.Int(), inner.Int()}] = true })
	})
	if len(pairs) != 400 {
		t.Errorf("%d pairs, not 400", len(pairs))
	}
}
