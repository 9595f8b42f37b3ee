package bridge

import (
	"cmp"
	"hash/maphash"
	"reflect"
	"unsafe"
)

func valueEqual(f *frame) error {
	a, b, err := f.twoAt()
	if err == nil {
		err = about("a", compared.check(a))
	}
	if err != nil {
		return err
	}
	same, err := equal(a, b)
	if same {
		f.result = 1
	}
	return err
}

// twoAt gives the values a and b.
func (f *frame) twoAt() (a, b any, err error) {
	if a, err = f.anyAt(f.p, "a"); err == nil {
		b, err = f.anyAt(f.q, "b")
	}
	return a, b, err
}

func valueCompare(f *frame) error {
	a, b, err := f.twoAt()
	if err != nil {
		return err
	}
	if a == nil || b == nil {
		return failf(errWrongType, "nil has no order")
	}
	order, err := compare(f, reflect.ValueOf(a), reflect.ValueOf(b))
	f.result = uint64(order)
	return err
}

// compare gives the order of two values: the one that their type's own method tells, or that of numbers and strings.
func compare(f *frame, a, b reflect.Value) (int, error) {
	for _, method := range []reflect.Value{a.MethodByName("Compare"), a.MethodByName("Cmp")} {
		if method.IsValid() && ordersWith(method.Type(), b.Type()) {
			f.holdFor(a.Type())
			f.holdFor(b.Type())
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
	return 0, failf(errWrongType, "a %s and a %s have no order", a.Type(), b.Type())
}

// ordersWith tells whether a method's type is func(T) int for a value of type T.
func ordersWith(method, t reflect.Type) bool {
	return method.NumIn() == 1 && !method.IsVariadic() && t.AssignableTo(method.In(0)) &&
		method.NumOut() == 1 && method.Out(0).Kind() == reflect.Int
}

func valueHash(f *frame) error {
	v, err := f.anyAt(f.p, "value")
	if err == nil {
		err = compared.check(v)
	}
	if err == nil {
		var h maphash.Hash
		h.SetSeed(hashSeed)
		err = hash(&h, reflect.ValueOf(&v).Elem())
		f.result = h.Sum64()
	}
	return about("value", err)
}

// ---- bytes of C's ----

func memoryEqual(f *frame) error {
	a, err := bytesAt(f.p, f.b, "size")
	if err != nil {
		return err
	}
	touch(f.q, uintptr(len(a)))
	if (backend{}).RuntimeMemequal(f.p, f.q, uintptr(len(a))) {
		f.result = 1
	}
	return nil
}

func memoryHash(f *frame) error {
	bytes, err := bytesAt(f.p, f.b, "size")
	if err == nil {
		f.result = uint64(backend{}.RuntimeMemhash(f.p, uintptr(f.a), uintptr(len(bytes))))
	}
	return err
}

func stringHash(f *frame) error {
	bytes, err := f.bytes()
	if err == nil {
		f.result = uint64(backend{}.RuntimeStrhash(unsafe.String(unsafe.SliceData(bytes), len(bytes)), uintptr(f.a)))
	}
	return err
}
