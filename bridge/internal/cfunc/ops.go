// Package cfunc calls C functions from Go and makes C functions of Go funcs, by libffi in the C layer.
package cfunc

import "gobridge/bridge/internal/frame"

// Ops answers the calls about C functions.
var Ops = []frame.Op{
	{Name: "gobridge_cfunc_new", Run: cfuncNew},
	{Name: "gobridge_cfunc_new_with", Run: cfuncNewWith},
	{Name: "gobridge_cfunc_pointer", Run: cfuncPointer},
	{Name: "gobridge_cfunc_closure", Run: cfuncClosure},
}
