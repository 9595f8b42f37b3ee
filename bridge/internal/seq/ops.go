// Package seq answers the calls about slices, arrays and structs.
package seq

import "gobridge/bridge/internal/frame"

// Ops answers the calls about slices and structs.
var Ops = []frame.Op{
	{Name: "gobridge_slice_new", Run: sliceNew},
	{Name: "gobridge_slice_len", Run: sliceLen},
	{Name: "gobridge_slice_cap", Run: sliceCap},
	{Name: "gobridge_slice_get", Run: sliceGet},
	{Name: "gobridge_slice_text", Run: sliceText},
	{Name: "gobridge_slice_set", Run: sliceSet},
	{Name: "gobridge_slice_at", Run: sliceAt},
	{Name: "gobridge_slice_append", Run: sliceAppend},
	{Name: "gobridge_slice_sub", Run: sliceSub},
	{Name: "gobridge_slice_view", Run: sliceView},
	{Name: "gobridge_reflect_unsafe_NewArray", Run: sliceOfVariables},
	{Name: "gobridge_reflect_typedslicecopy", Run: sliceCopy},
	{Name: "gobridge_reflect_growslice", Run: sliceGrow},
	{Name: "gobridge_struct_get", Run: structGet(fieldByName)},
	{Name: "gobridge_struct_get_at", Run: structGet(fieldByIndex)},
	{Name: "gobridge_struct_text", Run: structText},
	{Name: "gobridge_struct_set", Run: structSet(fieldByName)},
	{Name: "gobridge_struct_set_at", Run: structSet(fieldByIndex)},
	{Name: "gobridge_struct_at", Run: structAt},
}
