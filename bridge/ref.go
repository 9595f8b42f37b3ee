package bridge

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"
)

// refOps answers the calls about references.
var refOps = []op{
	{name: "gobridge_release", run: release},
	{name: "gobridge_release_later", run: releaseLater},
	{name: "gobridge_release_n", run: releaseN},
	{name: "gobridge_ref_flush", run: refFlush},
	{name: "gobridge_ref_count", run: refCount},
	{name: "gobridge_scope_close", run: scopeClose},
}

// ref is a gobridge_ref: the generation in the upper half, the slot's index plus 1 in the lower; 0 is nil.
type ref uint64

func (r ref) generation() uint32 { return uint32(r >> 32) }
func (r ref) index() uint32      { return uint32(r) - 1 }
func (r ref) isLight() bool      { return r.generation()&light != 0 }

// light is the bit of a generation that lets C release the reference without a call (csrc/ref.c): nothing happens when
// what it names goes, and little memory waits for the thread's next call.
const light = 1 //gobridge:mirror GOBRIDGE_TRIVIAL

// slot holds what one live reference names. Its generation goes up when the reference is released, before anything
// else changes: so a reader that sees its own generation both before and after it read the object has the right one.
// A released one is followed by the next one with the same bit. csrc/ref.c mirrors it.
//
//gobridge:mirror gobridge_slot
type slot struct {
	generation atomic.Uint32
	object     atomic.Pointer[any] // what is named never changes in place; nil where the slot is free
}

const chunkSize = 4096 //gobridge:mirror GOBRIDGE_SLOTS

// table is all references of the process. Reading takes no lock, and follows as few pointers as can be: it is part of
// every call. The count is written after the list of chunks, and read before it.
type table struct {
	count  atomic.Uint32                    // slots
	chunks atomic.Pointer[*[chunkSize]slot] // the first in a list

	mu   sync.Mutex
	free [2][]uint32 // the indexes of free slots, by the bit of their generations
	live int         // without what is immortal

	origins map[ref]*origin // of each that is live; nil but in debug mode

	announce func(nth int, chunk unsafe.Pointer) // has C know of each chunk; nil where there is no C
	pinner   runtime.Pinner                      // of the chunks that C knows
}

var refs = table{origins: originsIfWanted()}

// origin is the call that made a reference.
type origin struct {
	op   uint32
	from callers
}

// originsIfWanted turns debug mode on.
func originsIfWanted() map[ref]*origin {
	if os.Getenv("GOBRIDGE_DEBUG") == "refs" {
		return map[ref]*origin{}
	}
	return nil
}

// debugs tells whether debug mode is on.
func (t *table) debugs() bool { return t.origins != nil }

// placeOf says where in the host an address lies; nil where there is no C.
var placeOf func(uintptr) string

// describe says who made a reference, from where. It looks each place up once, for that takes long.
func (o *origin) describe(places map[uintptr]string) string {
	if o == nil {
		return "a call that was not noted (GOBRIDGE_DEBUG=refs notes them)"
	}
	text, between := ops[o.op].name, " at "
	for _, address := range o.from {
		if address == 0 {
			break
		}
		if places[address] == "" {
			places[address] = placeOf(address)
		}
		text += between + places[address]
		between = " < "
	}
	return text
}

// make names an object.
func (t *table) make(f *frame, object any) ref {
	weight := uint32(0)
	switch o := object.(type) {
	case string:
		weight = weightOf(len(o))
	case uint64, int64, int, float64, bool:
		weight = light
	}
	f.lock(&t.mu)
	defer f.unlock(&t.mu)
	return t.put(f, &object, weight)
}

// weightOf is light for what keeps so few bytes alive, else 0.
func weightOf(bytes int) uint32 {
	if bytes <= 4096 {
		return light
	}
	return 0
}

// put names what never changes at an address. The table is locked.
func (t *table) put(f *frame, object *any, weight uint32) ref {
	if t.origins != nil {
		weight = 0
	}
	if len(t.free[weight]) == 0 {
		t.stock(weight)
	}
	free := t.free[weight]
	index := free[len(free)-1]
	t.free[weight] = free[:len(free)-1]
	s := t.slot(index)
	s.object.Store(object)
	r := ref(s.generation.Load())<<32 | ref(index+1)
	if !isImmortal(*object) {
		t.live++
		if t.origins != nil {
			t.noteOrigin(f, r)
		}
	}
	return r
}

