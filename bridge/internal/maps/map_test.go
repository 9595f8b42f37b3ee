package maps_test

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

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/maps"
	"gobridge/bridge/internal/ops"
	"gobridge/bridge/internal/status"
)

func TestMakemapRefusesWhatDoesNotFit(t *testing.T) {
	h := hosttest.New(t)
	for call, argument := range map[string]string{
		"gobridge_runtime_makemap_small": "", "gobridge_runtime_makemap": "hint", "gobridge_reflect_makemap": "cap"} {
		for _, not := range []reflect.Type{hosttest.Typ[int](), hosttest.Typ[[]int](), hosttest.Typ[*map[int]int]()} {
			h.Refuse(status.WrongKind, "type", call, frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(not)}})
		}
		for _, hint := range []int64{-1, math.MinInt64, math.MaxInt64, 1 << 62} {
			for _, of := range []reflect.Type{hosttest.Typ[map[int]int](), hosttest.Typ[map[struct{}]struct{}](), hosttest.Typ[map[[1 << 20]byte]string]()} {
				if f := (frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(of), B: uint64(hint)}}); argument != "" {
					h.Refuse(status.OutOf(hint, 0), argument, call, f)
				}
			}
		}
	}
}

// What a hint may take is 1 GiB. Making room for a 64th of the entries takes a 64th of the memory.
func TestTheLargestHintTakesAGibibyte(t *testing.T) {
	h := hosttest.New(t)
	for _, of := range []reflect.Type{hosttest.Typ[map[int]int](), hosttest.Typ[map[string]string](), hosttest.Typ[map[struct{}]bool](), hosttest.Typ[map[bool]int64](),
		hosttest.Typ[map[byte][2]int64](), hosttest.Typ[map[[3]byte]struct {
			A int64
			B int8
		}](), hosttest.Typ[map[[200]byte][5000]byte](), hosttest.Typ[map[any]error]()} {
		most := maps.MaxEntries(layout.OfMap(of))
		h.Refuse(status.Limit, "hint", "gobridge_runtime_makemap", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(of), B: uint64(most + 1)}})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f := h.Must("gobridge_runtime_makemap", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(of), B: uint64(most / 64)}})
		runtime.ReadMemStats(&after)
		h.Release(f.NewRef)
		if took := (after.TotalAlloc - before.TotalAlloc) * 64; took > 1<<30+1<<24 {
			t.Errorf("%s with room for %d entries takes %d MiB", of, most, took>>20)
		}
	}
}

func TestNilMaps(t *testing.T) {
	h := hosttest.New(t)
	g := hosttest.NewGenerator(t)
	for _, of := range []reflect.Type{hosttest.Typ[map[int32]string](), hosttest.Typ[map[uint64]int](), hosttest.Typ[map[*int]bool](), hosttest.Typ[map[string][]byte](),
		hosttest.Typ[map[any]any](), hosttest.Typ[map[[2]float64][1024]byte]()} {
		m := &hosttest.Twin{Host: h, Generator: g, Native: reflect.Zero(of), Fast: layout.OfMap(of).Fast,
			Ref: uint64(h.NewRef(reflect.Zero(of).Interface()))}
		key, elem := g.Value(of.Key(), true), reflect.Zero(of.Elem())
		m.CheckLen()
		accesses, assigns := m.Calls()
		for _, call := range accesses {
			m.Access(call, key)
		}
		for _, call := range assigns {
			m.Refuse(status.Nil, "map", call, m.WithElem(call, key, elem))
		}
		m.Must("gobridge_runtime_mapdelete", m.With("gobridge_runtime_mapdelete", key))
		m.CheckEntries(hosttest.ViaRuntimeNext)
		m.Forget()
	}
}

type unhashableError []error

func (unhashableError) Error() string { return "" }

func TestUnhashableKeys(t *testing.T) {
	type holder struct {
		A int
		I any
	}
	h := hosttest.New(t)
	g := hosttest.NewGenerator(t)
	for _, key := range []any{
		[]int{}, []byte("b"), map[int]int(nil), func() {}, struct{ A any }{[]int(nil)}, [1]any{map[int]int{}}, [1]holder{{I: []any{}}},
	} {
		refuseKey(h, g, hosttest.Typ[map[any]int](), key)
		refuseKey(h, g, hosttest.Typ[map[[2]any]string](), [2]any{1, key})
		refuseKey(h, g, hosttest.Typ[map[holder]string](), holder{I: key})
	}
	refuseKey(h, g, hosttest.Typ[map[error]int](), unhashableError(nil))
	refuseKey(h, g, hosttest.Typ[map[struct{ E error }]int](), struct{ E error }{unhashableError{fs.ErrExist}})
	m := h.NewTwin(g, hosttest.Typ[map[[0]any]int](), hosttest.Makers[0]) // holds nothing, so nothing that can not be hashed
	m.Assign("gobridge_runtime_mapassign", reflect.ValueOf([0]any{}), reflect.ValueOf(1))
	m.Access("gobridge_reflect_mapaccess", reflect.ValueOf([0]any{}))
}

