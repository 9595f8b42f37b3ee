package batch_test

import (
	"reflect"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/maps"
	"gobridge/bridge/internal/ops"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// recording is a batch as C has it.
type recording struct {
	*hosttest.Host
	frame.Batch
	all []frame.Operation
}

func record(h *hosttest.Host) *recording { return &recording{Host: h, Batch: frame.Batch{Name: 7}} }

// add records a call and gives its promise.
func (b *recording) add(name string, gives uint32, f frame.Frame) uint64 {
	f.Op, f.Status = hosttest.NumberCalls()[name], status.Skipped
	b.all = append(b.all, frame.Operation{Frame: f, Returns: gives})
	return b.Batch.Name<<frame.PromiseBatch | uint64(len(b.all)-1)
}

// ofValue and ofOwner are the promises of an operation's values and of what owns them.
func ofValue(promise, i uint64) uint64 { return promise | i<<frame.PromiseValue }

func ofOwner(promise, i uint64) uint64 { return ofValue(promise, i) | 1<<frame.PromiseOwner }

// made is the reference that an operation gave; it is kept until the test is over.
func (b *recording) made(promise uint64) frame.Ref {
	return b.Own(b.all[promise&(1<<frame.PromiseValue-1)].NewRef)
}

// begin has the thread run the batch, as C does, until the test is over.
func (b *recording) begin() {
	b.Operations, b.Count = unsafe.SliceData(b.all), uint64(len(b.all))
	hosttest.Tester.Batch = &b.Batch
	b.Cleanup(func() { hosttest.Tester.Batch = nil })
}

const (
	goesOn = 0
	stops  = 1
)

// run runs the batch, which ends with a status and a message that has some words, and its operations with theirs.
func (b *recording) run(mode uint64, ends status.Code, words string, want ...status.Code) {
	b.Helper()
	b.begin()
	oldExit := ops.Exit
	ops.Exit = func(unsafe.Pointer) {} // there is no C to go back to
	defer func() { ops.Exit = oldExit }()
	hosttest.Tester.Failure = frame.Report{}
	f := frame.Frame{Slots: frame.Slots{B: mode, P: unsafe.Pointer(&b.Batch)}, Op: hosttest.NumberCalls()["gobridge_batch_run"], Exclusive: b.Alone, Thread: &hosttest.Tester}
	hosttest.InNewThread(func() { ops.Enter(unsafe.Pointer(&f)) })
	for i, op := range b.all {
		if op.Status != want[i] {
			b.Errorf("operation %d, %s: status %d, not %d", i, frame.Ops[op.Op].Name, op.Status, want[i])
		}
		if op.Held != 0 {
			b.Errorf("operation %d holds %d", i, op.Held)
		}
	}
	if f.Result != 1 || f.Status != ends {
		b.Errorf("result %d, status %d, not 1, %d", f.Result, f.Status, ends)
	}
	if message := hosttest.Text(hosttest.Tester.Failure.Message[:]); !strings.Contains(message, words) || words == "" && message != "" {
		b.Errorf("message %q, not about %q", message, words)
	}
	if held := locked(); held != nil {
		b.Errorf("the stripes %d are locked", held)
	}
}

// locked gives the stripes whose locks are taken.
func locked() (stripes []uint32) {
	for i := range frame.Stripes {
		if frame.Stripes[i].IsHeld() {
			stripes = append(stripes, uint32(i))
		}
	}
	return stripes
}

// setHandler has something else answer a call until the test is over.
func setHandler(h *hosttest.Host, name string, wrap func(handler func(*frame.Frame) error) func(*frame.Frame) error) {
	op := hosttest.NumberCalls()[name]
	handler := frame.Ops[op].Run
	frame.Ops[op].Run = wrap(handler)
	h.Cleanup(func() { frame.Ops[op].Run = handler })
}

func TestWhatPromisesStandFor(t *testing.T) {
	const made, lasting, owner, other = 5<<32 | 1, 6<<32 | 2, 7<<32 | 3, 8<<32 | 4
	values := [3]frame.Value{{Kind: frame.KindRef, As: other, Owner: owner}, {Kind: uint32(reflect.String), Owner: owner}, {Kind: 6, As: other}}
	p, q := unsafe.Pointer(&values[0]), unsafe.Pointer(&values[1])
	b := record(hosttest.New(t))
	for i, op := range []frame.Operation{
		0:  {Frame: frame.Frame{NewRef: made, Result: other}, Returns: frame.ReturnsRef},
		1:  {Frame: frame.Frame{Result: lasting}, Returns: frame.ReturnsLasting},
		2:  {Frame: frame.Frame{Slots: frame.Slots{Q: p, C: 3}}, Returns: frame.ReturnsQ | frame.ReturnsAll},
		3:  {Frame: frame.Frame{Slots: frame.Slots{P: p, Q: q}, NewRef: other}, Returns: frame.ReturnsP | frame.ReturnsQ},
		4:  {Frame: frame.Frame{Slots: frame.Slots{P: p}}, Returns: frame.ReturnsP | frame.ReturnsQ},
		5:  {Frame: frame.Frame{Slots: frame.Slots{P: q, Q: p}}, Returns: frame.ReturnsP},
		6:  {Frame: frame.Frame{Result: other}, Returns: 8}, // a number
		7:  {Frame: frame.Frame{Status: status.WrongKind, NewRef: made}, Returns: frame.ReturnsRef},
		8:  {Frame: frame.Frame{Status: status.Skipped}, Returns: frame.ReturnsRef}, // it comes later
		9:  {Frame: frame.Frame{Slots: frame.Slots{Q: nil, C: 3}}, Returns: frame.ReturnsQ | frame.ReturnsAll},
		10: {Frame: frame.Frame{Slots: frame.Slots{Q: p, C: 0}}, Returns: frame.ReturnsQ | frame.ReturnsAll},
	} {
		if promise := b.add("gobridge_map_len", op.Returns, op.Frame); int(promise&(1<<frame.PromiseValue-1)) != i {
			t.Fatalf("%#x is operation %d", promise, i)
		}
		b.all[i].Status = op.Status
	}
	b.begin()
	f := &frame.Frame{Thread: &hosttest.Tester}
	promise := func(i uint64) uint64 { return b.Batch.Name<<frame.PromiseBatch | i }
	for _, c := range []struct {
		promise uint64
		want    frame.Ref
		status  status.Code
		words   string
	}{
		{0, 0, status.OK, ""},
		{9<<32 | 1, 9<<32 | 1, status.OK, ""}, // is no promise
		{promise(0), made, status.OK, ""},
		{promise(1), lasting, status.OK, ""},
		{ofValue(promise(2), 0), other, status.OK, ""},
		{ofOwner(promise(2), 0), owner, status.OK, ""},
		{ofValue(promise(2), 1), owner, status.OK, ""}, // it is where the text lies
		{ofOwner(promise(2), 1), owner, status.OK, ""},
		{ofValue(promise(2), 2), 0, status.OK, ""}, // a number has no reference
		{ofOwner(promise(2), 2), 0, status.OK, ""},
		{ofValue(promise(2), 3), 0, status.ForgedRef, "was never given out"},
		{ofValue(promise(3), 0), other, status.OK, ""},
		{ofOwner(promise(3), 1), owner, status.OK, ""},
		{ofValue(promise(3), 2), 0, status.ForgedRef, "was never given out"},
		{ofValue(promise(4), 0), other, status.OK, ""},
		{ofValue(promise(4), 1), 0, status.ForgedRef, "was never given out"},
		{ofValue(promise(5), 0), owner, status.OK, ""},
		{ofValue(promise(5), 1), 0, status.ForgedRef, "was never given out"},
		{promise(6), 0, status.ForgedRef, "was never given out"},
		{promise(7), 0, status.Skipped, "map is what operation 7 gives, which was not done"},
		{promise(8), 0, status.Skipped, "map is what operation 8 gives, which was not done"},
		{ofValue(promise(9), 0), 0, status.ForgedRef, "was never given out"},
		{ofValue(promise(10), 0), 0, status.ForgedRef, "was never given out"},
		{promise(11), 0, status.ForgedRef, "map: 0x700000b was never given out"},
		{promise(1<<frame.PromiseValue - 1), 0, status.ForgedRef, "was never given out"},
		{(b.Batch.Name + 1) << frame.PromiseBatch, 0, status.ForgedRef, "map: 0x8000000 was never given out"}, // of another batch
		{1, 0, status.ForgedRef, "was never given out"},
	} {
		got, err := ref.Resolve(f, frame.Ref(c.promise), "map")
		if got != c.want || (err != nil) != (c.status != status.OK) {
			t.Errorf("%#x is %#x, %v", c.promise, uint64(got), err)
		} else if err != nil && (status.FailureOf(err).Code != c.status || !strings.Contains(err.Error(), c.words)) {
			t.Errorf("%#x: status %d, %v, not %d, %s", c.promise, status.FailureOf(err).Code, err, c.status, c.words)
		}
	}
	hosttest.Tester.Batch = nil
	if _, err := ref.Resolve(f, frame.Ref(promise(0)), "map"); err == nil || status.FailureOf(err).Code != status.ForgedRef {
		t.Errorf("outside of its batch: %v", err)
	}
}

// Promises are kept wherever a call takes a reference, and a value that is in its place by then is what it is.
func TestPromisesInCalls(t *testing.T) {
	type point struct{ X, Y uint64 }
	const size = unsafe.Sizeof(frame.Value{})
	h := hosttest.New(t)
	results, x, sum := h.Alloc(3*size), h.Alloc(size), h.Alloc(size)
	word, number := unsafe.Add(results, size), unsafe.Add(results, 2*size)
	give := h.NewRef(func() (*point, string, uint64) { return &point{3, 4}, "word", 7 })

	b := record(h)
	given := b.add("gobridge_call", frame.ReturnsQ|frame.ReturnsAll, frame.Frame{Slots: frame.Slots{A: uint64(give), Q: results, C: 3}})
	b.add("gobridge_struct_get", frame.ReturnsQ, frame.Frame{Slots: frame.Slots{A: ofValue(given, 0), P: h.Copied([]byte("X")), B: 1, Q: x}})
	fields := b.add("gobridge_map_new", frame.ReturnsRef, frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[map[string]any]())}})
	copied := h.At(frame.Value{Kind: frame.KindRef, As: ofValue(given, 1), Owner: frame.Ref(ofOwner(given, 1))})
	b.add("gobridge_map_set", 0, frame.Frame{Slots: frame.Slots{A: fields, P: copied, Q: x}})
	variable := b.add("gobridge_value_new", frame.ReturnsRef, frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[point]())}})
	b.add("gobridge_reflect_typedmemmove", 0, frame.Frame{Slots: frame.Slots{A: variable, B: ofValue(given, 0)}})
	sums := b.add("gobridge_map_new", frame.ReturnsRef, frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[map[string]uint64]())}})
	b.add("gobridge_map_add", frame.ReturnsQ, frame.Frame{Slots: frame.Slots{A: sums, P: word, C: hosttest.AddressOf(number), Q: sum}})
	boxed := b.add("gobridge_runtime_convT64", frame.ReturnsRef, frame.Frame{Slots: frame.Slots{B: 100}})
	b.add("gobridge_map_add", frame.ReturnsQ, frame.Frame{Slots: frame.Slots{A: sums, P: word, C: hosttest.AddressOf(h.At(frame.Value{Kind: frame.KindRef, As: boxed})), Q: sum}})
	b.add("gobridge_release", 0, frame.Frame{Slots: frame.Slots{A: boxed}})
	b.add("gobridge_value_release", 0, frame.Frame{Slots: frame.Slots{A: ofOwner(given, 1), Q: word}})
	b.add("gobridge_value_release", 0, frame.Frame{Slots: frame.Slots{A: ofOwner(given, 0), Q: results}})
	b.run(stops, status.OK, "", make([]status.Code, len(b.all))...)

	for promise, want := range map[uint64]any{
		fields: map[string]any{"word": uint64(3)}, variable: &point{3, 4}, sums: map[string]uint64{"word": 107},
	} {
		got, err := value.At(&frame.Frame{}, b.made(promise), "")
		if err != nil || !reflect.DeepEqual(got.Interface(), want) {
			t.Errorf("%v, %v, not %v", got, err, want)
		}
	}
	for p, want := range map[unsafe.Pointer]frame.Value{
		results: {}, word: {}, sum: {Kind: uint32(reflect.Uint64), As: 107}, x: {Kind: uint32(reflect.Uint64), As: 3}} {
		if got := *(*frame.Value)(p); got != want {
			t.Errorf("%+v, not %+v", got, want)
		}
	}
}

