package ref

import (
	"hash/maphash"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
)

// slot holds what one live reference names. Its generation goes up when the reference is released, before anything
// else changes: so a reader that sees its own generation both before and after it read the object has the right one.
// csrc/ref.c mirrors it.
//
//gobridge:mirror gobridge_slot
type slot struct {
	generation atomic.Uint32
	object     atomic.Pointer[any] // what is named never changes in place; nil where the slot is free
}

const chunkSize = 4096 //gobridge:mirror GOBRIDGE_SLOTS

// refTable is all references of the process. Reading takes no lock, and follows as few pointers as can be: it is part of
// every call. The count is written after the list of chunks, and read before it.
type refTable struct {
	count  atomic.Uint32                    // slots
	chunks atomic.Pointer[*[chunkSize]slot] // the first in a list

	Mu   sync.Mutex
	free [2][]uint32 // the indexes of free slots, by the bit of their generations
	live int         // without what is immortal

	first uint32 // the generation of a slot that was never used

	Origins map[frame.Ref]*Origin // of each that is live; nil but in debug mode

	announce func(nth int, chunk unsafe.Pointer) // has C know of each chunk; nil where there is no C
	pinner   runtime.Pinner                      // of the chunks that C knows
}

// Table has all references of the process.
var Table = refTable{first: someGeneration(), Origins: originsIfWanted()}

// Make names an object.
func (t *refTable) Make(f *frame.Frame, object any) frame.Ref {
	weight := uint32(0)
	switch o := object.(type) {
	case string:
		weight = TrivialIf(len(o))
	case uint64, int64, int, float64, bool:
		weight = frame.Trivial
	}
	f.LockMutex(&t.Mu)
	defer f.UnlockMutex(&t.Mu)
	return t.Put(f, &object, weight)
}

// TrivialIf is light for what keeps so few bytes alive, else 0.
func TrivialIf(bytes int) uint32 {
	if bytes <= 4096 {
		return frame.Trivial
	}
	return 0
}

// Put names what never changes at an address. The table is locked.
func (t *refTable) Put(f *frame.Frame, object *any, weight uint32) frame.Ref {
	if t.Origins != nil {
		weight = 0
	}
	if len(t.free[weight]) == 0 {
		t.stock(weight)
	}
	free := t.free[weight]
	index := free[len(free)-1]
	t.free[weight] = free[:len(free)-1]
	s := t.slot(index)
	r := frame.Ref(s.generation.Load())<<32 | frame.Ref(index+1)
	if r.Generation() == r.Released() { // C has taken a number that was never given out for this one
		r = frame.Ref(r.Next())<<32 | frame.Ref(index+1)
		s.generation.Store(r.Generation())
	}
	s.object.Store(object)
	if !IsImmortal(*object) {
		t.live++
		if t.Origins != nil {
			t.noteOrigin(f, r)
		}
	}
	return r
}

func (t *refTable) noteOrigin(f *frame.Frame, r frame.Ref) {
	o := &Origin{op: f.Op}
	if from := f.Thread.Backtrace; from != nil {
		o.from = *from
	}
	t.Origins[r] = o
}

// stock makes some free slots of a weight, out of those of the other if there are any.
func (t *refTable) stock(weight uint32) {
	if len(t.free[0])+len(t.free[frame.Trivial]) == 0 {
		t.grow()
	}
	for other := weight ^ frame.Trivial; len(t.free[weight]) < 16 && len(t.free[other]) > 0; {
		last := len(t.free[other]) - 1
		index := t.free[other][last]
		t.free[other] = t.free[other][:last]
		s := t.slot(index)
		if generation := s.generation.Load(); generation < lastGeneration {
			s.generation.Store(frame.Usable(generation, weight))
			t.free[weight] = append(t.free[weight], index)
		}
	}
	if len(t.free[weight]) == 0 {
		t.stock(weight)
	}
}

// grow adds a chunk of free slots. Readers hold on to the list of chunks that they have.
func (t *refTable) grow() {
	first := int(t.count.Load())
	if uint64(first)+chunkSize > math.MaxUint32 {
		panic("out of references")
	}
	chunks := append([]*[chunkSize]slot(nil), unsafe.Slice(t.chunks.Load(), first/chunkSize)...)
	chunk := new([chunkSize]slot)
	for i := chunkSize - 1; i >= 0; i-- {
		chunk[i].generation.Store(t.first)
		t.free[0] = append(t.free[0], uint32(first+i))
	}
	chunks = append(chunks, chunk)
	t.chunks.Store(&chunks[0])
	t.count.Store(uint32(first + chunkSize))
	t.share(first/chunkSize, chunk)
}

// share lets C read and write the generations of a chunk. The chunk is never freed.
func (t *refTable) share(nth int, chunk *[chunkSize]slot) {
	if t.announce != nil {
		t.pinner.Pin(chunk)
		t.announce(nth, unsafe.Pointer(chunk))
	}
}

