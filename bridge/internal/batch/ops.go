// Package batch runs the calls that C has recorded.
package batch

import "gobridge/bridge/internal/frame"

// Ops answers the calls about batches.
var Ops = []frame.Op{
	{Name: "gobridge_batch_run", Run: batchRun},
}
