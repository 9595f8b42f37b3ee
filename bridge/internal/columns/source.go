package columns

import (
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
	"gobridge/bridge/internal/walk"
)

// Source is the items of a column from C as Go values of a type, in C's memory or Go's. Strings and bytes are string
// headers, and what they point to may be C's.
type Source struct {
	T     *layout.Type
	First unsafe.Pointer
	Step  int
	Text  bool
}

// At is the address of an item.
func (s *Source) At(i int) unsafe.Pointer { return unsafe.Add(s.First, i*s.Step) }

// from is the rest of a column.
func (s *Source) from(i int) *Source {
	return &Source{T: s.T, First: s.At(i), Step: s.Step, Text: s.Text}
}

// textAt is an item that is text. Where it has no bytes, its pointer must not get onto Go's stack: it may be any number.
func (s *Source) textAt(i int) string {
	p := s.At(i)
	if (*[2]uintptr)(p)[1] == 0 {
		return ""
	}
	return *(*string)(p)
}

// scratch is where an item is put that is not in memory as Go has it.
type scratch struct {
	text  string
	bytes []byte
}

// get returns the address of an item. With keep, what it points to lasts and lies in pieces.
func (s *Source) get(i int, l *scratch, keep *cmem.Arena) unsafe.Pointer {
	if !s.Text {
		return s.At(i)
	}
	l.text = s.textAt(i)
	if s.T.Kind() == reflect.Slice {
		l.bytes = []byte(l.text)
		return unsafe.Pointer(&l.bytes)
	}
	if keep != nil {
		l.text, _ = keep.Clone(l.text)
	}
	return unsafe.Pointer(&l.text)
}

// source reads a column for a type. All that could go wrong with an item goes wrong here, before anything is changed and
// any lock is held.
func (b *arrayCall) source(argument string, c *Column, t *layout.Type, isKey bool) (s Source, err error) {
	s = Source{T: t, Text: IsText(t)}
	size, err := c.ItemSize(t)
	if err != nil {
		return s, status.About(argument, err)
	}
	switch c.Layout {
	case ColumnPlain:
		err = b.plainSource(argument, c, &s)
	case ColumnText:
		err = b.textSource(argument, c, &s)
	case ColumnValues:
		err = b.valueSource(argument, c, &s, isKey)
	default:
		err = b.offsetSource(argument, c, &s, size)
	}
	return s, status.About(argument, err)
}

func (b *arrayCall) plainSource(argument string, c *Column, s *Source) error {
	var all []byte
	var err error
	if s.First, s.Step, all, err = c.span(b.n, s.T.Size); err != nil {
		return err
	}
	cmem.TouchAll(all)
	if s.Step != 0 && !cmem.IsAligned(s.First, s.Step, uintptr(s.T.Align())) {
		if err := s.copied(b.n, s.T.Size); err != nil {
			return err
		}
	}
	for i := 0; s.T.Bools && i < b.n; i++ {
		if !s.T.ValidBools(s.At(i)) {
			b.fail(argument, i, status.Errorf(status.Range, "a bool is neither 0 nor 1"))
		}
	}
	return nil
}

// copied copies items that hold no pointers of Go's into memory that is aligned.
func (s *Source) copied(n int, size uintptr) error {
	if uintptr(n) > cmem.MaxMemory/size {
		return status.Errorf(status.Limit, "%d items that are not aligned are too many", n)
	}
	aligned := make([]uint64, (uintptr(n)*size+7)/8)
	to := Source{First: unsafe.Pointer(unsafe.SliceData(aligned)), Step: int(size)}
	for i := 0; i < n; i++ {
		layout.Move(to.At(i), s.At(i), size)
	}
	s.First, s.Step = to.First, to.Step
	return nil
}

func (b *arrayCall) textSource(argument string, c *Column, s *Source) error {
	var all []byte
	var err error
	if s.First, s.Step, all, err = c.span(b.n, TextSize); err != nil {
		return err
	}
	cmem.TouchAll(all)
	if !cmem.IsAligned(s.First, s.Step, unsafe.Alignof("")) {
		if err := s.copied(b.n, TextSize); err != nil {
			return err
		}
	}
	ends := byte(0)
	for i := 0; i < b.n; i++ {
		header := (*[2]uintptr)(s.At(i))
		if header[1] == 0 {
			continue
		}
		if header[0] < cmem.FirstPage || header[1] > cmem.MaxLen {
			b.fail(argument, i, badText(header))
			continue
		}
		p := cmem.AddressAt(&header[0])
		ends += *(*byte)(p) + *(*byte)(cmem.Last(p, header[1]))
	}
	cmem.Use(ends)
	return nil
}

