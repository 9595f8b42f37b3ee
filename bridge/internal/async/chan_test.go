package async_test

import (
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"gobridge/bridge/internal/async"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/ops"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// forEver is a timeout that never comes.
const forEver = 1<<64 - 1

// receive takes a Go value from a channel, and tells whether it was sent.
func receive(h *hosttest.Host, ch frame.Ref, elem reflect.Type, timeout uint64) (v reflect.Value, open bool) {
	h.Helper()
	p := h.Alloc(unsafe.Sizeof(frame.Value{}))
	f := h.Must("gobridge_chan_receive", frame.Frame{Slots: frame.Slots{A: uint64(ch), B: timeout, P: p}})
	if f.NewRef != (*frame.Value)(p).Owner {
		h.Errorf("made %#x, and the value's owner is %#x", uint64(f.NewRef), uint64((*frame.Value)(p).Owner))
	}
	if hosttest.IsPlain(elem) && !layout.IsScalar(elem.Kind()) { // a reference, where a map's element would be bytes
		v, err := value.At(&frame.Frame{}, frame.Ref((*frame.Value)(p).As), "")
		if err != nil {
			h.Fatal(err)
		}
		h.Release((*frame.Value)(p).Owner)
		return v, f.Result == 1
	}
	if hosttest.IsPlain(elem) {
		if (*frame.Value)(p).Owner != 0 || (*frame.Value)(p).Kind != uint32(elem.Kind()) {
			h.Errorf("a %s comes as %+v", elem, *(*frame.Value)(p))
		}
		v = reflect.New(elem).Elem()
		if err := (*frame.Value)(p).Number(layout.Of(elem), v.Addr().UnsafePointer()); err != nil {
			h.Fatal(err)
		}
		return v, f.Result == 1
	}
	return h.Out(elem, p), f.Result == 1
}

// Whatever can be sent comes out as it went in, and zero once the channel is closed.
func TestEveryTypeThroughChannels(t *testing.T) {
	h := hosttest.New(t)
	for _, elem := range append(hosttest.KeyTypes, hosttest.MoreTypes...) {
		if elem.Size() >= 1<<16 {
			continue // Go has no such channels
		}
		g := hosttest.NewGenerator(t)
		ch := h.Own(h.Must("gobridge_chan_new", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(reflect.ChanOf(reflect.BothDir, elem)), B: 4}}).NewRef)
		var sent []reflect.Value
		for i := 0; i < 4; i++ {
			v := g.Value(elem, false)
			sent = append(sent, v)
			c := h.Value(hosttest.Addressable(v))
			if layout.IsScalar(elem.Kind()) {
				c = hosttest.ScalarOf(v)
			}
			h.Must("gobridge_chan_send", frame.Frame{Slots: frame.Slots{A: uint64(ch), P: h.At(c)}})
		}
		if n := h.Must("gobridge_chan_len", frame.Frame{Slots: frame.Slots{A: uint64(ch)}}).Result; n != 4 {
			t.Errorf("%d in a chan %s", n, elem)
		}
		h.Must("gobridge_chan_close", frame.Frame{Slots: frame.Slots{A: uint64(ch)}})
		for _, want := range append(sent, reflect.Zero(elem)) {
			got, open := receive(h, ch, elem, forEver)
			if hosttest.Show(got) != hosttest.Show(want) || open != (len(sent) > 0) {
				t.Errorf("a chan %s gives %q, open %t, not %q", elem, hosttest.Show(got), open, hosttest.Show(want))
			}
			if len(sent) > 0 {
				sent = sent[1:]
			}
		}
		h.Forget()
	}
}

func TestDirections(t *testing.T) {
	h := hosttest.New(t)
	both := make(chan int, 1)
	in, out := uint64(h.NewRef((chan<- int)(both))), uint64(h.NewRef((<-chan int)(both)))
	one := hosttest.Number(reflect.Int, 1)
	h.Must("gobridge_chan_send", frame.Frame{Slots: frame.Slots{A: in, P: h.At(one)}})
	if v, open := receive(h, frame.Ref(out), hosttest.Typ[int](), 0); v.Int() != 1 || !open {
		t.Errorf("received %v, open %t", v, open)
	}
	h.Refuse(status.WrongKind, "chan is a chan<- int", "gobridge_chan_receive", frame.Frame{Slots: frame.Slots{A: in, P: h.Alloc(64)}})
	h.Refuse(status.WrongKind, "chan is a <-chan int", "gobridge_chan_send", frame.Frame{Slots: frame.Slots{A: out, P: h.At(one)}})
	h.Refuse(status.WrongKind, "chan is a <-chan int", "gobridge_chan_close", frame.Frame{Slots: frame.Slots{A: out}})
	for _, ch := range []uint64{in, out} {
		if h.Must("gobridge_chan_cap", frame.Frame{Slots: frame.Slots{A: ch}}).Result != 1 {
			t.Error("one of the directions has no capacity")
		}
	}
	for _, one := range []reflect.Type{hosttest.Typ[chan<- int](), hosttest.Typ[<-chan int](), hosttest.Typ[int]()} {
		h.Refuse(status.WrongKind, "type is the type "+one.String(), "gobridge_chan_new", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(one)}})
	}
	h.Must("gobridge_chan_close", frame.Frame{Slots: frame.Slots{A: in}})
}

