package columns

import (
	"math"
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/maps"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// terms are what a call adds to elements.
type terms struct {
	t      *layout.Type
	one    frame.Value   // where C gives no column
	values []frame.Value // where it returns values
	plain  Source        // else
}

// terms reads the deltas of a call. An integer of any kind may be added where it is a value, as TermOf says.
func (b *arrayCall) terms(elem *layout.Type) (t terms, err error) {
	one := frame.Value{Kind: uint32(reflect.Uint8), As: 1}
	if layout.IsFloat(elem.Kind()) {
		one = frame.Value{Kind: uint32(elem.Kind()), As: math.Float64bits(1)}
	}
	if _, err = maps.TermOf(elem, &one); err != nil || b.In2 == nil {
		return terms{t: elem, one: one}, err
	}
	if b.In2.Layout != ColumnValues {
		t.t = elem
		t.plain, err = b.source("deltas", b.In2, elem, false)
		return t, err
	}
	first, step, all, err := b.In2.span(b.n, unsafe.Sizeof(frame.Value{}))
	if err == nil && uint64(b.n) > cmem.MaxMemory/uint64(unsafe.Sizeof(frame.Value{})) {
		err = status.Errorf(status.Limit, "%d values are too many", b.n)
	}
	if err != nil {
		return t, status.About("deltas", err)
	}
	cmem.TouchAll(all)
	t.values = make([]frame.Value, b.n)
	for i := range t.values {
		v := &t.values[i]
		layout.Move(unsafe.Pointer(v), unsafe.Add(first, i*step), unsafe.Sizeof(*v))
		if err := b.term(elem, v); err != nil {
			b.fail("deltas", i, err)
		}
	}
	return t, nil
}

// term makes a value from C the number that it stands for.
func (b *arrayCall) term(elem *layout.Type, v *frame.Value) error {
	t, err := maps.TermOf(elem, v)
	if err != nil {
		return err
	}
	var r maps.Scratch
	at, err := r.Operand(b.f, t, v, false)
	if err == nil {
		*v = value.Of(b.f, t, at)
	}
	return err
}

func (t *terms) at(i int) frame.Value {
	switch {
	case t.values != nil:
		return t.values[i]
	case t.plain.T != nil:
		return frame.Value{Kind: uint32(t.t.Kind()), As: layout.NumberAt(t.t.Kind(), t.plain.At(i))}
	}
	return t.one
}

// sum returns the address of what an element, nil for 0, and a delta add up to: that of two integers of one kind, which is
// the usual case, without detours.
func (t *terms) sum(f *frame.Frame, elemType *layout.Type, elem unsafe.Pointer, i int, r *maps.Scratch) (unsafe.Pointer, error) {
	term := t.at(i)
	of := layout.Scalars[elemType.Kind()]
	if of.Class != layout.Unsigned || layout.Scalars[term.Kind].Class != layout.Unsigned {
		return maps.Sum(f, elemType, elem, term, r)
	}
	was := uint64(0)
	if elem != nil {
		was = layout.NumberAt(elemType.Kind(), elem)
	}
	total := was + term.As
	if total < was || !of.Holds(total) {
		return nil, status.Errorf(status.Range, "the sum does not fit a %s", elemType)
	}
	of.Store(unsafe.Pointer(&r.Number), total)
	return unsafe.Pointer(&r.Number), nil
}

// counts tells whether addInPlace can do what is asked: integers of 64 bits, as most counters are.
func (t *terms) counts(m *layout.Map) bool {
	return gort.ElemsAreTheMaps && LoopsFor(m) != nil && layout.IsInteger(m.Elem.Kind()) && m.Elem.Size == 8 && t.values == nil
}

// addInPlace adds to elements that are there, from item i on, and returns the first item that needs more than that.
func (t *terms) addInPlace(g *value.Map, keys *Source, i, n int) int {
	isSigned := g.T.Elem.Kind() <= reflect.Int64
	for ; i < n; i++ {
		var elem unsafe.Pointer
		var isThere bool
		switch g.T.Fast {
		case layout.FastStr:
			elem, isThere = gort.Backend{}.RuntimeMapaccess2Faststr(g.T, g.M, keys.textAt(i))
		case layout.Fast64:
			elem, isThere = gort.Backend{}.RuntimeMapaccess2Fast64(g.T, g.M, *(*uint64)(keys.At(i)))
		case layout.Fast32:
			elem, isThere = gort.Backend{}.RuntimeMapaccess2Fast32(g.T, g.M, *(*uint32)(keys.At(i)))
		}
		if !isThere {
			return i
		}
		was, term := *(*uint64)(elem), t.one.As
		if t.plain.T != nil {
			term = *(*uint64)(t.plain.At(i))
		}
		total := was + term
		if isSigned && int64((was^total)&(term^total)) < 0 || !isSigned && total < was {
			return i // it does not fit
		}
		*(*uint64)(elem) = total
	}
	return n
}

func mapAddN(f *frame.Frame) error {
	g, b, keys, err := keysOf(f)
	if err != nil {
		return err
	}
	deltas, err := b.terms(g.T.Elem)
	if err != nil {
		return err
	}
	if g.M == nil {
		return maps.RefuseNil(g)
	}
	f.LockStripe(g.Stripe)
	var l scratch
	var r maps.Scratch
	var kept cmem.Arena
	// Keys that are equal but not the same, as 0 and -0, must be assigned: then the new one stands in the map.
	inPlace := gort.ElemsAreTheMaps && (g.T.Fast != layout.NotFast || g.T.Key.Kind() == reflect.String)
	counts := b.failed == nil && deltas.counts(g.T)
	for i := 0; i < b.n; i++ {
		if counts {
			if i = deltas.addInPlace(g, &keys, i, b.n); i == b.n {
				break
			}
		}
		if !b.good(i) {
			continue
		}
		k := KeyOf(g, &keys, i, &l, nil)
		elem := maps.Find(g, maps.ViaValue, k)
		total, err := deltas.sum(f, g.T.Elem, elem, i, &r)
		switch {
		case err != nil:
			b.fail("deltas", i, err)
		case elem != nil && inPlace:
			layout.Move(elem, total, g.T.Elem.Size)
		default:
			maps.Assign(g, maps.ViaValue, KeyOf(g, &keys, i, &l, &kept), total)
		}
	}
	return b.done()
}
