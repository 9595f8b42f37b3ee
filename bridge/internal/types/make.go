package types

import (
	"fmt"
	"go/ast"
	"go/token"
	"reflect"
	"strings"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
)

// What types are made of types: by an expression, or part by part.

func arrayOf(length uint64, elem reflect.Type) (reflect.Type, error) {
	if length > MaxTypeSize || float64(length)*max(1, layout.Weight(elem)) > MaxTypeSize {
		return nil, status.Errorf(status.Limit, "an array of %d would be larger than %d bytes", length, MaxTypeSize)
	}
	return reflect.ArrayOf(int(length), elem), nil
}

func mapOf(key, elem reflect.Type) (reflect.Type, error) {
	if !key.Comparable() {
		return nil, status.Errorf(status.Unhashable, "a %s can not be a map's key", key)
	}
	return reflect.MapOf(key, elem), nil
}

// chanOf's directions are GOBRIDGE_CHAN_RECEIVE and _SEND, which are reflect's.
func chanOf(directions uint64, elem reflect.Type) (reflect.Type, error) {
	if directions == 0 || directions > uint64(reflect.BothDir) {
		return nil, status.Errorf(status.Argument, "directions: %d is neither GOBRIDGE_CHAN_RECEIVE nor _SEND nor both", directions)
	}
	return reflect.ChanOf(reflect.ChanDir(directions), elem), nil
}

// structOf takes fields without a PkgPath; the name of an embedded one is that of its type.
func structOf(fields []reflect.StructField) (reflect.Type, error) {
	size, promoted := 0.0, 0
	for i := range fields {
		f := &fields[i]
		if f.Anonymous {
			base := f.Type
			if base.Kind() == reflect.Pointer {
				base = base.Elem()
			}
			// reflect builds structs that embed an interface, and calling its methods then breaks the heap.
			if k := base.Kind(); base.Name() == "" || k == reflect.UnsafePointer || k == reflect.Interface {
				return nil, status.Errorf(status.Argument, "a %s can not be embedded", f.Type)
			}
			f.Name, _, _ = strings.Cut(base.Name(), "[")
			promoted += f.Type.NumMethod()
		}
		if !ast.IsExported(f.Name) {
			f.PkgPath = "gobridge"
		}
		if size += layout.Weight(f.Type); size > MaxTypeSize {
			return nil, status.Errorf(status.Limit, "a struct would be larger than %d bytes", MaxTypeSize)
		}
	}
	t := reflect.StructOf(fields)
	if t.NumMethod() > promoted { // it took unexported methods too, and whoever asks for their types ends the process
		return nil, status.Errorf(status.Argument, "a %s can not be embedded: reflect does not promote its methods rightly", fields[0].Type)
	}
	return t, nil
}

// give gives C a type that is made of parts, which are checked before: Go would write a name of any length.
func give(f *frame.Frame, parts []reflect.Type, build func() (reflect.Type, error)) (err error) {
	defer func() {
		if reason := recover(); reason != nil { // reflect refuses what Go's compiler would
			err = status.Errorf(status.Argument, "%s", strings.TrimPrefix(fmt.Sprint(reason), "reflect."))
		}
	}()
	name := 0
	for _, part := range parts {
		if name += len(part.String()); name > MaxExpression {
			return status.Errorf(status.Limit, "the type's name would have more than %d bytes", MaxExpression)
		}
	}
	for _, part := range parts {
		if levels(part) >= MaxDepth {
			return status.Errorf(status.TooDeep, "nested more than %d levels deep", MaxDepth)
		}
	}
	t, err := build()
	if err == nil {
		f.Result = uint64(Of(f, t).Ref)
	}
	return err
}

// levels is how deep the expression of a type is nested; its length is bounded, and so is the way through it.
func levels(t reflect.Type) int {
	below := 0
	inner := func(part reflect.Type) { below = max(below, levels(part)) }
	if t.Name() != "" {
		return 1
	}
	switch t.Kind() {
	case reflect.Map:
		inner(t.Key())
		inner(t.Elem())
	case reflect.Array, reflect.Chan, reflect.Pointer, reflect.Slice:
		inner(t.Elem())
	case reflect.Func:
		for i := 0; i < t.NumIn(); i++ {
			inner(t.In(i))
		}
		for i := 0; i < t.NumOut(); i++ {
			inner(t.Out(i))
		}
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			inner(t.Field(i).Type)
		}
	}
	return 1 + below
}