func TestCapacities(t *testing.T) {
	h := hosttest.New(t)
	for _, c := range []struct {
		elem     reflect.Type
		capacity int64
		want     status.Code
	}{
		{hosttest.Typ[int64](), 0, status.OK}, {hosttest.Typ[int64](), 1000, status.OK}, {hosttest.Typ[struct{}](), 1 << 30, status.OK},
		{hosttest.Typ[struct{}](), 1<<30 + 1, status.Limit}, {hosttest.Typ[int64](), 1<<27 + 1, status.Limit}, {hosttest.Typ[int64](), -1, status.Argument},
		{hosttest.Typ[int64](), 1 << 32, status.Limit}, {hosttest.Typ[byte](), 1<<63 - 1, status.Limit}, {hosttest.Typ[byte](), -1 << 63, status.Argument},
		{hosttest.Typ[[60000]byte](), 1 << 20, status.Limit},
	} {
		f := frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(reflect.ChanOf(reflect.BothDir, c.elem)), B: uint64(c.capacity)}}
		if c.want != status.OK {
			h.Refuse(c.want, "capacity", "gobridge_chan_new", f)
			continue
		}
		ch := h.Own(h.Must("gobridge_chan_new", f).NewRef)
		if got := h.Must("gobridge_chan_cap", frame.Frame{Slots: frame.Slots{A: uint64(ch)}}).Result; int64(got) != c.capacity {
			t.Errorf("capacity %d, not %d", got, c.capacity)
		}
	}
}

// A panic of Go's that is not about a closed channel stays one.
func TestOtherPanicsStay(t *testing.T) {
	var divided any
	func() {
		defer func() { divided = recover() }()
		_ = 1 / reflect.Zero(hosttest.Typ[int]()).Int()
	}()
	for _, reason := range []any{"send on closed channel", divided} {
		func() {
			var err error
			defer func() {
				if got := recover(); got != reason || err != nil {
					t.Errorf("recovered %v, error %v", got, err)
				}
			}()
			defer async.ClosedIsNoPanic(&err)
			panic(reason)
		}()
	}
}

func TestWrongValuesAreNotSent(t *testing.T) {
	h := hosttest.New(t)
	ch := make(chan int8, 1)
	r := uint64(h.NewRef(ch))
	for _, c := range []struct {
		v    frame.Value
		want status.Code
	}{
		{hosttest.Number(reflect.Int, 300), status.Range}, {h.Text("s"), status.WrongType}, {frame.Value{}, status.WrongType},
		{hosttest.Number(reflect.Float64, 0), status.WrongType}, {frame.Value{Kind: frame.KindRef}, status.NilRef},
	} {
		h.Refuse(c.want, "value: ", "gobridge_chan_send", frame.Frame{Slots: frame.Slots{A: r, P: h.At(c.v), B: forEver}})
		p := h.Alloc(unsafe.Sizeof(async.SelectCase{}))
		*(*async.SelectCase)(p) = async.SelectCase{frame.Ref(r), uintptr(h.At(c.v))}
		h.Refuse(c.want, "cases[0]: send: ", "gobridge_chan_select", frame.Frame{Slots: frame.Slots{A: 1, B: forEver, P: p, Q: h.Alloc(32), C: hosttest.AddressOf(h.Alloc(1))}})
	}
	if len(ch) != 0 {
		t.Errorf("%d was sent", <-ch)
	}
}

