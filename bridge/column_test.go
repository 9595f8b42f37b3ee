package bridge

import (
	"math"
	"reflect"
	"runtime"
	"sort"
	"strings"
	"testing"
	"time"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// items is a column from C, beside what single calls take for the same items.
type items struct {
	column *column
	single []unsafe.Pointer // to values
}

// array calls with arrays.
func (h *host) array(name string, f frame, a arrays) (frame, *arrays, status) {
	h.Helper()
	p := (*arrays)(h.alloc(unsafe.Sizeof(a)))
	*p = a
	f.p, f.alone = unsafe.Pointer(p), h.alone
	f, failed, message := call(h, name, f)
	if failed != ok {
		h.Fatalf("%s: status %d: %s", name, failed, message)
	}
	if name == "gobridge_map_next_n" {
		return f, p, ok
	}
	return f, p, status(f.result)
}

func (h *host) statuses(n int) *status { return (*status)(h.alloc(uintptr(n)*4 + 1)) }

func (h *host) founds(n int) *bool { return (*bool)(h.alloc(uintptr(n) + 1)) }

// layoutsOf is what layouts a column of a type can have.
func layoutsOf(t reflect.Type) []uint32 {
	switch {
	case isPlain(t):
		return []uint32{columnPlain, columnPlain, columnValues}
	case isText(layout.Of(t)):
		return []uint32{columnText, columnOffsets32, columnOffsets64, columnValues}
	}
	return []uint32{columnValues}
}

// room makes a column for so many items of a type: of a random layout, stride and direction, aligned or not.
func (h *host) column(g generator, t reflect.Type, n int) *column {
	h.Helper()
	c := (*column)(h.alloc(unsafe.Sizeof(column{})))
	*c = column{layout: layoutsOf(t)[g.Intn(len(layoutsOf(t)))]}
	size, err := c.itemSize(layout.Of(t))
	if err != nil {
		h.Fatal(err)
	}
	if c.layout == columnOffsets32 || c.layout == columnOffsets64 {
		c.offsets = uintptr(h.alloc(size*uintptr(n+1)+8)) + uintptr(g.Intn(2))
		c.capacity = 300 * uint64(n+1)
		c.data = uintptr(h.alloc(uintptr(c.capacity)))
		return c
	}
	if g.Intn(2) == 0 {
		c.stride = int32(size) + []int32{0, 1, 8, 24}[g.Intn(4)]
	}
	step := max(c.stride, int32(size))
	c.data = uintptr(h.alloc(uintptr(step)*uintptr(n+1)+8)) + uintptr(g.Intn(2)*g.Intn(8))
	if c.stride > 0 && n > 0 && g.Intn(2) == 0 {
		c.data += uintptr(n-1) * uintptr(step)
		c.stride = -c.stride
	}
	return c
}

// addressIn is where an item of a column lies, unless it has offsets.
func (c *column) addressIn(t reflect.Type, i int) unsafe.Pointer {
	size, _ := c.itemSize(layout.Of(t))
	if c.stride != 0 {
		return unsafe.Add(addressAt(&c.data), i*int(c.stride))
	}
	return unsafe.Add(addressAt(&c.data), uintptr(i)*size)
}

// offset gives the address of an offset of a column.
func (c *column) offset(i int) (p unsafe.Pointer, size uintptr) {
	size = map[uint32]uintptr{columnOffsets32: 4, columnOffsets64: 8}[c.layout]
	return unsafe.Add(addressAt(&c.offsets), uintptr(i)*size), size
}

// bytesOf is a string's or a byte slice's.
func bytesOf(v reflect.Value) []byte {
	if v.Kind() == reflect.String {
		return []byte(v.String())
	}
	return v.Bytes()
}

// items lays values out in a column. Where spoilt, some are bad.
func (h *host) items(g generator, t reflect.Type, values []reflect.Value, spoilt bool) items {
	h.Helper()
	in := items{column: h.column(g, t, len(values))}
	c, used := in.column, int64(0)
	textKind := uint32(reflect.String)
	if t.Kind() == reflect.Slice {
		textKind = kindBytes
	}
	for i, v := range values {
		single := (*value)(h.alloc(unsafe.Sizeof(value{})))
		*single = h.value(v)
		bad := spoilt && g.Intn(5) == 0
		switch c.layout {
		case columnPlain:
			made := h.in(v)
			if bad && layout.Of(t).Kind() == reflect.Bool {
				*(*byte)(made) = 2
				*single = value{kind: uint32(reflect.Bool), as: 2}
			}
			layout.Move(c.addressIn(t, i), made, t.Size())
		case columnText:
			text := bytesOf(v)
			header := [2]uintptr{uintptr(h.copied(text)), uintptr(len(text))}
			if len(text) == 0 {
				header[0] = uintptr(g.Intn(3))
			}
			if bad {
				header = [][2]uintptr{{0, 5}, {7, 1}, {header[0], math.MaxInt + 1}}[g.Intn(3)]
			}
			*single = value{kind: textKind, as: uint64(header[0]), len: uint64(header[1])}
			layout.Move(c.addressIn(t, i), unsafe.Pointer(&header), textSize)
		case columnOffsets32, columnOffsets64:
			text := bytesOf(v)
			*single = value{kind: textKind, as: addressOf(h.copied(text)), len: uint64(len(text))}
			copy(unsafe.Slice((*byte)(unsafe.Add(addressAt(&c.data), used)), len(text)), text)
			from, size := c.offset(i)
			layout.Move(from, unsafe.Pointer(&used), size)
			used += int64(len(text))
			to, _ := c.offset(i + 1)
			layout.Move(to, unsafe.Pointer(&used), size)
		case columnValues:
			if bad {
				*single = []value{{kind: 99}, {kind: textKind, flags: 1}, {kind: kindRef, as: 1<<63 | 1},
					{kind: uint32(reflect.String), len: 3}}[g.Intn(4)]
			}
			layout.Move(c.addressIn(t, i), unsafe.Pointer(single), unsafe.Sizeof(value{}))
		}
		in.single = append(in.single, unsafe.Pointer(single))
	}
	return in
}

// itemOf gives an item of a column that was filled.
func (h *host) itemOf(c *column, t reflect.Type, i int) reflect.Value {
	h.Helper()
	var text []byte
	switch c.layout {
	case columnPlain:
		to := reflect.New(t).Elem()
		layout.Move(to.Addr().UnsafePointer(), c.addressIn(t, i), t.Size())
		return to
	case columnValues:
		var v value
		layout.Move(unsafe.Pointer(&v), c.addressIn(t, i), unsafe.Sizeof(v))
		if v.owner != 0 {
			h.Errorf("a value in a column has an owner")
		}
		return h.outValue(t, unsafe.Pointer(&v))
	case columnText:
		var header [2]uintptr
		layout.Move(unsafe.Pointer(&header), c.addressIn(t, i), textSize)
		if header[0] == 0 {
			h.Errorf("a string is NULL")
		}
		text = unsafe.Slice((*byte)(addressAt(&header[0])), header[1])
	default:
		var from, to int64
		p, size := c.offset(i)
		layout.Move(unsafe.Pointer(&from), p, size)
		p, _ = c.offset(i + 1)
		layout.Move(unsafe.Pointer(&to), p, size)
		text = unsafe.Slice((*byte)(addressAt(&c.data)), c.capacity)[from:to]
	}
	to := reflect.New(t).Elem()
	if t.Kind() == reflect.String {
		to.SetString(string(text))
	} else if len(text) > 0 {
		to.SetBytes(append([]byte(nil), text...))
	}
	return to
}

// giveBack releases what filled columns show.
func (h *host) giveBack(a *arrays) {
	h.Helper()
	for _, c := range []*column{a.out, a.out2} {
		if c != nil {
			h.release(nonzero(c.owner)...)
		}
	}
}

// entriesOf shows all entries of a map, in order.
func (h *host) entriesOf(m ref) (all []string) {
	g, err := mapAt(&frame{}, m)
	if err != nil {
		h.Fatal(err)
	}
	for it := g.t.At(unsafe.Pointer(&g.m)).MapRange(); it.Next(); {
		all = append(all, show(it.Key())+" "+showElem(it.Value()))
	}
	sort.Strings(all)
	return all
}

// showElem is show, but what crosses as bytes may lose that it is nil.
func showElem(v reflect.Value) string {
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
		return "bytes " + string(v.Bytes())
	}
	return show(v)
}

