package columns_test

import (
	"math"
	"reflect"
	"runtime"
	"sort"
	"strings"
	"testing"
	"time"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/columns"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/maps"
	"gobridge/bridge/internal/status"
)

// items is a column from C, beside what single calls take for the same items.
type items struct {
	column *columns.Column
	single []unsafe.Pointer // to values
}

// array calls with arrays.
func array(h *hosttest.Host, name string, f frame.Frame, a columns.Arrays) (frame.Frame, *columns.Arrays, status.Code) {
	h.Helper()
	p := (*columns.Arrays)(h.Alloc(unsafe.Sizeof(a)))
	*p = a
	f.P, f.Exclusive = unsafe.Pointer(p), h.Alone
	f, failed, message := hosttest.Call(h, name, f)
	if failed != status.OK {
		h.Fatalf("%s: status %d: %s", name, failed, message)
	}
	if name == "gobridge_map_next_n" {
		return f, p, status.OK
	}
	return f, p, status.Code(f.Result)
}

func statuses(h *hosttest.Host, n int) *status.Code { return (*status.Code)(h.Alloc(uintptr(n)*4 + 1)) }

func founds(h *hosttest.Host, n int) *bool { return (*bool)(h.Alloc(uintptr(n) + 1)) }

// layoutsOf is what layouts a column of a type can have.
func layoutsOf(t reflect.Type) []uint32 {
	switch {
	case hosttest.IsPlain(t):
		return []uint32{columns.ColumnPlain, columns.ColumnPlain, columns.ColumnValues}
	case columns.IsText(layout.Of(t)):
		return []uint32{columns.ColumnText, columns.ColumnOffsets32, columns.ColumnOffsets64, columns.ColumnValues}
	}
	return []uint32{columns.ColumnValues}
}

// room makes a column for so many items of a type: of a random layout, stride and direction, aligned or not.
func column(h *hosttest.Host, g hosttest.Generator, t reflect.Type, n int) *columns.Column {
	h.Helper()
	c := (*columns.Column)(h.Alloc(unsafe.Sizeof(columns.Column{})))
	*c = columns.Column{Layout: layoutsOf(t)[g.Intn(len(layoutsOf(t)))]}
	size, err := c.ItemSize(layout.Of(t))
	if err != nil {
		h.Fatal(err)
	}
	if c.Layout == columns.ColumnOffsets32 || c.Layout == columns.ColumnOffsets64 {
		c.Offsets = uintptr(h.Alloc(size*uintptr(n+1)+8)) + uintptr(g.Intn(2))
		c.Capacity = 300 * uint64(n+1)
		c.Data = uintptr(h.Alloc(uintptr(c.Capacity)))
		return c
	}
	if g.Intn(2) == 0 {
		c.Stride = int32(size) + []int32{0, 1, 8, 24}[g.Intn(4)]
	}
	step := max(c.Stride, int32(size))
	c.Data = uintptr(h.Alloc(uintptr(step)*uintptr(n+1)+8)) + uintptr(g.Intn(2)*g.Intn(8))
	if c.Stride > 0 && n > 0 && g.Intn(2) == 0 {
		c.Data += uintptr(n-1) * uintptr(step)
		c.Stride = -c.Stride
	}
	return c
}

// bytesOf is a string's or a byte slice's.
func bytesOf(v reflect.Value) []byte {
	if v.Kind() == reflect.String {
		return []byte(v.String())
	}
	return v.Bytes()
}

