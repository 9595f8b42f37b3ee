package columns

import (
	"math/bits"
	"slices"
	"unsafe"

	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/value"
)

// order sorts items by the part of a large map in which their keys lie. A part stays in the caches while its items are
// done, where in another order each would wait for memory. Items of one part, so also of one key, keep their order.
type order struct {
	Parts  []uint16   // of each item
	Starts [][]uint32 // of each worker's share of the items: where those of each part begin among all
}

const (
	maxOrdered = 1 << 22 // items at once, for they are copied, in up to 51 bytes each
	maxParts   = 1 << 10
	partSize   = 64 << 10 // bytes of keys and elements, at best
	Cached     = 4 << 20  // bytes of keys and elements: smaller maps are quick in any order
)

// NewOrder sorts n items by their keys, in so many goroutines; there is no order where that does not pay. entries is how
// many the map may come to have.
func NewOrder(g *value.Map, keys *Source, n, entries, workers int) (*order, error) {
	size := entries * int(g.T.Key.Size+g.T.Elem.Size)
	if size < Cached || n < entries/16 {
		return nil, nil
	}
	parts := min(maxParts, 1<<bits.Len(uint(size/partSize)))
	place, is := gort.PlacesIn(g.T, g.M, entries, parts)
	if !is {
		return nil, nil
	}
	o := &order{make([]uint16, n), make([][]uint32, workers)}
	err := o.split(func(share, from, to int) {
		counts := make([]uint32, parts)
		for i := from; i < to; i++ {
			part := uint16(place.Hash(keys.ToHash(i), place.Seed) & place.Mask >> place.Shift)
			o.Parts[i] = part
			counts[part]++
		}
		o.Starts[share] = counts
	})
	if err != nil {
		return nil, err
	}
	start := uint32(0)
	for part := 0; part < parts; part++ {
		for _, counts := range o.Starts {
			start, counts[part] = start+counts[part], start
		}
	}
	return o, nil
}

// ToHash is the address of an item that may be hashed: of one of no bytes, whose pointer may be any number, that of another.
func (s *Source) ToHash(i int) unsafe.Pointer {
	key := s.At(i)
	if s.Text && (*[2]uintptr)(key)[1] == 0 {
		return unsafe.Pointer(&noText)
	}
	return key
}

var noText string

func (o *order) split(do func(share, from, to int)) error {
	return Split(len(o.Parts), len(o.Starts), do)
}

// sorter sorts items of one shape.
type sorter struct {
	size   int
	make   func(n int) unsafe.Pointer
	sort   func(o *order, first unsafe.Pointer, step int) (sorted unsafe.Pointer, err error)
	unsort func(o *order, sorted, first unsafe.Pointer, step int) error
}

func sorterOf[T any]() sorter {
	var item T
	return sorter{int(unsafe.Sizeof(item)), newItems[T], sortItems[T], unsortItems[T]}
}

func newItems[T any](n int) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(make([]T, n))) }

// sortItems copies the items at first. Those of a part come to lie in a row, so that few cache lines are written at a time.
func sortItems[T any](o *order, first unsafe.Pointer, step int) (unsafe.Pointer, error) {
	sorted := make([]T, len(o.Parts))
	err := o.split(func(share, from, to int) {
		next := slices.Clone(o.Starts[share])
		for i, part := range o.Parts[from:to] {
			sorted[next[part]] = *(*T)(unsafe.Add(first, (from+i)*step))
			next[part]++
		}
	})
	return unsafe.Pointer(unsafe.SliceData(sorted)), err
}

// unsortItems copies items to where they were at first.
func unsortItems[T any](o *order, items, first unsafe.Pointer, step int) error {
	sorted := unsafe.Slice((*T)(items), len(o.Parts))
	return o.split(func(share, from, to int) {
		next := slices.Clone(o.Starts[share])
		for i, part := range o.Parts[from:to] {
			*(*T)(unsafe.Add(first, (from+i)*step)) = sorted[next[part]]
			next[part]++
		}
	})
}

// sorted is a column's items, sorted. Strings lie in it without the collector's seeing them, for they may be C's.
func (s *sorter) sorted(o *order, items *Source) (*Source, error) {
	first, err := s.sort(o, items.First, items.Step)
	return &Source{T: items.T, First: first, Step: s.size, Text: items.Text}, err
}
