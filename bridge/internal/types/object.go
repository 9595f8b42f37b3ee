package types

import (
	"reflect"
	"sync"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
)

// Object is what a reference to a type names. There is one for each type, and it stays.
type Object struct {
	ref.Handle
	*layout.Type
	Ref  frame.Ref
	name *byte // for C
}

// Describe names it in messages.
func (t *Object) Describe() string { return "the type " + t.String() }

// Immortal: C may ask for it again at any time.
func (*Object) Immortal() {}

var (
	typesMu     sync.Mutex
	typeObjects = map[reflect.Type]*Object{}
)

// Of returns the object of a type.
func Of(f *frame.Frame, t reflect.Type) *Object {
	f.LockMutex(&typesMu)
	defer f.UnlockMutex(&typesMu)
	object := typeObjects[t]
	if object == nil {
		object = &Object{Type: layout.Of(t), name: Lasting(f, t.String())}
		object.Ref = ref.Table.Make(f, object)
		typeObjects[t] = object
	}
	return object
}

// At returns the type that a reference names.
func At(f *frame.Frame, r frame.Ref, argument string) (*Object, error) {
	object, err := ref.Object(f, r, argument)
	if err != nil {
		return nil, err
	}
	t, isType := object.(*Object)
	if !isType {
		return nil, status.Errorf(status.WrongKind, "%s is %s, not a type", argument, ref.Describe(object))
	}
	return t, nil
}