// itemsIn lays values out in a column. Where spoilt, some are bad.
func itemsIn(h *hosttest.Host, g hosttest.Generator, t reflect.Type, values []reflect.Value, spoilt bool) items {
	h.Helper()
	in := items{column: column(h, g, t, len(values))}
	c, used := in.column, int64(0)
	textKind := uint32(reflect.String)
	if t.Kind() == reflect.Slice {
		textKind = frame.KindBytes
	}
	for i, v := range values {
		single := (*frame.Value)(h.Alloc(unsafe.Sizeof(frame.Value{})))
		*single = h.Value(v)
		bad := spoilt && g.Intn(5) == 0
		switch c.Layout {
		case columns.ColumnPlain:
			made := h.In(v)
			if bad && layout.Of(t).Kind() == reflect.Bool {
				*(*byte)(made) = 2
				*single = frame.Value{Kind: uint32(reflect.Bool), As: 2}
			}
			layout.Move(c.AddressIn(t, i), made, t.Size())
		case columns.ColumnText:
			text := bytesOf(v)
			header := [2]uintptr{uintptr(h.Copied(text)), uintptr(len(text))}
			if len(text) == 0 {
				header[0] = uintptr(g.Intn(3))
			}
			if bad {
				header = [][2]uintptr{{0, 5}, {7, 1}, {header[0], math.MaxInt + 1}}[g.Intn(3)]
			}
			*single = frame.Value{Kind: textKind, As: uint64(header[0]), Len: uint64(header[1])}
			layout.Move(c.AddressIn(t, i), unsafe.Pointer(&header), columns.TextSize)
		case columns.ColumnOffsets32, columns.ColumnOffsets64:
			text := bytesOf(v)
			*single = frame.Value{Kind: textKind, As: hosttest.AddressOf(h.Copied(text)), Len: uint64(len(text))}
			copy(unsafe.Slice((*byte)(unsafe.Add(cmem.AddressAt(&c.Data), used)), len(text)), text)
			from, size := c.Offset(i)
			layout.Move(from, unsafe.Pointer(&used), size)
			used += int64(len(text))
			to, _ := c.Offset(i + 1)
			layout.Move(to, unsafe.Pointer(&used), size)
		case columns.ColumnValues:
			if bad {
				*single = []frame.Value{{Kind: 99}, {Kind: textKind, Flags: 1}, {Kind: frame.KindRef, As: 1<<63 | 1},
					{Kind: uint32(reflect.String), Len: 3}}[g.Intn(4)]
			}
			layout.Move(c.AddressIn(t, i), unsafe.Pointer(single), unsafe.Sizeof(frame.Value{}))
		}
		in.single = append(in.single, unsafe.Pointer(single))
	}
	return in
}