func (t *table) noteOrigin(f *frame, r ref) {
	o := &origin{op: f.op}
	if from := f.caller.callers; from != nil {
		o.from = *from
	}
	t.origins[r] = o
}

// stock makes some free slots of a weight, out of those of the other if there are any.
func (t *table) stock(weight uint32) {
	if len(t.free[0])+len(t.free[light]) == 0 {
		t.grow()
	}
	for other := weight ^ light; len(t.free[weight]) < 16 && len(t.free[other]) > 0; {
		last := len(t.free[other]) - 1
		index := t.free[other][last]
		t.free[other] = t.free[other][:last]
		s := t.slot(index)
		if generation := s.generation.Load(); generation < math.MaxUint32-firstGeneration {
			s.generation.Store(generation + 1)
			t.free[weight] = append(t.free[weight], index)
		}
	}
	if len(t.free[weight]) == 0 {
		t.stock(weight)
	}
}

// grow adds a chunk of free slots. Readers hold on to the list of chunks that they have.
func (t *table) grow() {
	first := int(t.count.Load())
	if uint64(first)+chunkSize > math.MaxUint32 {
		panic("out of references")
	}
	chunks := append([]*[chunkSize]slot(nil), unsafe.Slice(t.chunks.Load(), first/chunkSize)...)
	chunk := new([chunkSize]slot)
	for i := chunkSize - 1; i >= 0; i-- {
		chunk[i].generation.Store(firstGeneration)
		t.free[0] = append(t.free[0], uint32(first+i))
	}
	chunks = append(chunks, chunk)
	t.chunks.Store(&chunks[0])
	t.count.Store(uint32(first + chunkSize))
	t.share(first/chunkSize, chunk)
}

// share lets C read and write the generations of a chunk. The chunk is never freed.
func (t *table) share(nth int, chunk *[chunkSize]slot) {
	if t.announce != nil {
		t.pinner.Pin(chunk)
		t.announce(nth, unsafe.Pointer(chunk))
	}
}

// shareAll begins to share, with the chunks that there are.
func (t *table) shareAll(announce func(nth int, chunk unsafe.Pointer)) {
	t.announce = announce
	for nth, chunk := range unsafe.Slice(t.chunks.Load(), t.count.Load()/chunkSize) {
		t.share(nth, chunk)
	}
}

// firstGeneration is that of a slot which was never used: even, and not 0.
const firstGeneration = 2

