// Package symbols answers the calls of the linkname set that are about no Go value: clocks, random numbers, hashes
// and bytes.
package symbols

import "gobridge/bridge/internal/frame"

// Ops answers the calls for symbols that are about no Go value.
var Ops = []frame.Op{
	{Name: "gobridge_runtime_memequal", Run: memoryEqual},
	{Name: "gobridge_runtime_memhash", Run: memoryHash},
	{Name: "gobridge_runtime_strhash", Run: stringHash},
	{Name: "gobridge_runtime_iscgo", Run: runtimeIscgo},
	{Name: "gobridge_runtime_set_crosscall2", Run: runtimeSetCrosscall2},
	{Name: "gobridge_runtime_cgocall", Run: runtimeCgocall},
	{Name: "gobridge_math_Float32bits", Run: mathFloat32bits},
	{Name: "gobridge_runtime_nanotime", Run: runtimeNanotime},
	{Name: "gobridge_time_now", Run: timeNow},
	{Name: "gobridge_runtime_rand", Run: runtimeRand},
	{Name: "gobridge_runtime_cheaprand", Run: runtimeCheaprand},
	{Name: "gobridge_runtime_cheaprandn", Run: runtimeCheaprandn},
}
