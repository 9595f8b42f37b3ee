package bridge

import (
	"errors"
	"fmt"
	"runtime/debug"
)

// status is a gobridge_status. The order is that of GOBRIDGE_STATUSES in include/gobridge/status.h, and a test reads
// the header to see that it is.
type status int32

const (
	ok status = iota
	errNull
	errNilRef
	errStaleRef
	errForgedRef
	errWrongKind
	errWrongType
	errSyntax
	errTooDeep
	errUnknownType
	errUnhashable
	errNil
	errRange
	errNotFast
	errNotImplemented
	errIteratorEnd
	errMapReleased
	errScope
	errPanic
	errForked
	errNoMemory
	errUnsupported
	errUnknownName
	errUnexported
	errCount
	errReturned
	errGoexit
	errTimeout
	errClosed
	errBusy
	errTooSmall
	errSystem
	errBatch
	errSkipped
)

// failure is how a handler says no.
type failure struct {
	status         status
	message, stack string
	ofItems        bool // the call was done, but for some of its items
}

func (f *failure) Error() string { return f.message }

func failf(s status, format string, args ...any) error {
	return &failure{status: s, message: fmt.Sprintf(format, args...)}
}

// about names the argument that a failure is about.
func about(argument string, err error) error {
	if err == nil {
		return nil
	}
	why := *asFailure(err)
	why.message = argument + ": " + why.message
	return &why
}

func asFailure(err error) *failure {
	var why *failure
	if !errors.As(err, &why) {
		why = &failure{status: errPanic, message: err.Error()}
	}
	return why
}

// errExited is what a call of a Go function fails with that called runtime.Goexit.
var errExited = failf(errGoexit, "a Go function called runtime.Goexit")

// panicked is what a panic fails with, asked for while the panic is handled: its stack is still there.
func panicked(reason any) error {
	return &failure{status: errPanic, message: "panic: " + fmt.Sprint(reason), stack: string(debug.Stack())}
}
