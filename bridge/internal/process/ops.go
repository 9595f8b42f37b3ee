// Package process answers the calls about the process: processors, memory, goroutines and profiles.
package process

import "gobridge/bridge/internal/frame"

// Ops answers the calls about the process.
var Ops = []frame.Op{
	{Name: "gobridge_go_maxprocs", Run: goMaxprocs},
	{Name: "gobridge_go_gc_percent", Run: goGCPercent},
	{Name: "gobridge_go_memory_limit", Run: goMemoryLimit},
	{Name: "gobridge_go_collect", Run: goCollect},
	{Name: "gobridge_go_memory", Run: goMemory},
	{Name: "gobridge_go_goroutines", Run: goGoroutines},
	{Name: "gobridge_go_stacks", Run: goStacks},
	{Name: "gobridge_set_fatal_handler", Run: setFatalHandler},
	{Name: "gobridge_thread_attach", Run: threadAttach},
	{Name: "gobridge_setenv", Run: setenv},
	{Name: "gobridge_getenv", Run: getenv},
	{Name: "gobridge_go_profile_cpu", Run: goProfileCPU},
	{Name: "gobridge_go_profile_cpu_stop", Run: goProfileCPUStop},
	{Name: "gobridge_go_profile_heap", Run: goProfileHeap},
}
