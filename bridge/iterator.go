package bridge

import (
	"reflect"
	"unsafe"
)

// iterator is what a reference to an iterator names. It holds copies of the entry that it stands on, as the variables of
// a range loop are: what happens to the map in between does not change them. Before it has begun, and past the end, it
// stands on none.
type iterator struct {
	Handle
	g    *goMap
	from ref // that it was made from

	it        iter
	begun, on bool
	key, elem unsafe.Pointer
	pending   bool // the entry that it stands on did not fit where it should go, and is given again
}

func (*iterator) describe() string { return "an iterator" }

// iteratorAt gives the iterator that a call names, with its map's lock held.
func iteratorAt(f *frame) (*iterator, error) {
	object, err := f.object(ref(f.a), "iterator")
	if err != nil {
		return nil, err
	}
	i, isIterator := object.(*iterator)
	if !isIterator {
		return nil, failf(errWrongKind, "iterator is %s, not an iterator", describe(object))
	}
	if _, err := refs.get(i.from, "map"); err != nil {
		return nil, failf(errMapReleased, "iterator: the reference to its map was released")
	}
	f.hold(i.g.stripe)
	return i, nil
}

// move goes to the first entry or to the next, and copies it; past the end it stays.
func (i *iterator) move(by via) {
	if key, elem := i.step(by); i.on {
		i.copyEntry(key, elem)
	}
}

func (i *iterator) copyEntry(key, elem unsafe.Pointer) {
	i.g.t.Key.Copy(i.key, key)
	i.g.t.Elem.Copy(i.elem, elem)
}

// step is move without the copy: it gives the map's own entry.
func (i *iterator) step(by via) (key, elem unsafe.Pointer) {
	i.pending = false
	began := i.begun
	i.begun = true
	switch {
	case !began && by == viaReflect:
		backend{}.ReflectMapiterinit(i.g.t, i.g.m, &i.it)
	case !began:
		backend{}.RuntimeMapiterinit(i.g.t, i.g.m, &i.it)
	case !i.on:
		return nil, nil
	case by == viaReflect:
		backend{}.ReflectMapiternext(&i.it)
	default:
		backend{}.RuntimeMapiternext(&i.it)
	}
	if key = (backend{}.ReflectMapiterkey(&i.it)); key != nil {
		elem = backend{}.ReflectMapiterelem(&i.it)
	}
	i.on = key != nil
	return key, elem
}

// mapiterinit makes an iterator, on the first entry or, for values, before it: so that what is removed until the iterator
// is moved for the first time is not visited.
func mapiterinit(by via) func(*frame) error {
	return func(f *frame) error {
		g, err := mapAt(f, ref(f.a))
		if err != nil {
			return err
		}
		from, err := f.kept(ref(f.a), "map")
		if err != nil {
			return err
		}
		i := &iterator{
			g:    g,
			from: from,
			key:  reflect.New(g.t.Key.Type).UnsafePointer(),
			elem: reflect.New(g.t.Elem.Type).UnsafePointer(),
		}
		if by != viaValue {
			f.hold(g.stripe)
			i.move(by)
		}
		f.made = refs.make(f, i)
		return nil
	}
}

func mapiternext(by via) func(*frame) error {
	return func(f *frame) error {
		i, err := iteratorAt(f)
		if err != nil {
			return err
		}
		if i.begun && !i.on {
			return failf(errIteratorEnd, "iterator is past its end")
		}
		i.move(by)
		return nil
	}
}

// mapnext moves an iterator and gives the entry, the key at f.p and the element at f.q where C wants it. Past the end
// both are NIL.
func mapnext(f *frame) error {
	i, err := iteratorAt(f)
	if err != nil {
		return err
	}
	key, elem := (*value)(f.p), (*value)(f.q)
	if elem == nil {
		elem = new(value)
	}
	*key, *elem = value{}, value{} // a wild pointer panics before the iterator is moved
	if i.move(viaRuntime); !i.on {
		return nil
	}
	f.result = 1
	*key = toValue(f, i.g.t.Key, i.key)
	if f.q != nil {
		*elem = toValue(f, i.g.t.Elem, i.elem)
	}
	return nil
}

func mapiterkey(f *frame) error {
	i, err := iteratorAt(f)
	if err != nil {
		return err
	}
	if i.on {
		f.result = 1
		f.give(i.g.t.Key, i.key, f.p)
	}
	return nil
}

func mapiterelem(f *frame) error {
	i, err := iteratorAt(f)
	if err != nil {
		return err
	}
	if i.on {
		f.result = 1
		f.give(i.g.t.Elem, i.elem, f.p)
	}
	return nil
}
