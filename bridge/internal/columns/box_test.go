package columns_test

import (
	"reflect"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/columns"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// boxTypes are those of the maps' keys and elements, and some more.
func boxTypes() (all []reflect.Type) {
	known := map[reflect.Type]bool{}
	for _, t := range columnMaps {
		for _, t := range []reflect.Type{t, t.Key(), t.Elem()} {
			if !known[t] {
				all = append(all, t)
			}
			known[t] = true
		}
	}
	return append(all, hosttest.Typ[raw](), hosttest.Typ[time.Time](), hosttest.Typ[*hosttest.Point](), hosttest.Typ[func()](), hosttest.Typ[chan int](), hosttest.Typ[[]string]())
}

type raw []byte

// Values boxed, read and released by arrays come to what single calls come to, item by item, and nothing leaks.
func TestBoxesDoWhatSingleCallsDo(t *testing.T) {
	g := hosttest.NewGenerator(t)
	for round := 0; round < 8; round++ {
		for _, of := range boxTypes() {
			h := hosttest.New(t)
			h.Alone = uint32(round % 2)
			values := make([]reflect.Value, g.Intn(40))
			for i := range values {
				values[i] = g.Value(of, false)
			}
			boxed := boxBoth(h, g, of, values)
			if g.Intn(20) == 0 {
				hosttest.Collect()
			}
			readBoth(h, g, of, boxed)
			releaseMany(h, g, boxed)
		}
	}
}

// refs copies references into C's memory.
func refs(h *hosttest.Host, all []frame.Ref) unsafe.Pointer {
	h.Helper()
	p := h.Alloc(uintptr(len(all)+1) * unsafe.Sizeof(frame.Ref(0)))
	copy(unsafe.Slice((*frame.Ref)(p), len(all)), all)
	return p
}

// namedBy is the Go value that a reference names.
func namedBy(h *hosttest.Host, r frame.Ref) reflect.Value {
	h.Helper()
	v, err := value.At(&frame.Frame{}, r, "ref")
	if err != nil {
		h.Fatal(err)
	}
	return v
}

func boxBoth(h *hosttest.Host, g hosttest.Generator, of reflect.Type, values []reflect.Value) (boxed []frame.Ref) {
	h.Helper()
	n := len(values)
	in, statuses := itemsIn(h, g, of, values, g.Intn(3) == 0), statuses(h, n)
	p := refs(h, make([]frame.Ref, n))
	_, _, first := array(h, "gobridge_value_box_n", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(of), Q: p}},
		columns.Arrays{In: in.column, Statuses: statuses, Count: uint64(n)})
	boxed = append(boxed, unsafe.Slice((*frame.Ref)(p), n)...)
	for i, f := range compare(h, of, "gobridge_value_make", frame.Ref(hosttest.TypeRef(of)), n, first, statuses, func(i int) frame.Frame {
		return frame.Frame{Slots: frame.Slots{P: in.single[i]}}
	}) {
		if (f.NewRef == 0) != (boxed[i] == 0) {
			h.Fatalf("%s: item %d is %#x, not as %#x", of, i, uint64(boxed[i]), uint64(f.NewRef))
		}
		if f.NewRef == 0 {
			continue
		}
		h.Own(f.NewRef)
		got, want := namedBy(h, boxed[i]), namedBy(h, f.NewRef)
		if got.Type() != want.Type() || hosttest.Show(got) != hosttest.Show(want) || boxed[i].IsTrivial() != f.NewRef.IsTrivial() {
			h.Fatalf("%s: item %d is the %s %s, not the %s %s", of, i, got.Type(), hosttest.Show(got), want.Type(), hosttest.Show(want))
		}
	}
	return boxed
}

// readBoth reads references, some of which are bad or name what is of another type.
func readBoth(h *hosttest.Host, g hosttest.Generator, of reflect.Type, boxed []frame.Ref) {
	h.Helper()
	others := []frame.Ref{h.NewRef(struct{ A func() }{}), frame.Ref(hosttest.TypeRef(hosttest.Typ[int]()))} // the second is no value
	for _, r := range h.Bad() {
		others = append(others, r)
	}
	n, typeOf, to := len(boxed), hosttest.TypeRef(of), of
	if g.Intn(2) == 0 {
		typeOf, to = 0, layout.AnyType
	}
	asked := append([]frame.Ref(nil), boxed...)
	for i := range asked {
		if g.Intn(6) == 0 {
			asked[i] = others[g.Intn(len(others))]
		}
	}
	values, statuses := column(h, g, to, n), statuses(h, n)
	_, a, first := array(h, "gobridge_value_get_n", frame.Frame{Slots: frame.Slots{A: typeOf, C: 1, Q: refs(h, asked)}},
		columns.Arrays{Out: values, Statuses: statuses, Count: uint64(n)})
	firstWant := status.OK
	for i, r := range asked {
		single := (*frame.Value)(h.Alloc(unsafe.Sizeof(frame.Value{})))
		_, want, _ := hosttest.Call(h, "gobridge_value_get", frame.Frame{Slots: frame.Slots{A: uint64(r), P: unsafe.Pointer(single)}, Exclusive: h.Alone})
		if want == status.OK && typeOf != 0 && (r == others[0] && of != layout.AnyType || r == others[1]) {
			want = status.WrongType
		}
		if firstWant == status.OK {
			firstWant = want
		}
		if got := unsafe.Slice(statuses, n)[i]; got != want {
			h.Fatalf("%s: item %d has the status %d, not %d", of, i, got, want)
		}
		switch {
		case want != status.OK:
			if got, zero := itemOf(h, values, to, i), reflect.Zero(to); showElem(got) != showElem(zero) {
				h.Fatalf("%s: item %d is %s, not the zero value", of, i, hosttest.Show(got))
			}
		case values.Layout == columns.ColumnValues:
			var got frame.Value
			copy(unsafe.Slice((*byte)(unsafe.Pointer(&got)), unsafe.Sizeof(got)),
				unsafe.Slice((*byte)(values.AddressIn(to, i)), unsafe.Sizeof(got)))
			if got.Owner != 0 || got.Kind != single.Kind || got.Flags != 0 || got.Len != single.Len {
				h.Fatalf("%s: item %d is %v, not as %v", of, i, got, *single)
			}
			if isText := got.Kind == uint32(reflect.String) || got.Kind == frame.KindBytes; isText && hosttest.Shown(&got) != hosttest.Shown(single) || !isText && got.As != single.As {
				h.Fatalf("%s: item %d is %v, not as %v", of, i, got, *single)
			}
		default:
			if got, want := itemOf(h, values, to, i), namedBy(h, r); showElem(got) != showElem(want) {
				h.Fatalf("%s: item %d is %s, not %s", of, i, hosttest.Show(got), hosttest.Show(want))
			}
		}
		if want != status.NilRef && want != status.StaleRef && want != status.ForgedRef {
			h.Release(nonzero(single.Owner)...)
		}
	}
	if first != firstWant {
		h.Fatalf("%s: the status is %d, not %d", of, first, firstWant)
	}
	giveBack(h, a)
}

