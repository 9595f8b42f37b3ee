// Package calls registers Go functions and calls them, where it can without reflect.
package calls

import "gobridge/bridge/internal/frame"

// Ops answers the calls about registered functions.
var Ops = []frame.Op{
	{Name: "gobridge_func_find", Run: funcFind},
	{Name: "gobridge_func_names", Run: funcNames},
	{Name: "gobridge_call", Run: funcCall},
	{Name: "gobridge_call_catch", Run: callCatch},
	{Name: "gobridge_call_spread", Run: callSpread},
	{Name: "gobridge_typed_call", Run: funcCall}, // by the functions that gobridge build makes
	{Name: "gobridge_typed_call_spread", Run: callSpread},
	{Name: "gobridge_typed_numbers", Run: callNumbers},
	{Name: "gobridge_typed_plain", Run: callTyped},
	{Name: "gobridge_func_register", Run: funcRegister},
}
