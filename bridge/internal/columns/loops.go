package columns

import (
	"runtime"
	"unsafe"

	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/maps"
	"gobridge/bridge/internal/value"
)

// loops do whole arrays over maps of one shape, as the compiler would in a Go program. They are for items that are all good
// and in memory that is aligned.
type loops struct {
	get func(g *value.Map, keys *Source, elems *Sink, found *bool, from, to int)
	set func(g *value.Map, keys, elems *Source, n int) // keys that are strings last

	next func(i *maps.Iterator, keys, elems *Sink, n int) (filled int, key, elem unsafe.Pointer) // nil for strings
	all  func(g *value.Map, keys, elems *Sink) (filled int)                                      // nil for strings

	keys, elems sorter
}

// ofNumbers and ofTexts are the loops for map[K]E and map[string]E.
func ofNumbers[K comparable, E any]() *loops {
	return &loops{getNumbers[K, E], setItems[K, E], nextNumbers[K, E], allNumbers[K, E], sorterOf[K](), sorterOf[E]()}
}

func ofTexts[E any]() *loops {
	return &loops{get: getTexts[E], set: setItems[string, E], keys: sorterOf[[2]uintptr](), elems: sorterOf[E]()}
}

func getNumbers[K comparable, E any](g *value.Map, keys *Source, elems *Sink, found *bool, from, to int) {
	m := *(*map[K]E)(unsafe.Pointer(&g.M))
	if all := packed[K](keys.First, keys.Step, to); all != nil && elems != nil && found == nil {
		if got := packed[E](elems.First, elems.Step, to); got != nil { // the usual case, in which Go does less
			for i, key := range all[from:] {
				got[from+i] = m[key]
			}
			return
		}
	}
	for i := from; i < to; i++ {
		elem, isThere := m[*(*K)(keys.At(i))]
		if elems != nil {
			*(*E)(elems.at(i)) = elem
		}
		if found != nil {
			*(*bool)(unsafe.Add(unsafe.Pointer(found), i)) = isThere
		}
	}
}

// packed is n items as a slice, nil where they do not lie side by side.
func packed[T any](first unsafe.Pointer, step, n int) []T {
	var item T
	if step != int(unsafe.Sizeof(item)) {
		return nil
	}
	return unsafe.Slice((*T)(first), n)
}

func getTexts[E any](g *value.Map, keys *Source, elems *Sink, found *bool, from, to int) {
	m := *(*map[string]E)(unsafe.Pointer(&g.M))
	for i := from; i < to; i++ {
		elem, isThere := m[keys.textAt(i)]
		if elems != nil {
			*(*E)(elems.at(i)) = elem
		}
		if found != nil {
			*(*bool)(unsafe.Add(unsafe.Pointer(found), i)) = isThere
		}
	}
}

func setItems[K comparable, E any](g *value.Map, keys, elems *Source, n int) {
	m := *(*map[K]E)(unsafe.Pointer(&g.M))
	k, e := packed[K](keys.First, keys.Step, n), packed[E](elems.First, elems.Step, n)
	if k != nil && e != nil {
		for i, key := range k {
			m[key] = e[i]
		}
		return
	}
	for i := 0; i < n; i++ {
		m[*(*K)(keys.At(i))] = *(*E)(elems.At(i))
	}
}

// nextNumbers moves an iterator on that stands on an entry, and was moved there since the lock was taken; it returns the last entry
// that there was.
func nextNumbers[K comparable, E any](i *maps.Iterator, keys, elems *Sink, n int) (filled int, key, elem unsafe.Pointer) {
	for it := &i.It; filled < n; filled++ {
		gort.Backend{}.RuntimeMapiternext(it)
		if i.On = gort.KeyOfEntry(it) != nil; !i.On {
			break
		}
		key, elem = gort.KeyOfEntry(it), gort.ElemOfEntry(it)
		*(*K)(keys.at(filled)) = *(*K)(key)
		if elems != nil {
			*(*E)(elems.at(filled)) = *(*E)(elem)
		}
	}
	return filled, key, elem
}

// allNumbers returns all entries of a map at once: the runtime's own loop is faster than its iterators are for outsiders.
func allNumbers[K comparable, E any](g *value.Map, keys, elems *Sink) (filled int) {
	for key, elem := range *(*map[K]E)(unsafe.Pointer(&g.M)) {
		*(*K)(keys.at(filled)) = key
		if elems != nil {
			*(*E)(elems.at(filled)) = elem
		}
		filled++
	}
	return filled
}

// GetAll is get for n items in some goroutines.
func (l *loops) GetAll(g *value.Map, keys *Source, elems *Sink, found *bool, n, workers int) error {
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

func (l *loops) getBlock(g *value.Map, keys *Source, elems *Sink, found *bool, n, workers int) error {
	o, err := NewOrder(g, keys, n, (gort.Backend{}).ReflectMaplen(g.T, g.M), workers)
	if err != nil {
		return err
	}
	if o == nil {
		return Split(n, workers, func(_, from, to int) { l.get(g, keys, elems, found, from, to) })
	}
	if keys, err = l.keys.sorted(o, keys); err != nil {
		return err
	}
	var gotElems *Sink
	var gotFound *bool
	if elems != nil {
		gotElems = &Sink{First: l.elems.make(n), Step: l.elems.size}
	}
	if found != nil {
		gotFound = (*bool)(newItems[bool](n))
	}
	err = o.split(func(_, from, to int) { l.get(g, keys, gotElems, gotFound, from, to) })
	if err == nil && elems != nil {
		err = l.elems.unsort(o, gotElems.First, elems.First, elems.Step)
	}
	if err == nil && found != nil {
		err = unsortItems[bool](o, unsafe.Pointer(gotFound), unsafe.Pointer(found), 1)
	}
	return err
}

// SetAll is set for n items. A map has one writer: what the workers share is what comes before.
func (l *loops) SetAll(g *value.Map, keys, elems *Source, n, workers int) error {
	for from, count := 0, 0; from < n; from += count {
		count = min(n-from, maxOrdered)
		k, e := keys.from(from), elems.from(from)
		o, err := NewOrder(g, k, count, (gort.Backend{}).ReflectMaplen(g.T, g.M)+count, workers)
		if err == nil && o != nil {
			k, err = l.keys.sorted(o, k)
		}
		if err == nil && o != nil {
			e, err = l.elems.sorted(o, e)
		}
		if err == nil && k.Text {
			k, err = k.copiedTexts(count, workers)
		}
		if err != nil {
			return err
		}
		l.set(g, k, e, count)
	}
	runtime.KeepAlive(keys)
	return nil
}
