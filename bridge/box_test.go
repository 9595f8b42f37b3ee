package bridge

import (
	"reflect"
	"syscall"
	"testing"
	"time"
	"unsafe"
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
	return append(all, typ[raw](), typ[time.Time](), typ[*point](), typ[func()](), typ[chan int](), typ[[]string]())
}

type raw []byte

// Values boxed, read and released by arrays come to what single calls come to, item by item, and nothing leaks.
func TestBoxesDoWhatSingleCallsDo(t *testing.T) {
	g := newGenerator(t)
	for round := 0; round < 8; round++ {
		for _, of := range boxTypes() {
			h := newHost(t)
			h.alone = uint32(round % 2)
			values := make([]reflect.Value, g.Intn(40))
			for i := range values {
				values[i] = g.value(of, false)
			}
			boxed := h.boxBoth(g, of, values)
			if g.Intn(20) == 0 {
				collect()
			}
			h.readBoth(g, of, boxed)
			h.releaseMany(g, boxed)
		}
	}
}

// refs copies references into C's memory.
func (h *host) refs(all []ref) unsafe.Pointer {
	h.Helper()
	p := h.alloc(uintptr(len(all)+1) * unsafe.Sizeof(ref(0)))
	copy(unsafe.Slice((*ref)(p), len(all)), all)
	return p
}

// namedBy is the Go value that a reference names.
func (h *host) namedBy(r ref) reflect.Value {
	h.Helper()
	v, err := valueAt(&frame{}, r, "ref")
	if err != nil {
		h.Fatal(err)
	}
	return v
}

func (h *host) boxBoth(g generator, of reflect.Type, values []reflect.Value) (boxed []ref) {
	h.Helper()
	n := len(values)
	in, statuses := h.items(g, of, values, g.Intn(3) == 0), h.statuses(n)
	p := h.refs(make([]ref, n))
	_, _, first := h.array("gobridge_value_box_n", frame{a: typeRef(of), q: p},
		arrays{in: in.column, statuses: statuses, count: uint64(n)})
	boxed = append(boxed, unsafe.Slice((*ref)(p), n)...)
	for i, f := range h.compare(of, "gobridge_value_make", ref(typeRef(of)), n, first, statuses, func(i int) frame {
		return frame{p: in.single[i]}
	}) {
		if (f.made == 0) != (boxed[i] == 0) {
			h.Fatalf("%s: item %d is %#x, not as %#x", of, i, uint64(boxed[i]), uint64(f.made))
		}
		if f.made == 0 {
			continue
		}
		h.own(f.made)
		got, want := h.namedBy(boxed[i]), h.namedBy(f.made)
		if got.Type() != want.Type() || show(got) != show(want) || boxed[i].isLight() != f.made.isLight() {
			h.Fatalf("%s: item %d is the %s %s, not the %s %s", of, i, got.Type(), show(got), want.Type(), show(want))
		}
	}
	return boxed
}

// readBoth reads references, some of which are bad or name what is of another type.
func (h *host) readBoth(g generator, of reflect.Type, boxed []ref) {
	h.Helper()
	others := []ref{h.name(struct{ A func() }{}), ref(typeRef(typ[int]()))} // the second is no value
	for _, r := range h.bad() {
		others = append(others, r)
	}
	n, typeOf, to := len(boxed), typeRef(of), of
	if g.Intn(2) == 0 {
		typeOf, to = 0, anyType
	}
	asked := append([]ref(nil), boxed...)
	for i := range asked {
		if g.Intn(6) == 0 {
			asked[i] = others[g.Intn(len(others))]
		}
	}
	values, statuses := h.column(g, to, n), h.statuses(n)
	_, a, first := h.array("gobridge_value_get_n", frame{a: typeOf, c: 1, q: h.refs(asked)},
		arrays{out: values, statuses: statuses, count: uint64(n)})
	firstWant := ok
	for i, r := range asked {
		single := (*value)(h.alloc(unsafe.Sizeof(value{})))
		_, want, _ := call(h, "gobridge_value_get", frame{a: uint64(r), p: unsafe.Pointer(single), alone: h.alone})
		if want == ok && typeOf != 0 && (r == others[0] && of != anyType || r == others[1]) {
			want = errWrongType
		}
		if firstWant == ok {
			firstWant = want
		}
		if got := unsafe.Slice(statuses, n)[i]; got != want {
			h.Fatalf("%s: item %d has the status %d, not %d", of, i, got, want)
		}
		switch {
		case want != ok:
			if got, zero := h.itemOf(values, to, i), reflect.Zero(to); showElem(got) != showElem(zero) {
				h.Fatalf("%s: item %d is %s, not the zero value", of, i, show(got))
			}
		case values.layout == columnValues:
			var got value
			copy(unsafe.Slice((*byte)(unsafe.Pointer(&got)), unsafe.Sizeof(got)),
				unsafe.Slice((*byte)(values.addressIn(to, i)), unsafe.Sizeof(got)))
			if got.owner != 0 || got.kind != single.kind || got.flags != 0 || got.len != single.len {
				h.Fatalf("%s: item %d is %v, not as %v", of, i, got, *single)
			}
			if isText := got.kind == uint32(reflect.String) || got.kind == kindBytes; isText && got.shown() != single.shown() || !isText && got.as != single.as {
				h.Fatalf("%s: item %d is %v, not as %v", of, i, got, *single)
			}
		default:
			if got, want := h.itemOf(values, to, i), h.namedBy(r); showElem(got) != showElem(want) {
				h.Fatalf("%s: item %d is %s, not %s", of, i, show(got), show(want))
			}
		}
		if want != errNilRef && want != errStaleRef && want != errForgedRef {
			h.release(nonzero(single.owner)...)
		}
	}
	if first != firstWant {
		h.Fatalf("%s: the status is %d, not %d", of, first, firstWant)
	}
	h.giveBack(a)
}