func TestFailuresInBatches(t *testing.T) {
	h := hosttest.New(t)
	m := uint64(h.NewRef(map[int64]int64{1: 2}))
	fails := uint64(h.NewRef(func() { panic("on purpose") }))
	ends := uint64(h.NewRef(func() { runtime.Goexit() }))
	for _, c := range []struct {
		mode  uint64
		ends  status.Code
		words string
		funcs [2]uint64
		want  []status.Code
	}{
		{stops, status.NilRef, "gobridge_batch_run: operation 1, gobridge_map_len: map is 0", [2]uint64{},
			[]status.Code{status.OK, status.NilRef, status.Skipped, status.Skipped, status.Skipped}},
		{goesOn, status.NilRef, "gobridge_batch_run: operation 1, gobridge_map_len: map is 0", [2]uint64{fails, fails},
			[]status.Code{status.OK, status.NilRef, status.Panic, status.Panic, status.OK}},
		{goesOn, status.Goexit, "gobridge_batch_run: a Go function called runtime.Goexit", [2]uint64{fails, ends},
			[]status.Code{status.OK, status.NilRef, status.Panic, status.Goexit, status.Goexit}},
	} {
		b := record(h)
		b.add("gobridge_map_len", 8, frame.Frame{Slots: frame.Slots{A: m}})
		b.add("gobridge_map_len", 8, frame.Frame{})
		b.add("gobridge_call", frame.ReturnsQ|frame.ReturnsAll, frame.Frame{Slots: frame.Slots{A: c.funcs[0]}})
		b.add("gobridge_call", frame.ReturnsQ|frame.ReturnsAll, frame.Frame{Slots: frame.Slots{A: c.funcs[1]}})
		b.add("gobridge_map_len", 8, frame.Frame{Slots: frame.Slots{A: m}})
		b.run(c.mode, c.ends, c.words, c.want...)
		for _, i := range []int{0, 4} {
			if op := b.all[i]; (op.Result == 1) != (op.Status == status.OK) {
				t.Errorf("operation %d: status %d, and the length is %d", i, op.Status, op.Result)
			}
		}
	}
	b := record(h)
	b.add("gobridge_call", frame.ReturnsQ|frame.ReturnsAll, frame.Frame{Slots: frame.Slots{A: fails}})
	b.add("gobridge_map_len", 8, frame.Frame{Slots: frame.Slots{A: m}})
	b.run(stops, status.Panic, "operation 0, gobridge_call: panic: on purpose", status.Panic, status.Skipped)
	if stack := hosttest.Text(hosttest.Tester.Failure.Stack[:]); !strings.Contains(stack, "TestFailuresInBatches") {
		t.Errorf("a panic's stack is %q", stack)
	}
}