// Where C's memory is none, nothing is taken from a channel; where the time is over, the memory is as it was.
func TestNothingReceivedIsLost(t *testing.T) {
	h := hosttest.New(t)
	ch := make(chan string, 1)
	r := uint64(h.NewRef(ch))
	one := h.Alloc(unsafe.Sizeof(async.SelectCase{}))
	*(*async.SelectCase)(one) = async.SelectCase{Chan: frame.Ref(r)}
	to := h.At(frame.Value{Kind: 7, Flags: 8, As: 9, Len: 10, Owner: 11})
	h.Refuse(status.Timeout, "chan: ", "gobridge_chan_receive", frame.Frame{Slots: frame.Slots{A: r, P: to}})
	h.Refuse(status.Timeout, "cases: ", "gobridge_chan_select", frame.Frame{Slots: frame.Slots{A: 1, P: one, Q: to, C: hosttest.AddressOf(h.Alloc(1))}})
	if v := *(*frame.Value)(to); v != (frame.Value{Kind: 7, Flags: 8, As: 9, Len: 10, Owner: 11}) {
		t.Errorf("the time was over, and C's value is %+v", v)
	}
	if hosttest.UnderASan {
		t.Skip("ASan is in the way")
	}
	ch <- "kept"
	for _, protection := range []int{syscall.PROT_NONE, syscall.PROT_READ} {
		page, err := syscall.Mmap(-1, 0, 4096, protection, syscall.MAP_ANON|syscall.MAP_PRIVATE)
		if err != nil {
			t.Fatal(err)
		}
		wild := unsafe.Pointer(&page[0])
		h.Refuse(status.Address, "nothing lies", "gobridge_chan_receive", frame.Frame{Slots: frame.Slots{A: r, P: wild}})
		h.Refuse(status.Address, "nothing lies", "gobridge_chan_select", frame.Frame{Slots: frame.Slots{A: 1, P: one, Q: wild, C: hosttest.AddressOf(h.Alloc(1))}})
		if protection == syscall.PROT_NONE {
			h.Refuse(status.Address, "nothing lies", "gobridge_chan_send", frame.Frame{Slots: frame.Slots{A: r, P: wild}})
			h.Refuse(status.Address, "nothing lies", "gobridge_chan_select", frame.Frame{Slots: frame.Slots{A: 1, P: wild, Q: to, C: hosttest.AddressOf(h.Alloc(1))}})
			*(*async.SelectCase)(one) = async.SelectCase{frame.Ref(r), uintptr(wild)}
			h.Refuse(status.Address, "nothing lies", "gobridge_chan_select", frame.Frame{Slots: frame.Slots{A: 1, P: one, Q: to, C: hosttest.AddressOf(h.Alloc(1))}})
			*(*async.SelectCase)(one) = async.SelectCase{Chan: frame.Ref(r)}
		}
		if err := syscall.Munmap(page); err != nil {
			t.Error(err)
		}
	}
	if v, _ := receive(h, frame.Ref(r), hosttest.Typ[string](), 0); v.String() != "kept" {
		t.Errorf("received %q", v)
	}
}

func TestSelect(t *testing.T) {
	h := hosttest.New(t)
	full, empty, closed := make(chan int, 1), make(chan int, 1), make(chan int)
	full <- 1
	close(closed)
	var none chan int
	names := map[chan int]frame.Ref{}
	for _, ch := range []chan int{full, empty, closed, none} {
		names[ch] = h.NewRef(ch)
	}
	two := uintptr(h.At(hosttest.Number(reflect.Int, 2)))
	receive := func(ch chan int) async.SelectCase { return async.SelectCase{Chan: names[ch]} }
	send := func(ch chan int) async.SelectCase { return async.SelectCase{names[ch], two} }
	for _, c := range []struct {
		what    string
		cases   []async.SelectCase
		timeout int64
		want    status.Code
		chosen  uint64
		open    bool
		got     frame.Value
	}{
		{"receives", []async.SelectCase{receive(empty), send(full), receive(full)}, -1, status.OK, 2, true, hosttest.Number(reflect.Int, 1)},
		{"sends", []async.SelectCase{send(empty), receive(full)}, -1, status.OK, 0, false, frame.Value{}},
		{"finds it closed", []async.SelectCase{receive(none), receive(closed)}, -1, status.OK, 1, false, hosttest.Number(reflect.Int, 0)},
		{"can do nothing", []async.SelectCase{send(empty), receive(full), receive(none)}, 0, status.Timeout, 0, false, frame.Value{}},
		{"waits in vain", []async.SelectCase{send(empty), receive(full), send(none)}, 1e7, status.Timeout, 0, false, frame.Value{}},
		{"waits for no case", nil, 1, status.Timeout, 0, false, frame.Value{}},
		{"would wait for no case", nil, -1, status.Nil, 0, false, frame.Value{}},
		{"would wait for nil", []async.SelectCase{receive(none), send(none)}, -1, status.Nil, 0, false, frame.Value{}},
		{"sends to a closed one", []async.SelectCase{send(closed), receive(full)}, -1, status.Closed, 0, false, frame.Value{}},
		{"finds what is ready after no time", []async.SelectCase{receive(empty)}, 1, status.OK, 0, true, hosttest.Number(reflect.Int, 2)},
		{"has a bad reference", []async.SelectCase{receive(closed), {}}, 0, status.NilRef, 0, false, frame.Value{}},
		{"has an address that is none", []async.SelectCase{{names[full], 4095}}, 0, status.Null, 0, false, frame.Value{}},
	} {
		p := h.Alloc(uintptr(len(c.cases))*unsafe.Sizeof(async.SelectCase{}) + 1)
		copy(unsafe.Slice((*async.SelectCase)(p), len(c.cases)), c.cases)
		open := (*bool)(h.Alloc(1))
		*open = false
		f := frame.Frame{Slots: frame.Slots{A: uint64(len(c.cases)), B: uint64(c.timeout), P: p, Q: h.At(frame.Value{}),
			C: hosttest.AddressOf(unsafe.Pointer(open))}}
		f, code, message := hosttest.Call(t, "gobridge_chan_select", f)
		if got := *(*frame.Value)(f.Q); code != c.want || f.Result != c.chosen || *open != c.open || got != c.got {
			t.Errorf("a select that %s: status %d, not %d: %s; chose %d, not %d; open %t; %+v, not %+v",
				c.what, code, c.want, message, f.Result, c.chosen, *open, got, c.got)
		}
		if c.want != status.OK && !strings.Contains(message, "cases") {
			t.Errorf("a select that %s: message %q", c.what, message)
		}
	}
	h.Refuse(status.Limit, "count", "gobridge_chan_select", frame.Frame{Slots: frame.Slots{A: 65536, P: h.Alloc(64), Q: h.Alloc(32), C: hosttest.AddressOf(h.Alloc(1))}})
	h.Refuse(status.Limit, "count", "gobridge_chan_select", frame.Frame{Slots: frame.Slots{A: 1 << 63, P: h.Alloc(64), Q: h.Alloc(32), C: hosttest.AddressOf(h.Alloc(1))}})
}

