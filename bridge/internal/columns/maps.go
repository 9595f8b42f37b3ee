package columns

import (
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/maps"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// KeyOf returns an item as a key. With keep, it lasts.
func KeyOf(g *value.Map, keys *Source, i int, l *scratch, keep *cmem.Arena) (k maps.Key) {
	k.At = keys.get(i, l, keep)
	k.Number, k.Pointer = maps.FastKey(k.At, g.T.Fast)
	return k
}

// keysOf begins a call over a map's keys.
func keysOf(f *frame.Frame) (g *value.Map, b *arrayCall, keys Source, err error) {
	in := frame.Args[columnsArgs](f)
	if g, err = maps.At(f, in.Ref); err != nil {
		return
	}
	if b, err = newArrayCall(f); err == nil {
		keys, err = b.source("keys", b.In, g.T.Key, true)
	}
	return
}

func mapGetN(f *frame.Frame) error {
	in := frame.Args[columnsArgs](f)
	g, b, keys, err := keysOf(f)
	if err != nil {
		return err
	}
	defer b.abandon()
	elems, err := b.sink("elems", b.Out, g.T.Elem)
	if err != nil {
		return err
	}
	f.LockStripe(g.Stripe)
	workers := 1
	if elems == nil || elems.layout == ColumnPlain {
		workers = workersFor(b.n, in.Threads)
	}
	if quick := LoopsFor(g.T); quick != nil && b.failed == nil && (elems == nil || elems.aligned) {
		err = quick.GetAll(g, &keys, elems, b.Found, b.n, workers)
	} else {
		err = Split(b.n, workers, func(_, from, to int) { b.get(g, &keys, elems, from, to) })
	}
	if err != nil {
		return err
	}
	return b.done()
}

func (b *arrayCall) get(g *value.Map, keys *Source, elems *Sink, from, to int) {
	var l scratch
	for i := from; i < to; i++ {
		var elem unsafe.Pointer
		if b.good(i) {
			elem = maps.Find(g, maps.ViaValue, KeyOf(g, keys, i, &l, nil))
		}
		b.answer(i, elems, elem, elem != nil)
	}
}

// answer gives C what became of a key: its element, nil for none, and whether it was there.
func (b *arrayCall) answer(i int, elems *Sink, elem unsafe.Pointer, isThere bool) {
	if elems != nil {
		if err := elems.put(b.f, i, elem); err != nil {
			b.fail("elems", i, err)
		}
	}
	if b.Found != nil {
		*(*bool)(unsafe.Add(unsafe.Pointer(b.Found), i)) = isThere && b.good(i)
	}
}

func mapSetN(f *frame.Frame) error {
	g, b, keys, err := keysOf(f)
	if err != nil {
		return err
	}
	elems, err := b.source("elems", b.In2, g.T.Elem, false)
	if err != nil {
		return err
	}
	if g.M == nil {
		return maps.RefuseNil(g)
	}
	f.LockStripe(g.Stripe)
	if err := b.set(g, &keys, &elems, 1); err != nil {
		return err
	}
	return b.done()
}

// set sets all items that are good.
func (b *arrayCall) set(g *value.Map, keys, elems *Source, workers int) error {
	if quick := LoopsFor(g.T); quick != nil && b.failed == nil && !elems.Text {
		return quick.SetAll(g, keys, elems, b.n, workers)
	}
	var keyLent, elemLent scratch
	var kept cmem.Arena
	for i := 0; i < b.n; i++ {
		if b.good(i) {
			maps.Assign(g, maps.ViaValue, KeyOf(g, keys, i, &keyLent, &kept), elems.get(i, &elemLent, &kept))
		}
	}
	return nil
}

func mapBuildN(f *frame.Frame) error {
	in := frame.Args[columnsArgs](f)
	t, err := maps.TypeAt(f, in.Ref)
	if err != nil {
		return err
	}
	b, err := newArrayCall(f)
	if err != nil {
		return err
	}
	if most := uint64(maps.MaxEntries(t)); b.Count > most {
		return status.Errorf(status.Limit, "count is %d; %d entries can be made room for at once", b.Count, most)
	}
	keys, err := b.source("keys", b.In, t.Key, true)
	if err != nil {
		return err
	}
	elems, err := b.source("elems", b.In2, t.Elem, false)
	if err != nil {
		return err
	}
	if b.why != nil {
		return b.why
	}
	g := value.NewMap(t, gort.Backend{}.RuntimeMakemap(t, b.n))
	if err := b.set(g, &keys, &elems, workersFor(b.n, in.Threads)); err != nil {
		return err
	}
	f.NewRef = g.Ref(f)
	return nil
}

func mapGetOrSetN(f *frame.Frame) error {
	g, b, keys, err := keysOf(f)
	if err != nil {
		return err
	}
	fallbacks, err := b.source("fallbacks", b.In2, g.T.Elem, false)
	if err != nil {
		return err
	}
	if g.M == nil {
		return maps.RefuseNil(g)
	}
	defer b.abandon()
	elems, err := b.sink("elems", b.Out, g.T.Elem)
	if err != nil {
		return err
	}
	f.LockStripe(g.Stripe)
	var keyLent, elemLent scratch
	var kept cmem.Arena
	for i := 0; i < b.n; i++ {
		var elem unsafe.Pointer
		isThere := false
		if b.good(i) {
			elem = maps.Find(g, maps.ViaValue, KeyOf(g, &keys, i, &keyLent, nil))
			if isThere = elem != nil; !isThere {
				elem = fallbacks.get(i, &elemLent, &kept)
				maps.Assign(g, maps.ViaValue, KeyOf(g, &keys, i, &keyLent, &kept), elem)
			}
		}
		b.answer(i, elems, elem, isThere)
	}
	return b.done()
}

func mapDeleteN(f *frame.Frame) error {
	g, b, keys, err := keysOf(f)
	if err != nil {
		return err
	}
	f.LockStripe(g.Stripe)
	var l scratch
	for i := 0; i < b.n; i++ {
		isThere := false
		if b.good(i) && g.M != nil {
			k := KeyOf(g, &keys, i, &l, nil)
			if isThere = b.Found == nil || maps.Find(g, maps.ViaValue, k) != nil; isThere {
				maps.Remove(g, maps.ViaValue, k)
			}
		}
		b.answer(i, nil, nil, isThere)
	}
	return b.done()
}

// mapNextN returns the entries that come next. Where one does not fit, the iterator stands on it and keeps it for the next
// call.
func mapNextN(f *frame.Frame) error {
	i, err := maps.IteratorAt(f)
	if err != nil {
		return err
	}
	b, err := newArrayCall(f)
	if err != nil {
		return err
	}
	defer b.abandon()
	keys, err := b.sink("keys", b.Out, i.G.T.Key)
	if err != nil {
		return err
	}
	elems, err := b.sink("elems", b.Out2, i.G.T.Elem)
	if err != nil {
		return err
	}
	filled := 0
	quick := LoopsFor(i.G.T)
	if quick != nil && (quick.next == nil || !keys.aligned || elems != nil && !elems.aligned) {
		quick = nil
	}
	if quick != nil && !i.Begun && b.n > (gort.Backend{}).ReflectMaplen(i.G.T, i.G.M) {
		i.Begun = true
		filled = quick.all(i.G, keys, elems)
	}
	for stepped := false; filled < b.n; filled++ {
		if quick != nil && stepped && i.On {
			more, key, elem := quick.next(i, keys.from(filled), elems.from(filled), b.n-filled)
			if filled += more; i.On {
				i.CopyEntry(key, elem)
			}
			break
		}
		key, elem := i.Key, i.Elem
		if !i.Pending {
			stepped = true
			if key, elem = i.Step(maps.ViaRuntime); !i.On {
				break
			}
		}
		used := keys.used
		if err = keys.put(f, filled, key); err == nil && elems != nil {
			err = elems.put(f, filled, elem)
		}
		if i.Pending = err != nil; err != nil || filled+1 == b.n {
			i.CopyEntry(key, elem)
		}
		if err != nil {
			keys.used = used
			break
		}
	}
	if err != nil && filled == 0 {
		return status.About("keys or elems", err)
	}
	err = b.done()
	f.Result = uint64(filled)
	return err
}