type celsius float64

var columnMaps = []reflect.Type{
	typ[map[uint64]uint64](), typ[map[int]int](), typ[map[int32]int64](), typ[map[uint32]bool](), typ[map[int64]celsius](),
	typ[map[time.Duration]int8](), typ[map[uint32][4]byte](), typ[map[uint64][8]byte](), typ[map[int64][2]uint64](),
	typ[map[int32]struct{}](), typ[map[string]struct{}](), typ[map[string]uint64](), typ[map[string]int](), typ[map[named]float32](),
	typ[map[string]uint8](), typ[map[string]int16](), typ[map[string][2]uint64](), typ[map[string][3]int64](),
	typ[map[string]string](), typ[map[uint64]string](), typ[map[int8][]byte](), typ[map[bool]named](), typ[map[float64]int](),
	typ[map[string]any](), typ[map[any]any](), typ[map[any]int64](), typ[map[[2]string]error](), typ[map[*int]*int](),
	typ[map[struct{ A, B int32 }]uint64](), typ[map[[2]int32]uint64](), typ[map[struct{ A bool }]bool](), typ[map[error][]int](),
	typ[map[uint16]uint16](), typ[map[[0]int]string](),
	// made by reflect, whose hash function is another one
	reflect.MapOf(typ[uint64](), reflect.ArrayOf(7, typ[byte]())), reflect.MapOf(typ[int32](), typ[celsius]()),
	reflect.MapOf(typ[named](), typ[[2]int64]()),
	reflect.MapOf(reflect.StructOf([]reflect.StructField{{Name: "A", Type: typ[int64]()}}), typ[uint64]()),
}

