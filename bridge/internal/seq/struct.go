package seq

import (
	"reflect"
	"strings"
	"sync"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// place is a struct or a field of one, and the address whose lock guards it: the start of the variable that it is part
// of, nil for what is no variable.
type place struct {
	reflect.Value
	guard unsafe.Pointer
}

// structPlace returns the struct that a call's first reference names, itself or by a pointer.
func structPlace(f *frame.Frame, argument string) (place, error) {
	in := frame.Args[frame.RefArgs](f)
	v, err := value.At(f, in.Ref, argument)
	switch {
	case err != nil || v.Kind() == reflect.Struct:
		return place{Value: v}, err
	case v.Kind() != reflect.Pointer || v.Type().Elem().Kind() != reflect.Struct:
		return place{}, status.Errorf(status.WrongKind, "%s is a %s, no struct or pointer to one", argument, v.Type())
	case v.IsNil():
		return place{}, status.Errorf(status.Nil, "%s is a nil %s", argument, v.Type())
	}
	return place{v.Elem(), v.UnsafePointer()}, nil
}

// step goes to a field of a struct, or of what a pointer to one points to.
func (p place) step(f *frame.Frame, index int) (place, error) {
	if p.Kind() == reflect.Pointer {
		if p.guard != nil {
			f.LockStripe(frame.StripeOf(p.guard))
		}
		target := p.Elem()
		f.UnlockStripe()
		if !target.IsValid() {
			return p, status.Errorf(status.Nil, "a nil %s is on the way", p.Type())
		}
		p = place{target, target.Addr().UnsafePointer()}
	}
	return place{p.Field(index), p.guard}, nil
}

// finder returns the field that a call names of a struct.
type finder func(f *frame.Frame, p place) (place, error)

// fieldByName finds a field by a path of names, "A.B.C", each as Go's selectors do.
func fieldByName(f *frame.Frame, p place) (place, error) {
	text, err := f.Bytes()
	if err != nil {
		return p, status.About("field", err)
	}
	path, more := unsafe.String(unsafe.SliceData(text), len(text)), true
	for more {
		var name string
		name, path, more = strings.Cut(path, ".")
		t := p.Type()
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		known := fieldsOf(t)
		field, isKnown := known[name]
		if !isKnown {
			return p, status.Errorf(status.UnknownName, "field: a %.100s has no field %.64q%s", t, name, status.Nearest(name, exportedNames(known)))
		}
		if !field.IsExported() {
			return p, status.Errorf(status.Unexported, "field: %s of a %s is not exported", name, t)
		}
		for _, index := range field.Index {
			if p, err = p.step(f, index); err != nil {
				return p, status.About("field", err)
			}
		}
	}
	return p, nil
}

func fieldByIndex(f *frame.Frame, p place) (place, error) {
	in := frame.Args[fieldArgs](f)
	t := p.Type()
	if in.Index >= uint64(t.NumField()) {
		return p, status.Errorf(status.Index, "index is %d; a %s has %d fields", in.Index, t, t.NumField())
	}
	if field := t.Field(int(in.Index)); !field.IsExported() {
		return p, status.Errorf(status.Unexported, "index: %s of a %s is not exported", field.Name, t)
	}
	return p.step(f, int(in.Index))
}

var fields sync.Map // reflect.Type to map[string]reflect.StructField

// fieldsOf returns the fields of a struct type by name, also those of embedded structs that Go's selectors reach; none for
// any other type.
func fieldsOf(t reflect.Type) map[string]reflect.StructField {
	if t.Kind() != reflect.Struct {
		return nil
	}
	if known, ok := fields.Load(t); ok {
		return known.(map[string]reflect.StructField)
	}
	byName := map[string]reflect.StructField{}
	for _, field := range reflect.VisibleFields(t) {
		byName[field.Name] = field
	}
	known, _ := fields.LoadOrStore(t, byName)
	return known.(map[string]reflect.StructField)
}

func exportedNames(fields map[string]reflect.StructField) (names []string) {
	for name, field := range fields {
		if field.IsExported() {
			names = append(names, name)
		}
	}
	return names
}

func structGet(find finder) func(*frame.Frame) error {
	return func(f *frame.Frame) error {
		in := frame.Args[frame.TextArgs](f)
		p, err := structPlace(f, "ref")
		if err == nil {
			p, err = find(f, p)
		}
		if err == nil {
			value.ReturnGuarded(f, p.Value, p.guard, in.Out)
		}
		return err
	}
}

func structText(f *frame.Frame) error {
	in := frame.Args[frame.TextArgs](f)
	p, err := structPlace(f, "ref")
	if err == nil {
		p, err = fieldByName(f, p)
	}
	if err != nil {
		return err
	}
	return value.CopyText(f, p.Value, p.guard, (*frame.Room)(in.Out), "field")
}

// fieldVariable returns the field that a call names of what a pointer points to.
func fieldVariable(f *frame.Frame, find finder) (place, error) {
	p, err := structPlace(f, "pointer")
	if err != nil {
		return p, err
	}
	field, err := find(f, p)
	if err == nil && !field.CanSet() {
		err = status.Errorf(status.WrongKind, "pointer is no pointer, which this needs, but a %s", p.Type())
	}
	return field, err
}

func structSet(find finder) func(*frame.Frame) error {
	return func(f *frame.Frame) error {
		in := frame.Args[frame.TextArgs](f)
		p, err := fieldVariable(f, find)
		if err == nil {
			err = status.About("value", value.SetGuarded(f, p.Value, p.guard, (*frame.Value)(in.Out)))
		}
		return err
	}
}

func structAt(f *frame.Frame) error {
	p, err := fieldVariable(f, fieldByName)
	if err == nil {
		f.NewRef = value.NewRef(f, p.Addr().Interface())
	}
	return err
}
