package frame

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func isLocked(stripe uint32) bool { return Stripes[stripe].IsHeld() }

func TestLockStripe(t *testing.T) {
	f := &Frame{Thread: &Thread{}}
	f.LockStripe(3)
	f.LockStripe(3) // as the next operation of a batch does
	if !isLocked(3) || isLocked(4) {
		t.Error("stripe 3 is not what is held")
	}
	f.LockStripe(4)
	if isLocked(3) || !isLocked(4) {
		t.Error("a call holds two stripes, or the wrong one")
	}
	f.UnlockStripe()
	f.UnlockStripe()
	if isLocked(4) {
		t.Error("stripe 4 is still held")
	}
	exclusive := &Frame{Exclusive: 1, Thread: &Thread{}}
	exclusive.LockStripe(3)
	exclusive.LockAll()
	if isLocked(3) || isLocked(4) {
		t.Error("a call that no other can disturb took a lock")
	}
}

// Whoever holds all stripes goes on holding them, whatever it does on its way with the lock of one.
func TestStripesAfterAll(t *testing.T) {
	f := &Frame{Thread: &Thread{}}
	f.LockStripe(3)
	f.LockAll()
	f.LockStripe(5)
	f.UnlockStripe()
	for stripe := range Stripes {
		if !isLocked(uint32(stripe)) {
			t.Fatalf("stripe %d is free", stripe)
		}
	}
	// A call from within the walk, on the same thread, waits for nothing and frees nothing.
	inner := &Frame{Thread: f.Thread}
	inner.LockStripe(7)
	inner.LockAll()
	inner.Unlock()
	if !isLocked(7) {
		t.Error("a nested call let a stripe go")
	}
	free := make(chan struct{})
	go func() {
		other := &Frame{Thread: &Thread{}}
		other.LockStripe(7)
		other.Unlock()
		close(free)
	}()
	select {
	case <-free:
		t.Error("another thread got a stripe during the walk")
	case <-time.After(10 * time.Millisecond):
	}
	f.Unlock()
	<-free
	for stripe := range Stripes {
		if isLocked(uint32(stripe)) {
			t.Fatalf("stripe %d is held after the end", stripe)
		}
	}
}

// asC takes a stripe as C does, and frees it.
func asC(s *Stripe, change func()) {
	for {
		before := atomic.LoadUint32(&s.sequence)
		if before&1 == 0 && atomic.CompareAndSwapUint32(&s.sequence, before, (before+1)|heldByC) {
			change()
			atomic.StoreUint32(&s.sequence, (before+2)&^heldByC)
			return
		}
		runtime.Gosched()
	}
}

// However many want a stripe, one at a time has it, and each gets it. Some hold it for so long that others stop and wait.
func TestStripeAmongMany(t *testing.T) {
	const goroutines, rounds = 8, 3000
	s, count := &Stripes[9], 0
	s.sequence = 1<<31 - 2*rounds // the count begins anew on the way
	var all sync.WaitGroup
	for g := 0; g < goroutines; g++ {
		all.Add(1)
		go func(g int) {
			defer all.Done()
			for i := 0; i < rounds; i++ {
				if g < 2 {
					asC(s, func() { count++ })
					continue
				}
				s.lock()
				count++
				if i%100 == 0 {
					time.Sleep(10 * time.Microsecond)
				}
				s.unlock()
			}
		}(g)
	}
	all.Wait()
	if count != goroutines*rounds || s.IsHeld() || s.waiting != 0 || s.hungry != 0 {
		t.Errorf("%d of %d changes, %+v", count, goroutines*rounds, s)
	}
}

// Who frees a lock tells whoever begins to wait at the same moment: no one comes after who would tell it instead.
func TestWhoWaitsIsTold(t *testing.T) {
	const rounds = 200000
	s := &Stripes[9]
	var turns [2]atomic.Int64
	var both sync.WaitGroup
	for g := range turns {
		both.Add(1)
		go func(g int) {
			defer both.Done()
			for i := int64(1); i <= rounds; i++ {
				for turns[g].Add(1); turns[1-g].Load() < i; {
					runtime.Gosched()
				}
				s.lock()
				for j := int64(0); j < i%1024; j++ {
					s.IsHeld()
				}
				s.unlock()
			}
		}(g)
	}
	both.Wait()
}

// Who waits gets the lock before long, though another has it nearly all the time and is quicker to take it again: some ten thousand
// times where no one is let first.
func TestStripeIsForAll(t *testing.T) {
	const waits, most = 20, 400
	s := &Stripes[9]
	var over atomic.Bool
	var others atomic.Int64
	done := make(chan struct{})
	go func() {
		defer close(done)
		for !over.Load() {
			s.lock()
			others.Add(1)
			for since := time.Now(); time.Since(since) < 200*time.Microsecond; {
			}
			s.unlock()
		}
	}()
	came := int64(0)
	for i := 0; i < waits; i++ {
		before := others.Load()
		s.lock()
		came += others.Load() - before
		s.unlock()
		time.Sleep(time.Millisecond)
	}
	over.Store(true)
	<-done
	if came > waits*most {
		t.Errorf("another took it %d times in %d waits", came, waits)
	}
	if s.IsHeld() || s.waiting != 0 || s.hungry != 0 {
		t.Errorf("%+v", s)
	}
}