func badText(header *[2]uintptr) error {
	if header[1] > cmem.MaxLen {
		return status.Errorf(status.Limit, "no string has %d bytes", header[1])
	}
	return status.Errorf(status.Null, "its memory is NULL")
}

func (b *arrayCall) offsetSource(argument string, c *Column, s *Source, size uintptr) error {
	offsets, bytes, err := c.offsetsOf(b.n, size)
	if err != nil {
		return err
	}
	cmem.TouchAll(offsets)
	cmem.TouchAll(bytes)
	headers := make([][2]uintptr, b.n) // not strings: what they point to is C's
	s.First, s.Step = unsafe.Pointer(unsafe.SliceData(headers)), int(TextSize)
	from := OffsetAt(offsets, 0, size)
	for i := range headers {
		to := OffsetAt(offsets, i+1, size)
		if from < 0 || to < from || uint64(to) > c.Capacity {
			b.fail(argument, i, status.Errorf(status.Argument, "its offsets are %d and %d, of %d bytes", from, to, c.Capacity))
		} else {
			headers[i] = [2]uintptr{c.Data + uintptr(from), uintptr(to - from)}
		}
		from = to
	}
	return nil
}

// OffsetAt reads an offset of 4 or 8 bytes.
func OffsetAt(offsets []byte, i int, size uintptr) (offset int64) {
	if size == 4 {
		var short int32
		*(*[4]byte)(unsafe.Pointer(&short)) = *(*[4]byte)(unsafe.Pointer(&offsets[i*4]))
		return int64(short)
	}
	*(*[8]byte)(unsafe.Pointer(&offset)) = *(*[8]byte)(unsafe.Pointer(&offsets[i*8]))
	return offset
}

func (b *arrayCall) valueSource(argument string, c *Column, s *Source, isKey bool) error {
	first, step, all, err := c.span(b.n, unsafe.Sizeof(frame.Value{}))
	if err != nil {
		return err
	}
	cmem.TouchAll(all)
	s.Text = s.T.Kind() == reflect.String // bytes may be nil
	elem := s.T.Type
	if s.Text {
		elem = layout.StringType
	}
	if uint64(b.n) > layout.MostElems(elem) {
		return status.Errorf(status.Limit, "%d values are too many", b.n)
	}
	items := reflect.MakeSlice(reflect.SliceOf(elem), b.n, b.n)
	s.First, s.Step = items.UnsafePointer(), int(elem.Size())
	for i := 0; i < b.n; i++ {
		var v frame.Value
		layout.Move(unsafe.Pointer(&v), unsafe.Add(first, i*step), unsafe.Sizeof(v))
		err := b.decodeItem(s, i, &v, items)
		if err == nil && isKey {
			err = walk.CheckKey(s.T, s.At(i))
		}
		if err != nil {
			b.fail(argument, i, err)
		}
	}
	return nil
}

// decodeItem sets an item of a source to what a value from C stands for.
func (b *arrayCall) decodeItem(s *Source, i int, v *frame.Value, items reflect.Value) error {
	if !s.Text {
		return value.Decode(b.f, s.T, v, items.Index(i))
	}
	if v.Kind == uint32(reflect.String) {
		text, err := v.Memory()
		*(*string)(s.At(i)) = text
		return err
	}
	decoded := reflect.New(s.T.Type).Elem()
	err := value.Decode(b.f, s.T, v, decoded)
	if err == nil {
		*(*string)(s.At(i)) = decoded.String()
	}
	return err
}

// copiedTexts copies items that are text into memory of Go's, in some goroutines.
func (s *Source) copiedTexts(n, workers int) (*Source, error) {
	texts := make([]string, n)
	err := Split(n, workers, func(_, from, to int) {
		kept := cmem.ArenaFor(to - from)
		for i := from; i < to; i++ {
			texts[i], _ = kept.Clone(s.textAt(i))
		}
	})
	return &Source{T: s.T, First: unsafe.Pointer(unsafe.SliceData(texts)), Step: int(TextSize), Text: true}, err
}