// itemOf gives an item of a column that was filled.
func itemOf(h *hosttest.Host, c *columns.Column, t reflect.Type, i int) reflect.Value {
	h.Helper()
	var text []byte
	switch c.Layout {
	case columns.ColumnPlain:
		to := reflect.New(t).Elem()
		layout.Move(to.Addr().UnsafePointer(), c.AddressIn(t, i), t.Size())
		return to
	case columns.ColumnValues:
		var v frame.Value
		layout.Move(unsafe.Pointer(&v), c.AddressIn(t, i), unsafe.Sizeof(v))
		if v.Owner != 0 {
			h.Errorf("a value in a column has an owner")
		}
		return h.OutValue(t, unsafe.Pointer(&v))
	case columns.ColumnText:
		var header [2]uintptr
		layout.Move(unsafe.Pointer(&header), c.AddressIn(t, i), columns.TextSize)
		if header[0] == 0 {
			h.Errorf("a string is NULL")
		}
		text = unsafe.Slice((*byte)(cmem.AddressAt(&header[0])), header[1])
	default:
		var from, to int64
		p, size := c.Offset(i)
		layout.Move(unsafe.Pointer(&from), p, size)
		p, _ = c.Offset(i + 1)
		layout.Move(unsafe.Pointer(&to), p, size)
		text = unsafe.Slice((*byte)(cmem.AddressAt(&c.Data)), c.Capacity)[from:to]
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
func giveBack(h *hosttest.Host, a *columns.Arrays) {
	h.Helper()
	for _, c := range []*columns.Column{a.Out, a.Out2} {
		if c != nil {
			h.Release(nonzero(c.Owner)...)
		}
	}
}

// entriesOf shows all entries of a map, in order.
func entriesOf(h *hosttest.Host, m frame.Ref) (all []string) {
	g, err := maps.At(&frame.Frame{}, m)
	if err != nil {
		h.Fatal(err)
	}
	for it := g.T.At(unsafe.Pointer(&g.M)).MapRange(); it.Next(); {
		all = append(all, hosttest.Show(it.Key())+" "+showElem(it.Value()))
	}
	sort.Strings(all)
	return all
}

// showElem is show, but what crosses as bytes may lose that it is nil.
func showElem(v reflect.Value) string {
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
		return "bytes " + string(v.Bytes())
	}
	return hosttest.Show(v)
}

type celsius float64

var columnMaps = []reflect.Type{
	hosttest.Typ[map[uint64]uint64](), hosttest.Typ[map[int]int](), hosttest.Typ[map[int32]int64](), hosttest.Typ[map[uint32]bool](), hosttest.Typ[map[int64]celsius](),
	hosttest.Typ[map[time.Duration]int8](), hosttest.Typ[map[uint32][4]byte](), hosttest.Typ[map[uint64][8]byte](), hosttest.Typ[map[int64][2]uint64](),
	hosttest.Typ[map[int32]struct{}](), hosttest.Typ[map[string]struct{}](), hosttest.Typ[map[string]uint64](), hosttest.Typ[map[string]int](), hosttest.Typ[map[hosttest.Named]float32](),
	hosttest.Typ[map[string]uint8](), hosttest.Typ[map[string]int16](), hosttest.Typ[map[string][2]uint64](), hosttest.Typ[map[string][3]int64](),
	hosttest.Typ[map[string]string](), hosttest.Typ[map[uint64]string](), hosttest.Typ[map[int8][]byte](), hosttest.Typ[map[bool]hosttest.Named](), hosttest.Typ[map[float64]int](),
	hosttest.Typ[map[string]any](), hosttest.Typ[map[any]any](), hosttest.Typ[map[any]int64](), hosttest.Typ[map[[2]string]error](), hosttest.Typ[map[*int]*int](),
	hosttest.Typ[map[struct{ A, B int32 }]uint64](), hosttest.Typ[map[[2]int32]uint64](), hosttest.Typ[map[struct{ A bool }]bool](), hosttest.Typ[map[error][]int](),
	hosttest.Typ[map[uint16]uint16](), hosttest.Typ[map[[0]int]string](),
	// made by reflect, whose hash function is another one
	reflect.MapOf(hosttest.Typ[uint64](), reflect.ArrayOf(7, hosttest.Typ[byte]())), reflect.MapOf(hosttest.Typ[int32](), hosttest.Typ[celsius]()),
	reflect.MapOf(hosttest.Typ[hosttest.Named](), hosttest.Typ[[2]int64]()),
	reflect.MapOf(reflect.StructOf([]reflect.StructField{{Name: "A", Type: hosttest.Typ[int64]()}}), hosttest.Typ[uint64]()),
}

// Whatever is done to a map by arrays comes to what single calls come to, item by item.
func TestColumnsDoWhatSingleCallsDo(t *testing.T) {
	g := hosttest.NewGenerator(t)
	for round := 0; round < 6; round++ {
		for _, of := range columnMaps {
			h := hosttest.New(t)
			h.Alone = uint32(round % 2)
			many, one := h.Own(h.Must("gobridge_map_new", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(of)}}).NewRef), h.Own(h.Must("gobridge_map_new", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(of)}}).NewRef)
			var keys []reflect.Value
			for i := 0; i < 5; i++ {
				for n := g.Intn(30); n > 0; n-- {
					keys = append(keys, g.Value(of.Key(), true))
				}
				g.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
				keys = keys[:min(len(keys), 60)]
				buildBoth(h, g, of, keys)
				setBoth(h, g, of, many, one, keys)
				getBoth(h, g, of, many, one, keys)
				for n := g.Intn(10); n > 0; n-- {
					keys = append(keys, g.Value(of.Key(), true))
				}
				getOrSetBoth(h, g, of, many, one, keys)
				if k := of.Elem().Kind(); layout.IsInteger(k) || layout.IsFloat(k) {
					addBoth(h, g, of, many, one, keys)
				}
				checkNext(h, g, of, many)
				deleteBoth(h, g, of, many, one, keys[:len(keys)/2])
				if a, b := entriesOf(h, many), entriesOf(h, one); !reflect.DeepEqual(a, b) {
					t.Fatalf("%s: %q, not %q", of, a, b)
				}
				h.Forget()
			}
		}
	}
}

// compare makes the single calls and compares their statuses with those of the array; it gives the frames.
func compare(h *hosttest.Host, of reflect.Type, name string, one frame.Ref, n int, first status.Code, statuses *status.Code, args func(i int) frame.Frame) (frames []frame.Frame) {
	h.Helper()
	firstWant := status.OK
	for i, got := range unsafe.Slice(statuses, n) {
		f := args(i)
		f.A, f.Exclusive = uint64(one), h.Alone
		f, want, message := hosttest.Call(h, name, f)
		if got != want {
			h.Fatalf("%s: item %d has the status %d; %s gives %d: %s", of, i, got, name, want, message)
		}
		if firstWant == status.OK {
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
func buildBoth(h *hosttest.Host, g hosttest.Generator, of reflect.Type, keys []reflect.Value) {
	h.Helper()
	elems := make([]reflect.Value, len(keys))
	for i := range elems {
		elems[i] = g.Value(of.Elem(), false)
	}
	k, e := itemsIn(h, g, of.Key(), keys, false), itemsIn(h, g, of.Elem(), elems, false)
	f, _, _ := array(h, "gobridge_map_build_n", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(of), B: uint64(g.Intn(3))}},
		columns.Arrays{In: k.column, In2: e.column, Count: uint64(len(keys))})
	one := h.Own(h.Must("gobridge_map_new", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(of)}}).NewRef)
	for i := range keys {
		h.Must("gobridge_map_set", frame.Frame{Slots: frame.Slots{A: uint64(one), P: k.single[i], Q: e.single[i]}})
	}
	if a, b := entriesOf(h, h.Own(f.NewRef)), entriesOf(h, one); !reflect.DeepEqual(a, b) {
		h.Fatalf("%s: %q is built, not %q", of, a, b)
	}
}

