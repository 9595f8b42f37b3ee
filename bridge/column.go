package bridge

import (
	"fmt"
	"math"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// columnOps answers the calls about columns.
var columnOps = []op{
	{name: "gobridge_map_get_n", run: mapGetN},
	{name: "gobridge_map_set_n", run: mapSetN},
	{name: "gobridge_map_build_n", run: mapBuildN},
	{name: "gobridge_map_get_or_set_n", run: mapGetOrSetN},
	{name: "gobridge_map_delete_n", run: mapDeleteN},
	{name: "gobridge_map_add_n", run: mapAddN},
	{name: "gobridge_map_next_n", run: mapNextN},
	{name: "gobridge_slice_read_n", run: sliceReadN},
	{name: "gobridge_slice_write_n", run: sliceWriteN},
	{name: "gobridge_slice_append_n", run: sliceAppendN},
	{name: "gobridge_call_n", run: callN},
	{name: "gobridge_value_box_n", run: valueBoxN},
	{name: "gobridge_value_get_n", run: valueGetN},
}

// column is the mirror of gobridge_column. Its addresses are numbers: what is too small to be one must not lie on Go's
// stack as a pointer.
//
//gobridge:mirror gobridge_column
type column struct {
	layout        uint32
	stride        int32
	data, offsets uintptr
	capacity      uint64
	owner         ref
}

// The layouts of columns.
const (
	columnPlain     = 1 + iota //gobridge:mirror GOBRIDGE_COLUMN_PLAIN
	columnText                 //gobridge:mirror GOBRIDGE_COLUMN_TEXT
	columnOffsets32            //gobridge:mirror GOBRIDGE_COLUMN_OFFSETS32
	columnOffsets64            //gobridge:mirror GOBRIDGE_COLUMN_OFFSETS64
	columnValues               //gobridge:mirror GOBRIDGE_COLUMN_VALUES
)

// arrays is the mirror of gobridge_arrays.
//
//gobridge:mirror gobridge_arrays
type arrays struct {
	in, in2   *column
	out, out2 *column
	found     *bool
	statuses  *status
	count     uint64
}

// textSize is the size of a gobridge_text, which lies in memory as a Go string does.
const textSize = unsafe.Sizeof("")

// columnCall is a call over arrays while it goes on.
type columnCall struct {
	*arrays
	f     *frame
	n     int
	sinks []*sink
	made  []ref // for C itself

	failed []status // of each item; nil while none has failed
	first  int      // the first that failed
	why    error    // it did
}

// maxItems is how many items one call may have: as many as there may be statuses.
const maxItems = maxMemory / unsafe.Sizeof(ok) //gobridge:mirror GOBRIDGE_MAX_ITEMS

func newColumnCall(f *frame) (*columnCall, error) {
	a := (*arrays)(f.p)
	if a.count > uint64(maxItems) {
		return nil, failf(errRange, "count is %d; at most %d items can be done at once", a.count, maxItems)
	}
	if a.found != nil {
		touchOut(unsafe.Pointer(a.found), uintptr(a.count))
	}
	if a.statuses != nil {
		touchOut(unsafe.Pointer(a.statuses), uintptr(a.count)*unsafe.Sizeof(ok))
	}
	return &columnCall{arrays: a, f: f, n: int(a.count), first: int(a.count)}, nil
}

// fail notes that an item failed.
func (b *columnCall) fail(argument string, i int, err error) {
	if b.failed == nil {
		b.failed = make([]status, b.n)
	}
	if b.failed[i] == ok {
		b.failed[i] = asFailure(err).status
	}
	if i < b.first {
		b.first, b.why = i, about(item(argument, i), err)
	}
}

func item(argument string, i int) string { return fmt.Sprintf("%s[%d]", argument, i) }

// good tells whether an item has not failed.
func (b *columnCall) good(i int) bool { return b.failed == nil || b.failed[i] == ok }

// done ends a call that was done, though items may have failed: C learns of that from the frame's result.
func (b *columnCall) done() error {
	for _, s := range b.sinks {
		if s.column.owner = 0; s.keeper.used {
			s.column.owner = refs.make(b.f, &s.keeper)
		}
	}
	b.sinks = nil
	if b.statuses != nil {
		statuses := unsafe.Slice(b.statuses, b.n)
		clear(statuses)
		copy(statuses, b.failed)
	}
	b.made = nil
	if b.why != nil {
		why := *asFailure(b.why)
		why.ofItems = true
		return &why
	}
	return nil
}

// abandon gives up what a call has made that was not done.
func (b *columnCall) abandon() {
	for _, s := range b.sinks {
		s.keeper.released()
	}
	for _, r := range b.made {
		_ = releaseRef(b.f, r, "boxed")
	}
}

// workersFor is how many goroutines n items are worth, of so many that C allows: 0 for any number.
func workersFor(n int, threads uint64) int {
	const share = 8192 // a goroutine costs microseconds, as some hundred lookups do
	workers := max(1, min(n/share, runtime.GOMAXPROCS(0)))
	if threads > 0 {
		workers = int(min(uint64(workers), threads))
	}
	return workers
}

// split does n items in some goroutines at once, a share each. They must not touch references.
func split(n, workers int, do func(share, from, to int)) error {
	if workers == 1 {
		do(0, 0, n)
		return nil
	}
	var others sync.WaitGroup
	failures := make([]error, workers)
	work := func(w int) {
		defer others.Done()
		defer func() {
			if reason := recover(); reason != nil {
				failures[w] = panicked(reason)
			}
		}()
		debug.SetPanicOnFault(true)
		do(w, n*w/workers, n*(w+1)/workers)
	}
	others.Add(workers)
	for w := 1; w < workers; w++ {
		go work(w)
	}
	work(0)
	others.Wait()
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
}

// ---- what both ways share ----

// isText tells whether a type's values are strings or bytes.
func isText(t *layout.Type) bool {
	return t.Kind() == reflect.String || t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8
}

// addressAt reads the address of C memory, which is not in the first page.
func addressAt(address *uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(address)) }

