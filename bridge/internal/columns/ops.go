// Package columns answers the calls over arrays: many keys, elements, arguments or boxes in one crossing.
package columns

import "gobridge/bridge/internal/frame"

// Ops answers the calls about columns.
var Ops = []frame.Op{
	{Name: "gobridge_map_get_n", Run: mapGetN},
	{Name: "gobridge_map_set_n", Run: mapSetN},
	{Name: "gobridge_map_build_n", Run: mapBuildN},
	{Name: "gobridge_map_get_or_set_n", Run: mapGetOrSetN},
	{Name: "gobridge_map_delete_n", Run: mapDeleteN},
	{Name: "gobridge_map_add_n", Run: mapAddN},
	{Name: "gobridge_map_next_n", Run: mapNextN},
	{Name: "gobridge_slice_read_n", Run: sliceReadN},
	{Name: "gobridge_slice_write_n", Run: sliceWriteN},
	{Name: "gobridge_slice_append_n", Run: sliceAppendN},
	{Name: "gobridge_call_n", Run: callN},
	{Name: "gobridge_value_box_n", Run: valueBoxN},
	{Name: "gobridge_value_get_n", Run: valueGetN},
}