func setBoth(h *hosttest.Host, g hosttest.Generator, of reflect.Type, many, one frame.Ref, keys []reflect.Value) {
	h.Helper()
	elems := make([]reflect.Value, len(keys))
	for i := range elems {
		elems[i] = g.Value(of.Elem(), false)
	}
	k, e := itemsIn(h, g, of.Key(), keys, g.Intn(3) == 0), itemsIn(h, g, of.Elem(), elems, g.Intn(3) == 0)
	statuses := statuses(h, len(keys))
	_, _, first := array(h, "gobridge_map_set_n", frame.Frame{Slots: frame.Slots{A: uint64(many)}},
		columns.Arrays{In: k.column, In2: e.column, Statuses: statuses, Count: uint64(len(keys))})
	compare(h, of, "gobridge_map_set", one, len(keys), first, statuses, func(i int) frame.Frame {
		return frame.Frame{Slots: frame.Slots{P: k.single[i], Q: e.single[i]}}
	})
}

func getBoth(h *hosttest.Host, g hosttest.Generator, of reflect.Type, many, one frame.Ref, keys []reflect.Value) {
	h.Helper()
	n := len(keys)
	k, elems := itemsIn(h, g, of.Key(), keys, g.Intn(3) == 0), column(h, g, of.Elem(), n)
	statuses, found := statuses(h, n), founds(h, n)
	_, a, first := array(h, "gobridge_map_get_n", frame.Frame{Slots: frame.Slots{A: uint64(many)}},
		columns.Arrays{In: k.column, Out: elems, Found: found, Statuses: statuses, Count: uint64(n)})
	for i, f := range compare(h, of, "gobridge_map_get", one, n, first, statuses, func(i int) frame.Frame {
		f := frame.Frame{Slots: frame.Slots{P: k.single[i], Q: h.Alloc(unsafe.Sizeof(frame.Value{}))}}
		*(*frame.Value)(f.Q) = frame.Value{}
		return f
	}) {
		want := reflect.New(of.Elem()).Elem()
		if f.Status == status.OK {
			want = h.OutValue(of.Elem(), f.Q)
		}
		isThere := unsafe.Slice(found, n)[i]
		if got := itemOf(h, elems, of.Elem(), i); showElem(got) != showElem(want) || isThere != (f.Result == 1) {
			h.Fatalf("%s: item %d is %v, %v, not %v, %v", of, i, got, isThere, want, f.Result)
		}
	}
	giveBack(h, a)
}

func getOrSetBoth(h *hosttest.Host, g hosttest.Generator, of reflect.Type, many, one frame.Ref, keys []reflect.Value) {
	h.Helper()
	n := len(keys)
	elems := make([]reflect.Value, n)
	for i := range elems {
		elems[i] = g.Value(of.Elem(), false)
	}
	k, e := itemsIn(h, g, of.Key(), keys, g.Intn(3) == 0), itemsIn(h, g, of.Elem(), elems, g.Intn(3) == 0)
	a := columns.Arrays{In: k.column, In2: e.column, Statuses: statuses(h, n), Count: uint64(n)}
	if g.Intn(4) > 0 {
		a.Out = column(h, g, of.Elem(), n)
	}
	if g.Intn(4) > 0 {
		a.Found = founds(h, n)
	}
	f := frame.Frame{Slots: frame.Slots{A: uint64(many)}}
	if a.Out != nil {
		f.C = 1
	}
	_, done, first := array(h, "gobridge_map_get_or_set_n", f, a)
	for i, f := range compare(h, of, "gobridge_map_get_or_set", one, n, first, a.Statuses, func(i int) frame.Frame {
		f := frame.Frame{Slots: frame.Slots{P: k.single[i], C: hosttest.AddressOf(e.single[i]), Q: h.Alloc(unsafe.Sizeof(frame.Value{}))}}
		*(*frame.Value)(f.Q) = frame.Value{}
		return f
	}) {
		want := reflect.New(of.Elem()).Elem()
		if f.Status == status.OK {
			want = h.OutValue(of.Elem(), f.Q)
		}
		if a.Out != nil {
			if got := itemOf(h, a.Out, of.Elem(), i); showElem(got) != showElem(want) {
				h.Fatalf("%s: item %d is %v, not %v", of, i, got, want)
			}
		}
		if a.Found != nil && unsafe.Slice(a.Found, n)[i] != (f.Result == 1) {
			h.Fatalf("%s: item %d was there: %v", of, i, f.Result)
		}
	}
	giveBack(h, done)
}