// itemSize is what an item takes in a column's layout.
func (c *column) itemSize(t *layout.Type) (uintptr, error) {
	switch c.layout {
	case columnPlain:
		if !t.Plain {
			return 0, failf(errWrongType, "a %s holds pointers, which no PLAIN column does", t)
		}
		return t.Size, nil
	case columnText, columnOffsets32, columnOffsets64:
		if !isText(t) {
			return 0, failf(errWrongType, "a %s is neither string nor bytes", t)
		}
		return map[uint32]uintptr{columnText: textSize, columnOffsets32: 4, columnOffsets64: 8}[c.layout], nil
	case columnValues:
		return unsafe.Sizeof(value{}), nil
	}
	return 0, failf(errWrongType, "no column has the layout %d", c.layout)
}

// span finds n items of C memory, which are of a size and a stride apart: the first one, the steps to the others, and the
// bytes that all lie in. A stride of 0 is the size. data is a number, for what is too small to be an address must not lie on
// Go's stack as a pointer.
func span(data uintptr, stride, n int, size uintptr) (first unsafe.Pointer, step int, all []byte, err error) {
	if step = stride; step == 0 {
		step = int(size)
	}
	if n == 0 || size == 0 {
		return unsafe.Pointer(&empty), 0, nil, nil
	}
	apart, low := uintptr(max(step, -step)), data
	if n > 1 && apart > math.MaxInt/uintptr(n-1) {
		return nil, 0, nil, failf(errRange, "no memory has room for %d items %d bytes apart", n, step)
	}
	extent := apart * uintptr(n-1)
	if step < 0 {
		low -= extent
	}
	if low < firstPage || low > data {
		return nil, 0, nil, failf(errNull, "data is NULL")
	}
	if extent+size > math.MaxInt || low+extent+size < low {
		return nil, 0, nil, failf(errRange, "no memory has room for %d items %d bytes apart", n, step)
	}
	return addressAt(&data), step, unsafe.Slice((*byte)(addressAt(&low)), extent+size), nil
}

// span finds the items of a column.
func (c *column) span(n int, size uintptr) (first unsafe.Pointer, step int, all []byte, err error) {
	return span(c.data, int(c.stride), n, size)
}

// offsetsOf finds the offsets of a column, and the bytes that they are about.
func (c *column) offsetsOf(n int, size uintptr) (offsets, bytes []byte, err error) {
	if _, _, offsets, err = span(c.offsets, 0, n+1, size); err != nil {
		return nil, nil, failf(errNull, "offsets is NULL")
	}
	if c.capacity > math.MaxInt {
		return nil, nil, failf(errRange, "no memory has a capacity of %d", c.capacity)
	}
	_, _, bytes, err = span(c.data, 1, int(c.capacity), 1)
	return offsets, bytes, err
}

func isAligned(p unsafe.Pointer, step int, to uintptr) bool {
	return (uintptr(p)|uintptr(step))%to == 0
}

func touchAll(b []byte) { touch(unsafe.Pointer(unsafe.SliceData(b)), uintptr(len(b))) }

func touchAllOut(b []byte) { touchOut(unsafe.Pointer(unsafe.SliceData(b)), uintptr(len(b))) }

// ---- from C ----

// source is the items of a column from C as Go values of a type, in C's memory or Go's. Strings and bytes are string
// headers, and what they point to may be C's.
type source struct {
	t     *layout.Type
	first unsafe.Pointer
	step  int
	text  bool
}

func (s *source) at(i int) unsafe.Pointer { return unsafe.Add(s.first, i*s.step) }

// from is the rest of a column.
func (s *source) from(i int) *source {
	return &source{t: s.t, first: s.at(i), step: s.step, text: s.text}
}

// textAt is an item that is text. Where it has no bytes, its pointer must not get onto Go's stack: it may be any number.
func (s *source) textAt(i int) string {
	p := s.at(i)
	if (*[2]uintptr)(p)[1] == 0 {
		return ""
	}
	return *(*string)(p)
}

// lent is where an item is put that is not in memory as Go has it.
type lent struct {
	text  string
	bytes []byte
}

// get gives the address of an item. With keep, what it points to lasts and lies in pieces.
func (s *source) get(i int, l *lent, keep *pieces) unsafe.Pointer {
	if !s.text {
		return s.at(i)
	}
	l.text = s.textAt(i)
	if s.t.Kind() == reflect.Slice {
		l.bytes = []byte(l.text)
		return unsafe.Pointer(&l.bytes)
	}
	if keep != nil {
		l.text, _ = keep.clone(l.text)
	}
	return unsafe.Pointer(&l.text)
}

// source reads a column for a type. All that could go wrong with an item goes wrong here, before anything is changed and
// any lock is held.
func (b *columnCall) source(argument string, c *column, t *layout.Type, isKey bool) (s source, err error) {
	s = source{t: t, text: isText(t)}
	size, err := c.itemSize(t)
	if err != nil {
		return s, about(argument, err)
	}
	switch c.layout {
	case columnPlain:
		err = b.plainSource(argument, c, &s)
	case columnText:
		err = b.textSource(argument, c, &s)
	case columnValues:
		err = b.valueSource(argument, c, &s, isKey)
	default:
		err = b.offsetSource(argument, c, &s, size)
	}
	return s, about(argument, err)
}

func (b *columnCall) plainSource(argument string, c *column, s *source) error {
	var all []byte
	var err error
	if s.first, s.step, all, err = c.span(b.n, s.t.Size); err != nil {
		return err
	}
	touchAll(all)
	if s.step != 0 && !isAligned(s.first, s.step, uintptr(s.t.Align())) {
		if err := s.copied(b.n, s.t.Size); err != nil {
			return err
		}
	}
	for i := 0; s.t.Bools && i < b.n; i++ {
		if !s.t.ValidBools(s.at(i)) {
			b.fail(argument, i, failf(errRange, "a bool is neither 0 nor 1"))
		}
	}
	return nil
}

// copied copies items that hold no pointers of Go's into memory that is aligned.
func (s *source) copied(n int, size uintptr) error {
	if uintptr(n) > maxMemory/size {
		return failf(errRange, "%d items that are not aligned are too many", n)
	}
	aligned := make([]uint64, (uintptr(n)*size+7)/8)
	to := source{first: unsafe.Pointer(unsafe.SliceData(aligned)), step: int(size)}
	for i := 0; i < n; i++ {
		layout.Move(to.at(i), s.at(i), size)
	}
	s.first, s.step = to.first, to.step
	return nil
}

