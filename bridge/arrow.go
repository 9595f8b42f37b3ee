package bridge

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// arrowOps answers the calls about Arrow.
var arrowOps = []op{
	{name: "gobridge_arrow_export", run: arrowExport},
	{name: "gobridge_arrow_import", run: arrowImport},
}

// arrowSchema and arrowArray are the mirrors of ArrowSchema and ArrowArray. Their addresses are numbers, as column's are.
//
//gobridge:mirror ArrowSchema
type arrowSchema struct {
	format, name, metadata                 uintptr
	flags, nChildren                       int64
	children, dictionary, release, private uintptr
}

//gobridge:mirror ArrowArray
type arrowArray struct {
	length, nullCount, offset, nBuffers, nChildren  int64
	buffers, children, dictionary, release, private uintptr
}

// arrowNullable is ARROW_FLAG_NULLABLE.
const arrowNullable = 2 //gobridge:mirror ARROW_FLAG_NULLABLE

// arrowForm is what an array's buffers and children are.
type arrowForm uint8

const (
	arrowFixed   arrowForm = iota // the bytes of each row
	arrowBits                     // a bit for each
	arrowInstant                  // an int64 for each, a time
	arrowText                     // offsets and bytes
	arrowList                     // offsets, and a child
	arrowTuple                    // a child with so many rows for each
	arrowStruct                   // children
	arrowMap                      // offsets, and a child of pairs
)

// arrowParts is how many buffers and children an array has, by its form; a struct may have any number of children.
var arrowParts = [...]struct{ buffers, children int64 }{
	arrowFixed: {2, 0}, arrowBits: {2, 0}, arrowInstant: {2, 0}, arrowText: {3, 0},
	arrowList: {2, 1}, arrowTuple: {1, 1}, arrowStruct: {1, 0}, arrowMap: {2, 1},
}

// arrowNumbers has the formats that are a kind of number, and arrowFormats the formats of kinds.
var (
	arrowNumbers = map[string]reflect.Type{
		"c": reflect.TypeOf(int8(0)), "C": reflect.TypeOf(uint8(0)), "s": reflect.TypeOf(int16(0)), "S": reflect.TypeOf(uint16(0)),
		"i": reflect.TypeOf(int32(0)), "I": reflect.TypeOf(uint32(0)), "l": reflect.TypeOf(int64(0)), "L": reflect.TypeOf(uint64(0)),
		"f": reflect.TypeOf(float32(0)), "g": reflect.TypeOf(float64(0)),
	}
	arrowFormats = func() map[scalar]string {
		formats := map[scalar]string{}
		for format, t := range arrowNumbers {
			formats[scalars[t.Kind()]] = format
		}
		return formats
	}()
)

// arrowUnits is how many of a unit of time are a second.
var arrowUnits = map[byte]int64{'s': 1, 'm': 1e3, 'u': 1e6, 'n': 1e9}

const maxArrowColumns = 1 << 16

// arrowBudget is what a call may still use.
type arrowBudget struct {
	columns int
	memory  uint64
}

func newArrowBudget() *arrowBudget { return &arrowBudget{maxArrowColumns, maxMemory} }

// column is called for each column before it is looked into: one may hold itself.
func (b *arrowBudget) column(path string, depth int) error {
	if depth > maxDepth {
		return failf(errTooDeep, "%.500s...: nested more than %d levels deep", path, maxDepth)
	}
	if b.columns--; b.columns < 0 {
		return failf(errRange, "there are more than %d columns", maxArrowColumns)
	}
	return nil
}

// spend is called before memory is used for so many items of a size. What has no size is counted too.
func (b *arrowBudget) spend(n int, size uintptr) error {
	high, bytes := bits.Mul64(uint64(n), max(1, uint64(size)))
	if high != 0 || bytes > b.memory {
		return failf(errRange, "more than %d bytes would be copied", maxMemory)
	}
	b.memory -= bytes
	return nil
}

// ---- Go types ----

// arrowType is a Go type as Arrow has it.
type arrowType struct {
	*layout.Type // without the pointers; nil for the pairs of a map
	full         reflect.Type
	pointers     int // that lead from a row to its value
	form         arrowForm
	format, name string
	children     []*arrowType
	offsets      []uintptr // of a struct's fields
	path         string    // for messages
}

// nullable tells whether a row can be null.
func (t *arrowType) nullable() bool {
	return t.pointers > 0 || t.Type != nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Map)
}