// Whatever is done to a map by arrays comes to what single calls come to, item by item.
func TestColumnsDoWhatSingleCallsDo(t *testing.T) {
	g := newGenerator(t)
	for round := 0; round < 6; round++ {
		for _, of := range columnMaps {
			h := newHost(t)
			h.alone = uint32(round % 2)
			many, one := h.own(h.must("gobridge_map_new", frame{a: typeRef(of)}).made), h.own(h.must("gobridge_map_new", frame{a: typeRef(of)}).made)
			var keys []reflect.Value
			for i := 0; i < 5; i++ {
				for n := g.Intn(30); n > 0; n-- {
					keys = append(keys, g.value(of.Key(), true))
				}
				g.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
				keys = keys[:min(len(keys), 60)]
				h.buildBoth(g, of, keys)
				h.setBoth(g, of, many, one, keys)
				h.getBoth(g, of, many, one, keys)
				for n := g.Intn(10); n > 0; n-- {
					keys = append(keys, g.value(of.Key(), true))
				}
				h.getOrSetBoth(g, of, many, one, keys)
				if k := of.Elem().Kind(); isInteger(k) || isFloat(k) {
					h.addBoth(g, of, many, one, keys)
				}
				h.checkNext(g, of, many)
				h.deleteBoth(g, of, many, one, keys[:len(keys)/2])
				if a, b := h.entriesOf(many), h.entriesOf(one); !reflect.DeepEqual(a, b) {
					t.Fatalf("%s: %q, not %q", of, a, b)
				}
				h.forget()
			}
		}
	}
}

// compare makes the single calls and compares their statuses with those of the array; it gives the frames.
func (h *host) compare(of reflect.Type, name string, one ref, n int, first status, statuses *status, args func(i int) frame) (frames []frame) {
	h.Helper()
	firstWant := ok
	for i, got := range unsafe.Slice(statuses, n) {
		f := args(i)
		f.a, f.alone = uint64(one), h.alone
		f, want, message := call(h, name, f)
		if got != want {
			h.Fatalf("%s: item %d has the status %d; %s gives %d: %s", of, i, got, name, want, message)
		}
		if firstWant == ok {
			firstWant = want
		}
		frames = append(frames, f)
	}
	if first != firstWant {
		h.Fatalf("%s: the status is %d; the first of %s %d", of, first, name, firstWant)
	}
	return frames
}

