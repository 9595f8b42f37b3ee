package arrow

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
)

// source is a column of C's. What its structs say has been checked; offsets and indexes are where they are used.
type source struct {
	path, format, name string
	form               form
	wide               bool    // offsets have 8 bytes
	size               uintptr // of a row's bytes, or how many rows of the child it has
	second             int64   // how many units of time are one
	rows, offset       int
	valid, data, ends  []byte
	children           []*source
	dictionary         *source // of which the rows are indexes

	to   *rowType // what the rows become
	call *importing
}

// importing is an import that goes on.
type importing struct {
	*budget
	kept cmem.Arena
}

// foreign reads a struct of C's, unless it is released.
func foreign[S any](address uintptr, released func(*S) bool) (s S, err error) {
	if address < cmem.FirstPage {
		return s, status.Errorf(status.Null, "its address is NULL")
	}
	if s = *(*S)(cmem.AddressAt(&address)); released(&s) {
		err = status.Errorf(status.Null, "it was released")
	}
	return s, err
}

// addresses reads an array of pointers of C's.
func addresses(what string, at uintptr, n int64) ([]uintptr, error) {
	if n == 0 {
		return nil, nil
	}
	if at < cmem.FirstPage {
		return nil, status.Errorf(status.Null, "%s is NULL", what)
	}
	return slices.Clone(unsafe.Slice((*uintptr)(cmem.AddressAt(&at)), n)), nil
}

// read checks an array of C's, with all that belongs to it.
func (call *importing) read(schemaAt, arrayAt uintptr, parent, step string, depth int) (*source, error) {
	s := &source{path: parent + step, call: call}
	if err := call.column(s.path, depth); err != nil {
		return nil, err
	}
	schema, err := foreign(schemaAt, func(s *Schema) bool { return s.Release == 0 })
	if err == nil && schema.Format < cmem.FirstPage {
		err = status.Errorf(status.Null, "its format is NULL")
	}
	if err != nil {
		return nil, status.About("schema of "+s.path, err)
	}
	s.format = cmem.String(cmem.AddressAt(&schema.Format))
	if schema.Name >= cmem.FirstPage {
		s.name = cmem.String(cmem.AddressAt(&schema.Name))
	}
	if s.name != "" && parent != "" {
		s.path = parent + "." + s.name
	}
	array, err := foreign(arrayAt, func(a *Array) bool { return a.Release == 0 })
	if err == nil {
		err = s.parse()
	}
	if err == nil {
		err = s.measure(&schema, &array)
	}
	if err != nil {
		return nil, status.About(s.path, err)
	}
	return s, s.readChildren(&schema, &array, depth+1)
}

// parse reads the format.
func (s *source) parse() error {
	f := s.format
	number, length, isCounted := numbers[f], 0, false
	if kind, count, found := strings.Cut(f, ":"); found && (kind == "w" || kind == "+w") {
		n, err := strconv.ParseInt(count, 10, 32)
		if err != nil || n < 0 {
			return status.Errorf(status.Argument, "its format %.100q has no length", f)
		}
		length, isCounted = int(n), true
	}
	switch {
	case number != nil:
		s.form, s.size = formFixed, number.Size()
	case isCounted && f[0] == 'w':
		s.form, s.size = formFixed, uintptr(length)
	case isCounted:
		s.form, s.size = formTuple, uintptr(length)
	case f == "b":
		s.form = formBits
	case len(f) >= 4 && f[:2] == "ts" && f[3] == ':' && units[f[2]] > 0:
		s.form, s.size, s.second = formInstant, 8, units[f[2]]
	case len(f) == 3 && f[:2] == "tD" && units[f[2]] > 0:
		s.form, s.size, s.second, s.format = formFixed, 8, units[f[2]], "tDn"
	case f == "u", f == "z", f == "U", f == "Z":
		s.form, s.wide = formText, f < "a"
	case f == "+l", f == "+L":
		s.form, s.wide = formList, f == "+L"
	case f == "+s":
		s.form = formStruct
	case f == "+m":
		s.form = formMap
	default:
		return status.Errorf(status.WrongType, "its format is %.100q, which no Go type here has", f)
	}
	return nil
}