func (b *columnCall) textSource(argument string, c *column, s *source) error {
	var all []byte
	var err error
	if s.first, s.step, all, err = c.span(b.n, textSize); err != nil {
		return err
	}
	touchAll(all)
	if !isAligned(s.first, s.step, unsafe.Alignof("")) {
		if err := s.copied(b.n, textSize); err != nil {
			return err
		}
	}
	ends := byte(0)
	for i := 0; i < b.n; i++ {
		header := (*[2]uintptr)(s.at(i))
		if header[1] == 0 {
			continue
		}
		if header[0] < firstPage || header[1] > maxLen {
			b.fail(argument, i, badText(header))
			continue
		}
		p := addressAt(&header[0])
		ends += *(*byte)(p) + *(*byte)(unsafe.Add(p, header[1]-1))
	}
	touched(ends)
	return nil
}

// touched uses what was read, so that the compiler reads it. To read the ends of all strings at first finds wild addresses
// before anything is changed, and has the cache misses of all overlap.
//
//go:noinline
func touched(byte) {}

func badText(header *[2]uintptr) error {
	if header[1] > maxLen {
		return failf(errRange, "no string has %d bytes", header[1])
	}
	return failf(errNull, "its memory is NULL")
}

func (b *columnCall) offsetSource(argument string, c *column, s *source, size uintptr) error {
	offsets, bytes, err := c.offsetsOf(b.n, size)
	if err != nil {
		return err
	}
	touchAll(offsets)
	touchAll(bytes)
	headers := make([][2]uintptr, b.n) // not strings: what they point to is C's
	s.first, s.step = unsafe.Pointer(unsafe.SliceData(headers)), int(textSize)
	from := offsetAt(offsets, 0, size)
	for i := range headers {
		to := offsetAt(offsets, i+1, size)
		if from < 0 || to < from || uint64(to) > c.capacity {
			b.fail(argument, i, failf(errRange, "its offsets are %d and %d, of %d bytes", from, to, c.capacity))
		} else {
			headers[i] = [2]uintptr{c.data + uintptr(from), uintptr(to - from)}
		}
		from = to
	}
	return nil
}

func offsetAt(offsets []byte, i int, size uintptr) (offset int64) {
	if size == 4 {
		var short int32
		*(*[4]byte)(unsafe.Pointer(&short)) = *(*[4]byte)(unsafe.Pointer(&offsets[i*4]))
		return int64(short)
	}
	*(*[8]byte)(unsafe.Pointer(&offset)) = *(*[8]byte)(unsafe.Pointer(&offsets[i*8]))
	return offset
}

func (b *columnCall) valueSource(argument string, c *column, s *source, isKey bool) error {
	first, step, all, err := c.span(b.n, unsafe.Sizeof(value{}))
	if err != nil {
		return err
	}
	touchAll(all)
	s.text = s.t.Kind() == reflect.String // bytes may be nil
	elem := s.t.Type
	if s.text {
		elem = stringType
	}
	if uint64(b.n) > mostElems(elem) {
		return failf(errRange, "%d values are too many", b.n)
	}
	items := reflect.MakeSlice(reflect.SliceOf(elem), b.n, b.n)
	s.first, s.step = items.UnsafePointer(), int(elem.Size())
	for i := 0; i < b.n; i++ {
		var v value
		layout.Move(unsafe.Pointer(&v), unsafe.Add(first, i*step), unsafe.Sizeof(v))
		err := b.decodeItem(s, i, &v, items)
		if err == nil && isKey {
			err = checkKey(s.t, s.at(i))
		}
		if err != nil {
			b.fail(argument, i, err)
		}
	}
	return nil
}

// decodeItem sets an item of a source to what a value from C stands for.
func (b *columnCall) decodeItem(s *source, i int, v *value, items reflect.Value) error {
	if !s.text {
		return decode(b.f, s.t, v, items.Index(i))
	}
	if v.kind == uint32(reflect.String) {
		text, err := v.memory()
		*(*string)(s.at(i)) = text
		return err
	}
	decoded := reflect.New(s.t.Type).Elem()
	err := decode(b.f, s.t, v, decoded)
	if err == nil {
		*(*string)(s.at(i)) = decoded.String()
	}
	return err
}

// ---- to C ----

// sink is a column that Go values of a type go to.
type sink struct {
	column  *column
	t       *layout.Type
	layout  uint32
	first   unsafe.Pointer
	step    int
	aligned bool // and plain: C's memory may be written as Go's

	offsets []byte // of OFFSETS: these, their size, and the bytes that are used and free
	size    uintptr
	used    int
	free    []byte

	keeper keeper
}

// sink prepares a column to be filled; there is none where C wants none.
func (b *columnCall) sink(argument string, c *column, t *layout.Type) (*sink, error) {
	if c == nil {
		return nil, nil
	}
	touchOut(unsafe.Pointer(&c.owner), unsafe.Sizeof(c.owner))
	s := &sink{column: c, t: t, layout: c.layout, keeper: keeper{pieces: piecesFor(b.n)}}
	size, err := c.itemSize(t)
	var all []byte
	switch {
	case err != nil:
	case c.layout == columnOffsets32, c.layout == columnOffsets64:
		s.size = size
		if s.offsets, s.free, err = c.offsetsOf(b.n, size); err == nil {
			touchAllOut(s.free)
			touchAllOut(s.offsets)
			s.setOffset(0)
		}
	default:
		s.first, s.step, all, err = c.span(b.n, size)
		touchAllOut(all)
		s.aligned = c.layout == columnPlain && isAligned(s.first, s.step, uintptr(t.Align()))
	}
	b.sinks = append(b.sinks, s)
	return s, about(argument, err)
}

// from is the rest of a column.
func (s *sink) from(i int) *sink {
	if s == nil {
		return nil
	}
	return &sink{first: s.at(i), step: s.step}
}

func (s *sink) at(i int) unsafe.Pointer { return unsafe.Add(s.first, i*s.step) }

