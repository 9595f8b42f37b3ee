package bridge

import (
	"io/fs"
	"math"
	"math/big"
	"reflect"
	"runtime"
	"sync"
	"testing"
	"time"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

func TestMakemapRefusesWhatDoesNotFit(t *testing.T) {
	h := newHost(t)
	for call, argument := range map[string]string{
		"gobridge_runtime_makemap_small": "", "gobridge_runtime_makemap": "hint", "gobridge_reflect_makemap": "cap"} {
		for _, not := range []reflect.Type{typ[int](), typ[[]int](), typ[*map[int]int]()} {
			h.refuse(errWrongKind, "type", call, frame{a: typeRef(not)})
		}
		for _, hint := range []int64{-1, math.MinInt64, math.MaxInt64, 1 << 62} {
			for _, of := range []reflect.Type{typ[map[int]int](), typ[map[struct{}]struct{}](), typ[map[[1 << 20]byte]string]()} {
				if f := (frame{a: typeRef(of), b: uint64(hint)}); argument != "" {
					h.refuse(errRange, argument, call, f)
				}
			}
		}
	}
}

// What a hint may take is 1 GiB. Making room for a 64th of the entries takes a 64th of the memory.
func TestTheLargestHintTakesAGibibyte(t *testing.T) {
	h := newHost(t)
	for _, of := range []reflect.Type{typ[map[int]int](), typ[map[string]string](), typ[map[struct{}]bool](), typ[map[bool]int64](),
		typ[map[byte][2]int64](), typ[map[[3]byte]struct {
			A int64
			B int8
		}](), typ[map[[200]byte][5000]byte](), typ[map[any]error]()} {
		most := entries(layout.OfMap(of))
		h.refuse(errRange, "hint", "gobridge_runtime_makemap", frame{a: typeRef(of), b: uint64(most + 1)})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f := h.must("gobridge_runtime_makemap", frame{a: typeRef(of), b: uint64(most / 64)})
		runtime.ReadMemStats(&after)
		h.release(f.made)
		if took := (after.TotalAlloc - before.TotalAlloc) * 64; took > 1<<30+1<<24 {
			t.Errorf("%s with room for %d entries takes %d MiB", of, most, took>>20)
		}
	}
}

func TestNilMaps(t *testing.T) {
	h := newHost(t)
	g := newGenerator(t)
	for _, of := range []reflect.Type{typ[map[int32]string](), typ[map[uint64]int](), typ[map[*int]bool](), typ[map[string][]byte](),
		typ[map[any]any](), typ[map[[2]float64][1024]byte]()} {
		m := &twin{host: h, generator: g, native: reflect.Zero(of), fast: layout.OfMap(of).Fast,
			ref: uint64(h.name(reflect.Zero(of).Interface()))}
		key, elem := g.value(of.Key(), true), reflect.Zero(of.Elem())
		m.checkLen()
		accesses, assigns := m.calls()
		for _, call := range accesses {
			m.access(call, key)
		}
		for _, call := range assigns {
			m.refuse(errNil, "map", call, m.withElem(call, key, elem))
		}
		m.must("gobridge_runtime_mapdelete", m.with("gobridge_runtime_mapdelete", key))
		m.checkEntries(viaRuntimeNext)
		m.forget()
	}
}

type unhashableError []error

func (unhashableError) Error() string { return "" }

func TestUnhashableKeys(t *testing.T) {
	type holder struct {
		A int
		I any
	}
	h := newHost(t)
	g := newGenerator(t)
	for _, key := range []any{
		[]int{}, []byte("b"), map[int]int(nil), func() {}, struct{ A any }{[]int(nil)}, [1]any{map[int]int{}}, [1]holder{{I: []any{}}},
	} {
		refuseKey(h, g, typ[map[any]int](), key)
		refuseKey(h, g, typ[map[[2]any]string](), [2]any{1, key})
		refuseKey(h, g, typ[map[holder]string](), holder{I: key})
	}
	refuseKey(h, g, typ[map[error]int](), unhashableError(nil))
	refuseKey(h, g, typ[map[struct{ E error }]int](), struct{ E error }{unhashableError{fs.ErrExist}})
	m := h.newTwin(g, typ[map[[0]any]int](), makers[0]) // holds nothing, so nothing that can not be hashed
	m.assign("gobridge_runtime_mapassign", reflect.ValueOf([0]any{}), reflect.ValueOf(1))
	m.access("gobridge_reflect_mapaccess", reflect.ValueOf([0]any{}))
}

// refuseKey tries a key on which Go itself panics.
func refuseKey(h *host, g generator, of reflect.Type, held any) {
	h.Helper()
	key := reflect.New(of.Key()).Elem()
	key.Set(reflect.ValueOf(held))
	full, empty := h.newTwin(g, of, makers[0]), h.newTwin(g, of, makers[0])
	full.assign("gobridge_runtime_mapassign", reflect.Zero(of.Key()), reflect.Zero(of.Elem()))
	isNil := *empty
	isNil.ref = uint64(h.name(reflect.Zero(of).Interface()))
	for _, m := range []*twin{full, empty, &isNil} {
		for _, call := range []string{"gobridge_runtime_mapaccess2", "gobridge_reflect_mapaccess", "gobridge_runtime_mapassign",
			"gobridge_reflect_mapassign0", "gobridge_runtime_mapdelete", "gobridge_map_get", "gobridge_map_set",
			"gobridge_map_delete", "gobridge_map_contains", "gobridge_map_get_or_set"} {
			m.refuse(errUnhashable, "key", call, m.withElem(call, key, reflect.Zero(of.Elem())))
			m.forget()
		}
		m.checkLen()
	}
	defer func() {
		if recover() == nil {
			h.Errorf("Go hashes %v", key)
		}
	}()
	full.native.MapIndex(key)
}

func TestBoolsAreZeroOrOne(t *testing.T) {
	h := newHost(t)
	g := newGenerator(t)
	bad := func(size uintptr, at int) unsafe.Pointer {
		p := h.alloc(size)
		b := unsafe.Slice((*byte)(p), size)
		for i := range b {
			b[i] = 1
		}
		b[at] = 2
		return p
	}
	good := h.in(reflect.ValueOf(true))
	for _, c := range []struct {
		of     reflect.Type
		at     int
		access string
		assign string
	}{
		{typ[map[bool]bool](), 0, "gobridge_runtime_mapaccess2", "gobridge_runtime_mapassign"},
		{typ[map[[2]bool]bool](), 1, "gobridge_reflect_mapaccess", "gobridge_reflect_mapassign0"},
		{typ[map[[4]bool]bool](), 3, "gobridge_runtime_mapaccess2_fast32", "gobridge_runtime_mapassign_fast32"},
		{typ[map[struct {
			A int32
			B [2]struct{ C, D bool }
		}]bool](), 6, "gobridge_runtime_mapaccess2_fast64", "gobridge_runtime_mapassign_fast64"},
	} {
		m := h.newTwin(g, c.of, makers[0])
		key := bad(c.of.Key().Size(), c.at)
		f := frame{a: m.ref, p: key, q: good}
		switch c.of.Key().Size() {
		case 4:
			f.b = uint64(*(*uint32)(key))
		case 8:
			f.b = *(*uint64)(key)
		}
		h.refuse(errRange, "key", c.access, f)
		h.refuse(errRange, "key", c.assign, f)
		f = m.with(c.assign, reflect.Zero(c.of.Key()))
		f.q = bad(1, 0)
		h.refuse(errRange, "elem", c.assign, f)
		m.checkLen()
	}
	any := h.newTwin(g, typ[map[any]any](), makers[0])
	f := frame{a: any.ref, p: h.alloc(32), q: h.alloc(32)}
	*(*value)(f.p) = value{kind: uint32(reflect.Bool), as: 2}
	h.refuse(errRange, "key", "gobridge_runtime_mapaccess2", f)
}

// Threads share a map and a variable; run with -race, which sees what is not locked.
func TestManyThreads(t *testing.T) {
	const threads, rounds = 8, 300
	h := newHost(t)
	of := typ[map[string]int]()
	m := uint64(h.own(h.must("gobridge_runtime_makemap_small", frame{a: typeRef(of)}).made))
	variable := uint64(h.own(h.must("gobridge_value_new", frame{a: typeRef(typ[[4]int]())}).made))
	numbers := numberCalls()
	total := h.text("total")
	var group sync.WaitGroup
	for id := 0; id < threads; id++ {
		group.Add(1)
		key := h.in(reflect.ValueOf(string(rune('a' + id))))
		go func(id int) {
			defer group.Done()
			thread := new(caller)
			do := func(name string, f frame) frame {
				f.op, f.caller = numbers[name], thread
				if enter(unsafe.Pointer(&f)); f.status != ok {
					t.Error(text(thread.failure.message[:]))
				}
				return f
			}
			mine, others := make([]int, 1), make([]int, 4)
			for i := 0; i < rounds; i++ {
				mine[0] = i
				do("gobridge_runtime_mapassign", frame{a: m, p: key, q: unsafe.Pointer(&mine[0])})
				got := -1
				do("gobridge_reflect_mapaccess", frame{a: m, p: key, q: unsafe.Pointer(&got)})
				if got != i {
					t.Errorf("thread %d finds %d, not %d", id, got, i)
				}
				it := do("gobridge_reflect_mapiterinit", frame{a: m}).made
				shown := new(value)
				do("gobridge_reflect_mapiterkey", frame{a: uint64(it), p: unsafe.Pointer(shown)})
				do("gobridge_release", frame{a: uint64(shown.owner)})
				do(viaRuntimeNext, frame{a: uint64(it)})
				do("gobridge_release", frame{a: uint64(it)})
				do("gobridge_reflect_maplen", frame{a: m})
				one := number(reflect.Int, 1)
				do("gobridge_map_add", frame{a: m, p: unsafe.Pointer(&total), c: addressOf(unsafe.Pointer(&one))})
				all := [4]int{i, i, i, i}
				do("gobridge_value_store", frame{a: variable, p: unsafe.Pointer(&all)})
				do("gobridge_value_load", frame{a: variable, p: unsafe.Pointer(&others[0])})
				if others[0] != others[3] {
					t.Errorf("half of a variable is another's: %d", others)
				}
				if i%10 == 9 {
					do("gobridge_runtime_mapdelete", frame{a: m, p: key})
				}
			}
		}(id)
	}
	group.Wait()
	sum := h.alloc(unsafe.Sizeof(value{}))
	h.must("gobridge_map_get", frame{a: m, p: unsafe.Pointer(&total), q: sum})
	if got := (*value)(sum).as; got != threads*rounds {
		t.Errorf("%d added, not %d", got, threads*rounds)
	}
}

// What is added to what, of any kinds, is what big numbers add up to, or is refused.
func TestSumsAreExact(t *testing.T) {
	g := newGenerator(t)
	h := newHost(t)
	key, integers := number(reflect.Bool, 1), typesOf(0, int8(0), int16(0), int32(0), int64(0), uint(0), uint8(0), uint16(0),
		uint32(0), uint64(0), uintptr(0), time.Second)
	for _, of := range integers {
		m := h.newTwin(g, reflect.MapOf(typ[bool](), of), makers[0])
		for i := 0; i < 2000; i++ {
			term := g.value(integers[g.Intn(len(integers))], false)
			in, out := scalarOf(term), value{}
			exact, before := new(big.Int), m.native.MapIndex(reflect.ValueOf(true))
			for _, n := range []reflect.Value{before, term} {
				if n.IsValid() && n.CanInt() {
					exact.Add(exact, big.NewInt(n.Int()))
				} else if n.IsValid() {
					exact.Add(exact, new(big.Int).SetUint64(n.Uint()))
				}
			}
			sum := reflect.New(of).Elem()
			fits := sum.CanInt() && exact.IsInt64() && !sum.OverflowInt(exact.Int64())
			if fits {
				sum.SetInt(exact.Int64())
			} else if fits = sum.CanUint() && exact.IsUint64() && !sum.OverflowUint(exact.Uint64()); fits {
				sum.SetUint(exact.Uint64())
			}
			f := frame{a: m.ref, p: unsafe.Pointer(&key), c: addressOf(unsafe.Pointer(&in)), q: unsafe.Pointer(&out)}
			if !fits {
				m.refuse(errRange, "delta: the sum", "gobridge_map_add", f)
				m.access("gobridge_map_get", reflect.ValueOf(true))
			} else if m.must("gobridge_map_add", f); out != scalarOf(sum) {
				t.Errorf("%v + %v %v is %+v, not %v", before, term.Type(), term, out, exact)
			}
			if fits {
				m.native.SetMapIndex(reflect.ValueOf(true), sum)
			}
			if g.Intn(3) == 0 {
				m.assign("gobridge_map_set", reflect.ValueOf(true), g.value(of, false))
			}
			m.forget()
		}
	}
}
