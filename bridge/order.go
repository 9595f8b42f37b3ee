package bridge

import (
	"math/bits"
	"runtime"
	"slices"
	"unsafe"
)

// order sorts items by the part of a large map in which their keys lie. A part stays in the caches while its items are
// done, where in another order each would wait for memory. Items of one part, so also of one key, keep their order.
type order struct {
	parts  []uint16   // of each item
	starts [][]uint32 // of each worker's share of the items: where those of each part begin among all
}

const (
	maxOrdered = 1 << 22 // items at once, for they are copied, in up to 51 bytes each
	maxParts   = 1 << 10
	partSize   = 64 << 10 // bytes of keys and elements, at best
	cached     = 4 << 20  // bytes of keys and elements: smaller maps are quick in any order
)

// newOrder sorts n items by their keys, in so many goroutines; there is no order where that does not pay. entries is how
// many the map may come to have.
func (g *goMap) newOrder(keys *source, n, entries, workers int) (*order, error) {
	size := entries * int(g.t.Key.Size+g.t.Elem.Size)
	if size < cached || n < entries/16 {
		return nil, nil
	}
	parts := min(maxParts, 1<<bits.Len(uint(size/partSize)))
	place, is := placesIn(g.t, g.m, entries, parts)
	if !is {
		return nil, nil
	}
	o := &order{make([]uint16, n), make([][]uint32, workers)}
	err := o.split(func(share, from, to int) {
		counts := make([]uint32, parts)
		for i := from; i < to; i++ {
			key := keys.at(i)
			if keys.text && (*[2]uintptr)(key)[1] == 0 { // its pointer may be any number
				key = unsafe.Pointer(&noText)
			}
			part := uint16(place.hash(key, place.seed) & place.mask >> place.shift)
			o.parts[i] = part
			counts[part]++
		}
		o.starts[share] = counts
	})
	if err != nil {
		return nil, err
	}
	start := uint32(0)
	for part := 0; part < parts; part++ {
		for _, counts := range o.starts {
			start, counts[part] = start+counts[part], start
		}
	}
	return o, nil
}

var noText string

func (o *order) split(do func(share, from, to int)) error {
	return split(len(o.parts), len(o.starts), do)
}

// places is how a map finds the place of a key, from bits of its hash.
type places struct {
	hash  func(key unsafe.Pointer, seed uintptr) uintptr
	seed  uintptr
	mask  uintptr
	shift int
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
	sorted := make([]T, len(o.parts))
	err := o.split(func(share, from, to int) {
		next := slices.Clone(o.starts[share])
		for i, part := range o.parts[from:to] {
			sorted[next[part]] = *(*T)(unsafe.Add(first, (from+i)*step))
			next[part]++
		}
	})
	return unsafe.Pointer(unsafe.SliceData(sorted)), err
}

// unsortItems copies items to where they were at first.
func unsortItems[T any](o *order, items, first unsafe.Pointer, step int) error {
	sorted := unsafe.Slice((*T)(items), len(o.parts))
	return o.split(func(share, from, to int) {
		next := slices.Clone(o.starts[share])
		for i, part := range o.parts[from:to] {
			*(*T)(unsafe.Add(first, (from+i)*step)) = sorted[next[part]]
			next[part]++
		}
	})
}

// sorted is a column's items, sorted. Strings lie in it without the collector's seeing them, for they may be C's.
func (s *sorter) sorted(o *order, items *source) (*source, error) {
	first, err := s.sort(o, items.first, items.step)
	return &source{t: items.t, first: first, step: s.size, text: items.text}, err
}

// getAll is get for n items in some goroutines.
func (l *loops) getAll(g *goMap, keys *source, elems *sink, found *bool, n, workers int) error {
	for from, count := 0, 0; from < n; from += count {
		count = min(n-from, maxOrdered)
		isThere := found
		if found != nil {
			isThere = (*bool)(unsafe.Add(unsafe.Pointer(found), from))
		}
		if err := l.getBlock(g, keys.from(from), elems.from(from), isThere, count, workers); err != nil {
			return err
		}
	}
	runtime.KeepAlive(keys)
	return nil
}

func (l *loops) getBlock(g *goMap, keys *source, elems *sink, found *bool, n, workers int) error {
	o, err := g.newOrder(keys, n, (backend{}).ReflectMaplen(g.t, g.m), workers)
	if err != nil {
		return err
	}
	if o == nil {
		return split(n, workers, func(_, from, to int) { l.get(g, keys, elems, found, from, to) })
	}
	if keys, err = l.keys.sorted(o, keys); err != nil {
		return err
	}
	var gotElems *sink
	var gotFound *bool
	if elems != nil {
		gotElems = &sink{first: l.elems.make(n), step: l.elems.size}
	}
	if found != nil {
		gotFound = (*bool)(newItems[bool](n))
	}
	err = o.split(func(_, from, to int) { l.get(g, keys, gotElems, gotFound, from, to) })
	if err == nil && elems != nil {
		err = l.elems.unsort(o, gotElems.first, elems.first, elems.step)
	}
	if err == nil && found != nil {
		err = unsortItems[bool](o, unsafe.Pointer(gotFound), unsafe.Pointer(found), 1)
	}
	return err
}

// setAll is set for n items. A map has one writer: what the workers share is what comes before.
func (l *loops) setAll(g *goMap, keys, elems *source, n, workers int) error {
	for from, count := 0, 0; from < n; from += count {
		count = min(n-from, maxOrdered)
		k, e := keys.from(from), elems.from(from)
		o, err := g.newOrder(k, count, (backend{}).ReflectMaplen(g.t, g.m)+count, workers)
		if err == nil && o != nil {
			k, err = l.keys.sorted(o, k)
		}
		if err == nil && o != nil {
			e, err = l.elems.sorted(o, e)
		}
		if err == nil && k.text {
			k, err = k.kept(count, workers)
		}
		if err != nil {
			return err
		}
		l.set(g, k, e, count)
	}
	runtime.KeepAlive(keys)
	return nil
}
