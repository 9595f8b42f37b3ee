// Package iface answers the calls about interfaces, methods and boxes.
package iface

import "gobridge/bridge/internal/frame"

// Ops answers the calls about interfaces.
var Ops = []frame.Op{
	{Name: "gobridge_iface_implements", Run: ifaceImplements},
	{Name: "gobridge_iface_call", Run: ifaceCall},
	{Name: "gobridge_iface_method", Run: ifaceMethod},
	{Name: "gobridge_runtime_getitab", Run: getitab},
	{Name: "gobridge_runtime_convT64", Run: ConvT64},
	{Name: "gobridge_runtime_convTstring", Run: convTstring},
	{Name: "gobridge_runtime_convTslice", Run: convTslice},
	{Name: "gobridge_reflect_ifaceE2I", Run: ifaceSet},
}
