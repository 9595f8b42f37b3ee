package bridge

import (
	"errors"
	"fmt"
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