// buildBoth builds a map of its own.
func (h *host) buildBoth(g generator, of reflect.Type, keys []reflect.Value) {
	h.Helper()
	elems := make([]reflect.Value, len(keys))
	for i := range elems {
		elems[i] = g.value(of.Elem(), false)
	}
	k, e := h.items(g, of.Key(), keys, false), h.items(g, of.Elem(), elems, false)
	f, _, _ := h.array("gobridge_map_build_n", frame{a: typeRef(of), b: uint64(g.Intn(3))},
		arrays{in: k.column, in2: e.column, count: uint64(len(keys))})
	one := h.own(h.must("gobridge_map_new", frame{a: typeRef(of)}).made)
	for i := range keys {
		h.must("gobridge_map_set", frame{a: uint64(one), p: k.single[i], q: e.single[i]})
	}
	if a, b := h.entriesOf(h.own(f.made)), h.entriesOf(one); !reflect.DeepEqual(a, b) {
		h.Fatalf("%s: %q is built, not %q", of, a, b)
	}
}

func (h *host) setBoth(g generator, of reflect.Type, many, one ref, keys []reflect.Value) {
	h.Helper()
	elems := make([]reflect.Value, len(keys))
	for i := range elems {
		elems[i] = g.value(of.Elem(), false)
	}
	k, e := h.items(g, of.Key(), keys, g.Intn(3) == 0), h.items(g, of.Elem(), elems, g.Intn(3) == 0)
	statuses := h.statuses(len(keys))
	_, _, first := h.array("gobridge_map_set_n", frame{a: uint64(many)},
		arrays{in: k.column, in2: e.column, statuses: statuses, count: uint64(len(keys))})
	h.compare(of, "gobridge_map_set", one, len(keys), first, statuses, func(i int) frame {
		return frame{p: k.single[i], q: e.single[i]}
	})
}

func (h *host) getBoth(g generator, of reflect.Type, many, one ref, keys []reflect.Value) {
	h.Helper()
	n := len(keys)
	k, elems := h.items(g, of.Key(), keys, g.Intn(3) == 0), h.column(g, of.Elem(), n)
	statuses, found := h.statuses(n), h.founds(n)
	_, a, first := h.array("gobridge_map_get_n", frame{a: uint64(many)},
		arrays{in: k.column, out: elems, found: found, statuses: statuses, count: uint64(n)})
	for i, f := range h.compare(of, "gobridge_map_get", one, n, first, statuses, func(i int) frame {
		f := frame{p: k.single[i], q: h.alloc(unsafe.Sizeof(value{}))}
		*(*value)(f.q) = value{}
		return f
	}) {
		want := reflect.New(of.Elem()).Elem()
		if f.status == ok {
			want = h.outValue(of.Elem(), f.q)
		}
		isThere := unsafe.Slice(found, n)[i]
		if got := h.itemOf(elems, of.Elem(), i); showElem(got) != showElem(want) || isThere != (f.result == 1) {
			h.Fatalf("%s: item %d is %v, %v, not %v, %v", of, i, got, isThere, want, f.result)
		}
	}
	h.giveBack(a)
}

func (h *host) getOrSetBoth(g generator, of reflect.Type, many, one ref, keys []reflect.Value) {
	h.Helper()
	n := len(keys)
	elems := make([]reflect.Value, n)
	for i := range elems {
		elems[i] = g.value(of.Elem(), false)
	}
	k, e := h.items(g, of.Key(), keys, g.Intn(3) == 0), h.items(g, of.Elem(), elems, g.Intn(3) == 0)
	a := arrays{in: k.column, in2: e.column, statuses: h.statuses(n), count: uint64(n)}
	if g.Intn(4) > 0 {
		a.out = h.column(g, of.Elem(), n)
	}
	if g.Intn(4) > 0 {
		a.found = h.founds(n)
	}
	f := frame{a: uint64(many)}
	if a.out != nil {
		f.c = 1
	}
	_, done, first := h.array("gobridge_map_get_or_set_n", f, a)
	for i, f := range h.compare(of, "gobridge_map_get_or_set", one, n, first, a.statuses, func(i int) frame {
		f := frame{p: k.single[i], c: addressOf(e.single[i]), q: h.alloc(unsafe.Sizeof(value{}))}
		*(*value)(f.q) = value{}
		return f
	}) {
		want := reflect.New(of.Elem()).Elem()
		if f.status == ok {
			want = h.outValue(of.Elem(), f.q)
		}
		if a.out != nil {
			if got := h.itemOf(a.out, of.Elem(), i); showElem(got) != showElem(want) {
				h.Fatalf("%s: item %d is %v, not %v", of, i, got, want)
			}
		}
		if a.found != nil && unsafe.Slice(a.found, n)[i] != (f.result == 1) {
			h.Fatalf("%s: item %d was there: %v", of, i, f.result)
		}
	}
	h.giveBack(done)
}

