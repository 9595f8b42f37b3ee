package columns_test

import (
	"fmt"
	"math/rand"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/columns"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// spaced is an item of a column with a stride.
type spaced[T any] struct {
	item T
	_    uint64
}

func spacedSource[T any](t *layout.Type, items []spaced[T]) *columns.Source {
	return &columns.Source{T: t, First: unsafe.Pointer(&items[0]), Step: int(unsafe.Sizeof(items[0])), Text: columns.IsText(t)}
}

func goMapOf[K comparable, E any](m map[K]E) *value.Map {
	return value.NewMap(layout.OfMap(reflect.TypeOf(m)), *(*unsafe.Pointer)(unsafe.Pointer(&m)))
}

// Large columns are done in an order of the library's own. It comes to what a loop in the column's order comes to: of equal
// keys the last one counts, and each element goes to where its key stands.
func testOrdered[K, E comparable](t *testing.T, key func(uint64) K, elem func(uint64) E) {
	t.Run(fmt.Sprintf("%T", map[K]E{}), func(t *testing.T) {
		of := layout.OfMap(reflect.TypeOf(map[K]E{}))
		n := columns.Cached/int(of.Key.Size+of.Elem.Size) + 12345
		keys, elems := make([]spaced[K], n), make([]spaced[E], n)
		want := map[K]E{}
		for i := range keys {
			keys[i].item, elems[i].item = key(uint64(rand.Intn(n))), elem(uint64(i))
			want[keys[i].item] = elems[i].item
		}
		quick := columns.LoopsFor(of)
		for _, workers := range []int{1, 3} {
			got := make(map[K]E, n*(workers/2))
			g := goMapOf(got)
			if err := quick.SetAll(g, spacedSource(of.Key, keys), spacedSource(of.Elem, elems), n, workers); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%d workers: %d entries, not the %d that a loop sets", workers, len(got), len(want))
			}
			asked, answers, found := make([]spaced[K], n), make([]spaced[E], n), make([]bool, n)
			for i := range asked {
				asked[i].item, answers[i].item = key(uint64(rand.Intn(2*n))), elem(1)
			}
			to := &columns.Sink{First: unsafe.Pointer(&answers[0]), Step: int(unsafe.Sizeof(answers[0]))}
			for _, isThere := range []*bool{nil, &found[0]} {
				if err := quick.GetAll(g, spacedSource(of.Key, asked), to, isThere, n, workers); err != nil {
					t.Fatal(err)
				}
				for i := range asked {
					elem, is := want[asked[i].item]
					if answers[i].item != elem || isThere != nil && found[i] != is {
						t.Fatalf("%d workers: %v gives %v, %v, not %v, %v", workers, asked[i].item, answers[i].item, found[i], elem, is)
					}
				}
			}
			clear(found)
			if err := quick.GetAll(g, spacedSource(of.Key, asked), nil, &found[0], n, workers); err != nil {
				t.Fatal(err)
			}
			for i := range asked {
				if _, is := want[asked[i].item]; is != found[i] {
					t.Fatalf("without elements, %v is found: %v", asked[i].item, found[i])
				}
			}
		}
	})
}

func TestOrderedColumnsDoWhatALoopDoes(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	const golden = 0x9E3779B97F4A7C15
	number := func(i uint64) uint64 { return i * golden }
	text := func(i uint64) string { // "" as well, and some longer than a piece
		if i == 0 {
			return ""
		}
		return fmt.Sprintf("%0*x", int(i%20+1), i)
	}
	testOrdered(t, number, number)
	testOrdered(t, func(i uint64) uint32 { return uint32(i * golden >> 20) }, func(i uint64) uint32 { return uint32(i) })
	testOrdered(t, func(i uint64) int64 { return -int64(i) }, func(i uint64) float64 { return float64(i) / 2 })
	testOrdered(t, text, number)
	testOrdered(t, text, func(uint64) struct{} { return struct{}{} })
}

// What goes wrong with a worker's share is the call's status.
func TestOrderOfWildAddresses(t *testing.T) {
	wild, n := uintptr(cmem.FirstPage), columns.Cached/16+1
	of := layout.OfMap(reflect.TypeOf(map[uint64]uint64{}))
	keys := &columns.Source{T: of.Key, First: cmem.AddressAt(&wild), Step: 8}
	err := columns.LoopsFor(of).GetAll(goMapOf(make(map[uint64]uint64, n)), keys, nil, nil, n, 2)
	if status.FailureOf(err).Code != status.Address {
		t.Errorf("wild addresses give %v", err)
	}
}

// A map that is filled by columns takes no more memory than one that Go fills.
// A string of no bytes may have any pointer, which nothing must follow or keep, as Go's hash functions may.
func TestOrderKeepsOffWildPointers(t *testing.T) {
	texts := [][2]uintptr{{1, 0}, {^uintptr(0), 0}, {uintptr(unsafe.Pointer(unsafe.StringData("a"))), 1}, {0, 0}}
	keys := &columns.Source{T: layout.Of(reflect.TypeOf("")), First: unsafe.Pointer(&texts[0]), Step: int(unsafe.Sizeof(texts[0])), Text: true}
	for i, text := range texts {
		if got := *(*[2]uintptr)(keys.ToHash(i)); got[1] != text[1] || got[1] == 0 && got[0] != 0 {
			t.Errorf("of %#x is hashed %#x", text, got)
		}
	}
}

func TestMemoryOfMaps(t *testing.T) {
	if hosttest.UnderASan {
		t.Skip("ASan is in the way")
	}
	const n = 1 << 20
	keys, elems := make([]string, n), make([]uint64, n)
	for i := range keys {
		keys[i], elems[i] = fmt.Sprintf("%012x", uint64(i)*0x9E3779B97F4A7C15), uint64(i)
	}
	texts, numbers := layout.OfMap(reflect.TypeOf(map[string]uint64{})), layout.OfMap(reflect.TypeOf(map[uint64]uint64{}))
	number := &columns.Source{T: numbers.Key, First: unsafe.Pointer(&elems[0]), Step: 8}
	text := &columns.Source{T: texts.Key, First: unsafe.Pointer(&keys[0]), Step: int(columns.TextSize), Text: true}
	fill := func(m *value.Map, keys *columns.Source) any {
		if err := columns.LoopsFor(m.T).SetAll(m, keys, number, n, 1); err != nil {
			t.Fatal(err)
		}
		return m
	}
	for _, c := range []struct {
		name         string
		native, ours func() any
	}{
		{"numbers", func() any {
			m := map[uint64]uint64{}
			for _, elem := range elems {
				m[elem] = elem
			}
			return m
		}, func() any { return fill(goMapOf(map[uint64]uint64{}), number) }},
		{"strings", func() any {
			m := map[string]uint64{}
			for i, key := range keys {
				m[strings.Clone(key)] = elems[i]
			}
			return m
		}, func() any { return fill(goMapOf(map[string]uint64{}), text) }},
	} {
		native, ours := heapOf(c.native), heapOf(c.ours)
		t.Logf("%s: %.1f bytes an entry, of %.1f in native Go", c.name, ours/n, native/n)
		if ours > 1.05*native {
			t.Errorf("%s: %.0f bytes, of %.0f in native Go", c.name, ours, native)
		}
	}
}

// heapOf is what a thing takes that is made.
func heapOf(make func() any) float64 {
	before := hosttest.HeapNow()
	made := make()
	after := hosttest.HeapNow()
	runtime.KeepAlive(made)
	return float64(after) - float64(before)
}
