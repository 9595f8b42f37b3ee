package value

import (
	"reflect"
	"runtime"
	"sync/atomic"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/ref"
)

// Borrowed makes a value that shows memory which something else keeps.
func Borrowed(s string, kind uint32) frame.Value {
	data := unsafe.Pointer(&cmem.Empty)
	if len(s) > 0 {
		data = unsafe.Pointer(unsafe.StringData(s))
	}
	return frame.Value{Kind: kind, As: uint64(uintptr(data)), Len: uint64(len(s))}
}

// ViewOf makes a value that shows memory of Go's, pinned until its owner is released, or a copy of a short string.
func ViewOf(f *frame.Frame, s string, kind uint32) (shown frame.Value) {
	ShowText(f, s, kind, &shown)
	return shown
}

// ShowText is ViewOf in place: to copy a value that was just put together takes as long as a lookup.
func ShowText(f *frame.Frame, s string, kind uint32, shown *frame.Value) {
	shown.Kind, shown.Flags, shown.Len, shown.Owner = kind, 0, uint64(len(s)), 0
	if len(s) == 0 {
		shown.As = uint64(uintptr(unsafe.Pointer(&cmem.Empty)))
		return
	}
	isShort := IsShort(s) && kind == uint32(reflect.String)
	if isShort {
		if has := shelfOf(f); has != nil {
			if p := has.received.put(s); p != nil {
				shown.As, shown.Owner = uint64(uintptr(unsafe.Pointer(&p.room[0]))), p.Give()
				return
			}
		}
	}
	var v *View
	if !isShort {
		v = &View{text: s, kind: kind, Pins: new(pins)}
		v.Pins.views.Store(1)
		cmem.Pin(&v.Pins.Pinner, unsafe.Pointer(unsafe.StringData(s)))
	}
	f.LockMutex(&ref.Table.Mu)
	defer f.UnlockMutex(&ref.Table.Mu)
	if isShort {
		v = shortViews.view(s)
	}
	v.self = v
	shown.Owner = ref.Table.Put(f, &v.self, ref.TrivialIf(len(s)), ref.Shown{})
	shown.As = uint64(uintptr(unsafe.Pointer(unsafe.StringData(v.text))))
}

// IsShort tells whether C gets a copy of a string.
func IsShort(s string) bool { return len(s) <= maxShort }

// Released unpins the memory once no other view shows it.
func (v *View) Released() { v.Pins.drop() }

// View is a string or a byte slice whose memory C reads: it stays where it is until the reference is released.
type View struct {
	ref.Handle
	self any // the view, which is what the reference names
	text string
	kind uint32 // String or KindBytes
	Pins *pins
}

// GoValue is the string or byte slice.
func (v *View) GoValue() reflect.Value {
	if v.kind == frame.KindBytes {
		return reflect.ValueOf(unsafe.Slice(unsafe.StringData(v.text), len(v.text)))
	}
	return reflect.ValueOf(v.text)
}

// pins hold memory that views show.
type pins struct {
	Pinner runtime.Pinner
	views  atomic.Int32 // that are live, and 1 while more may come
}

func (p *pins) drop() {
	if p.views.Add(-1) == 0 {
		p.Pinner.Unpin()
	}
}

// slab is where views of short strings come from, and copies of the strings: to pin each would take longer than all the
// rest of a call. What one live view keeps alive of others' is one shelf's. The lock is that of the references.
type slab struct {
	pins  *pins
	views []View
	text  []byte
}

const (
	slabViews = 16
	slabText  = 1024
	maxShort  = 128 // bytes of a string that is copied there
)

var shortViews slab

// view makes a view of a copy of a short string.
func (s *slab) view(text string) *View {
	if len(s.views) == 0 || len(text) > len(s.text) {
		s.renew()
	}
	v := &s.views[0]
	*v = View{text: unsafe.String(&s.text[0], copy(s.text, text)), kind: uint32(reflect.String), Pins: s.pins}
	v.Pins.views.Add(1)
	s.views, s.text = s.views[1:], s.text[len(text):]
	return v
}

func (s *slab) renew() {
	if s.pins != nil {
		s.pins.drop()
	}
	s.pins, s.views, s.text = new(pins), make([]View, slabViews), make([]byte, slabText)
	s.pins.views.Store(1)
	s.pins.Pinner.Pin(&s.text[0])
}
