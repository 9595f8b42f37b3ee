package frame

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
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
	sequence uint32   // odd while the lock is held
	waiting  uint32   // 1 where who frees the lock in Go must tell
	hungry   uint32   // 1 where who waits has waited for so long that no one may come before
	_        [52]byte // a cache line each
}

// heldByC is the bit of the count that is set while C has the lock.
const heldByC = 1 << 31 //gobridge:mirror GOBRIDGE_HELD_BY_C

// queue is where goroutines wait for a stripe: one for the lock, and all others for that one's place.
type queue struct {
	place sync.Mutex
	freed chan struct{} // nil until someone has waited
}

var queues [stripeCount]queue

func (s *Stripe) queue() *queue {
	return &queues[(uintptr(unsafe.Pointer(s))-uintptr(unsafe.Pointer(&Stripes)))/unsafe.Sizeof(*s)]
}

// IsHeld tells whether Go or C has the lock.
func (s *Stripe) IsHeld() bool { return atomic.LoadUint32(&s.sequence)&1 != 0 }

// patience is for how long one waits while others, who are quicker, take the lock again and again.
const patience = time.Millisecond

func (s *Stripe) lock() {
	if atomic.LoadUint32(&s.hungry) != 0 || !s.try() {
		s.wait()
	}
}

// try takes the lock if it is free.
func (s *Stripe) try() bool {
	free := atomic.LoadUint32(&s.sequence)
	return free&1 == 0 && atomic.CompareAndSwapUint32(&s.sequence, free, free+1)
}

// wait takes the lock when it is free.
func (s *Stripe) wait() {
	q := s.queue()
	q.place.Lock()
	defer q.place.Unlock()
	for tries := 0; tries < 30; tries++ { // most have it for less time than it takes to stop here and go on
		if s.try() {
			return
		}
	}
	if q.freed == nil {
		q.freed = make(chan struct{}, 1)
	}
	since := time.Now()
	atomic.SwapUint32(&s.waiting, 1)
	for {
		now := atomic.LoadUint32(&s.sequence)
		switch {
		case now&1 == 0:
			if atomic.CompareAndSwapUint32(&s.sequence, now, now+1) {
				atomic.StoreUint32(&s.waiting, 0)
				atomic.StoreUint32(&s.hungry, 0)
				return
			}
		case now&heldByC != 0:
			runtime.Gosched() // C has it for a moment, and tells no one
		default:
			<-q.freed // whoever had it then frees it later, and sees that someone waits
			if time.Since(since) > patience {
				atomic.StoreUint32(&s.hungry, 1)
			}
		}
	}
}

func (s *Stripe) unlock() {
	// No one else writes it while it is odd. What was written before is seen before, and whether someone waits is read after. A swap,
	// as in wait: qemu-user 7.2 lets arm64's loads overtake its stores, though both are sequentially consistent.
	atomic.SwapUint32(&s.sequence, (atomic.LoadUint32(&s.sequence)+1)&^heldByC)
	if atomic.LoadUint32(&s.waiting) != 0 {
		select {
		case s.queue().freed <- struct{}{}:
		default: // it was told before, and has not looked yet
		}
	}
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
