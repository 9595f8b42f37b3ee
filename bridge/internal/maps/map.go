package maps

import (
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/types"
	"gobridge/bridge/internal/value"
)

// At returns the map that a reference names.
func At(f *frame.Frame, r frame.Ref) (*value.Map, error) {
	if object := ref.Table.Find(r); object != nil {
		if g, isMap := (*object).(*value.Map); isMap {
			return g, nil
		}
	}
	object, err := ref.Object(f, r, "map")
	if err != nil {
		return nil, err
	}
	g, isMap := object.(*value.Map)
	if !isMap {
		return nil, status.Errorf(status.WrongKind, "map is %s, not a map", ref.Describe(object))
	}
	return g, nil
}

// TypeAt returns the map type that a call is about.
func TypeAt(f *frame.Frame, r frame.Ref) (*layout.Map, error) {
	object, err := types.At(f, r, "type")
	if err != nil {
		return nil, err
	}
	if object.Kind() != reflect.Map {
		return nil, status.Errorf(status.WrongKind, "type is %s, not a map type", ref.Describe(object))
	}
	return layout.OfMap(object.Type.Type), nil
}

func makemap(by via) func(*frame.Frame) error {
	return func(f *frame.Frame) error {
		in := frame.Args[frame.MakeArgs](f)
		t, err := TypeAt(f, in.Type)
		if err != nil {
			return err
		}
		hint := int64(in.Count)
		if hint < 0 || hint > MaxEntries(t) {
			return status.Errorf(status.OutOf(hint, 0), "%s: %d entries; from 0 to %d can be made room for at once",
				map[via]string{ViaRuntime: "hint", viaReflect: "cap"}[by], hint, MaxEntries(t))
		}
		var m unsafe.Pointer
		switch by {
		case viaSmall:
			m = gort.Backend{}.RuntimeMakemapSmall(t)
		case ViaRuntime:
			m = gort.Backend{}.RuntimeMakemap(t, int(hint))
		case viaReflect:
			m = gort.Backend{}.ReflectMakemap(t, int(hint))
		}
		f.NewRef = value.NewMap(t, m).Ref(f)
		return nil
	}
}

func mapaccess(by via) func(*frame.Frame) error {
	return func(f *frame.Frame) error {
		in := frame.Args[mapArgs](f)
		g, err := At(f, in.Map)
		if err != nil {
			return err
		}
		var r Scratch
		k, err := keyFrom(f, g, by, false, &r)
		if err != nil {
			return err
		}
		f.LockStripe(g.Stripe)
		elem := Find(g, by, k)
		if elem != nil {
			f.Result = 1
		}
		switch {
		case in.Elem == nil:
		case by == ViaValue:
			value.ReturnValue(f, g.T.Elem, elem, in.Elem)
		case elem != nil:
			value.Return(f, g.T.Elem, elem, in.Elem)
		default:
			value.ReturnZero(f, g.T.Elem, in.Elem)
		}
		return nil
	}
}

func mapText(f *frame.Frame) error {
	in := frame.Args[mapArgs](f)
	g, err := At(f, in.Map)
	if err != nil {
		return err
	}
	var r Scratch
	k, err := keyFrom(f, g, ViaValue, false, &r)
	if err != nil {
		return err
	}
	f.LockStripe(g.Stripe)
	elem := Find(g, ViaValue, k)
	if elem == nil {
		elem = reflect.New(g.T.Elem.Type).UnsafePointer()
	} else {
		f.Result = 1
	}
	return value.CopyText(f, reflect.NewAt(g.T.Elem.Type, elem).Elem(), nil, (*frame.Room)(in.Elem), "map's element")
}

func mapassign(by via) func(*frame.Frame) error {
	return func(f *frame.Frame) error {
		in := frame.Args[mapArgs](f)
		g, err := At(f, in.Map)
		if err != nil {
			return err
		}
		var keyRoom, elemRoom Scratch
		k, err := keyFrom(f, g, by, true, &keyRoom)
		if err != nil {
			return err
		}
		elem := in.Elem
		if t := g.T.Elem; t.Raw && by != ViaValue {
			cmem.Touch(elem, t.Size)
		} else if elem, err = by.operand(f, t, in.Elem, true, &elemRoom); err != nil {
			return status.About("elem", err)
		}
		if g.M == nil {
			return RefuseNil(g)
		}
		f.LockStripe(g.Stripe)
		Assign(g, by, k, elem)
		return nil
	}
}

func mapdelete(by via) func(*frame.Frame) error {
	return func(f *frame.Frame) error {
		in := frame.Args[mapArgs](f)
		g, err := At(f, in.Map)
		if err != nil {
			return err
		}
		var r Scratch
		k, err := keyFrom(f, g, by, false, &r)
		if err != nil || g.M == nil {
			return err
		}
		f.LockStripe(g.Stripe)
		if by == ViaValue { // C asks whether it is there
			if Find(g, by, k) == nil {
				return nil
			}
			f.Result = 1
		}
		Remove(g, by, k)
		return nil
	}
}

// mapclear removes all entries, also those whose keys are NaNs.
func mapclear(f *frame.Frame) error {
	in := frame.Args[mapArgs](f)
	g, err := At(f, in.Map)
	if err != nil {
		return err
	}
	f.LockStripe(g.Stripe)
	gort.Backend{}.ReflectMapclear(g.T, g.M)
	return nil
}

func mapclone(f *frame.Frame) error {
	in := frame.Args[mapArgs](f)
	g, err := At(f, in.Map)
	if err != nil {
		return err
	}
	clone := g.M
	if clone != nil {
		f.LockStripe(g.Stripe)
		clone = gort.Backend{}.MapsClone(g.T, g.M)
		f.UnlockStripe()
	}
	f.NewRef = value.NewMap(g.T, clone).Ref(f)
	return nil
}

func mapInPlace(f *frame.Frame) error {
	f.Result = uint64(gort.LookupsInC())
	return nil
}

func maplen(f *frame.Frame) error {
	in := frame.Args[mapArgs](f)
	g, err := At(f, in.Map)
	if err != nil {
		return err
	}
	f.LockStripe(g.Stripe)
	f.Result = uint64(gort.Backend{}.ReflectMaplen(g.T, g.M))
	return nil
}