// Eight threads send and receive while others wait with deadlines that come all the time: each number arrives once.
func TestChannelsInManyThreads(t *testing.T) {
	const threads, numbers = 8, 2000
	h := hosttest.New(t)
	r := uint64(h.NewRef(make(chan int, 2)))
	var group sync.WaitGroup
	counts := make([]int, threads/2*numbers)
	var mu sync.Mutex
	begin := func(name string, f frame.Frame) (frame.Frame, status.Code) { // call is for one thread
		f.Op, f.Thread = hosttest.NumberCalls()[name], new(frame.Thread)
		ops.Enter(unsafe.Pointer(&f))
		return f, f.Status
	}
	for id := 0; id < threads/2; id++ {
		group.Add(2)
		go func(id int) {
			defer group.Done()
			for i := 0; i < numbers; {
				v := hosttest.Number(reflect.Int, uint64(id*numbers+i))
				switch _, code := begin("gobridge_chan_send", frame.Frame{Slots: frame.Slots{A: r, P: unsafe.Pointer(&v), B: 1000}}); code {
				case status.OK:
					i++
				case status.Timeout:
				default:
					t.Errorf("sending: status %d", code)
					return
				}
			}
		}(id)
		go func() {
			defer group.Done()
			for i := 0; i < numbers; {
				var v frame.Value
				switch f, code := begin("gobridge_chan_receive", frame.Frame{Slots: frame.Slots{A: r, P: unsafe.Pointer(&v), B: 1000}}); code {
				case status.OK:
					i++
					mu.Lock()
					counts[v.As]++
					mu.Unlock()
					if f.Result != 1 || v.Kind != uint32(reflect.Int) {
						t.Errorf("received %+v, open %d", v, f.Result)
					}
				case status.Timeout:
				default:
					t.Errorf("receiving: status %d", code)
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
	h := hosttest.New(t)
	const wait = 20 * time.Millisecond
	ch, none := h.NewRef(make(chan int)), h.NewRef((chan int)(nil))
	for _, r := range []frame.Ref{ch, none} {
		for name, p := range map[string]unsafe.Pointer{
			"gobridge_chan_receive": h.Alloc(32), "gobridge_chan_send": h.At(hosttest.Number(reflect.Int, 1))} {
			begin := time.Now()
			h.Refuse(status.Timeout, "chan: ", name, frame.Frame{Slots: frame.Slots{A: uint64(r), B: uint64(wait), P: p}})
			if took := time.Since(begin); took < wait || took > 100*wait {
				t.Errorf("%s took %v", name, took)
			}
		}
	}
	h.Refuse(status.Nil, "chan: ", "gobridge_chan_receive", frame.Frame{Slots: frame.Slots{A: uint64(none), B: forEver, P: h.Alloc(32)}})
	h.Refuse(status.Nil, "chan: ", "gobridge_chan_send", frame.Frame{Slots: frame.Slots{A: uint64(none), B: forEver, P: h.At(hosttest.Number(reflect.Int, 1))}})
	h.Refuse(status.Nil, "chan is a nil chan int", "gobridge_chan_close", frame.Frame{Slots: frame.Slots{A: uint64(none)}})
}