func addBoth(h *hosttest.Host, g hosttest.Generator, of reflect.Type, many, one frame.Ref, keys []reflect.Value) {
	h.Helper()
	deltas := make([]reflect.Value, len(keys))
	for i := range deltas {
		deltas[i] = g.Value(of.Elem(), false)
	}
	k, d := itemsIn(h, g, of.Key(), keys, g.Intn(3) == 0), itemsIn(h, g, of.Elem(), deltas, g.Intn(3) == 0)
	a := columns.Arrays{In: k.column, In2: d.column, Statuses: statuses(h, len(keys)), Count: uint64(len(keys))}
	if g.Intn(3) == 0 {
		a.In2 = nil
		for i := range deltas {
			delta := frame.Value{Kind: uint32(reflect.Uint8), As: 1}
			if layout.IsFloat(of.Elem().Kind()) {
				delta = frame.Value{Kind: uint32(of.Elem().Kind()), As: math.Float64bits(1)}
			}
			*(*frame.Value)(d.single[i]) = delta
		}
	}
	_, _, first := array(h, "gobridge_map_add_n", frame.Frame{Slots: frame.Slots{A: uint64(many)}}, a)
	compare(h, of, "gobridge_map_add", one, len(keys), first, a.Statuses, func(i int) frame.Frame {
		return frame.Frame{Slots: frame.Slots{P: k.single[i], C: hosttest.AddressOf(d.single[i])}}
	})
}

func deleteBoth(h *hosttest.Host, g hosttest.Generator, of reflect.Type, many, one frame.Ref, keys []reflect.Value) {
	h.Helper()
	n := len(keys)
	k := itemsIn(h, g, of.Key(), keys, g.Intn(3) == 0)
	a := columns.Arrays{In: k.column, Statuses: statuses(h, n), Count: uint64(n)}
	if g.Intn(2) == 0 {
		a.Found = founds(h, n)
	}
	_, _, first := array(h, "gobridge_map_delete_n", frame.Frame{Slots: frame.Slots{A: uint64(many)}}, a)
	for i, f := range compare(h, of, "gobridge_map_delete", one, n, first, a.Statuses, func(i int) frame.Frame {
		return frame.Frame{Slots: frame.Slots{P: k.single[i]}}
	}) {
		if a.Found != nil && unsafe.Slice(a.Found, n)[i] != (f.Result == 1) {
			h.Fatalf("%s: item %d was there: %v", of, i, f.Result)
		}
	}
}

// checkNext reads all entries by an iterator, some at a time, with columns that may be too small.
func checkNext(h *hosttest.Host, g hosttest.Generator, of reflect.Type, m frame.Ref) {
	h.Helper()
	iterator := h.Must("gobridge_map_iterate", frame.Frame{Slots: frame.Slots{A: uint64(m)}}).NewRef
	defer h.Release(iterator)
	var got []string
	for {
		n := 1 + g.Intn(20)
		if g.Intn(4) == 0 {
			n += 100 // all that are left
		}
		used := h.Used
		keys, elems := column(h, g, of.Key(), n), column(h, g, of.Elem(), n)
		if elems.Layout == columns.ColumnOffsets32 {
			elems.Capacity = 250 // room for at least one
		}
		f, a, _ := array(h, "gobridge_map_next_n", frame.Frame{Slots: frame.Slots{A: uint64(iterator)}}, columns.Arrays{Out: keys, Out2: elems, Count: uint64(n)})
		for i := 0; i < int(f.Result); i++ {
			got = append(got, hosttest.Show(itemOf(h, keys, of.Key(), i))+" "+showElem(itemOf(h, elems, of.Elem(), i)))
		}
		giveBack(h, a)
		h.Used = used
		if f.Result == 0 {
			break
		}
		if int(f.Result) == n && g.Intn(5) == 0 { // where it stands is what was given last
			at := h.Must("gobridge_reflect_mapiterelem", frame.Frame{Slots: frame.Slots{A: uint64(iterator), Q: h.Room(of.Elem())}})
			if at.Result != 1 {
				h.Errorf("%s: the iterator stands nowhere", of)
			}
			h.Release(nonzero(at.NewRef)...)
		}
	}
	sort.Strings(got)
	if want := entriesOf(h, m); !reflect.DeepEqual(got, want) {
		h.Fatalf("%s: %q, not %q", of, got, want)
	}
}

