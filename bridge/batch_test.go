package bridge

import (
	"reflect"
	"runtime"
	"strings"
	"testing"
	"unsafe"
)

// recording is a batch as C has it.
type recording struct {
	*host
	batch
	all []operation
}

func (h *host) record() *recording { return &recording{host: h, batch: batch{name: 7}} }

// add records a call and gives its promise.
func (b *recording) add(name string, gives uint32, f frame) uint64 {
	f.op, f.status = numberCalls()[name], errSkipped
	b.all = append(b.all, operation{frame: f, gives: gives})
	return b.batch.name<<promiseBatch | uint64(len(b.all)-1)
}

// ofValue and ofOwner are the promises of an operation's values and of what owns them.
func ofValue(promise, i uint64) uint64 { return promise | i<<promiseValue }
func ofOwner(promise, i uint64) uint64 { return ofValue(promise, i) | 1<<promiseOwner }

// made is the reference that an operation gave; it is kept until the test is over.
func (b *recording) made(promise uint64) ref { return b.own(b.all[promise&(1<<promiseValue-1)].made) }

// begin has the thread run the batch, as C does, until the test is over.
func (b *recording) begin() {
	b.operations, b.count = unsafe.SliceData(b.all), uint64(len(b.all))
	tester.batch = &b.batch
	b.Cleanup(func() { tester.batch = nil })
}

const (
	goesOn = 0
	stops  = 1
)

// run runs the batch, which ends with a status and a message that has some words, and its operations with theirs.
func (b *recording) run(mode uint64, ends status, words string, want ...status) {
	b.Helper()
	b.begin()
	oldExit := exit
	exit = func(unsafe.Pointer) {} // there is no C to go back to
	defer func() { exit = oldExit }()
	tester.failure = report{}
	f := frame{op: numberCalls()["gobridge_batch_run"], alone: b.alone, b: mode, p: unsafe.Pointer(&b.batch), caller: &tester}
	inNewThread(func() { enter(unsafe.Pointer(&f)) })
	for i, op := range b.all {
		if op.status != want[i] {
			b.Errorf("operation %d, %s: status %d, not %d", i, ops[op.op].name, op.status, want[i])
		}
		if op.held != 0 {
			b.Errorf("operation %d holds %d", i, op.held)
		}
	}
	if f.result != 1 || f.status != ends {
		b.Errorf("result %d, status %d, not 1, %d", f.result, f.status, ends)
	}
	if message := text(tester.failure.message[:]); !strings.Contains(message, words) || words == "" && message != "" {
		b.Errorf("message %q, not about %q", message, words)
	}
	if held := locked(); held != nil {
		b.Errorf("the stripes %d are locked", held)
	}
}

// locked gives the stripes whose locks are taken.
func locked() (stripes []uint32) {
	for i := range lockStripes {
		if lockStripes[i].TryLock() {
			lockStripes[i].Unlock()
		} else {
			stripes = append(stripes, uint32(i))
		}
	}
	return stripes
}

// setHandler has something else answer a call until the test is over.
func (h *host) setHandler(name string, wrap func(handler func(*frame) error) func(*frame) error) {
	op := numberCalls()[name]
	handler := ops[op].run
	ops[op].run = wrap(handler)
	h.Cleanup(func() { ops[op].run = handler })
}

