package columns

import (
	"math"
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// putNamed puts what a reference names into the column: as a value what gobridge_value_get gives.
func (s *Sink) putNamed(f *frame.Frame, i int, r frame.Ref, v reflect.Value) error {
	if s.layout != ColumnValues {
		return s.put(f, i, layout.Data(v.Interface()))
	}
	shown := frame.Value{Kind: frame.KindRef, As: uint64(r)}
	if v.Kind() == reflect.String {
		shown = s.keeper.string(v.String())
	} else if inlined := value.Inline(f, v); inlined.Kind != 0 {
		shown = s.keeper.own(inlined)
	}
	layout.Move(s.at(i), unsafe.Pointer(&shown), unsafe.Sizeof(shown))
	return nil
}

// Sink is a column that Go values of a type go to.
type Sink struct {
	column  *Column
	t       *layout.Type
	layout  uint32
	First   unsafe.Pointer
	Step    int
	aligned bool // and plain: C's memory may be written as Go's

	offsets []byte // of OFFSETS: these, their size, and the bytes that are used and free
	size    uintptr
	used    int
	free    []byte

	keeper keeper
}

// sink prepares a column to be filled; there is none where C wants none.
func (b *arrayCall) sink(argument string, c *Column, t *layout.Type) (*Sink, error) {
	if c == nil {
		return nil, nil
	}
	cmem.TouchOut(unsafe.Pointer(&c.Owner), unsafe.Sizeof(c.Owner))
	s := &Sink{column: c, t: t, layout: c.Layout, keeper: keeper{pieces: cmem.ArenaFor(b.n)}}
	size, err := c.ItemSize(t)
	var all []byte
	switch {
	case err != nil:
	case c.Layout == ColumnOffsets32, c.Layout == ColumnOffsets64:
		s.size = size
		if s.offsets, s.free, err = c.offsetsOf(b.n, size); err == nil {
			cmem.TouchAllOut(s.free)
			cmem.TouchAllOut(s.offsets)
			s.setOffset(0)
		}
	default:
		s.First, s.Step, all, err = c.span(b.n, size)
		cmem.TouchAllOut(all)
		s.aligned = c.Layout == ColumnPlain && cmem.IsAligned(s.First, s.Step, uintptr(t.Align()))
	}
	b.sinks = append(b.sinks, s)
	return s, status.About(argument, err)
}

// from is the rest of a column.
func (s *Sink) from(i int) *Sink {
	if s == nil {
		return nil
	}
	return &Sink{First: s.at(i), Step: s.Step}
}

func (s *Sink) at(i int) unsafe.Pointer { return unsafe.Add(s.First, i*s.Step) }

// put puts the Go value at src into the column; nil stands for the zero value of the type.
func (s *Sink) put(f *frame.Frame, i int, src unsafe.Pointer) (err error) {
	switch s.layout {
	case ColumnPlain:
		if src == nil {
			clear(unsafe.Slice((*byte)(s.at(i)), s.t.Size))
		} else {
			layout.Move(s.at(i), src, s.t.Size)
		}
	case ColumnText:
		text := s.keeper.show(s.textOf(src))
		*(*[TextSize]byte)(s.at(i)) = *(*[TextSize]byte)(unsafe.Pointer(&text))
	case ColumnValues:
		v := s.value(f, src)
		layout.Move(s.at(i), unsafe.Pointer(&v), unsafe.Sizeof(v))
	default:
		text := s.textOf(src)
		if free := len(s.free) - s.used; len(text) > free || s.size == 4 && len(text) > math.MaxInt32-s.used {
			err = status.Errorf(status.TooSmall, "its %d bytes do not fit into %d that are left of %d", len(text), free, len(s.free))
			text = ""
		}
		s.used += copy(s.free[s.used:], text)
		s.setOffset(i + 1)
	}
	return err
}

func (s *Sink) setOffset(i int) {
	at := unsafe.Pointer(&s.offsets[uintptr(i)*s.size])
	if s.size == 4 {
		offset := int32(s.used)
		*(*[4]byte)(at) = *(*[4]byte)(unsafe.Pointer(&offset))
		return
	}
	offset := int64(s.used)
	*(*[8]byte)(at) = *(*[8]byte)(unsafe.Pointer(&offset))
}

func (s *Sink) textOf(src unsafe.Pointer) string {
	switch {
	case src == nil:
		return ""
	case s.t.Kind() == reflect.String:
		return *(*string)(src)
	}
	b := *(*[]byte)(src)
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// value makes a value that owns nothing: the column's owner does.
func (s *Sink) value(f *frame.Frame, src unsafe.Pointer) frame.Value {
	if s.t.Kind() == reflect.String {
		return s.keeper.string(s.textOf(src))
	}
	if src == nil {
		src = reflect.New(s.t.Type).UnsafePointer()
	}
	return s.keeper.own(value.Of(f, s.t, src))
}