// refuseKey tries a key on which Go itself panics.
func refuseKey(h *hosttest.Host, g hosttest.Generator, of reflect.Type, held any) {
	h.Helper()
	key := reflect.New(of.Key()).Elem()
	key.Set(reflect.ValueOf(held))
	full, empty := h.NewTwin(g, of, hosttest.Makers[0]), h.NewTwin(g, of, hosttest.Makers[0])
	full.Assign("gobridge_runtime_mapassign", reflect.Zero(of.Key()), reflect.Zero(of.Elem()))
	isNil := *empty
	isNil.Ref = uint64(h.NewRef(reflect.Zero(of).Interface()))
	for _, m := range []*hosttest.Twin{full, empty, &isNil} {
		for _, call := range []string{"gobridge_runtime_mapaccess2", "gobridge_reflect_mapaccess", "gobridge_runtime_mapassign",
			"gobridge_reflect_mapassign0", "gobridge_runtime_mapdelete", "gobridge_map_get", "gobridge_map_set",
			"gobridge_map_delete", "gobridge_map_contains", "gobridge_map_get_or_set"} {
			m.Refuse(status.Unhashable, "key", call, m.WithElem(call, key, reflect.Zero(of.Elem())))
			m.Forget()
		}
		m.CheckLen()
	}
	defer func() {
		if recover() == nil {
			h.Errorf("Go hashes %v", key)
		}
	}()
	full.Native.MapIndex(key)
}

func TestBoolsAreZeroOrOne(t *testing.T) {
	h := hosttest.New(t)
	g := hosttest.NewGenerator(t)
	bad := func(size uintptr, at int) unsafe.Pointer {
		p := h.Alloc(size)
		b := unsafe.Slice((*byte)(p), size)
		for i := range b {
			b[i] = 1
		}
		b[at] = 2
		return p
	}
	good := h.In(reflect.ValueOf(true))
	for _, c := range []struct {
		of     reflect.Type
		at     int
		access string
		assign string
	}{
		{hosttest.Typ[map[bool]bool](), 0, "gobridge_runtime_mapaccess2", "gobridge_runtime_mapassign"},
		{hosttest.Typ[map[[2]bool]bool](), 1, "gobridge_reflect_mapaccess", "gobridge_reflect_mapassign0"},
		{hosttest.Typ[map[[4]bool]bool](), 3, "gobridge_runtime_mapaccess2_fast32", "gobridge_runtime_mapassign_fast32"},
		{hosttest.Typ[map[struct {
			A int32
			B [2]struct{ C, D bool }
		}]bool](), 6, "gobridge_runtime_mapaccess2_fast64", "gobridge_runtime_mapassign_fast64"},
	} {
		m := h.NewTwin(g, c.of, hosttest.Makers[0])
		key := bad(c.of.Key().Size(), c.at)
		f := frame.Frame{Slots: frame.Slots{A: m.Ref, P: key, Q: good}}
		switch c.of.Key().Size() {
		case 4:
			f.B = uint64(*(*uint32)(key))
		case 8:
			f.B = *(*uint64)(key)
		}
		h.Refuse(status.Range, "key", c.access, f)
		h.Refuse(status.Range, "key", c.assign, f)
		f = m.With(c.assign, reflect.Zero(c.of.Key()))
		f.Q = bad(1, 0)
		h.Refuse(status.Range, "elem", c.assign, f)
		m.CheckLen()
	}
	any := h.NewTwin(g, hosttest.Typ[map[any]any](), hosttest.Makers[0])
	f := frame.Frame{Slots: frame.Slots{A: any.Ref, P: h.Alloc(32), Q: h.Alloc(32)}}
	*(*frame.Value)(f.P) = frame.Value{Kind: uint32(reflect.Bool), As: 2}
	h.Refuse(status.Range, "key", "gobridge_runtime_mapaccess2", f)
}

