// Package value converts between Go values and those of C, and answers the calls about values, variables and views.
package value

import "gobridge/bridge/internal/frame"

// Ops answers the calls about values.
var Ops = []frame.Op{
	{Name: "gobridge_value_new", Run: valueNew},
	{Name: "gobridge_value_box", Run: valueBox},
	{Name: "gobridge_value_get", Run: valueGet},
	{Name: "gobridge_value_view", Run: valueView},
	{Name: "gobridge_value_load", Run: valueLoad},
	{Name: "gobridge_value_store", Run: valueStore},
	{Name: "gobridge_value_release", Run: valueRelease},
	{Name: "gobridge_value_make", Run: valueMake},
	{Name: "gobridge_value_follow", Run: valueFollow},
	{Name: "gobridge_value_set", Run: valueSet},
	{Name: "gobridge_value_copy", Run: valueCopy},
	{Name: "gobridge_ref_dup", Run: refDup},
	{Name: "gobridge_ref_kind", Run: refKind},
	{Name: "gobridge_ref_identity", Run: refIdentity},
	{Name: "gobridge_reflect_unsafe_New", Run: valueNew},
	{Name: "gobridge_reflect_typedmemmove", Run: valueMove},
	{Name: "gobridge_reflect_typedmemclr", Run: valueClear},
}
