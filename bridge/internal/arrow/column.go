package arrow

import (
	"encoding/binary"
	"reflect"
	"slices"
	"time"
	"unicode/utf8"
	"unsafe"

	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
)

// column is a column that is being filled.
type column struct {
	*rowType
	budget      *budget
	rows, nulls int
	valid       []byte // a bit for each row; nil where none is null
	data        []byte
	ends        []int32 // of each row before, and of the last one
	children    []*column
}

func (b *budget) columnOf(t *rowType) *column {
	c := &column{rowType: t, budget: b}
	switch t.form {
	case formText, formList, formMap:
		c.ends = []int32{0}
	}
	for _, child := range t.children {
		c.children = append(c.children, b.columnOf(child))
	}
	return c
}

// lend takes rows without copying them, where Arrow has them in memory as Go does.
func (c *column) lend(p unsafe.Pointer, n int) bool {
	switch {
	case c.pointers > 0 || c.Size == 0:
		return false
	case c.form == formFixed:
		c.data = unsafe.Slice((*byte)(p), uintptr(n)*c.Size)
	case c.form != formTuple || !c.children[0].lend(p, n*c.Len()):
		return false
	}
	c.rows = n
	return true
}

// add copies n rows, which are Go variables a stride apart.
func (c *column) add(p unsafe.Pointer, stride uintptr, n int) error {
	if n == 0 { // p may be nil
		return nil
	}
	if c.pointers == 0 {
		return c.addValues(p, stride, n)
	}
	for i := 0; i < n; i++ {
		at := unsafe.Add(p, uintptr(i)*stride)
		for left := c.pointers; left > 0 && at != nil; left-- {
			at = *(*unsafe.Pointer)(at)
		}
		var err error
		if at == nil {
			err = c.addBlank(1, false)
		} else {
			err = c.addValues(at, 0, 1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *column) addValues(p unsafe.Pointer, stride uintptr, n int) (err error) {
	at := func(i int) unsafe.Pointer { return unsafe.Add(p, uintptr(i)*stride) }
	switch c.form {
	case formFixed:
		if err = c.budget.spend(n, c.Size); err != nil {
			return err
		}
		if stride == c.Size {
			c.data = append(c.data, unsafe.Slice((*byte)(p), uintptr(n)*c.Size)...)
		} else {
			for i := 0; i < n; i++ {
				c.data = append(c.data, unsafe.Slice((*byte)(at(i)), c.Size)...)
			}
		}
	case formBits:
		if err = c.budget.spend(n, 1); err != nil {
			return err
		}
		for i := 0; i < n; i++ {
			c.data = appendBits(c.data, c.rows+i, 1, *(*bool)(at(i)))
		}
	case formInstant:
		if err = c.budget.spend(n, 8); err != nil {
			return err
		}
		for i := 0; i < n; i++ {
			t := *(*time.Time)(at(i))
			nanoseconds := t.UnixNano()
			if !time.Unix(0, nanoseconds).Equal(t) {
				return status.About(status.Item(c.path, c.rows+i), status.Errorf(status.Range,
					"the year is %d, and 64 bits have the nanoseconds of 1678 to 2262", t.Year()))
			}
			c.data = binary.NativeEndian.AppendUint64(c.data, uint64(nanoseconds))
		}
	case formTuple:
		length := c.Len()
		if err = c.budget.spend(n, uintptr(length)); err != nil {
			return err
		}
		if stride == c.Size {
			err = c.children[0].add(p, c.Elem().Size(), n*length)
		} else {
			for i := 0; i < n && err == nil; i++ {
				err = c.children[0].add(at(i), c.Elem().Size(), length)
			}
		}
	case formStruct:
		err = c.budget.spend(n, 1)
		for i := 0; i < len(c.children) && err == nil; i++ {
			err = c.children[i].add(unsafe.Add(p, c.offsets[i]), stride, n)
		}
	case formText:
		return c.addTexts(p, stride, n)
	default:
		return c.addLists(at, n)
	}
	if err == nil {
		c.count(n, true)
	}
	return err
}

// addTexts is addValues for strings and byte slices, which begin as strings do. What they take is known before the first
// one is copied.
func (c *column) addTexts(p unsafe.Pointer, stride uintptr, n int) error {
	if err := c.budget.spend(n, unsafe.Sizeof(c.ends[0])); err != nil {
		return err
	}
	size := 0
	for i := 0; i < n; i++ {
		length := len(*(*string)(unsafe.Add(p, uintptr(i)*stride)))
		if err := c.budget.spend(length, 1); err != nil {
			return err
		}
		size += length
	}
	data, ends := slices.Grow(c.data, size), slices.Grow(c.ends, n)
	isString := c.Kind() == reflect.String
	for i := 0; i < n; i++ {
		text := *(*string)(unsafe.Add(p, uintptr(i)*stride))
		if isString && !utf8.ValidString(text) {
			return status.About(status.Item(c.path, c.rows+i), status.Errorf(status.Syntax, "the string is no UTF-8, as Arrow's are; a []byte may have any bytes"))
		}
		data = append(data, text...)
		ends = append(ends, int32(len(data)))
		if !isString {
			c.count(1, unsafe.StringData(text) != nil)
		}
	}
	if c.data, c.ends = data, ends; isString {
		c.count(n, true)
	}
	return nil
}

// addLists is addValues for slices and maps.
func (c *column) addLists(at func(int) unsafe.Pointer, n int) error {
	if err := c.budget.spend(n, unsafe.Sizeof(c.ends[0])); err != nil {
		return err
	}
	for i := 0; i < n; i++ {
		row := c.At(at(i))
		var err error
		if c.form == formMap {
			err = c.children[0].addPairs(layout.OfMap(c.Type.Type), row.UnsafePointer())
		} else {
			err = c.children[0].add(row.UnsafePointer(), c.Elem().Size(), row.Len())
		}
		if err != nil {
			return err
		}
		c.ends = append(c.ends, int32(c.children[0].rows))
		c.count(1, !row.IsNil())
	}
	return nil
}

// addPairs copies the entries of a map.
func (c *column) addPairs(t *layout.Map, m unsafe.Pointer) error {
	n := gort.Backend{}.ReflectMaplen(t, m)
	c.children[0].reserve(n)
	c.children[1].reserve(n)
	var it gort.Iter
	gort.Backend{}.ReflectMapiterinit(t, m, &it)
	for key := (gort.Backend{}).ReflectMapiterkey(&it); key != nil; key = (gort.Backend{}).ReflectMapiterkey(&it) {
		if err := c.children[0].add(key, 0, 1); err != nil {
			return err
		}
		if err := c.children[1].add((gort.Backend{}).ReflectMapiterelem(&it), 0, 1); err != nil {
			return err
		}
		c.count(1, true)
		gort.Backend{}.RuntimeMapiternext(&it)
	}
	return nil
}

// reserve makes room for rows of a known size, so that adding them one by one moves none.
func (c *column) reserve(n int) {
	if c.form == formFixed && uint64(n) <= c.budget.memory/max(1, uint64(c.Size)) {
		c.data = slices.Grow(c.data, n*int(c.Size))
	}
}

// addBlank adds rows whose values no one reads: they, or what they are part of, are null.
func (c *column) addBlank(n int, valid bool) (err error) {
	switch c.form {
	case formFixed, formInstant:
		size := uintptr(8)
		if c.form == formFixed {
			size = c.Size
		}
		if err = c.budget.spend(n, size); err == nil {
			c.data = append(c.data, make([]byte, uintptr(n)*size)...)
		}
	case formBits:
		if err = c.budget.spend(n, 1); err == nil {
			c.data = appendBits(c.data, c.rows, n, false)
		}
	case formTuple:
		if err = c.budget.spend(n, uintptr(c.Len())); err == nil {
			err = c.children[0].addBlank(n*c.Len(), true)
		}
	case formStruct:
		err = c.budget.spend(n, 1)
		for i := 0; i < len(c.children) && err == nil; i++ {
			err = c.children[i].addBlank(n, true)
		}
	default:
		if err = c.budget.spend(n, 4); err == nil {
			for i := 0; i < n; i++ {
				c.ends = append(c.ends, c.ends[len(c.ends)-1])
			}
		}
	}
	if err == nil {
		c.count(n, valid)
	}
	return err
}

// count adds rows to those that there are. Before the first null there is no bitmap.
func (c *column) count(n int, valid bool) {
	if !valid && c.valid == nil {
		c.valid = appendBits(nil, 0, c.rows, true)
	}
	if !valid || c.valid != nil {
		c.valid = appendBits(c.valid, c.rows, n, valid)
	}
	if c.rows += n; !valid {
		c.nulls += n
	}
}

// appendBits appends n equal bits to so many.
func appendBits(bits []byte, so, n int, on bool) []byte {
	for i := so; i < so+n; i++ {
		if i%8 == 0 {
			bits = append(bits, 0)
		}
		if on {
			bits[i/8] |= 1 << (i % 8)
		}
	}
	return bits
}