func nonzero(r frame.Ref) []frame.Ref {
	if r == 0 {
		return nil
	}
	return []frame.Ref{r}
}

// Loops for maps of one shape serve all of them: what they write, Go's own code finds, also after the map has grown.
func TestLoopsOfAShapeAreRightForAllOfIt(t *testing.T) {
	g := hosttest.NewGenerator(t)
	const n = 5000
	for _, of := range columnMaps {
		h := hosttest.New(t)
		if columns.LoopsFor(layout.OfMap(of)) == nil {
			continue
		}
		m := h.Own(h.Must("gobridge_map_new", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(of)}}).NewRef)
		native := reflect.MakeMap(of)
		for at := 0; at < n; at += 500 {
			keys, elems := make([]reflect.Value, 500), make([]reflect.Value, 500)
			for i := range keys {
				keys[i], elems[i] = reflect.New(of.Key()).Elem(), g.Value(of.Elem(), false)
				if of.Key().Kind() == reflect.String {
					keys[i].SetString(strings.Repeat("x", g.Intn(40)) + string(rune('a'+g.Intn(26))) + string(rune(0x4e00+g.Intn(2000))))
				} else {
					*(*uint32)(keys[i].Addr().UnsafePointer()) = g.Uint32()
				}
				native.SetMapIndex(keys[i], elems[i])
			}
			k, e := itemsIn(h, g, of.Key(), keys, false), itemsIn(h, g, of.Elem(), elems, false)
			array(h, "gobridge_map_set_n", frame.Frame{Slots: frame.Slots{A: uint64(m)}}, columns.Arrays{In: k.column, In2: e.column, Count: 500})
			h.Forget()
		}
		hosttest.Collect()
		var want []string
		for it := native.MapRange(); it.Next(); {
			want = append(want, hosttest.Show(it.Key())+" "+hosttest.Show(it.Value()))
			g, _ := maps.At(&frame.Frame{}, m)
			if elem := g.T.At(unsafe.Pointer(&g.M)).MapIndex(it.Key()); !elem.IsValid() || hosttest.Show(elem) != hosttest.Show(it.Value()) {
				t.Fatalf("%s: Go finds %v for %v", of, elem, it.Key())
			}
		}
		sort.Strings(want)
		if got := entriesOf(h, m); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d entries, not %d", of, len(got), len(want))
		}
	}
}

// Large columns are read by several goroutines; they find what one finds, and a wild address in any is a panic's status.
func TestParallelColumns(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	h := hosttest.New(t)
	const n = 40000
	m := h.NewRef(func() map[uint64]uint64 {
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
	c := func(p *uint64) *columns.Column {
		c := (*columns.Column)(h.Alloc(unsafe.Sizeof(columns.Column{})))
		*c = columns.Column{Layout: columns.ColumnPlain, Data: uintptr(unsafe.Pointer(p))}
		return c
	}
	found := founds(h, n)
	for threads := uint64(0); threads < 6; threads++ {
		array(h, "gobridge_map_get_n", frame.Frame{Slots: frame.Slots{A: uint64(m), B: threads}}, columns.Arrays{In: c(&keys[0]), Out: c(&elems[0]), Found: found, Count: n})
		for i, elem := range elems {
			if isThere := unsafe.Slice(found, n)[i]; isThere != (i%2 == 0) || isThere && elem != uint64(i)*7 || !isThere && elem != 0 {
				t.Fatalf("%d threads: item %d is %d, %v", threads, i, elem, isThere)
			}
			elems[i] = 1
		}
	}
	wild := uintptr(cmem.FirstPage)
	if err := columns.Split(n, 2, func(int, int, int) { cmem.Touch(cmem.AddressAt(&wild), 1) }); status.FailureOf(err).Code != status.Address {
		t.Errorf("wild addresses give %v", err)
	}
}
