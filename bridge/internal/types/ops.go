// Package types answers the calls about types: expressions, names that programs give, and what C asks of a type.
package types

import (
	"reflect"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
)

// Ops answers the calls about types.
var Ops = []frame.Op{
	{Name: "gobridge_type_parse", Run: typeParse},
	{Name: "gobridge_type_of", Run: typeOf},
	{Name: "gobridge_type_name", Run: typeName},
	{Name: "gobridge_type_kind", Run: typeKind},
	{Name: "gobridge_type_layout", Run: typeLayout},
	{Name: "gobridge_type_describe", Run: typeDescribe},
	{Name: "gobridge_type_field", Run: typeField},
	{Name: "gobridge_type_method", Run: typeMethod},
	{Name: "gobridge_type_parameter", Run: typeOfSignature("parameter", reflect.Type.NumIn, reflect.Type.In)},
	{Name: "gobridge_type_result", Run: typeOfSignature("result", reflect.Type.NumOut, reflect.Type.Out)},
	{Name: "gobridge_type_pointer_to", Run: madeOf("elem", "", func(in *typesArgs, elem, _ reflect.Type) (reflect.Type, error) {
		return reflect.PointerTo(elem), nil
	})},
	{Name: "gobridge_type_slice_of", Run: madeOf("elem", "", func(in *typesArgs, elem, _ reflect.Type) (reflect.Type, error) {
		return reflect.SliceOf(elem), nil
	})},
	{Name: "gobridge_type_array_of", Run: madeOf("elem", "", func(in *typesArgs, elem, _ reflect.Type) (reflect.Type, error) {
		if length := int64(in.Number); length < 0 {
			return nil, status.Errorf(status.Limit, "len is %d", length)
		}
		return arrayOf(in.Number, elem)
	})},
	{Name: "gobridge_type_map_of", Run: madeOf("key", "elem", func(in *typesArgs, key, elem reflect.Type) (reflect.Type, error) {
		return mapOf(key, elem)
	})},
	{Name: "gobridge_type_chan_of", Run: madeOf("elem", "", func(in *typesArgs, elem, _ reflect.Type) (reflect.Type, error) {
		return chanOf(in.Number, elem)
	})},
	{Name: "gobridge_type_func_of", Run: typeFuncOf},
	{Name: "gobridge_type_struct_of", Run: typeStructOf},
	{Name: "gobridge_type_assignable", Run: fits(reflect.Type.AssignableTo)},
	{Name: "gobridge_type_convertible", Run: fits(reflect.Type.ConvertibleTo)},
}