func (b *arrowBudget) typeOf(of reflect.Type, name, path string, depth int) (*arrowType, error) {
	t := &arrowType{full: of, name: name, path: path}
	if err := b.column(path, depth); err != nil {
		return nil, err
	}
	for ; of.Kind() == reflect.Pointer && t.pointers <= maxDepth; of = of.Elem() {
		t.pointers++
	}
	t.Type = layout.Of(of)
	var err error
	switch k := of.Kind(); {
	case of == timeType:
		t.form, t.format = arrowInstant, "tsn:UTC"
	case of == durationType:
		t.form, t.format = arrowFixed, "tDn"
	case arrowFormats[scalars[k]] != "":
		t.form, t.format = arrowFixed, arrowFormats[scalars[k]]
	case k == reflect.Bool:
		t.form, t.format = arrowBits, "b"
	case k == reflect.String:
		t.form, t.format = arrowText, "u"
	case k == reflect.Slice && of.Elem().Kind() == reflect.Uint8:
		t.form, t.format = arrowText, "z"
	case k == reflect.Slice:
		t.form, t.format = arrowList, "+l"
		err = b.addChild(t, of.Elem(), "item", "[]", depth)
	case k == reflect.Array && of.Len() > math.MaxInt32:
		err = failf(errRange, "%s is a %s, which has too many elements", path, of)
	case k == reflect.Array && of.Elem().Kind() == reflect.Uint8:
		t.form, t.format = arrowFixed, fmt.Sprintf("w:%d", of.Len())
	case k == reflect.Array:
		t.form, t.format = arrowTuple, fmt.Sprintf("+w:%d", of.Len())
		err = b.addChild(t, of.Elem(), "item", "[]", depth)
	case k == reflect.Map:
		var pairs *arrowType
		t.form, t.format = arrowMap, "+m"
		pairs, err = b.pairsOf(of, path, depth+1)
		t.children = append(t.children, pairs)
	case k == reflect.Struct:
		t.form, t.format = arrowStruct, "+s"
		for i := 0; i < of.NumField() && err == nil; i++ {
			if field := of.Field(i); field.IsExported() {
				err = b.addChild(t, field.Type, field.Name, "."+field.Name, depth)
				t.offsets = append(t.offsets, field.Offset)
			}
		}
		if of.NumField() > 0 && len(t.children) == 0 && err == nil {
			err = failf(errWrongType, "%s is a %s, which exports no field", path, of)
		}
	default:
		err = failf(errWrongType, "%s is a %s, which Arrow has no form for", path, t.full)
	}
	return t, err
}

func (b *arrowBudget) addChild(t *arrowType, of reflect.Type, name, step string, depth int) error {
	child, err := b.typeOf(of, name, t.path+step, depth+1)
	t.children = append(t.children, child)
	return err
}

// pairsOf gives the struct of key and element that the rows of a map are.
func (b *arrowBudget) pairsOf(of reflect.Type, path string, depth int) (*arrowType, error) {
	t := &arrowType{form: arrowStruct, format: "+s", name: "entries", path: path}
	err := b.addChild(t, of.Key(), "key", "[key]", depth)
	if err == nil && t.children[0].nullable() {
		err = failf(errWrongType, "%s[key] is a %s, which can be nil, as no key of Arrow's can", path, of.Key())
	}
	if err == nil {
		err = b.addChild(t, of.Elem(), "value", "[value]", depth)
	}
	return t, err
}

// ---- export ----

// arrowColumn is a column that is being filled.
type arrowColumn struct {
	*arrowType
	budget      *arrowBudget
	rows, nulls int
	valid       []byte // a bit for each row; nil where none is null
	data        []byte
	ends        []int32 // of each row before, and of the last one
	children    []*arrowColumn
}

func (b *arrowBudget) columnOf(t *arrowType) *arrowColumn {
	c := &arrowColumn{arrowType: t, budget: b}
	switch t.form {
	case arrowText, arrowList, arrowMap:
		c.ends = []int32{0}
	}
	for _, child := range t.children {
		c.children = append(c.children, b.columnOf(child))
	}
	return c
}

// lend takes rows without copying them, where Arrow has them in memory as Go does.
func (c *arrowColumn) lend(p unsafe.Pointer, n int) bool {
	switch {
	case c.pointers > 0 || c.Size == 0:
		return false
	case c.form == arrowFixed:
		c.data = unsafe.Slice((*byte)(p), uintptr(n)*c.Size)
	case c.form != arrowTuple || !c.children[0].lend(p, n*c.Len()):
		return false
	}
	c.rows = n
	return true
}

