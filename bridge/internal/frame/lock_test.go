package frame

import (
	"testing"
	"time"
)

// isLocked tells whether some call holds a stripe.
func isLocked(stripe uint32) bool {
	if Stripes[stripe].TryLock() {
		Stripes[stripe].Unlock()
		return false
	}
	return true
}

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