// madeOf answers a call that makes a type of one or two.
func madeOf(first, second string, build func(in *typesArgs, a, b reflect.Type) (reflect.Type, error)) func(*frame.Frame) error {
	return func(f *frame.Frame) error {
		in := frame.Args[typesArgs](f)
		a, err := At(f, in.First, first)
		if err != nil {
			return err
		}
		parts := []reflect.Type{a.Type.Type, nil}[:1]
		if second != "" {
			b, err := At(f, in.Second, second)
			if err != nil {
				return err
			}
			parts = append(parts, b.Type.Type)
		}
		return give(f, parts, func() (reflect.Type, error) { return build(in, parts[0], parts[len(parts)-1]) })
	}
}

const (
	maxParameters = 128     // reflect.FuncOf takes no more
	maxFields     = 1 << 14 // of a struct type that is made
)

// typesAt returns the types that references in C memory name.
func typesAt(f *frame.Frame, refs *frame.Ref, count uint64, argument string) (all []reflect.Type, err error) {
	if count > maxParameters {
		return nil, status.Errorf(status.Limit, "%s: %d, where %d are the most", argument, count, maxParameters)
	}
	cmem.Touch(unsafe.Pointer(refs), uintptr(count)*unsafe.Sizeof(*refs))
	for i, r := range unsafe.Slice(refs, count) {
		t, err := At(f, r, status.Item(argument, i))
		if err != nil {
			return nil, err
		}
		all = append(all, t.Type.Type)
	}
	return all, nil
}

func typeFuncOf(f *frame.Frame) error {
	in := frame.Args[funcTypeArgs](f)
	parameters, err := typesAt(f, in.Parameters, in.NParameters, "parameters")
	if err != nil {
		return err
	}
	results, err := typesAt(f, in.Results, in.NResults, "results")
	if err != nil {
		return err
	}
	return give(f, append(parameters, results...), func() (reflect.Type, error) {
		return reflect.FuncOf(parameters, results, in.Variadic != 0), nil
	})
}

func typeStructOf(f *frame.Frame) error {
	in := frame.Args[structTypeArgs](f)
	if in.Count > maxFields {
		return status.Errorf(status.Limit, "count: %d fields, where %d are the most", in.Count, maxFields)
	}
	cmem.Touch(unsafe.Pointer(in.Fields), uintptr(in.Count)*unsafe.Sizeof(*in.Fields))
	fields, parts, total := make([]reflect.StructField, in.Count), make([]reflect.Type, in.Count), uint64(0)
	for i, from := range unsafe.Slice(in.Fields, in.Count) {
		item := status.Item("fields", i)
		if from.Embedded > 1 || from.Reserved != [7]byte{} {
			return status.Errorf(status.Argument, "%s: embedded is neither 0 nor 1, or reserved is not 0", item)
		}
		t, err := At(f, from.Type, item+".type")
		if err != nil {
			return err
		}
		name, err := textAt(from.Name, from.NameLen, item+".name", &total)
		if err != nil {
			return err
		}
		tag, err := textAt(from.Tag, from.TagLen, item+".tag", &total)
		if err != nil {
			return err
		}
		switch {
		case from.Embedded != 0:
		case !token.IsIdentifier(name):
			return status.Errorf(status.Argument, "%s.name: %q is none", item, name)
		case !ast.IsExported(name):
			return status.Errorf(status.Unexported, "%s.name: %q is no name that Go exports", item, name)
		}
		parts[i] = t.Type.Type
		fields[i] = reflect.StructField{Name: name, Type: parts[i], Tag: reflect.StructTag(tag), Anonymous: from.Embedded != 0}
	}
	return give(f, parts, func() (reflect.Type, error) { return structOf(fields) })
}

// textAt copies a text of the host's; with those before, it is to be no longer than an expression.
func textAt(p unsafe.Pointer, len uint, argument string, total *uint64) (string, error) {
	if p == nil {
		return "", nil
	}
	if *total += uint64(len); uint64(len) > MaxExpression || *total > MaxExpression {
		return "", status.Errorf(status.Limit, "%s: the type's name would have more than %d bytes", argument, MaxExpression)
	}
	bytes, err := cmem.Bytes(p, uint64(len), argument)
	return string(bytes), err
}

// fits answers whether a value of a type would do for another.
func fits(does func(from, to reflect.Type) bool) func(*frame.Frame) error {
	return func(f *frame.Frame) error {
		in := frame.Args[typesArgs](f)
		from, err := At(f, in.First, "from")
		if err != nil {
			return err
		}
		to, err := At(f, in.Second, "to")
		if err == nil && does(from.Type.Type, to.Type.Type) {
			f.Result = 1
		}
		return err
	}
}