func (h *host) addBoth(g generator, of reflect.Type, many, one ref, keys []reflect.Value) {
	h.Helper()
	deltas := make([]reflect.Value, len(keys))
	for i := range deltas {
		deltas[i] = g.value(of.Elem(), false)
	}
	k, d := h.items(g, of.Key(), keys, g.Intn(3) == 0), h.items(g, of.Elem(), deltas, g.Intn(3) == 0)
	a := arrays{in: k.column, in2: d.column, statuses: h.statuses(len(keys)), count: uint64(len(keys))}
	if g.Intn(3) == 0 {
		a.in2 = nil
		for i := range deltas {
			delta := value{kind: uint32(reflect.Uint8), as: 1}
			if isFloat(of.Elem().Kind()) {
				delta = value{kind: uint32(of.Elem().Kind()), as: math.Float64bits(1)}
			}
			*(*value)(d.single[i]) = delta
		}
	}
	_, _, first := h.array("gobridge_map_add_n", frame{a: uint64(many)}, a)
	h.compare(of, "gobridge_map_add", one, len(keys), first, a.statuses, func(i int) frame {
		return frame{p: k.single[i], c: addressOf(d.single[i])}
	})
}

func (h *host) deleteBoth(g generator, of reflect.Type, many, one ref, keys []reflect.Value) {
	h.Helper()
	n := len(keys)
	k := h.items(g, of.Key(), keys, g.Intn(3) == 0)
	a := arrays{in: k.column, statuses: h.statuses(n), count: uint64(n)}
	if g.Intn(2) == 0 {
		a.found = h.founds(n)
	}
	_, _, first := h.array("gobridge_map_delete_n", frame{a: uint64(many)}, a)
	for i, f := range h.compare(of, "gobridge_map_delete", one, n, first, a.statuses, func(i int) frame {
		return frame{p: k.single[i]}
	}) {
		if a.found != nil && unsafe.Slice(a.found, n)[i] != (f.result == 1) {
			h.Fatalf("%s: item %d was there: %v", of, i, f.result)
		}
	}
}

// checkNext reads all entries by an iterator, some at a time, with columns that may be too small.
func (h *host) checkNext(g generator, of reflect.Type, m ref) {
	h.Helper()
	iterator := h.must("gobridge_map_iterate", frame{a: uint64(m)}).made
	defer h.release(iterator)
	var got []string
	for {
		n := 1 + g.Intn(20)
		if g.Intn(4) == 0 {
			n += 100 // all that are left
		}
		used := h.used
		keys, elems := h.column(g, of.Key(), n), h.column(g, of.Elem(), n)
		if elems.layout == columnOffsets32 {
			elems.capacity = 250 // room for at least one
		}
		f, a, _ := h.array("gobridge_map_next_n", frame{a: uint64(iterator)}, arrays{out: keys, out2: elems, count: uint64(n)})
		for i := 0; i < int(f.result); i++ {
			got = append(got, show(h.itemOf(keys, of.Key(), i))+" "+showElem(h.itemOf(elems, of.Elem(), i)))
		}
		h.giveBack(a)
		h.used = used
		if f.result == 0 {
			break
		}
		if int(f.result) == n && g.Intn(5) == 0 { // where it stands is what was given last
			at := h.must("gobridge_reflect_mapiterelem", frame{a: uint64(iterator), p: h.room(of.Elem())})
			if at.result != 1 {
				h.Errorf("%s: the iterator stands nowhere", of)
			}
			h.release(nonzero(at.made)...)
		}
	}
	sort.Strings(got)
	if want := h.entriesOf(m); !reflect.DeepEqual(got, want) {
		h.Fatalf("%s: %q, not %q", of, got, want)
	}
}

func nonzero(r ref) []ref {
	if r == 0 {
		return nil
	}
	return []ref{r}
}

