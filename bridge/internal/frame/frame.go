// Package frame carries calls from C: the mirrors of what crosses, the locks that a call takes, promises of batches,
// and the table of calls.
package frame

import (
	"strings"
	"unicode/utf8"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/status"
)

// Frame carries one call from C: the mirror of gobridge_frame in csrc/frame.h, which door.go has the compiler compare.
//
//gobridge:mirror gobridge_frame
type Frame struct {
	Op        uint32
	Status    status.Code
	Exclusive uint32  // in: 1 where no other thread has ever called
	Held      uint32  // the stripe of Stripes that this call holds, plus 1; 0 where none, or allStripes
	Slots             // the arguments; C memory is in or out as the call has it
	Result    uint64  // out: a number
	NewRef    Ref     // out: the reference that this call gave, 0 where none
	Thread    *Thread // in: the thread that calls
}

// Fail answers the call with what went wrong, under the name of the C function.
func (f *Frame) Fail(err error) {
	why := status.FailureOf(err)
	f.Note(why)
	write(f.Thread.Failure.Message[:], Ops[f.Op].Name+": "+why.Message)
	write(f.Thread.Failure.Stack[:], why.Stack)
}

// Note has the call answer with a failure's status: where only items failed, as its result.
func (f *Frame) Note(why *status.Failure) {
	if why.OfItems {
		f.Result = uint64(why.Code)
	} else {
		f.Status = why.Code
	}
}

// write fills C memory with a text that ends with NUL, cut before the character that does not fit. A text may be made of
// what the host or the system gave, which may be no UTF-8 and hold NULs.
func write(dst []byte, text string) {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", `\x00`)
	n := len(text)
	if n >= len(dst) {
		for n = len(dst) - 1; n > 0 && !utf8.RuneStart(text[n]); n-- {
		}
	}
	dst[copy(dst, text[:n])] = 0
}

// Bytes is the text that a call of that family hands in, in C memory.
func (f *Frame) Bytes() ([]byte, error) {
	in := Args[TextArgs](f)
	return cmem.Bytes(in.Text, in.Len, "len")
}
