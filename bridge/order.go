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
	maxOrdered = 1 << 22 // items at once, for they are copied: that takes 18 to 34 bytes each
	maxParts   = 1 << 10
	partSize   = 64 << 10
	cached     = 4 << 20
)

// newOrder sorts n items from one on by their keys, in so many goroutines; there is no order where that does not pay.
// entries is how many the map may come to have.
func (g *goMap) newOrder(keys *source, from, n, entries, workers int) (*order, error) {
	size := entries * int(g.t.Key.Size+g.t.Elem.Size)
	if size < cached || n < entries/16 {
		return nil, nil
	}
	parts := min(maxParts, 1<<bits.Len(uint(size/partSize)))
	place, is := placesIn(g, entries, parts)
	if !is {
		return nil, nil
	}
	o := &order{make([]uint16, n), make([][]uint32, workers)}
	err := o.split(func(share, at, end int) {
		counts := make([]uint32, parts)
		for i := at; i < end; i++ {
			key := keys.at(from + i)
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

// source is a column's items from one on, sorted.
func (s *sorter) source(o *order, from *source, i int) (source, error) {
	first, err := s.sort(o, from.at(i), from.step)
	return source{t: from.t, first: first, step: s.size, text: from.text}, err
}

// getAll is get for n items in some goroutines.
func (l *loops) getAll(g *goMap, keys *source, elems *sink, found *bool, n, workers int) error {
	entries := backend{}.ReflectMaplen(g.t, g.m)
	for from := 0; from < n; from += maxOrdered {
		count := min(n-from, maxOrdered)
		o, err := g.newOrder(keys, from, count, entries, workers)
		if err != nil {
			return err
		}
		if o == nil {
			return split(n-from, workers, func(_, at, end int) { l.get(g, keys, elems, found, from+at, from+end) })
		}
		if err := l.getOrdered(g, o, keys, elems, found, from); err != nil {
			return err
		}
	}
	return nil
}

func (l *loops) getOrdered(g *goMap, o *order, keys *source, elems *sink, found *bool, from int) error {
	sorted, err := l.keys.source(o, keys, from)
	if err != nil {
		return err
	}
	n := len(o.parts)
	var gotElems *sink
	var gotFound *bool
	if elems != nil {
		gotElems = &sink{first: l.elems.make(n), step: l.elems.size}
	}
	if found != nil {
		gotFound = (*bool)(newItems[bool](n))
	}
	err = o.split(func(_, at, end int) { l.get(g, &sorted, gotElems, gotFound, at, end) })
	runtime.KeepAlive(keys) // strings lie in sorted without the collector's seeing them: they may be C's
	if err == nil && elems != nil {
		err = l.elems.unsort(o, gotElems.first, elems.at(from), elems.step)
	}
	if err == nil && found != nil {
		err = unsortItems[bool](o, unsafe.Pointer(gotFound), unsafe.Add(unsafe.Pointer(found), from), 1)
	}
	return err
}

// setAll is set for n items; the workers only sort them.
func (l *loops) setAll(g *goMap, keys, elems *source, n, workers int) error {
	for from := 0; from < n; from += maxOrdered {
		count := min(n-from, maxOrdered)
		o, err := g.newOrder(keys, from, count, (backend{}).ReflectMaplen(g.t, g.m)+count, workers)
		if err != nil {
			return err
		}
		if o == nil {
			l.set(g, keys, elems, from, n)
			return nil
		}
		sortedKeys, err := l.keys.source(o, keys, from)
		if err != nil {
			return err
		}
		sortedElems, err := l.elems.source(o, elems, from)
		if err != nil {
			return err
		}
		l.set(g, &sortedKeys, &sortedElems, 0, count)
	}
	runtime.KeepAlive(keys) // as in getOrdered
	return nil
}
