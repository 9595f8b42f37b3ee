package bridge

import (
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// forEver is a timeout that never comes.
const forEver = 1<<64 - 1

// at lays a value out in C memory.
func (h *host) at(v value) unsafe.Pointer {
	h.Helper()
	p := h.alloc(unsafe.Sizeof(v))
	*(*value)(p) = v
	return p
}

// receive takes a Go value from a channel, and tells whether it was sent.
func (h *host) receive(ch ref, elem reflect.Type, timeout uint64) (v reflect.Value, open bool) {
	h.Helper()
	p := h.alloc(unsafe.Sizeof(value{}))
	f := h.must("gobridge_chan_receive", frame{a: uint64(ch), b: timeout, p: p})
	if f.made != (*value)(p).owner {
		h.Errorf("made %#x, and the value's owner is %#x", uint64(f.made), uint64((*value)(p).owner))
	}
	if isPlain(elem) && !isScalar(elem.Kind()) { // a reference, where a map's element would be bytes
		v, err := valueAt(&frame{}, ref((*value)(p).as), "")
		if err != nil {
			h.Fatal(err)
		}
		h.release((*value)(p).owner)
		return v, f.result == 1
	}
	if isPlain(elem) {
		if (*value)(p).owner != 0 || (*value)(p).kind != uint32(elem.Kind()) {
			h.Errorf("a %s comes as %+v", elem, *(*value)(p))
		}
		v = reflect.New(elem).Elem()
		if err := (*value)(p).number(layout.Of(elem), v.Addr().UnsafePointer()); err != nil {
			h.Fatal(err)
		}
		return v, f.result == 1
	}
	return h.out(elem, p), f.result == 1
}

// Whatever can be sent comes out as it went in, and zero once the channel is closed.
func TestEveryTypeThroughChannels(t *testing.T) {
	h := newHost(t)
	for _, elem := range append(keyTypes, moreTypes...) {
		if elem.Size() >= 1<<16 {
			continue // Go has no such channels
		}
		g := newGenerator(t)
		ch := h.own(h.must("gobridge_chan_make", frame{a: typeRef(reflect.ChanOf(reflect.BothDir, elem)), b: 4}).made)
		var sent []reflect.Value
		for i := 0; i < 4; i++ {
			v := g.value(elem, false)
			sent = append(sent, v)
			c := h.value(addressable(v))
			if isScalar(elem.Kind()) {
				c = scalarOf(v)
			}
			h.must("gobridge_chan_send", frame{a: uint64(ch), p: h.at(c)})
		}
		if n := h.must("gobridge_chan_len", frame{a: uint64(ch)}).result; n != 4 {
			t.Errorf("%d in a chan %s", n, elem)
		}
		h.must("gobridge_chan_close", frame{a: uint64(ch)})
		for _, want := range append(sent, reflect.Zero(elem)) {
			got, open := h.receive(ch, elem, forEver)
			if show(got) != show(want) || open != (len(sent) > 0) {
				t.Errorf("a chan %s gives %q, open %t, not %q", elem, show(got), open, show(want))
			}
			if len(sent) > 0 {
				sent = sent[1:]
			}
		}
		h.forget()
	}
}

func TestDirections(t *testing.T) {
	h := newHost(t)
	both := make(chan int, 1)
	in, out := uint64(h.name((chan<- int)(both))), uint64(h.name((<-chan int)(both)))
	one := number(reflect.Int, 1)
	h.must("gobridge_chan_send", frame{a: in, p: h.at(one)})
	if v, open := h.receive(ref(out), typ[int](), 0); v.Int() != 1 || !open {
		t.Errorf("received %v, open %t", v, open)
	}
	h.refuse(errWrongKind, "chan is a chan<- int", "gobridge_chan_receive", frame{a: in, p: h.alloc(64)})
	h.refuse(errWrongKind, "chan is a <-chan int", "gobridge_chan_send", frame{a: out, p: h.at(one)})
	h.refuse(errWrongKind, "chan is a <-chan int", "gobridge_chan_close", frame{a: out})
	for _, ch := range []uint64{in, out} {
		if h.must("gobridge_chan_cap", frame{a: ch}).result != 1 {
			t.Error("one of the directions has no capacity")
		}
	}
	for _, one := range []reflect.Type{typ[chan<- int](), typ[<-chan int](), typ[int]()} {
		h.refuse(errWrongKind, "type is the type "+one.String(), "gobridge_chan_make", frame{a: typeRef(one)})
	}
	h.must("gobridge_chan_close", frame{a: in})
}

func TestCapacities(t *testing.T) {
	h := newHost(t)
	for _, c := range []struct {
		elem     reflect.Type
		capacity int64
		want     status
	}{
		{typ[int64](), 0, ok}, {typ[int64](), 1000, ok}, {typ[struct{}](), 1 << 30, ok},
		{typ[struct{}](), 1<<30 + 1, errRange}, {typ[int64](), 1<<27 + 1, errRange}, {typ[int64](), -1, errRange},
		{typ[int64](), 1 << 32, errRange}, {typ[byte](), 1<<63 - 1, errRange}, {typ[byte](), -1 << 63, errRange},
		{typ[[60000]byte](), 1 << 20, errRange},
	} {
		f := frame{a: typeRef(reflect.ChanOf(reflect.BothDir, c.elem)), b: uint64(c.capacity)}
		if c.want != ok {
			h.refuse(c.want, "capacity", "gobridge_chan_make", f)
			continue
		}
		ch := h.own(h.must("gobridge_chan_make", f).made)
		if got := h.must("gobridge_chan_cap", frame{a: uint64(ch)}).result; int64(got) != c.capacity {
			t.Errorf("capacity %d, not %d", got, c.capacity)
		}
	}
}

// A panic of Go's that is not about a closed channel stays one.
func TestOtherPanicsStay(t *testing.T) {
	var divided any
	func() {
		defer func() { divided = recover() }()
		_ = 1 / reflect.Zero(typ[int]()).Int()
	}()
	for _, reason := range []any{"send on closed channel", divided} {
		func() {
			var err error
			defer func() {
				if got := recover(); got != reason || err != nil {
					t.Errorf("recovered %v, error %v", got, err)
				}
			}()
			defer closedIsNoPanic(&err)
			panic(reason)
		}()
	}
}

func TestWrongValuesAreNotSent(t *testing.T) {
	h := newHost(t)
	ch := make(chan int8, 1)
	r := uint64(h.name(ch))
	for _, c := range []struct {
		v    value
		want status
	}{
		{number(reflect.Int, 300), errRange}, {h.text("s"), errWrongType}, {value{}, errWrongType},
		{number(reflect.Float64, 0), errWrongType}, {value{kind: kindRef}, errNilRef},
	} {
		h.refuse(c.want, "value: ", "gobridge_chan_send", frame{a: r, p: h.at(c.v), b: forEver})
		p := h.alloc(unsafe.Sizeof(selectCase{}))
		*(*selectCase)(p) = selectCase{ref(r), uintptr(h.at(c.v))}
		h.refuse(c.want, "cases[0]: send: ", "gobridge_chan_select", frame{a: 1, b: forEver, p: p, q: h.alloc(32)})
	}
	if len(ch) != 0 {
		t.Errorf("%d was sent", <-ch)
	}
}

// Where C's memory is none, nothing is taken from a channel; where the time is over, the memory is as it was.
func TestNothingReceivedIsLost(t *testing.T) {
	h := newHost(t)
	ch := make(chan string, 1)
	r := uint64(h.name(ch))
	one := h.alloc(unsafe.Sizeof(selectCase{}))
	*(*selectCase)(one) = selectCase{channel: ref(r)}
	to := h.at(value{kind: 7, flags: 8, as: 9, len: 10, owner: 11})
	h.refuse(errTimeout, "chan: ", "gobridge_chan_receive", frame{a: r, p: to})
	h.refuse(errTimeout, "cases: ", "gobridge_chan_select", frame{a: 1, p: one, q: to})
	if v := *(*value)(to); v != (value{kind: 7, flags: 8, as: 9, len: 10, owner: 11}) {
		t.Errorf("the time was over, and C's value is %+v", v)
	}
	if underASan {
		t.Skip("ASan is in the way")
	}
	ch <- "kept"
	for _, protection := range []int{syscall.PROT_NONE, syscall.PROT_READ} {
		page, err := syscall.Mmap(-1, 0, 4096, protection, syscall.MAP_ANON|syscall.MAP_PRIVATE)
		if err != nil {
			t.Fatal(err)
		}
		wild := unsafe.Pointer(&page[0])
		h.refuse(errPanic, "panic: ", "gobridge_chan_receive", frame{a: r, p: wild})
		h.refuse(errPanic, "panic: ", "gobridge_chan_select", frame{a: 1, p: one, q: wild})
		if protection == syscall.PROT_NONE {
			h.refuse(errPanic, "panic: ", "gobridge_chan_send", frame{a: r, p: wild})
			h.refuse(errPanic, "panic: ", "gobridge_chan_select", frame{a: 1, p: wild, q: to})
			*(*selectCase)(one) = selectCase{ref(r), uintptr(wild)}
			h.refuse(errPanic, "panic: ", "gobridge_chan_select", frame{a: 1, p: one, q: to})
			*(*selectCase)(one) = selectCase{channel: ref(r)}
		}
		if err := syscall.Munmap(page); err != nil {
			t.Error(err)
		}
	}
	if v, _ := h.receive(ref(r), typ[string](), 0); v.String() != "kept" {
		t.Errorf("received %q", v)
	}
}

func TestSelect(t *testing.T) {
	h := newHost(t)
	full, empty, closed := make(chan int, 1), make(chan int, 1), make(chan int)
	full <- 1
	close(closed)
	var none chan int
	names := map[chan int]ref{}
	for _, ch := range []chan int{full, empty, closed, none} {
		names[ch] = h.name(ch)
	}
	two := uintptr(h.at(number(reflect.Int, 2)))
	receive := func(ch chan int) selectCase { return selectCase{channel: names[ch]} }
	send := func(ch chan int) selectCase { return selectCase{names[ch], two} }
	for _, c := range []struct {
		what    string
		cases   []selectCase
		timeout int64
		want    status
		result  uint64
		got     value
	}{
		{"receives", []selectCase{receive(empty), send(full), receive(full)}, -1, ok, 2<<1 | 1, number(reflect.Int, 1)},
		{"sends", []selectCase{send(empty), receive(full)}, -1, ok, 0, value{}},
		{"finds it closed", []selectCase{receive(none), receive(closed)}, -1, ok, 1 << 1, number(reflect.Int, 0)},
		{"can do nothing", []selectCase{send(empty), receive(full), receive(none)}, 0, errTimeout, 0, value{}},
		{"waits in vain", []selectCase{send(empty), receive(full), send(none)}, 1e7, errTimeout, 0, value{}},
		{"waits for no case", nil, 1, errTimeout, 0, value{}},
		{"would wait for no case", nil, -1, errNil, 0, value{}},
		{"would wait for nil", []selectCase{receive(none), send(none)}, -1, errNil, 0, value{}},
		{"sends to a closed one", []selectCase{send(closed), receive(full)}, -1, errClosed, 0, value{}},
		{"finds what is ready after no time", []selectCase{receive(empty)}, 1, ok, 1, number(reflect.Int, 2)},
		{"has a bad reference", []selectCase{receive(closed), {}}, 0, errNilRef, 0, value{}},
		{"has an address that is none", []selectCase{{names[full], 4095}}, 0, errNull, 0, value{}},
	} {
		p := h.alloc(uintptr(len(c.cases))*unsafe.Sizeof(selectCase{}) + 1)
		copy(unsafe.Slice((*selectCase)(p), len(c.cases)), c.cases)
		f := frame{a: uint64(len(c.cases)), b: uint64(c.timeout), p: p, q: h.at(value{})}
		f, status, message := call(t, "gobridge_chan_select", f)
		if got := *(*value)(f.q); status != c.want || f.result != c.result || got != c.got {
			t.Errorf("a select that %s: status %d, not %d: %s; result %d, not %d; %+v, not %+v",
				c.what, status, c.want, message, f.result, c.result, got, c.got)
		}
		if c.want != ok && !strings.Contains(message, "cases") {
			t.Errorf("a select that %s: message %q", c.what, message)
		}
	}
	h.refuse(errRange, "count", "gobridge_chan_select", frame{a: 65536, p: h.alloc(64), q: h.alloc(32)})
	h.refuse(errRange, "count", "gobridge_chan_select", frame{a: 1 << 63, p: h.alloc(64), q: h.alloc(32)})
}

// Eight threads send and receive while others wait with deadlines that come all the time: each number arrives once.
func TestChannelsInManyThreads(t *testing.T) {
	const threads, numbers = 8, 2000
	h := newHost(t)
	r := uint64(h.name(make(chan int, 2)))
	var group sync.WaitGroup
	counts := make([]int, threads/2*numbers)
	var mu sync.Mutex
	begin := func(name string, f frame) (frame, status) { // call is for one thread
		f.op, f.caller = numberCalls()[name], new(caller)
		enter(unsafe.Pointer(&f))
		return f, f.status
	}
	for id := 0; id < threads/2; id++ {
		group.Add(2)
		go func(id int) {
			defer group.Done()
			for i := 0; i < numbers; {
				v := number(reflect.Int, uint64(id*numbers+i))
				switch _, status := begin("gobridge_chan_send", frame{a: r, p: unsafe.Pointer(&v), b: 1000}); status {
				case ok:
					i++
				case errTimeout:
				default:
					t.Errorf("sending: status %d", status)
					return
				}
			}
		}(id)
		go func() {
			defer group.Done()
			for i := 0; i < numbers; {
				var v value
				switch f, status := begin("gobridge_chan_receive", frame{a: r, p: unsafe.Pointer(&v), b: 1000}); status {
				case ok:
					i++
					mu.Lock()
					counts[v.as]++
					mu.Unlock()
					if f.result != 1 || v.kind != uint32(reflect.Int) {
						t.Errorf("received %+v, open %d", v, f.result)
					}
				case errTimeout:
				default:
					t.Errorf("receiving: status %d", status)
					return
				}
			}
		}()
	}
	group.Wait()
	for n, times := range counts {
		if times != 1 {
			t.Errorf("%d arrived %d times", n, times)
		}
	}
}

func TestDeadlines(t *testing.T) {
	h := newHost(t)
	const wait = 20 * time.Millisecond
	ch, none := h.name(make(chan int)), h.name((chan int)(nil))
	for _, r := range []ref{ch, none} {
		for name, p := range map[string]unsafe.Pointer{
			"gobridge_chan_receive": h.alloc(32), "gobridge_chan_send": h.at(number(reflect.Int, 1))} {
			begin := time.Now()
			h.refuse(errTimeout, "chan: ", name, frame{a: uint64(r), b: uint64(wait), p: p})
			if took := time.Since(begin); took < wait || took > 100*wait {
				t.Errorf("%s took %v", name, took)
			}
		}
	}
	h.refuse(errNil, "chan: ", "gobridge_chan_receive", frame{a: uint64(none), b: forEver, p: h.alloc(32)})
	h.refuse(errNil, "chan: ", "gobridge_chan_send", frame{a: uint64(none), b: forEver, p: h.at(number(reflect.Int, 1))})
	h.refuse(errNil, "chan is a nil chan int", "gobridge_chan_close", frame{a: uint64(none)})
}
