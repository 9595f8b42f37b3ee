// Package async answers the calls about channels, tasks, iterators and contexts.
package async

import "gobridge/bridge/internal/frame"

// Ops answers the calls about channels, tasks, iterators and contexts.
var Ops = []frame.Op{
	{Name: "gobridge_chan_new", Run: chanNew},
	{Name: "gobridge_chan_len", Run: chanLen},
	{Name: "gobridge_chan_cap", Run: chanCap},
	{Name: "gobridge_chan_send", Run: chanSend},
	{Name: "gobridge_chan_receive", Run: chanReceive},
	{Name: "gobridge_chan_close", Run: chanClose},
	{Name: "gobridge_chan_select", Run: chanSelect},
	{Name: "gobridge_task_start", Run: taskStart},
	{Name: "gobridge_task_wait", Run: taskWait},
	{Name: "gobridge_task_done", Run: taskDone},
	{Name: "gobridge_task_descriptor", Run: taskDescriptor},
	{Name: "gobridge_task_on_done", Run: taskOnDone},
	{Name: "gobridge_task_cancel", Run: taskCancel},
	{Name: "gobridge_task_limit", Run: taskLimit},
	{Name: "gobridge_iter_new", Run: iterNew},
	{Name: "gobridge_iter_next", Run: iterNext},
	{Name: "gobridge_context_new", Run: contextNew},
	{Name: "gobridge_context_cancel", Run: contextCancel},
	{Name: "gobridge_context_with_value", Run: contextWithValue},
	{Name: "gobridge_context_value", Run: contextValue},
}
