package ref

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
)

func TestReferencesAreGoneOnceReleased(t *testing.T) {
	refs := refTable{first: someGeneration()}
	f := &frame.Frame{}
	seen := map[frame.Ref]bool{}
	for i := 0; i < 10000; i++ {
		r := refs.Make(f, i)
		if seen[r] || r == 0 {
			t.Fatalf("%#x was given out before", uint64(r))
		}
		seen[r] = true
		if got, err := refs.Get(r, ""); err != nil || got != i {
			t.Fatalf("%v, %v, not %d", got, err, i)
		}
		if got, err := refs.drop(f, r, ""); err != nil || got != i {
			t.Fatalf("dropped %v, %v, not %d", got, err, i)
		}
		if _, err := refs.drop(f, r, ""); err == nil || status.FailureOf(err).Code != status.StaleRef {
			t.Fatalf("dropped twice: %v", err)
		}
	}
	if refs.live != 0 || refs.count.Load() != chunkSize {
		t.Errorf("%d are live, in %d slots", refs.live, refs.count.Load())
	}
}

func TestManyLiveReferences(t *testing.T) {
	refs := refTable{first: someGeneration()}
	f := &frame.Frame{}
	var made []frame.Ref
	for i := 0; i < 5*chunkSize; i++ {
		made = append(made, refs.Make(f, i))
	}
	for i, r := range made {
		if got, err := refs.Get(r, ""); err != nil || got != i {
			t.Fatalf("%v, %v, not %d", got, err, i)
		}
	}
	if refs.live != len(made) {
		t.Errorf("%d are live, not %d", refs.live, len(made))
	}
}

// A slot is given up before its generations come round.
func TestGenerationsAreNeverUsedAgain(t *testing.T) {
	refs := refTable{first: 8}
	f := &frame.Frame{}
	first := refs.Make(f, uint32(0)) // not light
	refs.drop(f, first, "")
	s := refs.slot(first.Index())
	s.generation.Store(frame.Unused(math.MaxUint32 - 15))
	var last frame.Ref
	for _, want := range []uint32{math.MaxUint32 - 15, math.MaxUint32 - 7} {
		last = refs.Make(f, want)
		if last.Index() != first.Index() || last.Generation() != want {
			t.Fatalf("%#x, not slot %d in generation %d", uint64(last), first.Index(), want)
		}
		refs.drop(f, last, "")
	}
	for i := 0; i < 2*chunkSize; i++ {
		if r := refs.Make(f, i); r.Index() == first.Index() {
			t.Fatalf("slot %d is used again, in generation %d", r.Index(), r.Generation())
		}
	}
	for generation, want := range map[uint32]status.Code{
		0: status.ForgedRef, 2: status.ForgedRef, 8: status.StaleRef, 10: status.ForgedRef, math.MaxUint32 - 7: status.StaleRef, math.MaxUint32 - 1: status.ForgedRef,
		math.MaxUint32: status.ForgedRef} {
		r := frame.Ref(generation)<<32 | frame.Ref(first.Index()+1)
		if _, err := refs.Get(r, ""); err == nil || status.FailureOf(err).Code != want {
			t.Errorf("generation %d: %v, not status %d", generation, err, want)
		}
	}
}

// A reader that has seen its own generation must not take the object that another thread has put there meanwhile.
func TestFindNeverGivesAnotherObject(t *testing.T) {
	refs := refTable{first: someGeneration()}
	var current atomic.Uint64
	var stop atomic.Bool
	var wrong, seen atomic.Int64
	var readers sync.WaitGroup
	for i := 0; i < 3; i++ {
		readers.Add(1)
		go func() {
			defer readers.Done()
			for !stop.Load() {
				r := frame.Ref(current.Load())
				for tries := 0; tries < 1000; tries++ { // until it is over with
					object := refs.Find(r)
					if object == nil {
						break
					}
					seen.Add(1)
					if *object != any(r.Generation()) {
						wrong.Add(1)
					}
				}
			}
		}()
	}
	f := &frame.Frame{}
	for end := time.Now().Add(2 * time.Second); time.Now().Before(end); {
		for i := 0; i < 1000; i++ {
			var object any
			refs.Mu.Lock()
			r := refs.Put(f, &object, 0, Shown{}) // the slot that was just freed
			refs.Mu.Unlock()
			named := any(r.Generation())
			atomic.StorePointer(&refs.slot(r.Index()).object, unsafe.Pointer(&named))
			current.Store(uint64(r))
			for n := seen.Load() + 20; seen.Load() < n && time.Now().Before(end); { // readers are at it
				runtime.Gosched()
			}
			if _, err := refs.drop(f, r, ""); err != nil {
				t.Fatal(err)
			}
		}
	}
	stop.Store(true)
	readers.Wait()
	if wrong.Load() > 0 {
		t.Errorf("%d of %d look-ups gave what another reference names", wrong.Load(), seen.Load())
	}
}
