package types

import (
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
)

func typeParse(f *frame.Frame) error {
	t, err := Expression(f)
	if err != nil {
		return status.About("expression", err)
	}
	f.Result = uint64(Of(f, t).Ref)
	return nil
}

func typeOf(f *frame.Frame) error {
	in := frame.Args[frame.RefArgs](f)
	object, err := ref.Object(f, in.Ref, "ref")
	if err != nil {
		return err
	}
	t, isType := object.(*Object)
	if !isType {
		v, err := ref.ValueOf(object, "ref")
		if err != nil {
			return err
		}
		t = Of(f, v.Type())
	}
	f.Result = uint64(t.Ref)
	return nil
}

func typeName(f *frame.Frame) error {
	in := frame.Args[queryArgs](f)
	t, err := At(f, in.Type, "type")
	if err == nil {
		*(*uintptr)(in.Out) = uintptr(unsafe.Pointer(t.name))
	}
	return err
}

func typeKind(f *frame.Frame) error {
	in := frame.Args[queryArgs](f)
	t, err := At(f, in.Type, "type")
	if err == nil {
		f.Result = uint64(t.Kind())
	}
	return err
}

func typeLayout(f *frame.Frame) error {
	in := frame.Args[queryArgs](f)
	t, err := At(f, in.Type, "type")
	if err != nil {
		return err
	}
	f.Result = uint64(t.Size)
	if !t.Plain {
		f.Result = uint64(unsafe.Sizeof(frame.Value{}))
	}
	*(*bool)(in.Out) = t.Plain
	return nil
}

// TypeInfo, FieldInfo and MethodInfo are the mirrors of gobridge_type_info, gobridge_type_field_info and
// gobridge_type_method_info.
//
//gobridge:mirror gobridge_type_info
type TypeInfo struct {
	Size, Kind                         uint32
	Plain, Named, Comparable, Variadic bool
	CanReceive, CanSend                bool
	Align, Fields, Methods             uint32
	Parameters, Results                uint32
	Bytes                              uint64
	Len                                int64
	Key, Elem                          frame.Ref
	Name, PackagePath                  uintptr
}

//gobridge:mirror gobridge_type_field_info
type FieldInfo struct {
	Size               uint32
	Exported, Embedded bool
	Name, Tag          uintptr
	Type               frame.Ref
	Offset             uint64
}

//gobridge:mirror gobridge_type_method_info
type MethodInfo struct {
	Size     uint32
	Exported bool
	Name     uintptr
	Type     frame.Ref
}

// What 1.0 had of each: the least that a host may have.
const (
	typeInfo1   = unsafe.Offsetof(TypeInfo{}.PackagePath) + unsafe.Sizeof(TypeInfo{}.PackagePath)
	fieldInfo1  = unsafe.Offsetof(FieldInfo{}.Offset) + unsafe.Sizeof(FieldInfo{}.Offset)
	methodInfo1 = unsafe.Offsetof(MethodInfo{}.Type) + unsafe.Sizeof(MethodInfo{}.Type)
)

func typeDescribe(f *frame.Frame) error {
	in := frame.Args[queryArgs](f)
	t, err := At(f, in.Type, "type")
	if err != nil {
		return err
	}
	info := TypeInfo{
		Kind:        uint32(t.Kind()),
		Bytes:       uint64(t.Size),
		Align:       uint32(t.Align()),
		Name:        uintptr(unsafe.Pointer(t.name)),
		PackagePath: uintptr(unsafe.Pointer(Lasting(f, t.PkgPath()))),
		Methods:     uint32(t.NumMethod()),
		Comparable:  t.Comparable(),
		Named:       t.Name() != "",
		Plain:       t.Plain,
	}
	switch t.Kind() {
	case reflect.Array:
		info.Len = int64(t.Len())
		info.Elem = Of(f, t.Elem()).Ref
	case reflect.Map:
		info.Key = Of(f, t.Key()).Ref
		info.Elem = Of(f, t.Elem()).Ref
	case reflect.Chan:
		info.CanReceive = t.ChanDir()&reflect.RecvDir != 0
		info.CanSend = t.ChanDir()&reflect.SendDir != 0
		info.Elem = Of(f, t.Elem()).Ref
	case reflect.Pointer, reflect.Slice:
		info.Elem = Of(f, t.Elem()).Ref
	case reflect.Func:
		info.Parameters, info.Results = uint32(t.NumIn()), uint32(t.NumOut())
		info.Variadic = t.IsVariadic()
	case reflect.Struct:
		info.Fields = uint32(t.NumField())
	}
	return cmem.FillSized(in.Out, "info", typeInfo1, info)
}

// partOf returns a type of a kind that has numbered parts, where it has one with the number that the call has as index.
func partOf(f *frame.Frame, kind reflect.Kind, parts string, count func(reflect.Type) int) (*Object, error) {
	in := frame.Args[queryArgs](f)
	t, err := At(f, in.Type, "type")
	if err != nil {
		return nil, err
	}
	if kind != reflect.Invalid && t.Kind() != kind {
		return nil, status.Errorf(status.WrongKind, "type is %s, not a %s type", ref.Describe(t), kind)
	}
	if n := count(t.Type.Type); in.Index >= uint64(n) {
		return nil, status.Errorf(status.Index, "index is %d; %s has %d %ss", in.Index, t, n, parts)
	}
	return t, nil
}

func typeField(f *frame.Frame) error {
	in := frame.Args[queryArgs](f)
	t, err := partOf(f, reflect.Struct, "field", reflect.Type.NumField)
	if err != nil {
		return err
	}
	field := t.Field(int(in.Index))
	return cmem.FillSized(in.Out, "field", fieldInfo1, FieldInfo{
		Exported: field.IsExported(),
		Embedded: field.Anonymous,
		Name:     uintptr(unsafe.Pointer(Lasting(f, field.Name))),
		Tag:      uintptr(unsafe.Pointer(Lasting(f, string(field.Tag)))),
		Type:     Of(f, field.Type).Ref,
		Offset:   uint64(field.Offset),
	})
}

func typeMethod(f *frame.Frame) error {
	in := frame.Args[queryArgs](f)
	t, err := partOf(f, reflect.Invalid, "method", reflect.Type.NumMethod)
	if err != nil {
		return err
	}
	method := t.Method(int(in.Index))
	signature := method.Type
	if t.Kind() != reflect.Interface { // it has the receiver as its first parameter
		signature = reflect.Zero(t.Type.Type).Method(method.Index).Type()
	}
	return cmem.FillSized(in.Out, "method", methodInfo1, MethodInfo{
		Exported: method.IsExported(),
		Name:     uintptr(unsafe.Pointer(Lasting(f, method.Name))),
		Type:     Of(f, signature).Ref,
	})
}

// typeOfSignature returns the types that a func type's parameters or results have.
func typeOfSignature(parts string, count func(reflect.Type) int, at func(reflect.Type, int) reflect.Type) func(*frame.Frame) error {
	return func(f *frame.Frame) error {
		in := frame.Args[queryArgs](f)
		t, err := partOf(f, reflect.Func, parts, count)
		if err == nil {
			f.Result = uint64(Of(f, at(t.Type.Type, int(in.Index))).Ref)
		}
		return err
	}
}
