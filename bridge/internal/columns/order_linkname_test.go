//go:build !gobridge_portable && !go1.28

package columns_test

import (
	"fmt"
	"reflect"
	"testing"
	"unsafe"

	"gobridge/bridge/internal/columns"
	"gobridge/bridge/internal/layout"
)

// The runtime goes over a map as it lies in memory, from some place on. If the library finds the places of keys as the
// runtime does, the parts that those entries lie in come one after the other, each once.
func testPlaces[K comparable](t *testing.T, of reflect.Type, key func(i int) K) {
	m := reflect.MakeMapWithSize(of, 0).Interface()
	n := 2 * columns.Cached / int(unsafe.Sizeof(key(0))+8)
	g := goMapOf(m.(map[K]uint64))
	for i := 0; i < n; i++ {
		m.(map[K]uint64)[key(i)] = uint64(i)
	}
	var keys []K
	for k := range m.(map[K]uint64) {
		keys = append(keys, k)
	}
	first := unsafe.Pointer(unsafe.SliceData(keys))
	from := &columns.Source{T: g.T.Key, First: first, Step: int(g.T.Key.Size), Text: columns.IsText(g.T.Key)}
	o, err := columns.NewOrder(g, from, n, n, 1)
	if o == nil {
		t.Fatalf("%s: there is no order: %v", of, err)
	}
	changes, parts := 0, len(o.Starts[0])
	for i := range o.Parts[1:] {
		if o.Parts[i] != o.Parts[i+1] {
			changes++
		}
	}
	if changes < parts-1 || changes > 2*parts {
		t.Errorf("%s: the part changes %d times in the map's order; there are %d parts and %d entries", of, changes, parts, n)
	}
}

func TestPlacesAreTheRuntimes(t *testing.T) {
	testPlaces(t, reflect.TypeOf(map[uint64]uint64{}), func(i int) uint64 { return uint64(i) })
	testPlaces(t, reflect.TypeOf(map[int32]uint64{}), func(i int) int32 { return int32(i) })
	testPlaces(t, reflect.TypeOf(map[string]uint64{}), func(i int) string { return fmt.Sprint(i) })
}

// Small maps, and few items of a large one, are not worth it.
func TestOrderOnlyWherePays(t *testing.T) {
	of := layout.OfMap(reflect.TypeOf(map[uint64]uint64{}))
	const most = columns.Cached / 16
	keys := make([]uint64, 2*most)
	g := goMapOf(make(map[uint64]uint64, 2*most))
	for _, c := range []struct {
		n, entries int
		want       bool
	}{{most - 1, most - 1, false}, {most, most, true}, {2 * most, most, true}, {most / 16, most, true}, {most/16 - 1, most, false}} {
		o, err := columns.NewOrder(g, &columns.Source{T: of.Key, First: unsafe.Pointer(&keys[0]), Step: 8}, c.n, c.entries, 1)
		if err != nil || (o != nil) != c.want {
			t.Errorf("%d items of %d entries: an order %v, %v", c.n, c.entries, o != nil, err)
		}
	}
}