func TestWhatPromisesStandFor(t *testing.T) {
	const made, lasting, owner, other = 5<<32 | 1, 6<<32 | 2, 7<<32 | 3, 8<<32 | 4
	values := [3]value{{kind: kindRef, as: other, owner: owner}, {kind: uint32(reflect.String), owner: owner}, {kind: 6, as: other}}
	p, q := unsafe.Pointer(&values[0]), unsafe.Pointer(&values[1])
	b := newHost(t).record()
	for i, op := range []operation{
		0:  {frame{made: made, result: other}, givesRef, nil},
		1:  {frame{result: lasting}, givesLasting, nil},
		2:  {frame{q: p, c: 3}, givesQ | givesAll, nil},
		3:  {frame{p: p, q: q, made: other}, givesP | givesQ, nil},
		4:  {frame{p: p}, givesP | givesQ, nil},
		5:  {frame{p: q, q: p}, givesP, nil},
		6:  {frame{result: other}, 8, nil}, // a number
		7:  {frame{status: errWrongKind, made: made}, givesRef, nil},
		8:  {frame{status: errSkipped}, givesRef, nil}, // it comes later
		9:  {frame{q: nil, c: 3}, givesQ | givesAll, nil},
		10: {frame{q: p, c: 0}, givesQ | givesAll, nil},
	} {
		if promise := b.add("gobridge_map_len", op.gives, op.frame); int(promise&(1<<promiseValue-1)) != i {
			t.Fatalf("%#x is operation %d", promise, i)
		}
		b.all[i].status = op.status
	}
	b.begin()
	f := &frame{caller: &tester}
	promise := func(i uint64) uint64 { return b.batch.name<<promiseBatch | i }
	for _, c := range []struct {
		promise uint64
		want    ref
		status  status
		words   string
	}{
		{0, 0, ok, ""},
		{9<<32 | 1, 9<<32 | 1, ok, ""}, // is no promise
		{promise(0), made, ok, ""},
		{promise(1), lasting, ok, ""},
		{ofValue(promise(2), 0), other, ok, ""},
		{ofOwner(promise(2), 0), owner, ok, ""},
		{ofValue(promise(2), 1), owner, ok, ""}, // it is where the text lies
		{ofOwner(promise(2), 1), owner, ok, ""},
		{ofValue(promise(2), 2), 0, ok, ""}, // a number has no reference
		{ofOwner(promise(2), 2), 0, ok, ""},
		{ofValue(promise(2), 3), 0, errForgedRef, "was never given out"},
		{ofValue(promise(3), 0), other, ok, ""},
		{ofOwner(promise(3), 1), owner, ok, ""},
		{ofValue(promise(3), 2), 0, errForgedRef, "was never given out"},
		{ofValue(promise(4), 0), other, ok, ""},
		{ofValue(promise(4), 1), 0, errForgedRef, "was never given out"},
		{ofValue(promise(5), 0), owner, ok, ""},
		{ofValue(promise(5), 1), 0, errForgedRef, "was never given out"},
		{promise(6), 0, errForgedRef, "was never given out"},
		{promise(7), 0, errSkipped, "map is what operation 7 gives, which was not done"},
		{promise(8), 0, errSkipped, "map is what operation 8 gives, which was not done"},
		{ofValue(promise(9), 0), 0, errForgedRef, "was never given out"},
		{ofValue(promise(10), 0), 0, errForgedRef, "was never given out"},
		{promise(11), 0, errForgedRef, "map: 0x700000b was never given out"},
		{promise(1<<promiseValue - 1), 0, errForgedRef, "was never given out"},
		{(b.batch.name + 1) << promiseBatch, 0, errForgedRef, "map: 0x8000000 was never given out"}, // of another batch
		{1, 0, errForgedRef, "was never given out"},
	} {
		got, err := f.kept(ref(c.promise), "map")
		if got != c.want || (err != nil) != (c.status != ok) {
			t.Errorf("%#x is %#x, %v", c.promise, uint64(got), err)
		} else if err != nil && (asFailure(err).status != c.status || !strings.Contains(err.Error(), c.words)) {
			t.Errorf("%#x: status %d, %v, not %d, %s", c.promise, asFailure(err).status, err, c.status, c.words)
		}
	}
	tester.batch = nil
	if _, err := f.kept(ref(promise(0)), "map"); err == nil || asFailure(err).status != errForgedRef {
		t.Errorf("outside of its batch: %v", err)
	}
}

