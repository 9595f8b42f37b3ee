package ref

import (
	"hash/maphash"
	"math"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
)

// slot holds what one live reference names, and what C may read of it (csrc/see.h). Who releases the reference moves the
// generation on before anything else changes, and the next one's is stored after all else: so a reader that sees its own
// generation both before and after it read the rest has the right one.
//
//gobridge:mirror gobridge_slot
type slot struct {
	generation atomic.Uint32  // with the bit of those that are released where the slot is free
	object     unsafe.Pointer // *any, which never changes in place; nil where the slot is free
	Shown
}

// Shown is what C may read of an object without a call: nothing where the shape is nil.
//
//gobridge:mirror gobridge_shown
type Shown struct {
	Shape   *layout.Shape
	Address uintptr // the pointer, where the object is one, else where its value lies; the slot's object keeps it
}

const chunkSize = 4096 //gobridge:mirror GOBRIDGE_SLOTS

// refTable is all references of the process. Reading takes no lock, and follows as few pointers as can be: it is part of
// every call. The count is written after the list of chunks, and read before it.
type refTable struct {
	count  atomic.Uint32                    // slots
	chunks atomic.Pointer[*[chunkSize]slot] // the first in a list

	Mu   sync.Mutex
	free []uint32 // the indexes of free slots
	live int      // without what is immortal or kept
	kept []Kept

	first uint32 // the generation of a slot that was never used

	Origins map[frame.Ref]*Origin // of each that is live; nil but in debug mode

	announce func(nth int, chunk unsafe.Pointer) // has C know of each chunk; nil where there is no C
	pinner   runtime.Pinner                      // of the chunks that C knows
}

// Table has all references of the process.
var Table = refTable{first: someGeneration(), Origins: originsIfWanted()}

// Make names an object.
func (t *refTable) Make(f *frame.Frame, object any) frame.Ref {
	kind, weight := reflect.Invalid, uint32(frame.Trivial)
	switch o := object.(type) {
	case uint64:
		kind = reflect.Uint64
	case int64:
		kind = reflect.Int64
	case int:
		kind = reflect.Int
	case float64:
		kind = reflect.Float64
	case bool:
		kind = reflect.Bool
	case string:
		kind, weight = reflect.String, TrivialIf(len(o))
	default:
		weight = 0
	}
	var shown Shown
	if kind != reflect.Invalid {
		shown = Shown{&layout.ValueShapes[kind], uintptr(layout.Data(object))}
	}
	return t.put(f, object, weight, shown)
}

// MakeShown names an object that C may read.
func (t *refTable) MakeShown(f *frame.Frame, object any, shown Shown) frame.Ref {
	return t.put(f, object, 0, shown)
}

func (t *refTable) put(f *frame.Frame, object any, weight uint32, shown Shown) frame.Ref {
	f.LockMutex(&t.Mu)
	defer f.UnlockMutex(&t.Mu)
	return t.Put(f, &object, weight, shown)
}

// TrivialIf is light for what keeps so few bytes alive, else 0.
func TrivialIf(bytes int) uint32 {
	if bytes <= 4096 {
		return frame.Trivial
	}
	return 0
}

// Put names what never changes at an address. The table is locked.
func (t *refTable) Put(f *frame.Frame, object *any, weight uint32, shown Shown) frame.Ref {
	lasts := weight == 0 && IsImmortal(*object) // to ask it of each would cost a twentieth of a call
	if t.Origins != nil {
		weight = 0
	}
	index := t.takeSlot()
	s := t.slot(index)
	generation := frame.Usable(s.generation.Load(), weight)
	s.object, s.Shown = unsafe.Pointer(object), shown
	s.generation.Store(generation)
	r := frame.Ref(generation)<<32 | frame.Ref(index+1)
	if !lasts {
		t.live++
		if t.Origins != nil {
			t.noteOrigin(f, r)
		}
	}
	return r
}

// takeSlot returns the index of a slot that was free. The table is locked.
func (t *refTable) takeSlot() uint32 {
	if len(t.free) == 0 {
		t.grow()
	}
	index := t.free[len(t.free)-1]
	t.free = t.free[:len(t.free)-1]
	return index
}

func (t *refTable) noteOrigin(f *frame.Frame, r frame.Ref) {
	o := &Origin{op: f.Op}
	if from := f.Thread.Backtrace; from != nil {
		o.from = *from
	}
	t.Origins[r] = o
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
		chunk[i].generation.Store(frame.Unused(t.first))
		t.free = append(t.free, uint32(first+i))
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

// someGeneration is one by chance, so that what another runtime in the process gave is refused here. math/rand would begin
// with the same one in programs of an old Go.
func someGeneration() uint32 {
	return (1 + uint32(new(maphash.Hash).Sum64())%(1<<27)) << 3
}

// slot returns the slot of an index, nil where there is none.
func (t *refTable) slot(index uint32) *slot {
	if index >= t.count.Load() {
		return nil
	}
	const pointer = unsafe.Sizeof(uintptr(0))
	chunk := *(**[chunkSize]slot)(unsafe.Add(unsafe.Pointer(t.chunks.Load()), uintptr(index/chunkSize)*pointer))
	return &chunk[index%chunkSize]
}

// Find returns what a reference names, nil where it names nothing.
func (t *refTable) Find(r frame.Ref) *any {
	s := t.slot(r.Index())
	if s == nil || s.generation.Load() != r.Generation() || r.Generation() == r.Released() {
		return nil
	}
	object := atomic.LoadPointer(&s.object)
	if s.generation.Load() != r.Generation() {
		return nil
	}
	return (*any)(object)
}

// Get returns what a reference names.
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

// drop forgets a reference and returns what it named, unless that is immortal.
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
	if s.Shape != nil { // C may be changing what lies there
		frame.WaitForC(s.Address)
	}
	if !r.IsKept() {
		t.vacate(s, r)
	}
	return object, nil
}

// vacate returns the slot of a released reference to the free ones. One that is used up never comes back, so no reference
// is ever given out twice.
func (t *refTable) vacate(s *slot, r frame.Ref) {
	s.object = nil
	t.live--
	if t.Origins != nil {
		delete(t.Origins, r)
	}
	if r.Generation() < lastGeneration {
		t.free = append(t.free, r.Index())
	}
}

// takeOut removes what light references named that C has released.
func (t *refTable) takeOut(f *frame.Frame, released []frame.Ref) {
	f.LockMutex(&t.Mu)
	defer f.UnlockMutex(&t.Mu)
	for _, r := range released {
		if r.IsTrivial() && !r.IsKept() {
			s := t.slot(r.Index())
			if s.generation.Load() == r.Released() {
				notify(*(*any)(s.object))
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

// List returns the first live references, and how many there are.
func (t *refTable) List(f *frame.Frame) (list []listed, live int) {
	f.LockMutex(&t.Mu)
	defer f.UnlockMutex(&t.Mu)
	live = t.Live()
	for index := uint32(0); len(list) < min(live, maxListed) && index < t.count.Load(); index++ {
		s := t.slot(index)
		object := (*any)(s.object)
		if object == nil || frame.IsReleased(s.generation.Load()) {
			continue
		}
		if !IsImmortal(*object) {
			r := frame.Ref(s.generation.Load())<<32 | frame.Ref(index+1)
			list = append(list, listed{r, *object, t.Origins[r]})
		}
	}
	return list, live
}
