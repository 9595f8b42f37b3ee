package bridge

import (
	"math"
	"sync"
	"sync/atomic"
	"unsafe"
)

// ref is a gobridge_ref: the generation in the upper half, the slot's index plus 1 in the lower; 0 is nil.
type ref uint64

func (r ref) generation() uint32 { return uint32(r >> 32) }
func (r ref) index() uint32      { return uint32(r) - 1 }

// slot holds what one live reference names. Its generation goes up when the reference is released, before anything
// else changes: so a reader that sees its own generation both before and after it read the object has the right one.
type slot struct {
	generation atomic.Uint32
	object     atomic.Pointer[any] // what is named never changes in place; nil where the slot is free
}

const chunkSize = 4096

// table is all references of the process. Reading takes no lock.
type table struct {
	chunks atomic.Pointer[[]*[chunkSize]slot]

	mu   sync.Mutex
	free []uint32 // the indexes of free slots
	live int      // without types
}

var refs table

// make names an object.
func (t *table) make(f *frame, object any) ref { return t.put(f, &object) }

// put names what never changes at an address.
func (t *table) put(f *frame, object *any) ref {
	f.lock(&t.mu)
	defer f.unlock(&t.mu)
	if len(t.free) == 0 {
		t.grow()
	}
	index := t.free[len(t.free)-1]
	t.free = t.free[:len(t.free)-1]
	s := t.slot(index)
	s.object.Store(object)
	if _, immortal := (*object).(*typeObject); !immortal {
		t.live++
	}
	return ref(s.generation.Load())<<32 | ref(index+1)
}

// grow adds a chunk of free slots. Readers hold on to the list of chunks that they have.
func (t *table) grow() {
	var chunks []*[chunkSize]slot
	if old := t.chunks.Load(); old != nil {
		chunks = append(chunks, *old...)
	}
	first := len(chunks) * chunkSize
	if uint64(first)+chunkSize > math.MaxUint32 {
		panic("out of references")
	}
	chunk := new([chunkSize]slot)
	for i := chunkSize - 1; i >= 0; i-- {
		chunk[i].generation.Store(1)
		t.free = append(t.free, uint32(first+i))
	}
	chunks = append(chunks, chunk)
	t.chunks.Store(&chunks)
}

// slot gives the slot of an index, nil where there is none.
func (t *table) slot(index uint32) *slot {
	chunks := t.chunks.Load()
	if chunks == nil || index/chunkSize >= uint32(len(*chunks)) {
		return nil
	}
	return &(*chunks)[index/chunkSize][index%chunkSize]
}

// find gives what a reference names, nil where it names nothing.
func (t *table) find(r ref) *any {
	s := t.slot(r.index())
	if s == nil || s.generation.Load() != r.generation() {
		return nil
	}
	object := s.object.Load()
	if s.generation.Load() != r.generation() {
		return nil
	}
	return object
}

// get gives what a reference names.
func (t *table) get(r ref, argument string) (any, error) {
	object := t.find(r)
	if object == nil {
		return nil, t.refuse(r, argument)
	}
	return *object, nil
}

// refuse says what is wrong with a reference that names nothing.
func (t *table) refuse(r ref, argument string) error {
	if r == 0 {
		return failf(errNilRef, "%s is 0", argument)
	}
	s := t.slot(r.index())
	if s == nil || r.generation() == 0 || r.generation() >= s.generation.Load() {
		return failf(errForgedRef, "%s: %#x was never given out", argument, uint64(r))
	}
	return failf(errStaleRef, "%s: %#x was released", argument, uint64(r))
}

// drop forgets a reference and gives what it named. Types stay.
func (t *table) drop(f *frame, r ref, argument string) (any, error) {
	f.lock(&t.mu)
	defer f.unlock(&t.mu)
	object, err := t.get(r, argument)
	if err != nil {
		return nil, err
	}
	if _, immortal := object.(*typeObject); immortal {
		return object, nil
	}
	s := t.slot(r.index())
	next := r.generation() + 1
	s.generation.Store(next)
	s.object.Store(nil)
	t.live--
	if next < math.MaxUint32 { // a slot that is used up never comes back, so no reference is ever given out twice
		t.free = append(t.free, r.index())
	}
	return object, nil
}

// releaser is an object that does something when its reference is released.
type releaser interface{ released() }

func releaseRef(f *frame, r ref, argument string) error {
	object, err := refs.drop(f, r, argument)
	if o, is := object.(releaser); is {
		o.released()
	}
	return err
}

func release(f *frame) error { return releaseRef(f, ref(f.a), "ref") }

func refCount(f *frame) error {
	f.lock(&refs.mu)
	defer f.unlock(&refs.mu)
	f.result = uint64(refs.live)
	return nil
}

// scopeClose releases f.a references at f.p. Those that were released one by one before are stale, which is no failure.
func scopeClose(f *frame) error {
	for _, r := range unsafe.Slice((*ref)(f.p), f.a) {
		_ = releaseRef(f, r, "scope")
	}
	return nil
}