// Promises are kept wherever a call takes a reference, and a value that is in its place by then is what it is.
func TestPromisesInCalls(t *testing.T) {
	type point struct{ X, Y uint64 }
	const size = unsafe.Sizeof(value{})
	h := newHost(t)
	results, x, sum := h.alloc(3*size), h.alloc(size), h.alloc(size)
	word, number := unsafe.Add(results, size), unsafe.Add(results, 2*size)
	give := h.name(func() (*point, string, uint64) { return &point{3, 4}, "word", 7 })

	b := h.record()
	given := b.add("gobridge_call", givesQ|givesAll, frame{a: uint64(give), q: results, c: 3})
	b.add("gobridge_struct_get", givesQ, frame{a: ofValue(given, 0), p: h.copied([]byte("X")), b: 1, q: x})
	fields := b.add("gobridge_map_new", givesRef, frame{a: typeRef(typ[map[string]any]())})
	copied := h.at(value{kind: kindRef, as: ofValue(given, 1), owner: ref(ofOwner(given, 1))})
	b.add("gobridge_map_set", 0, frame{a: fields, p: copied, q: x})
	variable := b.add("gobridge_value_new", givesRef, frame{a: typeRef(typ[point]())})
	b.add("gobridge_reflect_typedmemmove", 0, frame{a: variable, b: ofValue(given, 0)})
	sums := b.add("gobridge_map_new", givesRef, frame{a: typeRef(typ[map[string]uint64]())})
	b.add("gobridge_map_add", givesQ, frame{a: sums, p: word, c: addressOf(number), q: sum})
	boxed := b.add("gobridge_runtime_convT64", givesRef, frame{b: 100})
	b.add("gobridge_map_add", givesQ, frame{a: sums, p: word, c: addressOf(h.at(value{kind: kindRef, as: boxed})), q: sum})
	b.add("gobridge_release", 0, frame{a: boxed})
	b.add("gobridge_value_release", 0, frame{a: ofOwner(given, 1), q: word})
	b.add("gobridge_value_release", 0, frame{a: ofOwner(given, 0), q: results})
	b.run(stops, ok, "", make([]status, len(b.all))...)

	for promise, want := range map[uint64]any{
		fields: map[string]any{"word": uint64(3)}, variable: &point{3, 4}, sums: map[string]uint64{"word": 107},
	} {
		got, err := valueAt(&frame{}, b.made(promise), "")
		if err != nil || !reflect.DeepEqual(got.Interface(), want) {
			t.Errorf("%v, %v, not %v", got, err, want)
		}
	}
	for p, want := range map[unsafe.Pointer]value{
		results: {}, word: {}, sum: {kind: uint32(reflect.Uint64), as: 107}, x: {kind: uint32(reflect.Uint64), as: 3}} {
		if got := *(*value)(p); got != want {
			t.Errorf("%+v, not %+v", got, want)
		}
	}
}

func TestFailuresInBatches(t *testing.T) {
	h := newHost(t)
	m := uint64(h.name(map[int64]int64{1: 2}))
	fails := uint64(h.name(func() { panic("on purpose") }))
	ends := uint64(h.name(func() { runtime.Goexit() }))
	for _, c := range []struct {
		mode  uint64
		ends  status
		words string
		funcs [2]uint64
		want  []status
	}{
		{stops, errNilRef, "gobridge_batch_run: operation 1, gobridge_map_len: map is 0", [2]uint64{},
			[]status{ok, errNilRef, errSkipped, errSkipped, errSkipped}},
		{goesOn, errNilRef, "gobridge_batch_run: operation 1, gobridge_map_len: map is 0", [2]uint64{fails, fails},
			[]status{ok, errNilRef, errPanic, errPanic, ok}},
		{goesOn, errGoexit, "gobridge_batch_run: a Go function called runtime.Goexit", [2]uint64{fails, ends},
			[]status{ok, errNilRef, errPanic, errGoexit, errGoexit}},
	} {
		b := h.record()
		b.add("gobridge_map_len", 8, frame{a: m})
		b.add("gobridge_map_len", 8, frame{})
		b.add("gobridge_call", givesQ|givesAll, frame{a: c.funcs[0]})
		b.add("gobridge_call", givesQ|givesAll, frame{a: c.funcs[1]})
		b.add("gobridge_map_len", 8, frame{a: m})
		b.run(c.mode, c.ends, c.words, c.want...)
		for _, i := range []int{0, 4} {
			if op := b.all[i]; (op.result == 1) != (op.status == ok) {
				t.Errorf("operation %d: status %d, and the length is %d", i, op.status, op.result)
			}
		}
	}
	b := h.record()
	b.add("gobridge_call", givesQ|givesAll, frame{a: fails})
	b.add("gobridge_map_len", 8, frame{a: m})
	b.run(stops, errPanic, "operation 0, gobridge_call: panic: on purpose", errPanic, errSkipped)
	if stack := text(tester.failure.stack[:]); !strings.Contains(stack, "TestFailuresInBatches") {
		t.Errorf("a panic's stack is %q", stack)
	}
}