// add copies n rows, which are Go variables a stride apart.
func (c *arrowColumn) add(p unsafe.Pointer, stride uintptr, n int) error {
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

func (c *arrowColumn) addValues(p unsafe.Pointer, stride uintptr, n int) (err error) {
	at := func(i int) unsafe.Pointer { return unsafe.Add(p, uintptr(i)*stride) }
	switch c.form {
	case arrowFixed:
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
	case arrowBits:
		if err = c.budget.spend(n, 1); err != nil {
			return err
		}
		for i := 0; i < n; i++ {
			c.data = appendBits(c.data, c.rows+i, 1, *(*bool)(at(i)))
		}
	case arrowInstant:
		if err = c.budget.spend(n, 8); err != nil {
			return err
		}
		for i := 0; i < n; i++ {
			t := *(*time.Time)(at(i))
			nanoseconds := t.UnixNano()
			if !time.Unix(0, nanoseconds).Equal(t) {
				return about(item(c.path, c.rows+i), failf(errRange,
					"the year is %d, and 64 bits have the nanoseconds of 1678 to 2262", t.Year()))
			}
			c.data = binary.NativeEndian.AppendUint64(c.data, uint64(nanoseconds))
		}
	case arrowTuple:
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
	case arrowStruct:
		err = c.budget.spend(n, 1)
		for i := 0; i < len(c.children) && err == nil; i++ {
			err = c.children[i].add(unsafe.Add(p, c.offsets[i]), stride, n)
		}
	case arrowText:
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
func (c *arrowColumn) addTexts(p unsafe.Pointer, stride uintptr, n int) error {
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
			return about(item(c.path, c.rows+i), failf(errSyntax, "the string is no UTF-8, as Arrow's are; a []byte may have any bytes"))
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
func (c *arrowColumn) addLists(at func(int) unsafe.Pointer, n int) error {
	if err := c.budget.spend(n, unsafe.Sizeof(c.ends[0])); err != nil {
		return err
	}
	for i := 0; i < n; i++ {
		row := c.At(at(i))
		var err error
		if c.form == arrowMap {
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
func (c *arrowColumn) addPairs(t *layout.Map, m unsafe.Pointer) error {
	n := backend{}.ReflectMaplen(t, m)
	c.children[0].reserve(n)
	c.children[1].reserve(n)
	var it iter
	backend{}.ReflectMapiterinit(t, m, &it)
	for key := (backend{}).ReflectMapiterkey(&it); key != nil; key = (backend{}).ReflectMapiterkey(&it) {
		if err := c.children[0].add(key, 0, 1); err != nil {
			return err
		}
		if err := c.children[1].add((backend{}).ReflectMapiterelem(&it), 0, 1); err != nil {
			return err
		}
		c.count(1, true)
		backend{}.RuntimeMapiternext(&it)
	}
	return nil
}

// reserve makes room for rows of a known size, so that adding them one by one moves none.
func (c *arrowColumn) reserve(n int) {
	if c.form == arrowFixed && uint64(n) <= c.budget.memory/max(1, uint64(c.Size)) {
		c.data = slices.Grow(c.data, n*int(c.Size))
	}
}

// addBlank adds rows whose values no one reads: they, or what they are part of, are null.
func (c *arrowColumn) addBlank(n int, valid bool) (err error) {
	switch c.form {
	case arrowFixed, arrowInstant:
		size := uintptr(8)
		if c.form == arrowFixed {
			size = c.Size
		}
		if err = c.budget.spend(n, size); err == nil {
			c.data = append(c.data, make([]byte, uintptr(n)*size)...)
		}
	case arrowBits:
		if err = c.budget.spend(n, 1); err == nil {
			c.data = appendBits(c.data, c.rows, n, false)
		}
	case arrowTuple:
		if err = c.budget.spend(n, uintptr(c.Len())); err == nil {
			err = c.children[0].addBlank(n*c.Len(), true)
		}
	case arrowStruct:
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
func (c *arrowColumn) count(n int, valid bool) {
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

// parcel is what a reference of an exported struct names. Until that is released it keeps where it is what the struct
// points to, and itself.
type parcel struct {
	Handle
	ref    ref // ArrowArray.private_data is its address
	pinner runtime.Pinner
}

func (*parcel) describe() string { return "a part of what was exported to Arrow" }

func (p *parcel) released() { p.pinner.Unpin() }

// send gives the address of memory that C reads.
func (p *parcel) send(memory unsafe.Pointer) uintptr {
	pin(&p.pinner, memory)
	return uintptr(memory)
}

func (p *parcel) sendText(text string) uintptr {
	return p.send(unsafe.Pointer(unsafe.StringData(text + "\x00")))
}

// sendChildren makes room for the structs of children, to which C has an array of pointers.
func sendChildren[S any](p *parcel, n int) (children []S, pointers uintptr) {
	if n == 0 {
		return nil, 0
	}
	children = make([]S, n)
	first, all := p.send(unsafe.Pointer(&children[0])), make([]uintptr, n)
	for i := range children {
		all[i] = first + uintptr(i)*unsafe.Sizeof(children[0])
	}
	return children, p.send(unsafe.Pointer(&all[0]))
}

// seal makes the reference, and gives private_data.
func (p *parcel) seal(f *frame) uintptr {
	p.ref = refs.make(f, p)
	return p.send(unsafe.Pointer(&p.ref))
}

func (t *arrowType) send(f *frame, release uint64) arrowSchema {
	p := &parcel{}
	to := arrowSchema{format: p.sendText(t.format), name: p.sendText(t.name), nChildren: int64(len(t.children)), release: uintptr(release)}
	if t.nullable() {
		to.flags = arrowNullable
	}
	var children []arrowSchema
	children, to.children = sendChildren[arrowSchema](p, len(t.children))
	for i := range children {
		children[i] = t.children[i].send(f, release)
	}
	to.private = p.seal(f)
	return to
}

func (c *arrowColumn) send(f *frame, release uint64) arrowArray {
	p := &parcel{}
	to := arrowArray{length: int64(c.rows), nullCount: int64(c.nulls), nBuffers: arrowParts[c.form].buffers,
		nChildren: int64(len(c.children)), release: uintptr(release)}
	buffers := make([]uintptr, to.nBuffers)
	if c.valid != nil {
		buffers[0] = p.send(unsafe.Pointer(unsafe.SliceData(c.valid)))
	}
	last := len(buffers) - 1
	if len(c.data) > 0 {
		buffers[last] = p.send(unsafe.Pointer(unsafe.SliceData(c.data)))
	}
	if c.ends != nil {
		buffers[1] = p.send(unsafe.Pointer(unsafe.SliceData(c.ends)))
	}
	to.buffers = p.send(unsafe.Pointer(unsafe.SliceData(buffers)))
	var children []arrowArray
	children, to.children = sendChildren[arrowArray](p, len(c.children))
	for i := range children {
		children[i] = c.children[i].send(f, release)
	}
	to.private = p.seal(f)
	return to
}

func arrowExport(f *frame) error {
	schema, array := (*arrowSchema)(f.p), (*arrowArray)(f.q)
	touchOut(f.p, unsafe.Sizeof(*schema))
	touchOut(f.q, unsafe.Sizeof(*array))
	object, err := f.object(ref(f.a), "value")
	if err != nil {
		return err
	}
	var rows *arrowColumn
	if g, isMap := object.(*goMap); isMap {
		rows, err = f.arrowOfMap(g)
	} else {
		rows, err = f.arrowOfSlice()
	}
	f.letGo()
	if err == nil {
		*schema, *array = rows.arrowType.send(f, f.b), rows.send(f, f.c)
	}
	return err
}

func (f *frame) arrowOfMap(g *goMap) (*arrowColumn, error) {
	budget := newArrowBudget()
	t, err := budget.pairsOf(g.t.Type.Type, "value", 1)
	if err != nil {
		return nil, err
	}
	lasts := func(t *layout.Type) bool { return t.Plain || t.Kind() == reflect.String }
	if lasts(g.t.Key) && lasts(g.t.Elem) {
		f.hold(g.stripe)
	} else {
		f.holdAll()
	}
	rows := budget.columnOf(t)
	return rows, rows.addPairs(g.t, g.m)
}

func (f *frame) arrowOfSlice() (*arrowColumn, error) {
	v, err := sliceOrArray(f, ref(f.a), "value")
	if err != nil {
		return nil, err
	}
	if v.Kind() == reflect.Array {
		held := reflect.New(v.Type()).Elem()
		held.Set(v)
		v = held.Slice(0, held.Len())
	}
	budget := newArrowBudget()
	t, err := budget.typeOf(v.Type().Elem(), "", "value[]", 1)
	if err != nil {
		return nil, err
	}
	rows := budget.columnOf(t)
	if rows.lend(v.UnsafePointer(), v.Len()) {
		return rows, nil
	}
	if !layout.Of(v.Type().Elem()).Plain {
		f.holdAll()
	}
	return rows, rows.add(v.UnsafePointer(), v.Type().Elem().Size(), v.Len())
}

// ---- import ----

// arrowSource is a column of C's. What its structs say has been checked; offsets and indexes are where they are used.
type arrowSource struct {
	path, format, name string
	form               arrowForm
	wide               bool    // offsets have 8 bytes
	size               uintptr // of a row's bytes, or how many rows of the child it has
	second             int64   // how many units of time are one
	rows, offset       int
	valid, data, ends  []byte
	children           []*arrowSource
	dictionary         *arrowSource // of which the rows are indexes

	to   *arrowType // what the rows become
	call *arrowCall
}

// arrowCall is an import that goes on.
type arrowCall struct {
	*arrowBudget
	kept pieces
}

// foreign reads a struct of C's, unless it is released.
func foreign[S any](address uintptr, released func(*S) bool) (s S, err error) {
	if address < firstPage {
		return s, failf(errNull, "its address is NULL")
	}
	if s = *(*S)(addressAt(&address)); released(&s) {
		err = failf(errNull, "it was released")
	}
	return s, err
}

// addresses reads an array of pointers of C's.
func addresses(what string, at uintptr, n int64) ([]uintptr, error) {
	if n == 0 {
		return nil, nil
	}
	if at < firstPage {
		return nil, failf(errNull, "%s is NULL", what)
	}
	return slices.Clone(unsafe.Slice((*uintptr)(addressAt(&at)), n)), nil
}

// read checks an array of C's, with all that belongs to it.
func (call *arrowCall) read(schemaAt, arrayAt uintptr, parent, step string, depth int) (*arrowSource, error) {
	s := &arrowSource{path: parent + step, call: call}
	if err := call.column(s.path, depth); err != nil {
		return nil, err
	}
	schema, err := foreign(schemaAt, func(s *arrowSchema) bool { return s.release == 0 })
	if err == nil && schema.format < firstPage {
		err = failf(errNull, "its format is NULL")
	}
	if err != nil {
		return nil, about("schema of "+s.path, err)
	}
	s.format = terminated(addressAt(&schema.format))
	if schema.name >= firstPage {
		s.name = terminated(addressAt(&schema.name))
	}
	if s.name != "" && parent != "" {
		s.path = parent + "." + s.name
	}
	array, err := foreign(arrayAt, func(a *arrowArray) bool { return a.release == 0 })
	if err == nil {
		err = s.parse()
	}
	if err == nil {
		err = s.measure(&schema, &array)
	}
	if err != nil {
		return nil, about(s.path, err)
	}
	return s, s.readChildren(&schema, &array, depth+1)
}

// parse reads the format.
func (s *arrowSource) parse() error {
	f := s.format
	number, length, isCounted := arrowNumbers[f], 0, false
	if kind, count, found := strings.Cut(f, ":"); found && (kind == "w" || kind == "+w") {
		n, err := strconv.ParseInt(count, 10, 32)
		if err != nil || n < 0 {
			return failf(errRange, "its format %.100q has no length", f)
		}
		length, isCounted = int(n), true
	}
	switch {
	case number != nil:
		s.form, s.size = arrowFixed, number.Size()
	case isCounted && f[0] == 'w':
		s.form, s.size = arrowFixed, uintptr(length)
	case isCounted:
		s.form, s.size = arrowTuple, uintptr(length)
	case f == "b":
		s.form = arrowBits
	case len(f) >= 4 && f[:2] == "ts" && f[3] == ':' && arrowUnits[f[2]] > 0:
		s.form, s.size, s.second = arrowInstant, 8, arrowUnits[f[2]]
	case len(f) == 3 && f[:2] == "tD" && arrowUnits[f[2]] > 0:
		s.form, s.size, s.second, s.format = arrowFixed, 8, arrowUnits[f[2]], "tDn"
	case f == "u", f == "z", f == "U", f == "Z":
		s.form, s.wide = arrowText, f < "a"
	case f == "+l", f == "+L":
		s.form, s.wide = arrowList, f == "+L"
	case f == "+s":
		s.form = arrowStruct
	case f == "+m":
		s.form = arrowMap
	default:
		return failf(errWrongType, "its format is %.100q, which no Go type here has", f)
	}
	return nil
}

// measure checks the numbers of an array, and finds its buffers.
func (s *arrowSource) measure(schema *arrowSchema, array *arrowArray) error {
	parts := arrowParts[s.form]
	if s.form == arrowStruct && schema.nChildren >= 0 && schema.nChildren <= maxArrowColumns {
		parts.children = schema.nChildren
	}
	switch {
	case schema.nChildren != parts.children:
		return failf(errCount, "its schema has %d children, not %d", schema.nChildren, parts.children)
	case array.nChildren != parts.children:
		return failf(errCount, "it has %d children, not %d", array.nChildren, parts.children)
	case array.nBuffers != parts.buffers:
		return failf(errCount, "it has %d buffers, not %d", array.nBuffers, parts.buffers)
	case (schema.dictionary == 0) != (array.dictionary == 0):
		return failf(errCount, "its schema or it has a dictionary, and the other has none")
	case array.length < 0, array.offset < 0, array.length > math.MaxInt/16-array.offset:
		return failf(errRange, "its length is %d, its offset %d", array.length, array.offset)
	case array.nullCount < -1, array.nullCount > array.length:
		return failf(errRange, "its null_count is %d, its length %d", array.nullCount, array.length)
	}
	s.rows, s.offset = int(array.length), int(array.offset)
	buffers, err := addresses("buffers", array.buffers, array.nBuffers)
	if err != nil || s.rows == 0 {
		return err
	}
	end := uint64(s.offset) + uint64(s.rows)
	if array.nullCount > 0 || array.nullCount < 0 && buffers[0] != 0 {
		if s.valid, err = bufferAt("bitmap of nulls", buffers[0], (end+7)/8, 1); err != nil {
			return err
		}
	}
	switch s.form {
	case arrowFixed, arrowInstant:
		s.data, err = bufferAt("buffer of values", buffers[1], end, uint64(s.size))
	case arrowBits:
		s.data, err = bufferAt("buffer of bits", buffers[1], (end+7)/8, 1)
	case arrowText, arrowList, arrowMap:
		s.ends, err = bufferAt("buffer of offsets", buffers[1], end+1, uint64(s.endSize()))
		if err == nil && s.form == arrowText {
			last := s.end(s.rows)
			if last < 0 {
				return failf(errRange, "its last offset is %d", last)
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
		return nil, failf(errRange, "no memory has a %s of %d times %d bytes", what, n, size)
	case bytes == 0:
		return nil, nil
	case address < firstPage:
		return nil, failf(errNull, "its %s is NULL", what)
	}
	b := unsafe.Slice((*byte)(addressAt(&address)), bytes)
	touchAll(b)
	return b, nil
}

func (s *arrowSource) readChildren(schema *arrowSchema, array *arrowArray, depth int) error {
	schemas, err := addresses("children of its schema", schema.children, schema.nChildren)
	if err != nil {
		return about(s.path, err)
	}
	arrays, err := addresses("children", array.children, array.nChildren)
	if err != nil {
		return about(s.path, err)
	}
	high, needed := bits.Mul64(uint64(s.offset)+uint64(s.rows), uint64(s.size))
	if s.form == arrowStruct {
		needed = uint64(s.offset) + uint64(s.rows)
	}
	for i := range schemas {
		child, err := s.call.read(schemas[i], arrays[i], s.path, fmt.Sprintf(".children[%d]", i), depth)
		if err != nil {
			return err
		}
		if s.rows > 0 && s.ends == nil && (high > 0 || uint64(child.rows) < needed) {
			return failf(errRange, "%s has %d rows, fewer than %s needs", child.path, child.rows, s.path)
		}
		s.children = append(s.children, child)
	}
	if schema.dictionary == 0 {
		return nil
	}
	if number := arrowNumbers[s.format]; number == nil || !isInteger(number.Kind()) {
		return failf(errWrongType, "%s has a dictionary, and the format %q, which is no integer", s.path, s.format)
	}
	s.dictionary, err = s.call.read(schema.dictionary, array.dictionary, s.path, ".dictionary", depth)
	return err
}

// goType is the Go type that fits best.
func (s *arrowSource) goType() (t reflect.Type, err error) {
	switch {
	case s.dictionary != nil:
		t, err = s.dictionary.goType()
	case s.form == arrowFixed && s.second > 0:
		t = durationType
	case s.form == arrowFixed && arrowNumbers[s.format] != nil:
		t = arrowNumbers[s.format]
	case s.form == arrowFixed:
		t = reflect.ArrayOf(int(s.size), bytesType.Elem())
	case s.form == arrowBits:
		t = scalarTypes[uint32(reflect.Bool)]
	case s.form == arrowInstant:
		t = timeType
	case s.form == arrowText && strings.EqualFold(s.format, "u"):
		t = stringType
	case s.form == arrowText:
		t = bytesType
	case s.form == arrowStruct:
		t, err = s.structType()
	case s.form == arrowMap:
		t, err = s.children[0].mapType()
	default:
		if t, err = s.children[0].goType(); err == nil {
			t = reflect.SliceOf(t)
		}
	}
	if err == nil && s.hasNulls() && t.Kind() != reflect.Slice && t.Kind() != reflect.Map && t.Kind() != reflect.Pointer {
		t = reflect.PointerTo(t)
	}
	return t, err
}

func (s *arrowSource) structType() (reflect.Type, error) {
	var fields []reflect.StructField
	taken := map[string]bool{}
	for _, child := range s.children {
		t, err := child.goType()
		if err != nil {
			return nil, err
		}
		name := fieldName(child.name)
		if taken[name] {
			return nil, failf(errWrongType, "%s has two children that would be the field %s", s.path, name)
		}
		taken[name] = true
		fields = append(fields, reflect.StructField{Name: name, Type: t})
	}
	return reflect.StructOf(fields), nil
}

// fieldName is the name that an exported field has for a child's.
func fieldName(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '_'
	}, name)
	first, size := utf8.DecodeRuneInString(name)
	if first = unicode.ToUpper(first); unicode.IsUpper(first) {
		return string(first) + name[size:]
	}
	return "X" + name
}

func (s *arrowSource) mapType() (reflect.Type, error) {
	if err := s.isPairs(); err != nil {
		return nil, err
	}
	key, err := s.children[0].goType()
	if err != nil {
		return nil, err
	}
	if !key.Comparable() {
		return nil, failf(errWrongType, "%s would be a %s, which is no key", s.children[0].path, key)
	}
	elem, err := s.children[1].goType()
	if err != nil {
		return nil, err
	}
	return reflect.MapOf(key, elem), nil
}

func (s *arrowSource) isPairs() error {
	if s.form != arrowStruct || len(s.children) != 2 {
		return failf(errWrongType, "%s has the format %q and %d children; a map is made of a struct of two", s.path, s.format, len(s.children))
	}
	return nil
}

// bind says what the rows become, and those of the children.
func (s *arrowSource) bind(t *arrowType) error {
	elements := s.form == arrowList || s.form == arrowTuple
	if elements && t.children == nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) { // of bytes, one by one
		b := *t
		b.children = []*arrowType{{Type: layout.Of(t.Elem()), full: t.Elem(), format: "C"}}
		if b.form = arrowList; t.Kind() == reflect.Array {
			b.form = arrowTuple
		}
		t = &b
	}
	if s.to = t; s.dictionary != nil {
		return s.dictionary.bind(t)
	}
	fits := s.form == t.form
	switch t.form {
	case arrowFixed:
		fits = s.format == t.format
	case arrowList:
		fits = elements
	case arrowTuple:
		fits = fits && int(s.size) == t.Len()
	}
	if !fits {
		return failf(errWrongType, "%s has the format %q, of which no %s is made", s.path, s.format, t.full)
	}
	switch t.form {
	case arrowList, arrowTuple:
		return s.children[0].bind(t.children[0])
	case arrowMap:
		return s.children[0].bindPairs(t.children[0])
	case arrowStruct:
		return s.bindFields(t)
	}
	return nil
}

func (s *arrowSource) bindPairs(t *arrowType) error {
	err := s.isPairs()
	if err == nil {
		err = s.children[0].bind(t.children[0])
	}
	if err == nil {
		err = s.children[1].bind(t.children[1])
	}
	return err
}

// bindFields leaves of the children those that fields take, in their order.
func (s *arrowSource) bindFields(t *arrowType) error {
	spelled, folded := map[string]*arrowSource{}, map[string]*arrowSource{}
	for i := len(s.children) - 1; i >= 0; i-- { // of equal names the first one counts
		child := s.children[i]
		spelled[fieldName(child.name)], folded[strings.ToLower(child.name)] = child, child
	}
	s.children = nil
	for _, field := range t.children {
		child := spelled[field.name]
		if child == nil || child.to != nil {
			child = folded[strings.ToLower(field.name)]
		}
		if child == nil || child.to != nil {
			return failf(errUnknownName, "%s has no child for the field %s", s.path, field.name)
		}
		if err := child.bind(field); err != nil {
			return err
		}
		s.children = append(s.children, child)
	}
	return nil
}

func bitAt(bits []byte, i int) bool { return bits[i/8]>>(i%8)&1 != 0 }

func (s *arrowSource) isNull(row int) bool { return s.valid != nil && !bitAt(s.valid, s.offset+row) }

func (s *arrowSource) hasNulls() bool {
	for row := 0; s.valid != nil && row < s.rows; row++ {
		if s.isNull(row) {
			return true
		}
	}
	return false
}

// endSize is the size of an offset.
func (s *arrowSource) endSize() uintptr {
	if s.wide {
		return 8
	}
	return 4
}

// end is where a row begins, and the one before it ends.
func (s *arrowSource) end(row int) int64 { return offsetAt(s.ends, s.offset+row, s.endSize()) }

// extent tells which of so many bytes, or of a child's rows, are a row's.
func (s *arrowSource) extent(row, of int) (from, to int, err error) {
	if s.form == arrowTuple {
		from = (s.offset + row) * int(s.size)
		return from, from + int(s.size), nil
	}
	first, last := s.end(row), s.end(row+1)
	if first < 0 || last < first || last > int64(of) {
		return 0, 0, about(item(s.path, row), failf(errRange, "its offsets are %d and %d, of %d", first, last, of))
	}
	return int(first), int(last), nil
}

// load sets n Go variables, a stride apart and zero until now, to rows.
func (s *arrowSource) load(row, n int, to unsafe.Pointer, stride uintptr) error {
	if n == 0 {
		return nil
	}
	if s.valid == nil && s.dictionary == nil && s.to.pointers == 0 {
		return s.loadValues(row, n, to, stride)
	}
	for i := 0; i < n; i++ {
		if err := s.loadRow(row+i, unsafe.Add(to, uintptr(i)*stride)); err != nil {
			return err
		}
	}
	return nil
}

func (s *arrowSource) loadRow(row int, to unsafe.Pointer) error {
	if s.isNull(row) {
		if !s.to.nullable() {
			return failf(errNil, "%s is null, which a %s can not be", item(s.path, row), s.to.full)
		}
		return nil
	}
	if s.dictionary != nil {
		kind := arrowNumbers[s.format].Kind()
		index := numberAt(kind, unsafe.Pointer(&s.data[uintptr(s.offset+row)*s.size]))
		if index >= uint64(s.dictionary.rows) {
			return about(item(s.path, row), failf(errRange, "its index is %d, of %d", int64(index), s.dictionary.rows))
		}
		return s.dictionary.load(int(index), 1, to, 0)
	}
	for t := s.to.full; t != s.to.Type.Type; t = t.Elem() {
		if err := s.call.spend(1, t.Elem().Size()); err != nil {
			return err
		}
		p := reflect.New(t.Elem()).UnsafePointer()
		*(*unsafe.Pointer)(to) = p
		to = p
	}
	return s.loadValues(row, 1, to, 0)
}

// loadValues is load for rows that are not null, and variables of the type without pointers.
func (s *arrowSource) loadValues(row, n int, to unsafe.Pointer, stride uintptr) (err error) {
	at := func(i int) unsafe.Pointer { return unsafe.Add(to, uintptr(i)*stride) }
	t := s.to
	switch t.form {
	case arrowFixed:
		data := s.data[uintptr(s.offset+row)*s.size:]
		switch {
		case s.second > 0 && s.second < 1e9:
			return s.loadDurations(row, n, at)
		case stride == s.size:
			copy(unsafe.Slice((*byte)(to), uintptr(n)*s.size), data)
		default:
			for i := 0; i < n; i++ {
				copy(unsafe.Slice((*byte)(at(i)), s.size), data[uintptr(i)*s.size:])
			}
		}
	case arrowBits:
		for i := 0; i < n; i++ {
			*(*bool)(at(i)) = bitAt(s.data, s.offset+row+i)
		}
	case arrowInstant:
		for i := 0; i < n; i++ {
			units := offsetAt(s.data, s.offset+row+i, s.size)
			if *(*time.Time)(at(i)), err = instant(units/s.second, units%s.second*(1e9/s.second)); err != nil {
				return about(item(s.path, row+i), err)
			}
		}
	case arrowStruct:
		for i := 0; i < len(t.children) && err == nil; i++ {
			err = s.children[i].load(s.offset+row, n, unsafe.Add(to, t.offsets[i]), stride)
		}
	case arrowTuple:
		for i := 0; i < n && err == nil; i++ {
			err = s.children[0].load((s.offset+row+i)*t.Len(), t.Len(), at(i), t.Elem().Size())
		}
	default:
		for i := 0; i < n && err == nil; i++ {
			err = s.loadSized(row+i, at(i))
		}
	}
	return err
}

func (s *arrowSource) loadDurations(row, n int, at func(int) unsafe.Pointer) error {
	for i := 0; i < n; i++ {
		units, one := offsetAt(s.data, s.offset+row+i, s.size), 1e9/s.second
		if units > math.MaxInt64/one || units < math.MinInt64/one {
			return about(item(s.path, row+i), failf(errRange, "%d times %s does not fit a duration", units, time.Duration(one)))
		}
		*(*int64)(at(i)) = units * one
	}
	return nil
}

// loadSized sets a string, slice or map.
func (s *arrowSource) loadSized(row int, to unsafe.Pointer) error {
	of := len(s.data)
	if s.form != arrowText {
		of = s.children[0].rows
	}
	from, end, err := s.extent(row, of)
	if err != nil {
		return err
	}
	t, n := s.to, end-from
	switch {
	case t.form == arrowText:
		if err := s.call.spend(n, 1); err != nil {
			return err
		}
		if t.Kind() == reflect.String {
			*(*string)(to), _ = s.call.kept.clone(unsafe.String(unsafe.SliceData(s.data[from:end]), n))
		} else {
			*(*[]byte)(to) = append(make([]byte, 0, n), s.data[from:end]...)
		}
	case t.form == arrowList:
		made, err := s.children[0].slice(t.Type.Type, from, n)
		if err != nil {
			return err
		}
		t.At(to).Set(made)
	default:
		made, err := s.children[0].mapOf(t.Type.Type, from, n)
		if err != nil {
			return err
		}
		*(*unsafe.Pointer)(to) = made.m
	}
	return nil
}

// slice makes a slice of rows.
func (s *arrowSource) slice(t reflect.Type, row, n int) (made reflect.Value, err error) {
	if err = s.call.spend(n, t.Elem().Size()); err == nil {
		made = reflect.MakeSlice(t, n, n)
		err = s.load(row, n, made.UnsafePointer(), t.Elem().Size())
	}
	return made, err
}

// mapOf makes a map of rows, which are pairs.
func (s *arrowSource) mapOf(of reflect.Type, row, n int) (*goMap, error) {
	for i := 0; i < n; i++ {
		if s.isNull(row + i) {
			return nil, failf(errNil, "%s is null, which no entry of a map can be", item(s.path, row+i))
		}
	}
	keys, err := s.children[0].slice(reflect.SliceOf(of.Key()), s.offset+row, n)
	if err != nil {
		return nil, err
	}
	elems, err := s.children[1].slice(reflect.SliceOf(of.Elem()), s.offset+row, n)
	if err != nil {
		return nil, err
	}
	t := layout.OfMap(of)
	if err := s.call.spend(n, 3*(t.Key.Size+t.Elem.Size)+8); err != nil { // as entries has it
		return nil, err
	}
	g := newMap(t, backend{}.RuntimeMakemap(t, n))
	k := source{t: t.Key, first: keys.UnsafePointer(), step: int(t.Key.Size)}
	e := source{t: t.Elem, first: elems.UnsafePointer(), step: int(t.Elem.Size)}
	if quick := loopsFor(t); quick != nil {
		return g, quick.setAll(g, &k, &e, n, 1)
	}
	for i := 0; i < n; i++ {
		g.assign(viaValue, g.keyOf(&k, i, nil, nil), e.at(i))
	}
	return g, nil
}

func arrowImport(f *frame) error {
	var t reflect.Type
	if f.a != 0 {
		object, err := typeAt(f, ref(f.a), "type")
		if err != nil {
			return err
		}
		if t = object.Type.Type; t.Kind() != reflect.Slice && t.Kind() != reflect.Map {
			return failf(errWrongKind, "type is %s, not a slice or map type", describe(object))
		}
	}
	call := &arrowCall{arrowBudget: newArrowBudget()}
	s, err := call.read(uintptr(f.p), uintptr(f.q), "", "array", 1)
	if err != nil {
		return err
	}
	if t == nil {
		elem, err := s.goType()
		if err != nil {
			return err
		}
		t = reflect.SliceOf(elem)
	}
	call.kept = piecesFor(s.rows)
	if t.Kind() == reflect.Map {
		pairs, err := newArrowBudget().pairsOf(t, "type", 1)
		if err == nil {
			err = s.bindPairs(pairs)
		}
		if err != nil {
			return err
		}
		g, err := s.mapOf(t, 0, s.rows)
		if err == nil {
			f.made = refs.make(f, g)
		}
		return err
	}
	row, err := newArrowBudget().typeOf(t.Elem(), "", "type[]", 1)
	if err == nil {
		err = s.bind(row)
	}
	if err != nil {
		return err
	}
	made, err := s.slice(t, 0, s.rows)
	if err == nil {
		f.made = name(f, made.Interface())
	}
	return err
}
