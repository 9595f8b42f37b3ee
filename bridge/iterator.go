package bridge

import (
	"reflect"
	"unsafe"
)

// iterator is what a reference to an iterator names. It holds copies of the entry that it stands on, as the variables of
// a range loop are: what happens to the map in between does not change them.
type iterator struct {
	g    *goMap
	from ref // that it was made from

	it        iter
	end       bool
	key, elem unsafe.Pointer
}

// iteratorAt gives the iterator that a call names, with its map's lock held.
func iteratorAt(f *frame) (*iterator, error) {
	object, err := refs.get(ref(f.a), "iterator")
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

// arrive copies the entry that the runtime's iterator stands on.
func (i *iterator) arrive() {
	key := backend{}.ReflectMapiterkey(&i.it)
	if i.end = key == nil; !i.end {
		i.g.t.Key.Copy(i.key, key)
		i.g.t.Elem.Copy(i.elem, backend{}.ReflectMapiterelem(&i.it))
	}
}

func mapiterinit(f *frame) error {
	g, err := mapAt(ref(f.a))
	if err != nil {
		return err
	}
	i := &iterator{
		g:    g,
		from: ref(f.a),
		key:  reflect.New(g.t.Key.Type).UnsafePointer(),
		elem: reflect.New(g.t.Elem.Type).UnsafePointer(),
	}
	f.hold(g.stripe)
	backend{}.ReflectMapiterinit(g.t, g.m, &i.it)
	i.arrive()
	f.made = refs.make(f, i)
	return nil
}

func mapiternext(by via) func(*frame) error {
	return func(f *frame) error {
		i, err := iteratorAt(f)
		if err != nil {
			return err
		}
		if i.end {
			return failf(errIteratorEnd, "iterator is past its end")
		}
		switch by {
		case viaRuntime:
			backend{}.RuntimeMapiternext(&i.it)
		case viaReflect:
			backend{}.ReflectMapiternext(&i.it)
		}
		i.arrive()
		return nil
	}
}

func mapiterkey(f *frame) error {
	i, err := iteratorAt(f)
	if err != nil {
		return err
	}
	if !i.end {
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
	if !i.end {
		f.result = 1
		f.give(i.g.t.Elem, i.elem, f.p)
	}
	return nil
}
