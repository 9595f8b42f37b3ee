// Package arrow exports Go values to the Arrow C data interface and imports them from it.
package arrow

import "gobridge/bridge/internal/frame"

// Ops answers the calls about Arrow.
var Ops = []frame.Op{
	{Name: "gobridge_arrow_export", Run: export},
	{Name: "gobridge_arrow_import", Run: importRows},
}