// releaseMany releases references, among them some that are bad and some twice.
func releaseMany(h *hosttest.Host, g hosttest.Generator, all []frame.Ref) {
	h.Helper()
	live := h.Live()
	var bad []frame.Ref
	for _, r := range h.Bad() {
		bad = append(bad, r)
	}
	mixed, want, released := []frame.Ref(nil), status.OK, map[frame.Ref]bool{0: true}
	for _, r := range all {
		if mixed = append(mixed, r); g.Intn(20) == 0 {
			mixed = append(mixed, bad[g.Intn(len(bad))], r)
		}
	}
	begin := 0
	if g.Intn(2) == 0 { // C has released these, or they are 0
		for begin < len(mixed) && mixed[begin] == 0 {
			begin++
		}
	}
	for _, r := range mixed[begin:] {
		if _, err := ref.Table.Get(r, ""); r != 0 && want == status.OK && err != nil {
			want = status.FailureOf(err).Code
		} else if r != 0 && want == status.OK && released[r] {
			want = status.StaleRef
		} else if r != 0 && err == nil && !released[r] {
			live--
		}
		released[r] = true
	}
	_, got, message := hosttest.Call(h, "gobridge_release_n", frame.Frame{Slots: frame.Slots{A: uint64(len(mixed)), B: uint64(begin), P: refs(h, mixed)}, Exclusive: h.Alone})
	if got != want {
		h.Fatalf("the status is %d, not %d: %s", got, want, message)
	}
	if now := h.Live(); now != live {
		h.Errorf("%d references are live, not %d", now, live)
	}
}

// A string that has a hole ends the call, and what was boxed before is gone.
func TestBoxesThatPanic(t *testing.T) {
	if hosttest.UnderASan {
		t.Skip("ASan is in the way")
	}
	const page = 4096
	holed, err := syscall.Mmap(-1, 0, 3*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mprotect(holed[page:2*page], syscall.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	h := hosttest.New(t) // counts what is live
	texts := (*[2][2]uintptr)(h.Alloc(2 * columns.TextSize))
	for i, n := range []uintptr{8, 3 * page} {
		texts[i] = [2]uintptr{uintptr(unsafe.Pointer(&holed[0])), n}
	}
	in, a := (*columns.Column)(h.Alloc(unsafe.Sizeof(columns.Column{}))), (*columns.Arrays)(h.Alloc(unsafe.Sizeof(columns.Arrays{})))
	*in = columns.Column{Layout: columns.ColumnText, Data: uintptr(unsafe.Pointer(texts))}
	*a = columns.Arrays{In: in, Count: 2}
	boxed := refs(h, []frame.Ref{7, 7})
	h.Refuse(status.Address, "nothing lies", "gobridge_value_box_n", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[string]()), P: unsafe.Pointer(a), Q: boxed}})
	if got := *(*[2]frame.Ref)(boxed); got != [2]frame.Ref{7, 7} {
		t.Errorf("it wrote %v", got)
	}
}

// What can not be boxed as a whole leaves no reference, and too much is not begun.
func TestBoxesOfTooMuch(t *testing.T) {
	h := hosttest.New(t)
	in := (*columns.Column)(h.Alloc(unsafe.Sizeof(columns.Column{})))
	for _, c := range []struct {
		of    reflect.Type
		count uint64
		words string
	}{
		{hosttest.Typ[struct{}](), cmem.MaxMemory/columns.BoxSize + 1, "boxed at once"},
		{hosttest.Typ[[1000]int64](), cmem.MaxMemory/8000 + 1, "boxed at once"},
		{hosttest.Typ[int64](), uint64(columns.MaxItems) + 1, "count"},
	} {
		*in = columns.Column{Layout: columns.ColumnPlain, Data: uintptr(unsafe.Pointer(in))}
		a := (*columns.Arrays)(h.Alloc(unsafe.Sizeof(columns.Arrays{})))
		*a = columns.Arrays{In: in, Count: c.count}
		h.Refuse(status.Limit, c.words, "gobridge_value_box_n", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(c.of), P: unsafe.Pointer(a), Q: h.Alloc(8)}})
	}
}