// measure checks the numbers of an array, and finds its buffers.
func (s *source) measure(schema *Schema, array *Array) error {
	parts := partsOfForm[s.form]
	if s.form == formStruct && schema.NChildren >= 0 && schema.NChildren <= maxColumns {
		parts.children = schema.NChildren
	}
	switch {
	case schema.NChildren != parts.children:
		return status.Errorf(status.Count, "its schema has %d children, not %d", schema.NChildren, parts.children)
	case array.NChildren != parts.children:
		return status.Errorf(status.Count, "it has %d children, not %d", array.NChildren, parts.children)
	case array.NBuffers != parts.buffers:
		return status.Errorf(status.Count, "it has %d buffers, not %d", array.NBuffers, parts.buffers)
	case (schema.Dictionary == 0) != (array.Dictionary == 0):
		return status.Errorf(status.Count, "its schema or it has a dictionary, and the other has none")
	case array.Length < 0, array.Offset < 0, array.Length > math.MaxInt/16-array.Offset:
		return status.Errorf(status.Argument, "its length is %d, its offset %d", array.Length, array.Offset)
	case array.NullCount < -1, array.NullCount > array.Length:
		return status.Errorf(status.Argument, "its null_count is %d, its length %d", array.NullCount, array.Length)
	}
	s.rows, s.offset = int(array.Length), int(array.Offset)
	buffers, err := addresses("buffers", array.Buffers, array.NBuffers)
	if err != nil || s.rows == 0 {
		return err
	}
	end := uint64(s.offset) + uint64(s.rows)
	if array.NullCount > 0 || array.NullCount < 0 && buffers[0] != 0 {
		if s.valid, err = bufferAt("bitmap of nulls", buffers[0], (end+7)/8, 1); err != nil {
			return err
		}
	}
	switch s.form {
	case formFixed, formInstant:
		s.data, err = bufferAt("buffer of values", buffers[1], end, uint64(s.size))
	case formBits:
		s.data, err = bufferAt("buffer of bits", buffers[1], (end+7)/8, 1)
	case formText, formList, formMap:
		s.ends, err = bufferAt("buffer of offsets", buffers[1], end+1, uint64(s.endSize()))
		if err == nil && s.form == formText {
			last := s.end(s.rows)
			if last < 0 {
				return status.Errorf(status.Argument, "its last offset is %d", last)
			}
			s.data, err = bufferAt("buffer of bytes", buffers[2], uint64(last), 1)
		}
	}
	return err
}

// bufferAt finds a buffer of so many items of a size.
func bufferAt(what string, address uintptr, n, size uint64) ([]byte, error) {
	high, bytes := bits.Mul64(n, size)
	switch {
	case high != 0, bytes > math.MaxInt, address+uintptr(bytes) < address:
		return nil, status.Errorf(status.Limit, "no memory has a %s of %d times %d bytes", what, n, size)
	case bytes == 0:
		return nil, nil
	case address < cmem.FirstPage:
		return nil, status.Errorf(status.Null, "its %s is NULL", what)
	}
	b := unsafe.Slice((*byte)(cmem.AddressAt(&address)), bytes)
	cmem.TouchAll(b)
	return b, nil
}

func (s *source) readChildren(schema *Schema, array *Array, depth int) error {
	schemas, err := addresses("children of its schema", schema.Children, schema.NChildren)
	if err != nil {
		return status.About(s.path, err)
	}
	arrays, err := addresses("children", array.Children, array.NChildren)
	if err != nil {
		return status.About(s.path, err)
	}
	high, needed := bits.Mul64(uint64(s.offset)+uint64(s.rows), uint64(s.size))
	if s.form == formStruct {
		needed = uint64(s.offset) + uint64(s.rows)
	}
	for i := range schemas {
		child, err := s.call.read(schemas[i], arrays[i], s.path, fmt.Sprintf(".children[%d]", i), depth)
		if err != nil {
			return err
		}
		if s.rows > 0 && s.ends == nil && (high > 0 || uint64(child.rows) < needed) {
			return status.Errorf(status.Argument, "%s has %d rows, fewer than %s needs", child.path, child.rows, s.path)
		}
		s.children = append(s.children, child)
	}
	if schema.Dictionary == 0 {
		return nil
	}
	if number := numbers[s.format]; number == nil || !layout.IsInteger(number.Kind()) {
		return status.Errorf(status.WrongType, "%s has a dictionary, and the format %q, which is no integer", s.path, s.format)
	}
	s.dictionary, err = s.call.read(schema.Dictionary, array.Dictionary, s.path, ".dictionary", depth)
	return err
}
