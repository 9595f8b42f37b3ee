package text

import (
	"cmp"
	"hash/maphash"
	"reflect"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
	"gobridge/bridge/internal/walk"
)

func valueEqual(f *frame.Frame) error {
	a, b, err := twoAt(f)
	if err == nil {
		err = status.About("a", walk.Compared.Check(a))
	}
	if err != nil {
		return err
	}
	same, err := Equal(a, b)
	if same {
		f.Result = 1
	}
	return err
}

// twoAt returns the values a and b.
func twoAt(f *frame.Frame) (a, b any, err error) {
	in := frame.Args[pairArgs](f)
	if a, err = value.AnyAt(f, in.First, "a"); err == nil {
		b, err = value.AnyAt(f, in.Second, "b")
	}
	return a, b, err
}

func valueCompare(f *frame.Frame) error {
	a, b, err := twoAt(f)
	if err != nil {
		return err
	}
	if a == nil || b == nil {
		return status.Errorf(status.WrongType, "nil has no order")
	}
	order, err := compare(f, reflect.ValueOf(a), reflect.ValueOf(b))
	f.Result = uint64(order)
	return err
}

// compare returns the order of two values: the one that their type's own method tells, or that of numbers and strings.
func compare(f *frame.Frame, a, b reflect.Value) (int, error) {
	for _, method := range []reflect.Value{a.MethodByName("Compare"), a.MethodByName("Cmp")} {
		if method.IsValid() && ordersWith(method.Type(), b.Type()) {
			walk.LockFor(f, a.Type())
			walk.LockFor(f, b.Type())
			return cmp.Compare(method.Call([]reflect.Value{b})[0].Int(), 0), nil
		}
	}
	switch {
	case a.Type() != b.Type():
	case a.CanInt():
		return cmp.Compare(a.Int(), b.Int()), nil
	case a.CanUint():
		return cmp.Compare(a.Uint(), b.Uint()), nil
	case a.CanFloat():
		return cmp.Compare(a.Float(), b.Float()), nil
	case a.Kind() == reflect.String:
		return cmp.Compare(a.String(), b.String()), nil
	}
	return 0, status.Errorf(status.WrongType, "a %s and a %s have no order", a.Type(), b.Type())
}

// ordersWith tells whether a method's type is func(T) int for a value of type T.
func ordersWith(method, t reflect.Type) bool {
	return method.NumIn() == 1 && !method.IsVariadic() && t.AssignableTo(method.In(0)) &&
		method.NumOut() == 1 && method.Out(0).Kind() == reflect.Int
}

func valueHash(f *frame.Frame) error {
	in := frame.Args[frame.ValueArgs](f)
	v, err := value.AnyAt(f, in.Value, "value")
	if err == nil {
		err = walk.Compared.Check(v)
	}
	if err == nil {
		var h maphash.Hash
		h.SetSeed(HashSeed)
		err = Hash(&h, reflect.ValueOf(&v).Elem())
		f.Result = h.Sum64()
	}
	return status.About("value", err)
}
