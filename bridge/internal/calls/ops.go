package calls

import "gobridge/bridge/internal/frame"

// Ops answers the calls about registered functions.
var Ops = []frame.Op{
	{Name: "gobridge_func_find", Run: funcFind},
	{Name: "gobridge_func_names", Run: funcNames},
	{Name: "gobridge_call", Run: funcCall},
}
