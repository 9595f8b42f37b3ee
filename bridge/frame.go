package bridge

import (
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
	"unsafe"
)

// frame carries one call from C: the mirror of gobridge_frame in csrc/frame.h, which door.go has the compiler compare.
//
//gobridge:mirror gobridge_frame
type frame struct {
	op      uint32
	status  status
	alone   uint32         // in: 1 where no other thread has ever called
	held    uint32         // the stripe of lockStripes that this call holds, plus 1; 0 where none, or allStripes
	a, b, c uint64         // in: references and numbers
	result  uint64         // out: a number
	p, q    unsafe.Pointer // C memory, in or out as the call has it
	made    ref            // out: the reference that this call gave, 0 where none
	caller  *caller        // in: the thread that calls
}

// caller is the mirror of gobridge_host_thread: what a thread of the host's has for Go in every call.
//
//gobridge:mirror gobridge_host_thread
type caller struct {
	queue   queue    // what is to be released before
	callers *callers // from where the host calls; nil but in debug mode
	batch   *batch   // the innermost one that the thread runs; nil where it runs none
	failure report   // where the call says what went wrong
}

// callers is return addresses in the host, innermost first; 0 after the last one.
type callers [8]uintptr

// report is the mirror of gobridge_failure.
//
//gobridge:mirror gobridge_failure
type report struct {
	message [1024]byte
	stack   [7168]byte
}

// hold takes a stripe's lock until letGo or the end of the call, unless no other thread can want it. A call never holds
// two, but for one that holds all.
func (f *frame) hold(stripe uint32) {
	if f.alone == 0 {
		hold(f, stripe)
	}
}

// hold is apart so that the compiler inlines the method for those who are alone.
//
//go:noinline
func hold(f *frame, stripe uint32) {
	if f.held == stripe+1 || f.held == allStripes { // kept from the operation before, in a batch, or held with all others
		return
	}
	f.letGo()
	if !f.isWalker() {
		lockStripes[stripe].Lock()
		f.held = stripe + 1
	}
}

// allStripes is what a call holds that holds every stripe.
const allStripes = math.MaxUint32

// walker is the thread that holds every stripe.
var walker atomic.Pointer[caller]

// isWalker tells whether this call's thread holds every stripe already: a method of a value that it walks over has
// called the host, and the host this library.
func (f *frame) isWalker() bool {
	w := walker.Load()
	return w != nil && w == f.caller
}

// holdAll takes every stripe's lock until letGo or the end of the call, for a walk over whatever a value leads to.
// Others wait for no stripe while they hold one, and two walks take them in the same order, so no two calls wait for
// each other.
func (f *frame) holdAll() {
	if f.held == allStripes {
		return
	}
	f.letGo()
	if f.alone != 0 || f.isWalker() {
		return
	}
	for i := range lockStripes {
		lockStripes[i].Lock()
	}
	walker.Store(f.caller)
	f.held = allStripes
}

// letGoStripe releases what hold took, before the end of the call. A walk that holds all stripes goes on holding them.
func (f *frame) letGoStripe() {
	if f.held != 0 && f.held != allStripes {
		letGo(f)
	}
}

// letGo releases what hold or holdAll took.
func (f *frame) letGo() {
	if f.held != 0 {
		letGo(f)
	}
}

func letGo(f *frame) {
	if f.held == allStripes {
		walker.Store(nil)
		for i := range lockStripes {
			lockStripes[i].Unlock()
		}
	} else {
		lockStripes[f.held-1].Unlock()
	}
	f.held = 0
}

// lock takes a lock, unless no other thread can want it.
func (f *frame) lock(mu *sync.Mutex) {
	if f.alone == 0 {
		lock(mu)
	}
}

// unlock releases what lock took.
func (f *frame) unlock(mu *sync.Mutex) {
	if f.alone == 0 {
		mu.Unlock()
	}
}

// lock is apart so that the compiler inlines the method for those who are alone.
//
//go:noinline
func lock(mu *sync.Mutex) { mu.Lock() }

// fail answers the call with what went wrong, under the name of the C function.
func (f *frame) fail(err error) {
	why := asFailure(err)
	f.note(why)
	write(f.caller.failure.message[:], ops[f.op].name+": "+why.message)
	write(f.caller.failure.stack[:], why.stack)
}

// note has the call answer with a failure's status: where only items failed, as its result.
func (f *frame) note(why *failure) {
	if why.ofItems {
		f.result = uint64(why.status)
	} else {
		f.status = why.status
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

// op is a call that crosses.
type op struct {
	name string             // of the C function
	run  func(*frame) error // answers it

	// Whether it takes the lock of the map f.a and, while it has it, no other, runs no code of the host's and waits for
	// nothing: a batch keeps the lock from one of them to the next.
	oneLock bool
}

// ops is the calls by number, as C has them.
var ops []op
