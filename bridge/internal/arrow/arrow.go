package arrow

import (
	"math/bits"
	"reflect"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/types"
)

// Schema and Array are the mirrors of ArrowSchema and ArrowArray. Their addresses are numbers, as column's are.
//
//gobridge:mirror ArrowSchema
type Schema struct {
	Format, Name, Metadata                     uintptr
	Flags, NChildren                           int64
	Children, Dictionary, Release, PrivateData uintptr
}

//gobridge:mirror ArrowArray
type Array struct {
	Length, NullCount, Offset, NBuffers, NChildren      int64
	Buffers, Children, Dictionary, Release, PrivateData uintptr
}

// nullable is ARROW_FLAG_NULLABLE.
const nullable = 2 //gobridge:mirror ARROW_FLAG_NULLABLE

// form is what an array's buffers and children are.
type form uint8

const (
	formFixed   form = iota // the bytes of each row
	formBits                // a bit for each
	formInstant             // an int64 for each, a time
	formText                // offsets and bytes
	formList                // offsets, and a child
	formTuple               // a child with so many rows for each
	formStruct              // children
	formMap                 // offsets, and a child of pairs
)

// partsOfForm is how many buffers and children an array has, by its form; a struct may have any number of children.
var partsOfForm = [...]struct{ buffers, children int64 }{
	formFixed: {2, 0}, formBits: {2, 0}, formInstant: {2, 0}, formText: {3, 0},
	formList: {2, 1}, formTuple: {1, 1}, formStruct: {1, 0}, formMap: {2, 1},
}

// numbers has the formats that are a kind of number, and formats the formats of kinds.
var (
	numbers = map[string]reflect.Type{
		"c": reflect.TypeOf(int8(0)), "C": reflect.TypeOf(uint8(0)), "s": reflect.TypeOf(int16(0)), "S": reflect.TypeOf(uint16(0)),
		"i": reflect.TypeOf(int32(0)), "I": reflect.TypeOf(uint32(0)), "l": reflect.TypeOf(int64(0)), "L": reflect.TypeOf(uint64(0)),
		"f": reflect.TypeOf(float32(0)), "g": reflect.TypeOf(float64(0)),
	}
	formats = func() map[layout.Scalar]string {
		formats := map[layout.Scalar]string{}
		for format, t := range numbers {
			formats[layout.Scalars[t.Kind()]] = format
		}
		return formats
	}()
)

// units is how many of a unit of time are a second.
var units = map[byte]int64{'s': 1, 'm': 1e3, 'u': 1e6, 'n': 1e9}

const maxColumns = 1 << 16

// budget is what a call may still use.
type budget struct {
	columns int
	memory  uint64
}

func newBudget() *budget { return &budget{maxColumns, cmem.MaxMemory} }

// column is called for each column before it is looked into: one may hold itself.
func (b *budget) column(path string, depth int) error {
	if depth > types.MaxDepth {
		return status.Errorf(status.TooDeep, "%.500s...: nested more than %d levels deep", path, types.MaxDepth)
	}
	if b.columns--; b.columns < 0 {
		return status.Errorf(status.Limit, "there are more than %d columns", maxColumns)
	}
	return nil
}

// spend is called before memory is used for so many items of a size. What has no size is counted too.
func (b *budget) spend(n int, size uintptr) error {
	high, bytes := bits.Mul64(uint64(n), max(1, uint64(size)))
	if high != 0 || bytes > b.memory {
		return status.Errorf(status.Limit, "more than %d bytes would be copied", cmem.MaxMemory)
	}
	b.memory -= bytes
	return nil
}
