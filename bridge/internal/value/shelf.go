package value

import (
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/ref"
)

// shelf is where the short texts lie that one thread of the host's received last: as a host releases most of them before
// it receives the next few, their places and references serve again, without a lock, and nothing is made. Shelves stay
// where they are forever; C gives a thread's back when the thread ends.
type shelf struct {
	taken  atomic.Uint32 // first, where C finds it: 1 while a thread has it
	next   uint32
	places [8]place
}

// place is one text, which is what its reference names.
type place struct {
	ref.Handle
	ref.Kept
	len  uint32
	text [maxShort]byte
}

// GoValue is a copy: the place may have another text later.
func (p *place) GoValue() reflect.Value {
	return reflect.ValueOf(strings.Clone(unsafe.String(&p.text[0], int(p.len))))
}

// put has the thread's shelf show a short string, unless the host still has what it got in the place whose turn it is.
func put(f *frame.Frame, text string, shown *frame.Value) bool {
	s := (*shelf)(f.Thread.Shelf)
	if s == nil {
		if s = takeShelf(f); s == nil {
			return false
		}
	}
	p := &s.places[s.next%uint32(len(s.places))]
	s.next++ // also past a text that the host keeps
	if !p.IsFree() {
		return false
	}
	p.len = uint32(copy(p.text[:], text))
	shown.As, shown.Owner = uint64(uintptr(unsafe.Pointer(&p.text[0]))), p.Give()
	return true
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
	for i := range s.places {
		p := &s.places[i]
		p.Kept = ref.Table.Keep(f, p)
	}
	shelves.all = append(shelves.all, s)
	f.Thread.Shelf = unsafe.Pointer(s)
	return s
}
