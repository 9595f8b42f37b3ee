// Package status is how a handler says no: the statuses of the C API, failures with messages, and what a panic
// becomes.
package status

import (
	"errors"
	"fmt"
	"runtime/debug"
)

// Item names an item of an array in a message.
func Item(argument string, i int) string { return fmt.Sprintf("%s[%d]", argument, i) }

// Code is a gobridge_status. The order is that of GOBRIDGE_STATUSES in include/gobridge/status.h, and a test reads
// the header to see that it is.
type Code int32

const (
	OK Code = iota
	Null
	NilRef
	StaleRef
	ForgedRef
	WrongKind
	WrongType
	Syntax
	TooDeep
	UnknownType
	Unhashable
	Nil
	Range
	NotFast
	NotImplemented
	IteratorEnd
	MapReleased
	Scope
	Panic
	Forked
	NoMemory
	Unsupported
	UnknownName
	Unexported
	Count
	Returned
	Goexit
	Timeout
	Closed
	Busy
	TooSmall
	System
	Batch
	Skipped
	Index
	Limit
	Argument
	Address
	NoCallback
	Interrupted
)

// Failure is how a handler says no.
type Failure struct {
	Code           Code
	Message, Stack string
	OfItems        bool  // the call was done, but for some of its items
	Cause          error // what Go code returned or panicked with; nil where it was no error
}

// Error is the message.
func (f *Failure) Error() string { return f.Message }

// Errorf makes a failure with a status and a message.
func Errorf(s Code, format string, args ...any) error {
	return &Failure{Code: s, Message: fmt.Sprintf(format, args...)}
}

// ReturnedBy is the failure of a call of a Go function whose last result is an error, nil where that is nil.
func ReturnedBy(err error) error {
	if err == nil {
		return nil
	}
	return &Failure{Code: Returned, Message: err.Error(), Cause: err}
}

// OutOf is the status of a number of things that is less than the least there can be, or more than the most.
func OutOf(n, least int64) Code {
	if n < least {
		return Argument
	}
	return Limit
}

// About names the argument that a failure is about.
func About(argument string, err error) error {
	if err == nil {
		return nil
	}
	why := *FailureOf(err)
	why.Message = argument + ": " + why.Message
	return &why
}

// FailureOf is the failure in an error; one that is none stands for a panic.
func FailureOf(err error) *Failure {
	var why *Failure
	if !errors.As(err, &why) {
		why = &Failure{Code: Panic, Message: err.Error()}
	}
	return why
}

// Exited is what a call of a Go function fails with that called runtime.Goexit.
var Exited = Errorf(Goexit, "a Go function called runtime.Goexit")

// Panicked is what a panic fails with, asked for while the panic is handled: its stack is still there.
func Panicked(reason any) error {
	if fault, is := reason.(interface{ Addr() uintptr }); is { // the runtime's, for an address past the first page
		where := "an address that was given"
		if fault.Addr() != 0 { // which the processor does not tell of all
			where = fmt.Sprintf("%#x", fault.Addr())
		}
		return &Failure{Code: Address, Message: "nothing lies at " + where, Stack: string(debug.Stack())}
	}
	cause, _ := reason.(error)
	return &Failure{Code: Panic, Message: "panic: " + fmt.Sprint(reason), Stack: string(debug.Stack()), Cause: cause}
}