// ShareAll begins to share, with the chunks that there are.
func (t *refTable) ShareAll(announce func(nth int, chunk unsafe.Pointer)) {
	t.announce = announce
	for nth, chunk := range unsafe.Slice(t.chunks.Load(), t.count.Load()/chunkSize) {
		t.share(nth, chunk)
	}
}

// lastGeneration is the last that a slot is used in.
const lastGeneration = math.MaxUint32 - 8

// someGeneration is one by chance, so that what another runtime in the process gave is refused here. math/rand would begin
// with the same one in programs of an old Go.
func someGeneration() uint32 {
	return (1 + uint32(new(maphash.Hash).Sum64())%(1<<28)) << 2
}

// slot gives the slot of an index, nil where there is none.
func (t *refTable) slot(index uint32) *slot {
	if index >= t.count.Load() {
		return nil
	}
	const pointer = unsafe.Sizeof(uintptr(0))
	chunk := *(**[chunkSize]slot)(unsafe.Add(unsafe.Pointer(t.chunks.Load()), uintptr(index/chunkSize)*pointer))
	return &chunk[index%chunkSize]
}

// Find gives what a reference names, nil where it names nothing.
func (t *refTable) Find(r frame.Ref) *any {
	s := t.slot(r.Index())
	if s == nil || s.generation.Load() != r.Generation() {
		return nil
	}
	object := s.object.Load()
	if s.generation.Load() != r.Generation() {
		return nil
	}
	return object
}

// Get gives what a reference names.
func (t *refTable) Get(r frame.Ref, argument string) (any, error) {
	object := t.Find(r)
	if object == nil {
		return nil, t.refuse(r, argument)
	}
	return *object, nil
}

// refuse says what is wrong with a reference that names nothing.
func (t *refTable) refuse(r frame.Ref, argument string) error {
	if r == 0 {
		return status.Errorf(status.NilRef, "%s is 0", argument)
	}
	s := t.slot(r.Index())
	if s == nil || r.Generation() < t.first || r.Generation() == r.Released() || r.Generation() >= s.generation.Load() {
		return status.Errorf(status.ForgedRef, "%s: %#x was never given out", argument, uint64(r))
	}
	return status.Errorf(status.StaleRef, "%s: %#x was released", argument, uint64(r))
}

// drop forgets a reference and gives what it named, unless that is immortal.
func (t *refTable) drop(f *frame.Frame, r frame.Ref, argument string) (any, error) {
	r, err := Resolve(f, r, argument)
	if err != nil {
		return nil, err
	}
	f.LockMutex(&t.Mu)
	defer f.UnlockMutex(&t.Mu)
	object, err := t.Get(r, argument)
	if err != nil {
		return nil, err
	}
	if IsImmortal(object) {
		return object, nil
	}
	s := t.slot(r.Index())
	if !s.generation.CompareAndSwap(r.Generation(), r.Released()) { // C has released it meanwhile
		return nil, t.refuse(r, argument)
	}
	t.vacate(s, r)
	return object, nil
}

// vacate gives the slot of a released reference to the free ones. One that is used up never comes back, so no reference
// is ever given out twice.
func (t *refTable) vacate(s *slot, r frame.Ref) {
	s.object.Store(nil)
	t.live--
	if t.Origins != nil {
		delete(t.Origins, r)
	}
	if weight := r.Generation() & frame.Trivial; r.Generation() < lastGeneration {
		s.generation.Store(r.Next())
		t.free[weight] = append(t.free[weight], r.Index())
	}
}

// takeOut removes what light references named that C has released.
func (t *refTable) takeOut(f *frame.Frame, released []frame.Ref) {
	f.LockMutex(&t.Mu)
	defer f.UnlockMutex(&t.Mu)
	for _, r := range released {
		if r.IsTrivial() {
			s := t.slot(r.Index())
			if object := s.object.Load(); object != nil && s.generation.Load() == r.Released() {
				notify(*object)
				t.vacate(s, r)
			}
		}
	}
}

// maxListed is how many references a list shows.
const maxListed = 10000

// listed is a live reference that is listed.
type listed struct {
	frame.Ref
	Object any
	Origin *Origin
}

// List gives the first live references, and how many there are.
func (t *refTable) List(f *frame.Frame) (list []listed, live int) {
	f.LockMutex(&t.Mu)
	defer f.UnlockMutex(&t.Mu)
	for index := uint32(0); len(list) < min(t.live, maxListed); index++ {
		s := t.slot(index)
		object := s.object.Load()
		if object == nil {
			continue
		}
		if !IsImmortal(*object) {
			r := frame.Ref(s.generation.Load())<<32 | frame.Ref(index+1)
			list = append(list, listed{r, *object, t.Origins[r]})
		}
	}
	return list, t.live
}