// put puts the Go value at src into the column; nil stands for the zero value of the type.
func (s *sink) put(f *frame, i int, src unsafe.Pointer) (err error) {
	switch s.layout {
	case columnPlain:
		if src == nil {
			clear(unsafe.Slice((*byte)(s.at(i)), s.t.Size))
		} else {
			layout.Move(s.at(i), src, s.t.Size)
		}
	case columnText:
		text := s.keeper.show(s.textOf(src))
		*(*[textSize]byte)(s.at(i)) = *(*[textSize]byte)(unsafe.Pointer(&text))
	case columnValues:
		v := s.value(f, src)
		layout.Move(s.at(i), unsafe.Pointer(&v), unsafe.Sizeof(v))
	default:
		text := s.textOf(src)
		if free := len(s.free) - s.used; len(text) > free || s.size == 4 && len(text) > math.MaxInt32-s.used {
			err = failf(errTooSmall, "its %d bytes do not fit into %d that are left of %d", len(text), free, len(s.free))
			text = ""
		}
		s.used += copy(s.free[s.used:], text)
		s.setOffset(i + 1)
	}
	return err
}

func (s *sink) setOffset(i int) {
	at := unsafe.Pointer(&s.offsets[uintptr(i)*s.size])
	if s.size == 4 {
		offset := int32(s.used)
		*(*[4]byte)(at) = *(*[4]byte)(unsafe.Pointer(&offset))
		return
	}
	offset := int64(s.used)
	*(*[8]byte)(at) = *(*[8]byte)(unsafe.Pointer(&offset))
}

