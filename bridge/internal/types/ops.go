// Package types answers the calls about types: expressions, names that programs give, and what C asks of a type.
package types

import (
	"reflect"

	"gobridge/bridge/internal/frame"
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
}
