package maps

import (
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// Iterator is what a reference to an iterator names. It holds copies of the entry that it stands on, as the variables of
// a range loop are: what happens to the map in between does not change them. Before it has begun, and past the end, it
// stands on none.
type Iterator struct {
	ref.Handle
	G    *value.Map
	from frame.Ref // that it was made from

	It        gort.Iter
	trail     gort.Trail
	Begun, On bool
	Key, Elem unsafe.Pointer
	Pending   bool // the entry that it stands on did not fit where it should go, and is given again
}

// Describe names it in messages.
func (*Iterator) Describe() string { return "an iterator" }

// IteratorAt returns the iterator that a call names, with its map's lock held.
func IteratorAt(f *frame.Frame) (*Iterator, error) {
	in := frame.Args[frame.RefArgs](f)
	object, err := ref.Object(f, in.Ref, "iterator")
	if err != nil {
		return nil, err
	}
	i, isIterator := object.(*Iterator)
	if !isIterator {
		return nil, status.Errorf(status.WrongKind, "iterator is %s, not an iterator", ref.Describe(object))
	}
	if _, err := ref.Table.Get(i.from, "map"); err != nil {
		return nil, status.Errorf(status.MapReleased, "iterator: the reference to its map was released")
	}
	f.LockStripe(i.G.Stripe)
	return i, nil
}

// move goes to the first entry or to the next, and copies it; past the end it stays.
func (i *Iterator) move(by via) {
	if key, elem := i.Step(by); i.On {
		i.CopyEntry(key, elem)
	}
}

// CopyEntry keeps an entry as that which the iterator stands on.
func (i *Iterator) CopyEntry(key, elem unsafe.Pointer) {
	i.G.T.Key.Copy(i.Key, key)
	i.G.T.Elem.Copy(i.Elem, elem)
}

// Step is move without the copy: it returns the map's own entry.
func (i *Iterator) Step(by via) (key, elem unsafe.Pointer) {
	i.Pending = false
	if i.Begun && !i.On {
		return nil, nil
	}
	begins := !i.Begun || i.trail.Cleared(i.G.M)
	if begins {
		i.Begun, i.It, i.trail = true, gort.Iter{}, gort.Trail{}
	}
	switch {
	case begins && by == viaReflect:
		gort.Backend{}.ReflectMapiterinit(i.G.T, i.G.M, &i.It)
	case begins:
		gort.Backend{}.RuntimeMapiterinit(i.G.T, i.G.M, &i.It)
	case by == viaReflect:
		gort.Backend{}.ReflectMapiternext(&i.It)
	default:
		gort.Backend{}.RuntimeMapiternext(&i.It)
	}
	if key = (gort.Backend{}.ReflectMapiterkey(&i.It)); key != nil {
		elem = gort.Backend{}.ReflectMapiterelem(&i.It)
	}
	i.On = key != nil
	i.trail.Leave(i.G.M)
	return key, elem
}

// mapiterinit makes an iterator, on the first entry or, for values, before it: so that what is removed until the iterator
// is moved for the first time is not visited.
func mapiterinit(by via) func(*frame.Frame) error {
	return func(f *frame.Frame) error {
		in := frame.Args[mapArgs](f)
		g, err := At(f, in.Map)
		if err != nil {
			return err
		}
		from, err := ref.Resolve(f, in.Map, "map")
		if err != nil {
			return err
		}
		i := &Iterator{
			G:    g,
			from: from,
			Key:  reflect.New(g.T.Key.Type).UnsafePointer(),
			Elem: reflect.New(g.T.Elem.Type).UnsafePointer(),
		}
		if by != ViaValue {
			f.LockStripe(g.Stripe)
			i.move(by)
		}
		f.NewRef = ref.Table.Make(f, i)
		return nil
	}
}

func mapiternext(by via) func(*frame.Frame) error {
	return func(f *frame.Frame) error {
		i, err := IteratorAt(f)
		if err != nil {
			return err
		}
		if i.Begun && !i.On {
			return status.Errorf(status.IteratorEnd, "iterator is past its end")
		}
		i.move(by)
		return nil
	}
}

// mapnext moves an iterator and returns the entry, the key at f.p and the element at f.q where C wants it. Past the end
// both are NIL.
func mapnext(f *frame.Frame) error {
	in := frame.Args[iteratorArgs](f)
	i, err := IteratorAt(f)
	if err != nil {
		return err
	}
	key, elem := (*frame.Value)(in.Key), (*frame.Value)(in.Elem)
	if elem == nil {
		elem = new(frame.Value)
	}
	*key, *elem = frame.Value{}, frame.Value{} // a wild pointer panics before the iterator is moved
	if !i.Pending {
		i.move(ViaRuntime)
	}
	i.Pending = false
	if !i.On {
		return nil
	}
	f.Result = 1
	*key = value.Of(f, i.G.T.Key, i.Key)
	if in.Elem != nil {
		*elem = value.Of(f, i.G.T.Elem, i.Elem)
	}
	return nil
}

func mapiterkey(f *frame.Frame) error {
	in := frame.Args[iteratorArgs](f)
	i, err := IteratorAt(f)
	if err != nil {
		return err
	}
	if i.On {
		f.Result = 1
		value.Return(f, i.G.T.Key, i.Key, in.Key)
	}
	return nil
}

func mapiterelem(f *frame.Frame) error {
	in := frame.Args[iteratorArgs](f)
	i, err := IteratorAt(f)
	if err != nil {
		return err
	}
	if i.On {
		f.Result = 1
		value.Return(f, i.G.T.Elem, i.Elem, in.Elem)
	}
	return nil
}
