package frame

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
)

// LockStripe takes a stripe's lock until UnlockStripe or the end of the call, unless no other thread can want it. A call never holds
// two, but for one that holds all.
func (f *Frame) LockStripe(stripe uint32) {
	if f.Exclusive == 0 {
		lockStripe(f, stripe)
	}
}

// lockStripe is apart so that the compiler inlines the method for those who are alone.
//
//go:noinline
func lockStripe(f *Frame, stripe uint32) {
	if f.Held == stripe+1 || f.Held == allStripes { // kept from the operation before, in a batch, or held with all others
		return
	}
	f.Unlock()
	if !f.holdsAll() {
		Stripes[stripe].lock()
		f.Held = stripe + 1
	}
}

// allStripes is what a call holds that holds every stripe.
const allStripes = math.MaxUint32

// AllLocksHolder is the thread that holds every stripe.
var AllLocksHolder atomic.Pointer[Thread]

// holdsAll tells whether this call's thread holds every stripe already: a method of a value that it walks over has
// called the host, and the host this library.
func (f *Frame) holdsAll() bool {
	w := AllLocksHolder.Load()
	return w != nil && w == f.Thread
}

// LockAll takes every stripe's lock until Unlock or the end of the call, for a walk over whatever a value leads to.
// Others wait for no stripe while they hold one, and two walks take them in the same order, so no two calls wait for
// each other.
func (f *Frame) LockAll() {
	if f.Held == allStripes {
		return
	}
	f.Unlock()
	if f.Exclusive != 0 || f.holdsAll() {
		return
	}
	for i := range Stripes {
		Stripes[i].lock()
	}
	AllLocksHolder.Store(f.Thread)
	f.Held = allStripes
}

// UnlockStripe releases what hold took, before the end of the call. A walk that holds all stripes goes on holding them.
func (f *Frame) UnlockStripe() {
	if f.Held != 0 && f.Held != allStripes {
		unlock(f)
	}
}

// Unlock releases what LockStripe or LockAll took.
func (f *Frame) Unlock() {
	if f.Held != 0 {
		unlock(f)
	}
}

func unlock(f *Frame) {
	if f.Held == allStripes {
		AllLocksHolder.Store(nil)
		for i := range Stripes {
			Stripes[i].unlock()
		}
	} else {
		Stripes[f.Held-1].unlock()
	}
	f.Held = 0
}

// LockMutex takes a lock, unless no other thread can want it.
func (f *Frame) LockMutex(mu *sync.Mutex) {
	if f.Exclusive == 0 {
		lockMutex(mu)
	}
}

// UnlockMutex releases what lock took.
func (f *Frame) UnlockMutex(mu *sync.Mutex) {
	if f.Exclusive == 0 {
		mu.Unlock()
	}
}

// lockMutex is apart so that the compiler inlines the method for those who are alone.
//
//go:noinline
func lockMutex(mu *sync.Mutex) { mu.Lock() }

// Stripes guard all memory that C shares between threads: whoever reads or writes a map or a variable holds the one
// of its address. Many references may name one map, so the lock belongs to the map, not to them; and as no one ever
// holds two, sharing one costs waiting at worst.
var Stripes [stripeCount]Stripe

const stripeCount = 512 //gobridge:mirror GOBRIDGE_STRIPES

// Stripe is one of them. C reads maps without the lock, and sees by the count whether anyone had it meanwhile; or takes it for as long
// as it takes to change an element (csrc/lookup.c).
//
//gobridge:mirror gobridge_stripe
type Stripe struct {
	sync.Mutex
	sequence uint32   // odd while the lock is held
	_        [52]byte // a cache line each
}

// heldByC is the bit of the count that is set while C has the lock.
const heldByC = 1 << 31 //gobridge:mirror GOBRIDGE_HELD_BY_C

func (s *Stripe) lock() {
	s.Mutex.Lock()
	for {
		s.waitForC()
		if free := atomic.LoadUint32(&s.sequence); free&heldByC == 0 && atomic.CompareAndSwapUint32(&s.sequence, free, free+1) {
			return
		}
	}
}

func (s *Stripe) unlock() {
	s.sequence = (s.sequence + 1) &^ heldByC // no one else writes it while it is odd, and what follows is a barrier
	s.Mutex.Unlock()
}

func (s *Stripe) waitForC() {
	for tries := 0; atomic.LoadUint32(&s.sequence)&heldByC != 0; tries++ {
		if tries > 30 {
			runtime.Gosched()
		}
	}
}

// WaitForC returns once C changes nothing any more that lies at an address and that it saw before.
func WaitForC(at uintptr) { Stripes[stripeAt(at)].waitForC() }

// StripeOf is the stripe that guards what lies at an address.
func StripeOf(p unsafe.Pointer) uint32 { return stripeAt(uintptr(p)) }

func stripeAt(address uintptr) uint32 {
	const golden = 0x9E3779B1
	return uint32(address>>4) * golden >> 23
}