// slot gives the slot of an index, nil where there is none.
func (t *table) slot(index uint32) *slot {
	if index >= t.count.Load() {
		return nil
	}
	const pointer = unsafe.Sizeof(uintptr(0))
	chunk := *(**[chunkSize]slot)(unsafe.Add(unsafe.Pointer(t.chunks.Load()), uintptr(index/chunkSize)*pointer))
	return &chunk[index%chunkSize]
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

// object gives what a reference of C's names.
func (f *frame) object(r ref, argument string) (any, error) {
	r, err := f.kept(r, argument)
	if err != nil {
		return nil, err
	}
	return refs.get(r, argument)
}

// refuse says what is wrong with a reference that names nothing.
func (t *table) refuse(r ref, argument string) error {
	if r == 0 {
		return failf(errNilRef, "%s is 0", argument)
	}
	s := t.slot(r.index())
	if s == nil || r.generation() < firstGeneration || r.generation() >= s.generation.Load() {
		return failf(errForgedRef, "%s: %#x was never given out", argument, uint64(r))
	}
	return failf(errStaleRef, "%s: %#x was released", argument, uint64(r))
}

// drop forgets a reference and gives what it named, unless that is immortal.
func (t *table) drop(f *frame, r ref, argument string) (any, error) {
	r, err := f.kept(r, argument)
	if err != nil {
		return nil, err
	}
	f.lock(&t.mu)
	defer f.unlock(&t.mu)
	object, err := t.get(r, argument)
	if err != nil {
		return nil, err
	}
	if isImmortal(object) {
		return object, nil
	}
	s := t.slot(r.index())
	if !s.generation.CompareAndSwap(r.generation(), r.next()) { // C has released it meanwhile
		return nil, t.refuse(r, argument)
	}
	t.vacate(s, r)
	return object, nil
}

// next is the generation of the slot after a reference was released.
func (r ref) next() uint32 { return r.generation() + 1 + light }

// vacate gives the slot of a released reference to the free ones. One that is used up never comes back, so no reference
// is ever given out twice.
func (t *table) vacate(s *slot, r ref) {
	s.object.Store(nil)
	t.live--
	if t.origins != nil {
		delete(t.origins, r)
	}
	if weight := r.generation() & light; r.next() < math.MaxUint32&^light {
		t.free[weight] = append(t.free[weight], r.index())
	}
}

// takeOut removes what light references named that C has released.
func (t *table) takeOut(f *frame, released []ref) {
	f.lock(&t.mu)
	defer f.unlock(&t.mu)
	for _, r := range released {
		if r.isLight() {
			s := t.slot(r.index())
			tell(*s.object.Load())
			t.vacate(s, r)
		}
	}
}

func releaseRef(f *frame, r ref, argument string) error {
	object, err := refs.drop(f, r, argument)
	tell(object)
	return err
}

// tell tells an object that its reference was released, where it must know.
func tell(object any) {
	if o, mustBeTold := object.(releasable); mustBeTold {
		o.released()
	}
}

func release(f *frame) error { return releaseRef(f, ref(f.a), "ref") }

// refsAt gives so many references in C's memory, once that was touched.
func refsAt(p unsafe.Pointer, n int, touch func([]byte)) ([]ref, error) {
	if n == 0 {
		return nil, nil
	}
	first, _, all, err := span(uintptr(p), 0, n, unsafe.Sizeof(ref(0)))
	if err != nil {
		return nil, err
	}
	touch(all)
	return unsafe.Slice((*ref)(first), n), nil
}

// releaseN releases the references at f.p, of which there are f.a, from the f.b-th on.
func releaseN(f *frame) error {
	all, err := refsAt(f.p, int(f.a), touchAll)
	if err != nil {
		return about("refs", err)
	}
	for i := int(f.b); i < len(all); i++ {
		if all[i] == 0 {
			continue
		}
		if failed := releaseRef(f, all[i], "ref"); failed != nil && err == nil {
			err = about(item("refs", i), failed)
		}
	}
	return err
}

// releaseLater is release for what C does not look up, in a batch.
func releaseLater(f *frame) error {
	_ = release(f)
	return nil
}

// queue is the mirror of gobridge_queue: references that C has released without a call.
//
//gobridge:mirror gobridge_queue
type queue struct {
	len  uint64
	refs [256]ref
}

// release takes all out. The light ones C has released already. Of the others those that were released one by one before
// are stale, which is no failure. It is apart from the calls that have nothing to release.
//
//go:noinline
func (q *queue) release(f *frame) {
	released := q.refs[:q.len]
	refs.takeOut(f, released)
	for _, r := range released {
		if !r.isLight() {
			_ = releaseRef(f, r, "ref")
		}
	}
	q.len = 0
}

// refFlush is a call that does nothing beside what each one does first.
func refFlush(*frame) error { return nil }

func refCount(f *frame) error {
	f.lock(&refs.mu)
	defer f.unlock(&refs.mu)
	f.result = uint64(refs.live)
	return nil
}

// maxListed is how many references a list shows.
const maxListed = 10000

// listed is a live reference that is listed.
type listed struct {
	ref
	object any
	origin *origin
}

// list gives the first live references, and how many there are.
func (t *table) list(f *frame) (list []listed, live int) {
	f.lock(&t.mu)
	defer f.unlock(&t.mu)
	for index := uint32(0); len(list) < min(t.live, maxListed); index++ {
		s := t.slot(index)
		object := s.object.Load()
		if object == nil {
			continue
		}
		if !isImmortal(*object) {
			r := ref(s.generation.Load())<<32 | ref(index+1)
			list = append(list, listed{r, *object, t.origins[r]})
		}
	}
	return list, t.live
}

func refList(f *frame) error {
	var text strings.Builder
	places := map[uintptr]string{}
	list, live := refs.list(f)
	for _, l := range list {
		fmt.Fprintf(&text, "%#x: %s, from %s\n", uint64(l.ref), describe(l.object), l.origin.describe(places))
	}
	if live > len(list) {
		fmt.Fprintf(&text, "... and %d more\n", live-len(list))
	}
	f.giveText(text.String(), f.p)
	return nil
}

// scopeClose releases f.a references at f.p. Those that were released one by one before are stale, which is no failure.
func scopeClose(f *frame) error {
	for _, r := range unsafe.Slice((*ref)(f.p), f.a) {
		_ = releaseRef(f, r, "scope")
	}
	return nil
}