// From one operation to the next on one map its lock stays taken, and before anything else it is let go.
func TestLocksInBatches(t *testing.T) {
	h := newHost(t)
	maps := []ref{h.name(map[int64]int64{}), h.name(map[int64]int64{})}
	stripe := func(m ref) uint32 {
		g, err := mapAt(&frame{}, m)
		if err != nil {
			t.Fatal(err)
		}
		return g.stripe
	}
	for stripe(maps[1]) == stripe(maps[0]) {
		maps[1] = h.name(map[int64]int64{})
	}
	one, other, free := []uint32{stripe(maps[0])}, []uint32{stripe(maps[1])}, []uint32(nil)
	var found [][]uint32 // the locks that each operation finds taken
	for _, name := range []string{"map_len", "map_set", "map_get", "map_iterate"} {
		h.setHandler("gobridge_"+name, func(handler func(*frame) error) func(*frame) error {
			return func(f *frame) error {
				found = append(found, locked())
				return handler(f)
			}
		})
	}
	var leave func()
	h.setHandler("gobridge_map_clear", func(handler func(*frame) error) func(*frame) error {
		return func(f *frame) error {
			_ = handler(f)
			found = append(found, locked())
			leave()
			return nil
		}
	})
	call := h.name(func() { found = append(found, locked()) })
	p := h.at(number(reflect.Int64, 1))
	steps := []struct {
		name string
		a    ref
		want []uint32
		status
	}{
		{"map_set", maps[0], free, ok},
		{"map_set", maps[0], one, ok},
		{"map_get", maps[0], one, ok},
		{"map_len", maps[0], one, ok},
		{"map_len", maps[1], free, ok},
		{"map_len", maps[1], other, ok},
		{"call", call, free, ok},
		{"map_set", maps[1], free, ok},
		{"map_iterate", maps[1], free, ok}, // it is no call of oneLock
		{"map_len", maps[1], free, ok},
		{"map_len", call, free, errWrongKind},
		{"map_set", maps[0], free, ok},
		{"map_clear", maps[0], one, errPanic}, // with the lock
		{"map_set", maps[0], free, ok},
	}
	record := func() (b *recording, want [][]uint32, statuses []status) {
		b = h.record()
		for _, s := range steps {
			f, gives := frame{a: uint64(s.a)}, uint32(0)
			switch s.name {
			case "map_set":
				f.p, f.q = p, p
			case "map_get":
				f.p, f.q, gives = p, h.alloc(unsafe.Sizeof(value{})), givesQ
			case "map_iterate":
				gives = givesRef
			}
			b.add("gobridge_"+s.name, gives, f)
			want, statuses = append(want, s.want), append(statuses, s.status)
		}
		return b, want, statuses
	}
	leave = func() { panic("on purpose") }
	b, want, statuses := record()
	b.run(goesOn, errWrongKind, "operation 10", statuses...)
	if b.own(b.all[8].made); !reflect.DeepEqual(found, want) {
		t.Errorf("the operations found the locks %d, not %d", found, want)
	}

	found, leave = nil, runtime.Goexit
	b, want, statuses = record()
	statuses[12], statuses[13] = errGoexit, errGoexit
	b.run(goesOn, errGoexit, "runtime.Goexit", statuses...)
	if b.own(b.all[8].made); !reflect.DeepEqual(found, want[:13]) {
		t.Errorf("until Goexit the operations found the locks %d, not %d", found, want[:13])
	}

	h.alone, found, leave = 1, nil, func() {} // no other thread has called
	b, _, statuses = record()
	statuses[12] = ok
	b.run(goesOn, errWrongKind, "operation 10", statuses...)
	if b.own(b.all[8].made); !reflect.DeepEqual(found, make([][]uint32, len(steps))) {
		t.Errorf("alone the operations found the locks %d", found)
	}
}