// Threads share a map and a variable; run with -race, which sees what is not locked.
func TestManyThreads(t *testing.T) {
	const threads, rounds = 8, 300
	h := hosttest.New(t)
	of := hosttest.Typ[map[string]int]()
	m := uint64(h.Own(h.Must("gobridge_runtime_makemap_small", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(of)}}).NewRef))
	variable := uint64(h.Own(h.Must("gobridge_value_new", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[[4]int]())}}).NewRef))
	numbers := hosttest.NumberCalls()
	total := h.Text("total")
	var group sync.WaitGroup
	for id := 0; id < threads; id++ {
		group.Add(1)
		key := h.In(reflect.ValueOf(string(rune('a' + id))))
		go func(id int) {
			defer group.Done()
			thread := new(frame.Thread)
			do := func(name string, f frame.Frame) frame.Frame {
				f.Op, f.Thread = numbers[name], thread
				if ops.Enter(unsafe.Pointer(&f)); f.Status != status.OK {
					t.Error(hosttest.Text(thread.Failure.Message[:]))
				}
				return f
			}
			mine, others := make([]int, 1), make([]int, 4)
			for i := 0; i < rounds; i++ {
				mine[0] = i
				do("gobridge_runtime_mapassign", frame.Frame{Slots: frame.Slots{A: m, P: key, Q: unsafe.Pointer(&mine[0])}})
				got := -1
				do("gobridge_reflect_mapaccess", frame.Frame{Slots: frame.Slots{A: m, P: key, Q: unsafe.Pointer(&got)}})
				if got != i {
					t.Errorf("thread %d finds %d, not %d", id, got, i)
				}
				it := do("gobridge_reflect_mapiterinit", frame.Frame{Slots: frame.Slots{A: m}}).NewRef
				shown := new(frame.Value)
				do("gobridge_reflect_mapiterkey", frame.Frame{Slots: frame.Slots{A: uint64(it), P: unsafe.Pointer(shown)}})
				do("gobridge_release", frame.Frame{Slots: frame.Slots{A: uint64(shown.Owner)}})
				do(hosttest.ViaRuntimeNext, frame.Frame{Slots: frame.Slots{A: uint64(it)}})
				do("gobridge_release", frame.Frame{Slots: frame.Slots{A: uint64(it)}})
				do("gobridge_reflect_maplen", frame.Frame{Slots: frame.Slots{A: m}})
				one := hosttest.Number(reflect.Int, 1)
				do("gobridge_map_add", frame.Frame{Slots: frame.Slots{A: m, P: unsafe.Pointer(&total), C: hosttest.AddressOf(unsafe.Pointer(&one))}})
				all := [4]int{i, i, i, i}
				do("gobridge_value_store", frame.Frame{Slots: frame.Slots{A: variable, P: unsafe.Pointer(&all)}})
				do("gobridge_value_load", frame.Frame{Slots: frame.Slots{A: variable, P: unsafe.Pointer(&others[0])}})
				if others[0] != others[3] {
					t.Errorf("half of a variable is another's: %d", others)
				}
				if i%10 == 9 {
					do("gobridge_runtime_mapdelete", frame.Frame{Slots: frame.Slots{A: m, P: key}})
				}
			}
		}(id)
	}
	group.Wait()
	sum := h.Alloc(unsafe.Sizeof(frame.Value{}))
	h.Must("gobridge_map_get", frame.Frame{Slots: frame.Slots{A: m, P: unsafe.Pointer(&total), Q: sum}})
	if got := (*frame.Value)(sum).As; got != threads*rounds {
		t.Errorf("%d added, not %d", got, threads*rounds)
	}
}

// What is added to what, of any kinds, is what big numbers add up to, or is refused.
func TestSumsAreExact(t *testing.T) {
	g := hosttest.NewGenerator(t)
	h := hosttest.New(t)
	key, integers := hosttest.Number(reflect.Bool, 1), hosttest.TypesOf(0, int8(0), int16(0), int32(0), int64(0), uint(0), uint8(0), uint16(0),
		uint32(0), uint64(0), uintptr(0), time.Second)
	for _, of := range integers {
		m := h.NewTwin(g, reflect.MapOf(hosttest.Typ[bool](), of), hosttest.Makers[0])
		for i := 0; i < 2000; i++ {
			term := g.Value(integers[g.Intn(len(integers))], false)
			in, out := hosttest.ScalarOf(term), frame.Value{}
			exact, before := new(big.Int), m.Native.MapIndex(reflect.ValueOf(true))
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
			f := frame.Frame{Slots: frame.Slots{A: m.Ref, P: unsafe.Pointer(&key), C: hosttest.AddressOf(unsafe.Pointer(&in)), Q: unsafe.Pointer(&out)}}
			if !fits {
				m.Refuse(status.Range, "delta: the sum", "gobridge_map_add", f)
				m.Access("gobridge_map_get", reflect.ValueOf(true))
			} else if m.Must("gobridge_map_add", f); out != hosttest.ScalarOf(sum) {
				t.Errorf("%v + %v %v is %+v, not %v", before, term.Type(), term, out, exact)
			}
			if fits {
				m.Native.SetMapIndex(reflect.ValueOf(true), sum)
			}
			if g.Intn(3) == 0 {
				m.Assign("gobridge_map_set", reflect.ValueOf(true), g.Value(of, false))
			}
			m.Forget()
		}
	}
}