// releaseMany releases references, among them some that are bad and some twice.
func (h *host) releaseMany(g generator, all []ref) {
	h.Helper()
	live := h.live()
	var bad []ref
	for _, r := range h.bad() {
		bad = append(bad, r)
	}
	mixed, want, released := []ref(nil), ok, map[ref]bool{0: true}
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
		if _, err := refs.get(r, ""); r != 0 && want == ok && err != nil {
			want = asFailure(err).status
		} else if r != 0 && want == ok && released[r] {
			want = errStaleRef
		} else if r != 0 && err == nil && !released[r] {
			live--
		}
		released[r] = true
	}
	_, got, message := call(h, "gobridge_release_n", frame{a: uint64(len(mixed)), b: uint64(begin), p: h.refs(mixed), alone: h.alone})
	if got != want {
		h.Fatalf("the status is %d, not %d: %s", got, want, message)
	}
	if now := h.live(); now != live {
		h.Errorf("%d references are live, not %d", now, live)
	}
}

// A string that has a hole ends the call, and what was boxed before is gone.
func TestBoxesThatPanic(t *testing.T) {
	if underASan {
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
	h := newHost(t) // counts what is live
	texts := (*[2][2]uintptr)(h.alloc(2 * textSize))
	for i, n := range []uintptr{8, 3 * page} {
		texts[i] = [2]uintptr{uintptr(unsafe.Pointer(&holed[0])), n}
	}
	in, a := (*column)(h.alloc(unsafe.Sizeof(column{}))), (*arrays)(h.alloc(unsafe.Sizeof(arrays{})))
	*in = column{layout: columnText, data: uintptr(unsafe.Pointer(texts))}
	*a = arrays{in: in, count: 2}
	boxed := h.refs([]ref{7, 7})
	h.refuse(errPanic, "panic: ", "gobridge_value_box_n", frame{a: typeRef(typ[string]()), p: unsafe.Pointer(a), q: boxed})
	if got := *(*[2]ref)(boxed); got != [2]ref{7, 7} {
		t.Errorf("it wrote %v", got)
	}
}

// What can not be boxed as a whole leaves no reference, and too much is not begun.
func TestBoxesOfTooMuch(t *testing.T) {
	h := newHost(t)
	in := (*column)(h.alloc(unsafe.Sizeof(column{})))
	for _, c := range []struct {
		of    reflect.Type
		count uint64
		words string
	}{
		{typ[struct{}](), maxMemory/boxSize + 1, "boxed at once"},
		{typ[[1000]int64](), maxMemory/8000 + 1, "boxed at once"},
		{typ[int64](), uint64(maxItems) + 1, "count"},
	} {
		*in = column{layout: columnPlain, data: uintptr(unsafe.Pointer(in))}
		a := (*arrays)(h.alloc(unsafe.Sizeof(arrays{})))
		*a = arrays{in: in, count: c.count}
		h.refuse(errRange, c.words, "gobridge_value_box_n", frame{a: typeRef(c.of), p: unsafe.Pointer(a), q: h.alloc(8)})
	}
}