func (s *sink) textOf(src unsafe.Pointer) string {
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
func (s *sink) value(f *frame, src unsafe.Pointer) value {
	if s.t.Kind() == reflect.String {
		return s.keeper.string(s.textOf(src))
	}
	if src == nil {
		src = reflect.New(s.t.Type).UnsafePointer()
	}
	return s.keeper.own(toValue(f, s.t, src))
}

// keeper is what a reference to the owner of a column names.
type keeper struct {
	Handle
	used   bool
	pieces pieces
	pinner runtime.Pinner
	refs   []ref
}

// show gives a string that stays where it is until the keeper is released.
func (k *keeper) show(text string) string {
	if len(text) == 0 {
		return unsafe.String(&empty, 0)
	}
	k.used = true
	if len(text) > maxShared {
		k.pin(unsafe.StringData(text))
		return text
	}
	text, fresh := k.pieces.clone(text)
	if fresh {
		k.pin(unsafe.StringData(text))
	}
	return text
}

// string makes a value that shows a string.
func (k *keeper) string(text string) value {
	text = k.show(text)
	return value{kind: uint32(reflect.String), as: uint64(uintptr(unsafe.Pointer(unsafe.StringData(text)))), len: uint64(len(text))}
}

// own takes over what a value owns.
func (k *keeper) own(v value) value {
	if v.owner != 0 {
		k.refs = append(k.refs, v.owner)
		k.used = true
		v.owner = 0
	}
	return v
}

// pin is view's pin.
func (k *keeper) pin(p *byte) {
	defer func() { _ = recover() }()
	k.pinner.Pin(p)
}

func (*keeper) describe() string { return "what a column shows" }

func (k *keeper) released() {
	k.pinner.Unpin()
	for _, r := range k.refs {
		_ = releaseRef(&frame{}, r, "owner")
	}
}

// pieces are memory that strings share: one allocation does for many. A piece lives as long as any of its strings, so it
// is small, and at first so small that a call for few strings wastes little.
type pieces struct {
	rest []byte
	size int
}

const (
	firstPiece = 64
	maxPiece   = 16 << 10
	maxShared  = 1 << 10 // longer strings have memory of their own
)

// piecesFor is for so many strings, all of which are copied.
func piecesFor(n int) pieces { return pieces{size: min(4*n, maxPiece/2)} }

// clone copies a string, and tells whether it is the first one in a new piece.
func (p *pieces) clone(s string) (copied string, fresh bool) {
	if len(s) > maxShared {
		return strings.Clone(s), false
	}
	if len(s) > len(p.rest) {
		p.size = min(max(2*p.size, firstPiece, len(s)), maxPiece)
		p.rest, fresh = make([]byte, p.size), true
	}
	if len(s) == 0 {
		return "", false
	}
	copied = unsafe.String(&p.rest[0], copy(p.rest, s))
	p.rest = p.rest[len(s):]
	return copied, fresh
}

// ---- maps ----

// loops do whole arrays over maps of one shape, as the compiler would in a Go program. They are for items that are all good
// and in memory that is aligned.
type loops struct {
	get func(g *goMap, keys *source, elems *sink, found *bool, from, to int)
	set func(g *goMap, keys, elems *source, n int) // keys that are strings last

	next func(i *iterator, keys, elems *sink, n int) (filled int, key, elem unsafe.Pointer) // nil for strings
	all  func(g *goMap, keys, elems *sink) (filled int)                                     // nil for strings

	keys, elems sorter
}

// ofNumbers and ofTexts are the loops for map[K]E and map[string]E.
func ofNumbers[K comparable, E any]() *loops {
	return &loops{getNumbers[K, E], setItems[K, E], nextNumbers[K, E], allNumbers[K, E], sorterOf[K](), sorterOf[E]()}
}

func ofTexts[E any]() *loops {
	return &loops{get: getTexts[E], set: setItems[string, E], keys: sorterOf[[2]uintptr](), elems: sorterOf[E]()}
}

func getNumbers[K comparable, E any](g *goMap, keys *source, elems *sink, found *bool, from, to int) {
	m := *(*map[K]E)(unsafe.Pointer(&g.m))
	if all := packed[K](keys.first, keys.step, to); all != nil && elems != nil && found == nil {
		if got := packed[E](elems.first, elems.step, to); got != nil { // the usual case, in which Go does less
			for i, key := range all[from:] {
				got[from+i] = m[key]
			}
			return
		}
	}
	for i := from; i < to; i++ {
		elem, isThere := m[*(*K)(keys.at(i))]
		if elems != nil {
			*(*E)(elems.at(i)) = elem
		}
		if found != nil {
			*(*bool)(unsafe.Add(unsafe.Pointer(found), i)) = isThere
		}
	}
}

// packed is n items as a slice, nil where they do not lie side by side.
func packed[T any](first unsafe.Pointer, step, n int) []T {
	var item T
	if step != int(unsafe.Sizeof(item)) {
		return nil
	}
	return unsafe.Slice((*T)(first), n)
}

func getTexts[E any](g *goMap, keys *source, elems *sink, found *bool, from, to int) {
	m := *(*map[string]E)(unsafe.Pointer(&g.m))
	for i := from; i < to; i++ {
		elem, isThere := m[keys.textAt(i)]
		if elems != nil {
			*(*E)(elems.at(i)) = elem
		}
		if found != nil {
			*(*bool)(unsafe.Add(unsafe.Pointer(found), i)) = isThere
		}
	}
}

func setItems[K comparable, E any](g *goMap, keys, elems *source, n int) {
	m := *(*map[K]E)(unsafe.Pointer(&g.m))
	k, e := packed[K](keys.first, keys.step, n), packed[E](elems.first, elems.step, n)
	if k != nil && e != nil {
		for i, key := range k {
			m[key] = e[i]
		}
		return
	}
	for i := 0; i < n; i++ {
		m[*(*K)(keys.at(i))] = *(*E)(elems.at(i))
	}
}

// nextNumbers moves an iterator that has begun, and gives the last entry that there was.
func nextNumbers[K comparable, E any](i *iterator, keys, elems *sink, n int) (filled int, key, elem unsafe.Pointer) {
	for it := &i.it; filled < n; filled++ {
		backend{}.RuntimeMapiternext(it)
		if i.on = keyOfEntry(it) != nil; !i.on {
			break
		}
		key, elem = keyOfEntry(it), elemOfEntry(it)
		*(*K)(keys.at(filled)) = *(*K)(key)
		if elems != nil {
			*(*E)(elems.at(filled)) = *(*E)(elem)
		}
	}
	return filled, key, elem
}

// allNumbers gives all entries of a map at once: the runtime's own loop is faster than its iterators are for outsiders.
func allNumbers[K comparable, E any](g *goMap, keys, elems *sink) (filled int) {
	for key, elem := range *(*map[K]E)(unsafe.Pointer(&g.m)) {
		*(*K)(keys.at(filled)) = key
		if elems != nil {
			*(*E)(elems.at(filled)) = elem
		}
		filled++
	}
	return filled
}

// kept copies items that are text into memory of Go's, in some goroutines.
func (s *source) kept(n, workers int) (*source, error) {
	texts := make([]string, n)
	err := split(n, workers, func(_, from, to int) {
		kept := piecesFor(to - from)
		for i := from; i < to; i++ {
			texts[i], _ = kept.clone(s.textAt(i))
		}
	})
	return &source{t: s.t, first: unsafe.Pointer(unsafe.SliceData(texts)), step: int(textSize), text: true}, err
}

// keyOf gives an item as a key. With keep, it lasts.
func (g *goMap) keyOf(keys *source, i int, l *lent, keep *pieces) (k key) {
	k.at = keys.get(i, l, keep)
	k.number, k.pointer = fastKey(k.at, g.t.Fast)
	return k
}

// keysOf begins a call over a map's keys.
func keysOf(f *frame) (g *goMap, b *columnCall, keys source, err error) {
	if g, err = mapAt(f, ref(f.a)); err != nil {
		return
	}
	if b, err = newColumnCall(f); err == nil {
		keys, err = b.source("keys", b.in, g.t.Key, true)
	}
	return
}

func mapGetN(f *frame) error {
	g, b, keys, err := keysOf(f)
	if err != nil {
		return err
	}
	defer b.abandon()
	elems, err := b.sink("elems", b.out, g.t.Elem)
	if err != nil {
		return err
	}
	f.hold(g.stripe)
	workers := 1
	if elems == nil || elems.layout == columnPlain {
		workers = workersFor(b.n, f.b)
	}
	if quick := loopsFor(g.t); quick != nil && b.failed == nil && (elems == nil || elems.aligned) {
		err = quick.getAll(g, &keys, elems, b.found, b.n, workers)
	} else {
		err = split(b.n, workers, func(_, from, to int) { b.get(g, &keys, elems, from, to) })
	}
	if err != nil {
		return err
	}
	return b.done()
}

func (b *columnCall) get(g *goMap, keys *source, elems *sink, from, to int) {
	var l lent
	for i := from; i < to; i++ {
		var elem unsafe.Pointer
		if b.good(i) {
			elem = g.find(viaValue, g.keyOf(keys, i, &l, nil))
		}
		b.answer(i, elems, elem, elem != nil)
	}
}

// answer gives C what became of a key: its element, nil for none, and whether it was there.
func (b *columnCall) answer(i int, elems *sink, elem unsafe.Pointer, isThere bool) {
	if elems != nil {
		if err := elems.put(b.f, i, elem); err != nil {
			b.fail("elems", i, err)
		}
	}
	if b.found != nil {
		*(*bool)(unsafe.Add(unsafe.Pointer(b.found), i)) = isThere && b.good(i)
	}
}

func mapSetN(f *frame) error {
	g, b, keys, err := keysOf(f)
	if err != nil {
		return err
	}
	elems, err := b.source("elems", b.in2, g.t.Elem, false)
	if err != nil {
		return err
	}
	if g.m == nil {
		return g.isNil()
	}
	f.hold(g.stripe)
	if err := b.set(g, &keys, &elems, 1); err != nil {
		return err
	}
	return b.done()
}

// set sets all items that are good.
func (b *columnCall) set(g *goMap, keys, elems *source, workers int) error {
	if quick := loopsFor(g.t); quick != nil && b.failed == nil && !elems.text {
		return quick.setAll(g, keys, elems, b.n, workers)
	}
	var keyLent, elemLent lent
	var kept pieces
	for i := 0; i < b.n; i++ {
		if b.good(i) {
			g.assign(viaValue, g.keyOf(keys, i, &keyLent, &kept), elems.get(i, &elemLent, &kept))
		}
	}
	return nil
}

func mapBuildN(f *frame) error {
	t, err := mapTypeAt(f)
	if err != nil {
		return err
	}
	b, err := newColumnCall(f)
	if err != nil {
		return err
	}
	if most := uint64(entries(t)); b.count > most {
		return failf(errRange, "count is %d; %d entries can be made room for at once", b.count, most)
	}
	keys, err := b.source("keys", b.in, t.Key, true)
	if err != nil {
		return err
	}
	elems, err := b.source("elems", b.in2, t.Elem, false)
	if err != nil {
		return err
	}
	if b.why != nil {
		return b.why
	}
	g := newMap(t, backend{}.RuntimeMakemap(t, b.n))
	if err := b.set(g, &keys, &elems, workersFor(b.n, f.b)); err != nil {
		return err
	}
	f.made = refs.make(f, g)
	return nil
}

func mapGetOrSetN(f *frame) error {
	g, b, keys, err := keysOf(f)
	if err != nil {
		return err
	}
	fallbacks, err := b.source("fallbacks", b.in2, g.t.Elem, false)
	if err != nil {
		return err
	}
	if g.m == nil {
		return g.isNil()
	}
	defer b.abandon()
	elems, err := b.sink("elems", b.out, g.t.Elem)
	if err != nil {
		return err
	}
	f.hold(g.stripe)
	var keyLent, elemLent lent
	var kept pieces
	for i := 0; i < b.n; i++ {
		var elem unsafe.Pointer
		isThere := false
		if b.good(i) {
			elem = g.find(viaValue, g.keyOf(&keys, i, &keyLent, nil))
			if isThere = elem != nil; !isThere {
				elem = fallbacks.get(i, &elemLent, &kept)
				g.assign(viaValue, g.keyOf(&keys, i, &keyLent, &kept), elem)
			}
		}
		b.answer(i, elems, elem, isThere)
	}
	return b.done()
}

func mapDeleteN(f *frame) error {
	g, b, keys, err := keysOf(f)
	if err != nil {
		return err
	}
	f.hold(g.stripe)
	var l lent
	for i := 0; i < b.n; i++ {
		isThere := false
		if b.good(i) && g.m != nil {
			k := g.keyOf(&keys, i, &l, nil)
			if isThere = b.found == nil || g.find(viaValue, k) != nil; isThere {
				g.remove(viaValue, k)
			}
		}
		b.answer(i, nil, nil, isThere)
	}
	return b.done()
}

// terms are what a call adds to elements.
type terms struct {
	t      *layout.Type
	one    value   // where C gives no column
	values []value // where it gives values
	plain  source  // else
}

// terms reads the deltas of a call. An integer of any kind may be added where it is a value, as termOf says.
func (b *columnCall) terms(elem *layout.Type) (t terms, err error) {
	one := value{kind: uint32(reflect.Uint8), as: 1}
	if isFloat(elem.Kind()) {
		one = value{kind: uint32(elem.Kind()), as: math.Float64bits(1)}
	}
	if _, err = termOf(elem, &one); err != nil || b.in2 == nil {
		return terms{t: elem, one: one}, err
	}
	if b.in2.layout != columnValues {
		t.t = elem
		t.plain, err = b.source("deltas", b.in2, elem, false)
		return t, err
	}
	first, step, all, err := b.in2.span(b.n, unsafe.Sizeof(value{}))
	if err == nil && uint64(b.n) > maxMemory/uint64(unsafe.Sizeof(value{})) {
		err = failf(errRange, "%d values are too many", b.n)
	}
	if err != nil {
		return t, about("deltas", err)
	}
	touchAll(all)
	t.values = make([]value, b.n)
	for i := range t.values {
		v := &t.values[i]
		layout.Move(unsafe.Pointer(v), unsafe.Add(first, i*step), unsafe.Sizeof(*v))
		if err := b.term(elem, v); err != nil {
			b.fail("deltas", i, err)
		}
	}
	return t, nil
}

// term makes a value from C the number that it stands for.
func (b *columnCall) term(elem *layout.Type, v *value) error {
	t, err := termOf(elem, v)
	if err != nil {
		return err
	}
	var r room
	at, err := r.operand(b.f, t, v, false)
	if err == nil {
		*v = toValue(b.f, t, at)
	}
	return err
}

func (t *terms) at(i int) value {
	switch {
	case t.values != nil:
		return t.values[i]
	case t.plain.t != nil:
		return value{kind: uint32(t.t.Kind()), as: numberAt(t.t.Kind(), t.plain.at(i))}
	}
	return t.one
}

// sum gives the address of what an element, nil for 0, and a delta add up to: that of two integers of one kind, which is
// the usual case, without detours.
func (t *terms) sum(f *frame, elemType *layout.Type, elem unsafe.Pointer, i int, r *room) (unsafe.Pointer, error) {
	term := t.at(i)
	of := scalars[elemType.Kind()]
	if of.class != unsigned || scalars[term.kind].class != unsigned {
		return sum(f, elemType, elem, term, r)
	}
	was := uint64(0)
	if elem != nil {
		was = numberAt(elemType.Kind(), elem)
	}
	total := was + term.as
	if total < was || !of.holds(total) {
		return nil, failf(errRange, "the sum does not fit a %s", elemType)
	}
	of.store(unsafe.Pointer(&r.number), total)
	return unsafe.Pointer(&r.number), nil
}

// counts tells whether addInPlace can do what is asked: integers of 64 bits, as most counters are.
func (t *terms) counts(m *layout.Map) bool {
	return elemsAreTheMaps && loopsFor(m) != nil && isInteger(m.Elem.Kind()) && m.Elem.Size == 8 && t.values == nil
}

// addInPlace adds to elements that are there, from item i on, and gives the first item that needs more than that.
func (t *terms) addInPlace(g *goMap, keys *source, i, n int) int {
	isSigned := g.t.Elem.Kind() <= reflect.Int64
	for ; i < n; i++ {
		var elem unsafe.Pointer
		var isThere bool
		switch g.t.Fast {
		case layout.FastStr:
			elem, isThere = backend{}.RuntimeMapaccess2Faststr(g.t, g.m, keys.textAt(i))
		case layout.Fast64:
			elem, isThere = backend{}.RuntimeMapaccess2Fast64(g.t, g.m, *(*uint64)(keys.at(i)))
		case layout.Fast32:
			elem, isThere = backend{}.RuntimeMapaccess2Fast32(g.t, g.m, *(*uint32)(keys.at(i)))
		}
		if !isThere {
			return i
		}
		was, term := *(*uint64)(elem), t.one.as
		if t.plain.t != nil {
			term = *(*uint64)(t.plain.at(i))
		}
		total := was + term
		if isSigned && int64((was^total)&(term^total)) < 0 || !isSigned && total < was {
			return i // it does not fit
		}
		*(*uint64)(elem) = total
	}
	return n
}

func mapAddN(f *frame) error {
	g, b, keys, err := keysOf(f)
	if err != nil {
		return err
	}
	deltas, err := b.terms(g.t.Elem)
	if err != nil {
		return err
	}
	if g.m == nil {
		return g.isNil()
	}
	f.hold(g.stripe)
	var l lent
	var r room
	var kept pieces
	// Keys that are equal but not the same, as 0 and -0, must be assigned: then the new one stands in the map.
	inPlace := elemsAreTheMaps && (g.t.Fast != layout.NotFast || g.t.Key.Kind() == reflect.String)
	counts := b.failed == nil && deltas.counts(g.t)
	for i := 0; i < b.n; i++ {
		if counts {
			if i = deltas.addInPlace(g, &keys, i, b.n); i == b.n {
				break
			}
		}
		if !b.good(i) {
			continue
		}
		k := g.keyOf(&keys, i, &l, nil)
		elem := g.find(viaValue, k)
		total, err := deltas.sum(f, g.t.Elem, elem, i, &r)
		switch {
		case err != nil:
			b.fail("deltas", i, err)
		case elem != nil && inPlace:
			layout.Move(elem, total, g.t.Elem.Size)
		default:
			g.assign(viaValue, g.keyOf(&keys, i, &l, &kept), total)
		}
	}
	return b.done()
}

// mapNextN gives the entries that come next. Where one does not fit, the iterator stands on it and keeps it for the next
// call.
func mapNextN(f *frame) error {
	i, err := iteratorAt(f)
	if err != nil {
		return err
	}
	b, err := newColumnCall(f)
	if err != nil {
		return err
	}
	defer b.abandon()
	keys, err := b.sink("keys", b.out, i.g.t.Key)
	if err != nil {
		return err
	}
	elems, err := b.sink("elems", b.out2, i.g.t.Elem)
	if err != nil {
		return err
	}
	filled := 0
	quick := loopsFor(i.g.t)
	if quick != nil && (quick.next == nil || !keys.aligned || elems != nil && !elems.aligned) {
		quick = nil
	}
	if quick != nil && !i.begun && b.n > (backend{}).ReflectMaplen(i.g.t, i.g.m) {
		i.begun = true
		filled = quick.all(i.g, keys, elems)
	}
	for ; filled < b.n; filled++ {
		if quick != nil && i.on && !i.pending {
			more, key, elem := quick.next(i, keys.from(filled), elems.from(filled), b.n-filled)
			if filled += more; i.on {
				i.copyEntry(key, elem)
			}
			break
		}
		key, elem := i.key, i.elem
		if !i.pending {
			if key, elem = i.step(viaRuntime); !i.on {
				break
			}
		}
		used := keys.used
		if err = keys.put(f, filled, key); err == nil && elems != nil {
			err = elems.put(f, filled, elem)
		}
		if i.pending = err != nil; err != nil || filled+1 == b.n {
			i.copyEntry(key, elem)
		}
		if err != nil {
			keys.used = used
			break
		}
	}
	if err != nil && filled == 0 {
		return about("keys or elems", err)
	}
	err = b.done()
	f.result = uint64(filled)
	return err
}

// ---- slices ----

// elemsFrom gives where the elements lie that a call is about, from index on.
func (b *columnCall) elemsFrom(v reflect.Value) (first unsafe.Pointer, err error) {
	if n := uint64(v.Len()); b.f.b > n || b.count > n-b.f.b {
		return nil, failf(errRange, "index is %d and count %d, the length %d", int64(b.f.b), b.count, n)
	}
	if b.n == 0 {
		return nil, nil
	}
	return v.Index(int(b.f.b)).Addr().UnsafePointer(), nil
}

// eachElem does something with elements one by one; where they hold pointers each is guarded, as copyElems does.
func (b *columnCall) eachElem(t *layout.Type, first unsafe.Pointer, do func(i int, elem unsafe.Pointer)) {
	for i := 0; i < b.n; i++ {
		elem := unsafe.Add(first, uintptr(i)*t.Size)
		if !t.Plain {
			b.f.hold(stripeOf(elem))
		}
		do(i, elem)
		b.f.letGoStripe()
	}
}

func sliceReadN(f *frame) error {
	v, err := sliceOrArray(f, ref(f.a), "slice")
	if err != nil {
		return err
	}
	b, err := newColumnCall(f)
	if err != nil {
		return err
	}
	defer b.abandon()
	if v.Kind() == reflect.Array {
		held := reflect.New(v.Type()).Elem()
		held.Set(v)
		v = held
	}
	first, err := b.elemsFrom(v)
	if err != nil {
		return err
	}
	t := layout.Of(v.Type().Elem())
	elems, err := b.sink("elems", b.out, t)
	if err != nil {
		return err
	}
	if elems.layout == columnPlain && elems.step == int(t.Size) {
		layout.Move(elems.first, first, t.Size*uintptr(b.n))
		return b.done()
	}
	b.eachElem(t, first, func(i int, elem unsafe.Pointer) {
		if err := elems.put(f, i, elem); err != nil {
			b.fail("elems", i, err)
		}
	})
	return b.done()
}

func sliceWriteN(f *frame) error {
	v, err := sliceOnly(f, ref(f.a), "slice")
	if err != nil {
		return err
	}
	b, err := newColumnCall(f)
	if err != nil {
		return err
	}
	first, err := b.elemsFrom(v)
	if err != nil {
		return err
	}
	elems, err := b.source("elems", b.in, layout.Of(v.Type().Elem()), false)
	if err != nil {
		return err
	}
	b.write(&elems, first)
	return b.done()
}

// write sets elements to all items that are good.
func (b *columnCall) write(elems *source, first unsafe.Pointer) {
	if elems.t.Plain && b.failed == nil && elems.step == int(elems.t.Size) {
		layout.Move(first, elems.first, elems.t.Size*uintptr(b.n))
		return
	}
	var l lent
	kept := piecesFor(b.n)
	isString := elems.t.Kind() == reflect.String
	b.eachElem(elems.t, first, func(i int, elem unsafe.Pointer) {
		switch {
		case !b.good(i):
		case isString:
			*(*string)(elem), _ = kept.clone(elems.textAt(i))
		default:
			elems.t.Copy(elem, elems.get(i, &l, &kept))
		}
	})
}

func sliceAppendN(f *frame) error {
	v, err := sliceOnly(f, ref(f.a), "slice")
	if err != nil {
		return err
	}
	b, err := newColumnCall(f)
	if err != nil {
		return err
	}
	if most := mostElems(v.Type().Elem()); uint64(v.Len())+b.count > most {
		return failf(errRange, "count is %d; with the %d there are, at most %d elements can be appended at once",
			b.count, v.Len(), most)
	}
	elems, err := b.source("elems", b.in, layout.Of(v.Type().Elem()), false)
	if err != nil {
		return err
	}
	if b.why != nil {
		return b.why
	}
	more := reflect.MakeSlice(v.Type(), b.n, b.n)
	b.write(&elems, more.UnsafePointer())
	f.made = name(f, f.appended(v, more).Interface())
	return nil
}

// ---- calls ----

// maxArguments is how many columns of arguments a call may have.
const maxArguments = 64

func callN(f *frame) error {
	fn, err := funcAt(f, ref(f.a))
	if err != nil {
		return err
	}
	object, err := f.object(ref(f.a), "func")
	if err != nil {
		return err
	}
	b, err := newColumnCall(f)
	if err != nil {
		return err
	}
	defer b.abandon()
	r := rows{columnCall: b, fn: fn, plan: planOf(fn.Type())}
	if f.b > maxArguments {
		return failf(errCount, "nargs is %d; %d are the most", f.b, maxArguments)
	}
	if f.c != uint64(len(r.plan.out)) {
		return failf(errCount, "nresults is %d, of a function that gives %d", f.c, len(r.plan.out))
	}
	types, err := r.plan.types(int(f.b))
	if err != nil {
		return err
	}
	if registered, is := object.(*function); is && f.b == registered.args && simple(types) && simple(r.plan.out) {
		r.direct = registered.direct
	}
	columns, results := unsafe.Slice(b.in, int(f.b)), unsafe.Slice(b.out, int(f.c))
	for i, t := range types {
		s, err := b.source(item("args", i), &columns[i], t, false)
		if err != nil {
			return err
		}
		r.args = append(r.args, s)
	}
	for i, t := range r.plan.out {
		if _, err := b.sink(item("results", i), &results[i], t); err != nil {
			return err
		}
	}
	r.lent, r.in, r.out = make([]lent, len(types)), make([]value, len(types)), make([]value, len(results))
	for i := 0; i < b.n; i++ {
		r.call(i)
	}
	return b.done()
}

// types is those of so many arguments.
func (p *plan) types(n int) (types []*layout.Type, err error) {
	fixed := len(p.in)
	if p.variadic {
		fixed--
	}
	if n < fixed || n > fixed && !p.variadic {
		return nil, failf(errCount, "nargs is %d, of a function of %d", n, fixed)
	}
	types = append(types, p.in[:fixed]...)
	for len(types) < n {
		types = append(types, layout.Of(p.in[fixed].Elem()))
	}
	return types, nil
}

// rows is a call for each row of columns.
type rows struct {
	*columnCall
	fn      reflect.Value
	plan    *plan
	args    []source
	lent    []lent
	kept    pieces
	direct  direct // nil where an argument or a result is more than a number or a string
	in, out []value
}

// simple tells whether a value of a type needs no reference.
func simple(types []*layout.Type) bool {
	for _, t := range types {
		if !isScalar(t.Kind()) && t.Kind() != reflect.String {
			return false
		}
	}
	return true
}

func (r *rows) call(i int) {
	if r.good(i) {
		if err := r.try(i); err != nil {
			r.fail("rows", i, err)
		}
	}
	for _, s := range r.sinks {
		if !r.good(i) {
			_ = s.put(r.f, i, nil)
		}
	}
}

// try makes one call. A panic is its failure alone.
func (r *rows) try(i int) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = panicked(reason)
		}
	}()
	if r.direct != nil {
		return r.callDirect(i)
	}
	in := make([]reflect.Value, len(r.args))
	for j := range r.args {
		in[j] = r.args[j].t.At(r.args[j].get(i, &r.lent[j], &r.kept))
	}
	out := r.plan.call(r.fn, in)
	if err := r.plan.failure(out); err != nil {
		return err
	}
	for j, s := range r.sinks {
		held := reflect.New(s.t.Type)
		held.Elem().Set(out[j])
		if err := s.put(r.f, i, held.UnsafePointer()); err != nil {
			return about(item("results", j), err)
		}
	}
	return nil
}

func (r *rows) callDirect(i int) error {
	for j := range r.args {
		kind, at := r.args[j].t.Kind(), r.args[j].get(i, &r.lent[j], nil)
		if v := &r.in[j]; kind == reflect.String {
			text := *(*string)(at)
			*v = value{kind: uint32(kind), as: uint64(uintptr(unsafe.Pointer(unsafe.StringData(text)))), len: uint64(len(text))}
		} else {
			v.set(uint32(kind), numberAt(kind, at))
		}
	}
	if err := r.direct(r.f, r.in, r.out); err != nil {
		return err
	}
	var failed error
	for j, s := range r.sinks {
		var held room
		at, err := held.operand(r.f, s.t, &r.out[j], false)
		if err == nil {
			err = s.put(r.f, i, at)
		}
		if err != nil && failed == nil {
			failed = about(item("results", j), err)
		}
		if owner := r.out[j].owner; owner != 0 {
			_ = releaseRef(r.f, owner, "results")
		}
	}
	return failed
}
