package frame

// Thread is the mirror of gobridge_host_thread: what a thread of the host's has for Go in every call.
//
//gobridge:mirror gobridge_host_thread
type Thread struct {
	Queue       Queue      // what is to be released before
	Backtrace   *Backtrace // from where the host calls; nil but in debug mode
	Batch       *Batch     // the innermost one that the thread runs; nil where it runs none
	Interrupted *uint32    // 1: its wait, or else the next one, is to end; nil where the host has no name for the thread
	Failure     Report     // where the call says what went wrong
}

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
