package columns

import (
	"math"
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
)

// Column is the mirror of gobridge_column. Its addresses are numbers: what is too small to be one must not lie on Go's
// stack as a pointer.
//
//gobridge:mirror gobridge_column
type Column struct {
	Layout        uint32
	Stride        int32
	Data, Offsets uintptr
	Capacity      uint64
	Owner         frame.Ref
	Validity      uintptr
	Reserved      [2]uint64
}

// The layouts of columns.
const (
	ColumnPlain     = 1 + iota //gobridge:mirror GOBRIDGE_COLUMN_PLAIN
	ColumnText                 //gobridge:mirror GOBRIDGE_COLUMN_TEXT
	ColumnOffsets32            //gobridge:mirror GOBRIDGE_COLUMN_OFFSETS32
	ColumnOffsets64            //gobridge:mirror GOBRIDGE_COLUMN_OFFSETS64
	ColumnValues               //gobridge:mirror GOBRIDGE_COLUMN_VALUES
)

// TextSize is the size of a gobridge_text, which lies in memory as a Go string does.
const TextSize = unsafe.Sizeof("")

// IsText tells whether a type's values are strings or bytes.
func IsText(t *layout.Type) bool {
	return t.Kind() == reflect.String || t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8
}

// ItemSize is what an item takes in a column's layout.
func (c *Column) ItemSize(t *layout.Type) (uintptr, error) {
	if c.Validity != 0 || c.Reserved != [2]uint64{} {
		return 0, status.Errorf(status.Argument, "its validity is not NULL, or a reserved member not 0")
	}
	switch c.Layout {
	case ColumnPlain:
		if !t.Plain {
			return 0, status.Errorf(status.WrongType, "a %s holds pointers, which no PLAIN column does", t)
		}
		return t.Size, nil
	case ColumnText, ColumnOffsets32, ColumnOffsets64:
		if !IsText(t) {
			return 0, status.Errorf(status.WrongType, "a %s is neither string nor bytes", t)
		}
		return map[uint32]uintptr{ColumnText: TextSize, ColumnOffsets32: 4, ColumnOffsets64: 8}[c.Layout], nil
	case ColumnValues:
		return unsafe.Sizeof(frame.Value{}), nil
	}
	return 0, status.Errorf(status.WrongType, "no column has the layout %d", c.Layout)
}

// span finds the items of a column.
func (c *Column) span(n int, size uintptr) (first unsafe.Pointer, step int, all []byte, err error) {
	return cmem.Span(c.Data, int(c.Stride), n, size)
}

// offsetsOf finds the offsets of a column, and the bytes that they are about.
func (c *Column) offsetsOf(n int, size uintptr) (offsets, bytes []byte, err error) {
	if _, _, offsets, err = cmem.Span(c.Offsets, 0, n+1, size); err != nil {
		return nil, nil, status.Errorf(status.Null, "offsets is NULL")
	}
	if c.Capacity > math.MaxInt {
		return nil, nil, status.Errorf(status.Limit, "no memory has a capacity of %d", c.Capacity)
	}
	_, _, bytes, err = cmem.Span(c.Data, 1, int(c.Capacity), 1)
	return offsets, bytes, err
}

// AddressIn is where an item of a column lies, unless it has offsets.
func (c *Column) AddressIn(t reflect.Type, i int) unsafe.Pointer {
	size, _ := c.ItemSize(layout.Of(t))
	if c.Stride != 0 {
		return unsafe.Add(cmem.AddressAt(&c.Data), i*int(c.Stride))
	}
	return unsafe.Add(cmem.AddressAt(&c.Data), uintptr(i)*size)
}

// Offset returns the address of an offset of a column.
func (c *Column) Offset(i int) (p unsafe.Pointer, size uintptr) {
	size = map[uint32]uintptr{ColumnOffsets32: 4, ColumnOffsets64: 8}[c.Layout]
	return unsafe.Add(cmem.AddressAt(&c.Offsets), uintptr(i)*size), size
}
