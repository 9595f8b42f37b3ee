// Package text answers the calls that print, parse, compare and encode values, and those about errors and time.
package text

import "gobridge/bridge/internal/frame"

// Ops answers the calls about text, comparing, errors and time.
var Ops = []frame.Op{
	{Name: "gobridge_value_from_time", Run: valueFromTime},
	{Name: "gobridge_value_to_time", Run: valueToTime},
	{Name: "gobridge_ref_list", Run: refList},
	{Name: "gobridge_value_print", Run: valuePrint},
	{Name: "gobridge_value_read", Run: valueRead},
	{Name: "gobridge_value_from_text", Run: valueFromText},
	{Name: "gobridge_value_to_text", Run: valueToText},
	{Name: "gobridge_value_from_json", Run: valueFromJSON},
	{Name: "gobridge_value_to_json", Run: valueToJSON},
	{Name: "gobridge_value_equal", Run: valueEqual},
	{Name: "gobridge_value_compare", Run: valueCompare},
	{Name: "gobridge_value_hash", Run: valueHash},
	{Name: "gobridge_error_new", Run: errorNew},
	{Name: "gobridge_error_wrap", Run: errorWrap},
	{Name: "gobridge_error_message", Run: errorMessage},
	{Name: "gobridge_error_is", Run: errorIs},
	{Name: "gobridge_error_as", Run: errorAs},
	{Name: "gobridge_error_unwrap", Run: errorUnwrap},
}