// Loops for maps of one shape serve all of them: what they write, Go's own code finds, also after the map has grown.
func TestLoopsOfAShapeAreRightForAllOfIt(t *testing.T) {
	g := newGenerator(t)
	const n = 5000
	for _, of := range columnMaps {
		h := newHost(t)
		if loopsFor(layout.OfMap(of)) == nil {
			continue
		}
		m := h.own(h.must("gobridge_map_new", frame{a: typeRef(of)}).made)
		native := reflect.MakeMap(of)
		for at := 0; at < n; at += 500 {
			keys, elems := make([]reflect.Value, 500), make([]reflect.Value, 500)
			for i := range keys {
				keys[i], elems[i] = reflect.New(of.Key()).Elem(), g.value(of.Elem(), false)
				if of.Key().Kind() == reflect.String {
					keys[i].SetString(strings.Repeat("x", g.Intn(40)) + string(rune('a'+g.Intn(26))) + string(rune(0x4e00+g.Intn(2000))))
				} else {
					*(*uint32)(keys[i].Addr().UnsafePointer()) = g.Uint32()
				}
				native.SetMapIndex(keys[i], elems[i])
			}
			k, e := h.items(g, of.Key(), keys, false), h.items(g, of.Elem(), elems, false)
			h.array("gobridge_map_set_n", frame{a: uint64(m)}, arrays{in: k.column, in2: e.column, count: 500})
			h.forget()
		}
		collect()
		var want []string
		for it := native.MapRange(); it.Next(); {
			want = append(want, show(it.Key())+" "+show(it.Value()))
			g, _ := mapAt(&frame{}, m)
			if elem := g.t.At(unsafe.Pointer(&g.m)).MapIndex(it.Key()); !elem.IsValid() || show(elem) != show(it.Value()) {
				t.Fatalf("%s: Go finds %v for %v", of, elem, it.Key())
			}
		}
		sort.Strings(want)
		if got := h.entriesOf(m); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d entries, not %d", of, len(got), len(want))
		}
	}
}

// Large columns are read by several goroutines; they find what one finds, and a wild address in any is a panic's status.
func TestParallelColumns(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	h := newHost(t)
	const n = 40000
	m := h.name(func() map[uint64]uint64 {
		m := map[uint64]uint64{}
		for i := uint64(0); i < n; i += 2 {
			m[i] = i * 7
		}
		return m
	}())
	keys, elems := make([]uint64, n), make([]uint64, n)
	for i := range keys {
		keys[i] = uint64(i)
	}
	var pinner runtime.Pinner
	defer pinner.Unpin()
	pinner.Pin(&keys[0])
	pinner.Pin(&elems[0])
	c := func(p *uint64) *column {
		c := (*column)(h.alloc(unsafe.Sizeof(column{})))
		*c = column{layout: columnPlain, data: uintptr(unsafe.Pointer(p))}
		return c
	}
	found := h.founds(n)
	for threads := uint64(0); threads < 6; threads++ {
		h.array("gobridge_map_get_n", frame{a: uint64(m), b: threads}, arrays{in: c(&keys[0]), out: c(&elems[0]), found: found, count: n})
		for i, elem := range elems {
			if isThere := unsafe.Slice(found, n)[i]; isThere != (i%2 == 0) || isThere && elem != uint64(i)*7 || !isThere && elem != 0 {
				t.Fatalf("%d threads: item %d is %d, %v", threads, i, elem, isThere)
			}
			elems[i] = 1
		}
	}
	wild := uintptr(firstPage)
	if err := split(n, 2, func(int, int, int) { touch(addressAt(&wild), 1) }); asFailure(err).status != errPanic {
		t.Errorf("wild addresses give %v", err)
	}
}

func TestPieces(t *testing.T) {
	var p pieces
	var all []string
	fresh := 0
	for i := 0; i < 3000; i++ {
		s := strings.Repeat(string(rune('a'+i%26)), i%1100)
		copied, isFresh := p.clone(s)
		if copied != s || len(s) > 0 && unsafe.StringData(s) == unsafe.StringData(copied) {
			t.Fatal("no copy")
		}
		if isFresh {
			fresh++
		}
		all = append(all, copied)
	}
	runtime.GC()
	runtime.GC()
	for i, s := range all {
		if s != strings.Repeat(string(rune('a'+i%26)), i%1100) {
			t.Fatalf("string %d has changed", i)
		}
	}
	if p.size != maxPiece || fresh > 200 {
		t.Errorf("%d pieces, of up to %d bytes", fresh, p.size)
	}
}