// From one operation to the next on one map its lock stays taken, and before anything else it is let go.
func TestLocksInBatches(t *testing.T) {
	h := hosttest.New(t)
	maps_ := []frame.Ref{h.NewRef(map[int64]int64{}), h.NewRef(map[int64]int64{})}
	stripe := func(m frame.Ref) uint32 {
		g, err := maps.At(&frame.Frame{}, m)
		if err != nil {
			t.Fatal(err)
		}
		return g.Stripe
	}
	for stripe(maps_[1]) == stripe(maps_[0]) {
		maps_[1] = h.NewRef(map[int64]int64{})
	}
	one, other, free := []uint32{stripe(maps_[0])}, []uint32{stripe(maps_[1])}, []uint32(nil)
	var found [][]uint32 // the locks that each operation finds taken
	for _, name := range []string{"map_len", "map_set", "map_get", "map_iterate"} {
		setHandler(h, "gobridge_"+name, func(handler func(*frame.Frame) error) func(*frame.Frame) error {
			return func(f *frame.Frame) error {
				found = append(found, locked())
				return handler(f)
			}
		})
	}
	var leave func()
	setHandler(h, "gobridge_map_clear", func(handler func(*frame.Frame) error) func(*frame.Frame) error {
		return func(f *frame.Frame) error {
			_ = handler(f)
			found = append(found, locked())
			leave()
			return nil
		}
	})
	call := h.NewRef(func() { found = append(found, locked()) })
	p := h.At(hosttest.Number(reflect.Int64, 1))
	steps := []struct {
		name string
		a    frame.Ref
		want []uint32
		status.Code
	}{
		{"map_set", maps_[0], free, status.OK},
		{"map_set", maps_[0], one, status.OK},
		{"map_get", maps_[0], one, status.OK},
		{"map_len", maps_[0], one, status.OK},
		{"map_len", maps_[1], free, status.OK},
		{"map_len", maps_[1], other, status.OK},
		{"call", call, free, status.OK},
		{"map_set", maps_[1], free, status.OK},
		{"map_iterate", maps_[1], free, status.OK}, // it is no call of oneLock
		{"map_len", maps_[1], free, status.OK},
		{"map_len", call, free, status.WrongKind},
		{"map_set", maps_[0], free, status.OK},
		{"map_clear", maps_[0], one, status.Panic}, // with the lock
		{"map_set", maps_[0], free, status.OK},
	}
	record := func() (b *recording, want [][]uint32, statuses []status.Code) {
		b = record(h)
		for _, s := range steps {
			f, gives := frame.Frame{Slots: frame.Slots{A: uint64(s.a)}}, uint32(0)
			switch s.name {
			case "map_set":
				f.P, f.Q = p, p
			case "map_get":
				f.P, f.Q, gives = p, h.Alloc(unsafe.Sizeof(frame.Value{})), frame.ReturnsQ
			case "map_iterate":
				gives = frame.ReturnsRef
			}
			b.add("gobridge_"+s.name, gives, f)
			want, statuses = append(want, s.want), append(statuses, s.Code)
		}
		return b, want, statuses
	}
	leave = func() { panic("on purpose") }
	b, want, statuses := record()
	b.run(goesOn, status.WrongKind, "operation 10", statuses...)
	if b.Own(b.all[8].NewRef); !reflect.DeepEqual(found, want) {
		t.Errorf("the operations found the locks %d, not %d", found, want)
	}

	found, leave = nil, runtime.Goexit
	b, want, statuses = record()
	statuses[12], statuses[13] = status.Goexit, status.Goexit
	b.run(goesOn, status.Goexit, "runtime.Goexit", statuses...)
	if b.Own(b.all[8].NewRef); !reflect.DeepEqual(found, want[:13]) {
		t.Errorf("until Goexit the operations found the locks %d, not %d", found, want[:13])
	}

	h.Alone, found, leave = 1, nil, func() {} // no other thread has called
	b, _, statuses = record()
	statuses[12] = status.OK
	b.run(goesOn, status.WrongKind, "operation 10", statuses...)
	if b.Own(b.all[8].NewRef); !reflect.DeepEqual(found, make([][]uint32, len(steps))) {
		t.Errorf("alone the operations found the locks %d", found)
	}
}
