package value

import (
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/ref"
)

// shelf is where short texts lie that one thread of the host's has received last, or made: as a host releases most of them before
// it receives the next few, their places and references serve again, without a lock, and nothing is made. Shelves stay
// where they are forever; C gives a thread's back when the thread ends.
type shelf struct {
	taken    atomic.Uint32 // first, where C finds it: 1 while a thread has it
	received row
	made     row // apart, for of what a host makes it keeps more
}

// row is places that take turns.
type row struct {
	next   uint32
	places [8]place
}

// place is one text, which is what its reference names.
type place struct {
	ref.Handle
	ref.Kept
	text string // what lies in room, for C to see
	room [maxShort]byte
}

// GoValue is a copy: the place may have another text later.
func (p *place) GoValue() reflect.Value { return reflect.ValueOf(strings.Clone(p.text)) }

// put copies a short text that is not empty into the place whose turn it is; nil if the host still has what it got there.
func (r *row) put(text string) *place {
	p := &r.places[r.next%uint32(len(r.places))]
	r.next++ // also past a text that the host keeps
	if !p.IsFree() {
		return nil
	}
	p.text = unsafe.String(&p.room[0], copy(p.room[:], text))
	return p
}

// makeText makes a reference to a string on the thread's shelf; 0 if it is not short, or there is no place.
func makeText(f *frame.Frame, text string) frame.Ref {
	if len(text) == 0 || len(text) > maxShort {
		return 0
	}
	if s := shelfOf(f); s != nil {
		if p := s.made.put(text); p != nil {
			return p.Give()
		}
	}
	return 0
}

// shelfOf is the shelf of the call's thread; nil if it has none.
func shelfOf(f *frame.Frame) *shelf {
	if s := (*shelf)(f.Thread.Shelf); s != nil {
		return s
	}
	return takeShelf(f)
}

var shelves struct {
	sync.Mutex
	all    []*shelf
	pinner runtime.Pinner
}

// takeShelf gives a thread a shelf that no other has; nil in debug mode, which notes where each reference comes from.
//
//go:noinline
func takeShelf(f *frame.Frame) *shelf {
	if f.Thread == &frame.NoThread || ref.Table.Debugs() {
		return nil
	}
	shelves.Lock()
	defer shelves.Unlock()
	for _, s := range shelves.all {
		if s.taken.CompareAndSwap(0, 1) {
			f.Thread.Shelf = unsafe.Pointer(s)
			return s
		}
	}
	s := new(shelf)
	s.taken.Store(1)
	shelves.pinner.Pin(s)
	for _, r := range []*row{&s.received, &s.made} {
		for i := range r.places {
			p := &r.places[i]
			p.Kept = ref.Table.Keep(f, p, ref.Shown{Shape: &layout.ValueShapes[reflect.String], Address: uintptr(unsafe.Pointer(&p.text))})
		}
	}
	shelves.all = append(shelves.all, s)
	f.Thread.Shelf = unsafe.Pointer(s)
	return s
}
