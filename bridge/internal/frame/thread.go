package frame

import "unsafe"

// Thread is the mirror of gobridge_host_thread: what a thread of the host's has for Go in every call.
//
//gobridge:mirror gobridge_host_thread
type Thread struct {
	Queue       Queue          // what is to be released before
	Backtrace   *Backtrace     // from where the host calls; nil but in debug mode
	Batch       *Batch         // the innermost one that the thread runs; nil where it runs none
	Interrupted *uint32        // 1: its wait, or else the next one, is to end; nil where the host has no name for the thread
	Shelf       unsafe.Pointer // where the texts lie that it received last; nil until there is one
	Failure     Report         // where the call says what went wrong
}

// NoThread is what calls of Go code have that runs on a thread which has never called this library. Many may have it at once.
var NoThread Thread

// Backtrace is return addresses in the host, innermost first; 0 after the last one.
type Backtrace [8]uintptr

// Report is the mirror of gobridge_failure.
//
//gobridge:mirror gobridge_failure
type Report struct {
	Message [1024]byte
	Stack   [7168]byte
}

// Queue is the mirror of gobridge_queue: references that C has released without a call.
//
//gobridge:mirror gobridge_queue
type Queue struct {
	Len  uint64
	Refs [256]Ref
}
