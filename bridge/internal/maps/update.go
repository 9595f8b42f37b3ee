package maps

import (
	"math"
	"math/bits"
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// mapupdate sets the element of a key under one lock: to the operand if there is none, or to the sum of both. C gets it if
// it wants it.
func mapupdate(adds bool) func(*frame.Frame) error {
	name := map[bool]string{false: "fallback", true: "delta"}[adds]
	return func(f *frame.Frame) error {
		in := frame.Args[mapArgs](f)
		g, err := At(f, in.Map)
		if err != nil {
			return err
		}
		var keyRoom, operandRoom Scratch
		k, err := keyFrom(f, g, ViaValue, false, &keyRoom)
		if err != nil {
			return err
		}
		t := g.T.Elem
		if adds {
			if t, err = TermOf(t, in.Operand); err != nil {
				return err
			}
		}
		operand, err := operandRoom.Operand(f, t, in.Operand, false)
		if err != nil {
			return status.About(name, err)
		}
		if g.M == nil {
			return RefuseNil(g)
		}
		if in.Elem != nil {
			cmem.Touch(in.Elem, unsafe.Sizeof(frame.Value{}))
		}
		f.LockStripe(g.Stripe)
		elem := Find(g, ViaValue, k)
		if elem != nil {
			f.Result = 1
		}
		if adds {
			if operand, err = Sum(f, g.T.Elem, elem, value.Of(f, t, operand), &operandRoom); err != nil {
				return status.About(name, err)
			}
		}
		if elem == nil || adds {
			elem = operand
			keyRoom.keep()
			operandRoom.keep()
			Assign(g, ViaValue, k, elem)
		}
		if in.Elem != nil {
			value.ReturnValue(f, g.T.Elem, elem, in.Elem)
		}
		return nil
	}
}

// TermOf is the type of what is added to an element. An integer may be of any kind: it is the sum that must fit.
func TermOf(elem *layout.Type, in *frame.Value) (*layout.Type, error) {
	kind, given := elem.Kind(), reflect.Kind(in.Kind)
	switch {
	case !layout.IsInteger(kind) && !layout.IsFloat(kind):
		return nil, status.Errorf(status.WrongType, "map has elements of type %s, which are no numbers", elem)
	case layout.IsInteger(kind) && layout.IsInteger(given) && kind != given:
		return layout.Of(layout.ScalarTypes[uint32(given)]), nil
	}
	return elem, nil
}

// Sum returns the address of what an element, nil for 0, and a term add up to.
func Sum(f *frame.Frame, t *layout.Type, elem unsafe.Pointer, term frame.Value, r *Scratch) (unsafe.Pointer, error) {
	total, fits := frame.Value{Kind: uint32(t.Kind())}, false
	if elem != nil {
		total = value.Of(f, t, elem)
	}
	if layout.IsFloat(t.Kind()) {
		a, b := math.Float64frombits(total.As), math.Float64frombits(term.As)
		c := a + b
		if t.Kind() == reflect.Float32 {
			c = float64(float32(c))
		}
		total.As = math.Float64bits(c)
		fits = !math.IsInf(c, 0) || math.IsInf(a, 0) || math.IsInf(b, 0)
	} else {
		low, carry := bits.Add64(total.As, term.As, 0)
		high := total.High() + term.High() + carry
		total.As = low
		fits = high == total.High()
	}
	if fits { // 64 bits
		if at, err := r.Operand(f, t, &total, false); err == nil {
			return at, nil
		}
	}
	return nil, status.Errorf(status.Range, "the sum does not fit a %s", t)
}
