package bridge

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io/fs"
	"math"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

// shownBy makes a call that takes a value at p and gives one at q, and gives what that shows.
func (h *host) shownBy(call string, v any) string {
	h.Helper()
	in, out := h.valueOf(v), h.alloc(unsafe.Sizeof(value{}))
	h.must(call, frame{p: in, q: out})
	return h.out(typ[string](), out).String()
}

// valueOf lays a REF to a Go value out in C memory, NIL for nil.
func (h *host) valueOf(v any) unsafe.Pointer {
	h.Helper()
	p := h.alloc(unsafe.Sizeof(value{}))
	*(*value)(p) = value{}
	if v != nil {
		*(*value)(p) = h.reference(v)
	}
	return p
}

// method is a value whose methods do what a test wants.
type method struct{ do func() string }

func (m method) String() string               { return m.do() }
func (m method) MarshalJSON() ([]byte, error) { return json.Marshal(m.do()) }
func (m method) MarshalText() ([]byte, error) { return []byte(m.do()), nil }
func (m method) Compare(method) int           { return len(m.do()) }

var walks = []string{
	"gobridge_value_print", "gobridge_value_to_json", "gobridge_value_to_text", "gobridge_value_compare"}

// thread makes calls as a thread of its own.
type thread struct{ caller }

func (c *thread) call(t testing.TB, name string, f frame) (frame, status) {
	f.op, f.caller = numberCalls()[name], &c.caller
	enter(unsafe.Pointer(&f))
	return f, f.status
}

// A method of a value that is walked over may call this library on the same thread; another thread waits until the walk
// is over.
func TestMethodsCallBack(t *testing.T) {
	for _, walk := range walks {
		h := newHost(t)
		m := h.name(map[int]int{1: 1})
		variable := h.name(ptr("text"))
		var other, walker thread
		key, elem := h.in(reflect.ValueOf(2)), h.in(reflect.ValueOf(1))
		inner, loaded, out := h.alloc(32), h.alloc(32), h.alloc(32)
		within := h.valueOf([]int{1})
		done := make(chan bool)
		var over atomic.Bool
		v := h.valueOf(method{func() string {
			if f, status := walker.call(t, "gobridge_reflect_maplen", frame{a: uint64(m)}); status != ok || f.result != 1 {
				t.Errorf("%s: the length is %d, status %d", walk, f.result, status)
			}
			if _, status := walker.call(t, "gobridge_runtime_mapassign", frame{a: uint64(m), p: key, q: elem}); status != ok {
				t.Errorf("%s: status %d", walk, status)
			}
			if _, status := walker.call(t, "gobridge_value_print", frame{p: within, q: inner}); status != ok {
				t.Errorf("%s: status %d", walk, status)
			}
			go func() {
				_, status := other.call(t, "gobridge_value_load", frame{a: uint64(variable), p: loaded})
				if !over.Load() || status != ok {
					t.Errorf("%s: another thread did not wait, status %d", walk, status)
				}
				close(done)
			}()
			time.Sleep(20 * time.Millisecond)
			over.Store(true)
			return "done"
		}})
		f := frame{p: v, q: out}
		if walk == "gobridge_value_compare" {
			f.q = v
		}
		f, status := walker.call(t, walk, f)
		if status != ok || f.held != 0 {
			t.Errorf("%s: status %d, it still holds %d: %s", walk, status, f.held, text(walker.failure.message[:]))
		}
		if f.made != 0 {
			h.own(f.made)
		}
		<-done
		h.own((*value)(inner).owner)
		h.own((*value)(loaded).owner)
	}
}

// Whatever a method does, no lock stays held.
func TestMethodsThatFail(t *testing.T) {
	h := newHost(t)
	for _, walk := range walks {
		for want, do := range map[status]func() string{
			errPanic: func() string { panic("no") }, errGoexit: func() string { runtime.Goexit(); return "" }} {
			v := h.valueOf(method{do})
			f := frame{p: v, q: v}
			if walk == "gobridge_value_print" && want == errPanic { // fmt shows it
				if got := h.shownBy(walk, method{do}); got != "%!v(PANIC=String method: no)" {
					t.Errorf("it prints %q", got)
				}
				continue
			}
			oldExit := exit
			exit = func(unsafe.Pointer) {} // there is no C to go back to
			finished := make(chan frame)
			go func() {
				defer func() { finished <- f }()
				f.op, f.caller = numberCalls()[walk], &tester
				enter(unsafe.Pointer(&f))
			}()
			f = <-finished
			exit = oldExit
			if f.status != want || f.held != 0 || walker.Load() != nil {
				t.Errorf("%s: status %d, not %d; it holds %d", walk, f.status, want, f.held)
			}
			h.must("gobridge_value_follow", frame{a: uint64(h.name(ptr(1))), p: h.alloc(32)})
		}
		h.forget()
	}
}

type (
	ring   struct{ Next *ring }
	own    struct{ next *own }
	hidden struct {
		Next *hidden `json:"-"`
	}
	nameless struct{ m map[string]any }
	embedded struct{ *ring }
	tree     map[string]any
)

func (nameless) String() string { return "it knows itself" }

func linked(n int) (first *ring) {
	for ; n > 0; n-- {
		first = &ring{first}
	}
	return first
}

// wrapsItself and joinsItself are errors whose methods never end, as writes through reflect can make them.
func wrapsItself() error {
	failed := &fs.PathError{Op: "open"}
	failed.Err = failed
	return failed
}

func joinsItself() error {
	outer := errors.Join(fs.ErrExist)
	outer.(interface{ Unwrap() []error }).Unwrap()[0] = outer
	return outer
}

func nested(levels int) (v any) {
	for ; levels > 0; levels-- {
		v = []any{v}
	}
	return v
}

func nestedArrays(levels int) (v any) {
	for ; levels > 0; levels-- {
		v = [1]any{v}
	}
	return v
}

func TestWalksEnd(t *testing.T) {
	h := newHost(t)
	circle := &ring{}
	circle.Next = circle
	alone := &own{}
	alone.next = alone
	secret := &hidden{}
	secret.Next = secret
	self := tree{}
	self["me"] = self
	inSlice := []any{nil}
	inSlice[0] = inSlice
	wide := any(make([]int64, 1<<17))
	for i := 0; i < 40; i++ {
		wide = []any{wide, wide}
	}
	wideArray := any([1 << 17]int64{})
	for i := 0; i < 40; i++ {
		wideArray = [2]any{wideArray, wideArray}
	}
	vast := reflect.New(reflect.ArrayOf(1<<28, reflect.ArrayOf(1<<28, typ[struct{}]()))).Elem().Interface()
	const printIt, encodeIt = "gobridge_value_print", "gobridge_value_to_json"
	const hashIt, equalIt = "gobridge_value_hash", "gobridge_value_equal"
	for _, c := range []struct {
		v    any
		want map[string]status
	}{
		{circle, map[string]status{printIt: ok, encodeIt: errTooDeep, hashIt: ok}},
		{embedded{circle}, map[string]status{printIt: ok, encodeIt: errTooDeep, hashIt: ok}},
		{alone, map[string]status{printIt: ok, encodeIt: ok}}, {secret, map[string]status{printIt: ok, encodeIt: ok}},
		{self, map[string]status{printIt: errTooDeep, encodeIt: errTooDeep}},
		{map[any]int{[1]any{&self}: 1}, map[string]status{printIt: ok}},
		{&self, map[string]status{printIt: errTooDeep, encodeIt: errTooDeep, hashIt: ok, equalIt: ok}},
		{ptr(&self), map[string]status{printIt: ok, encodeIt: errTooDeep}},
		{inSlice, map[string]status{printIt: errTooDeep, encodeIt: errTooDeep}},
		{nameless{self}, map[string]status{printIt: ok}}, {[]any{nameless{self}}, map[string]status{printIt: ok}},
		{struct{ s nameless }{nameless{self}}, map[string]status{printIt: errTooDeep, encodeIt: ok}},
		{method{func() string { return "" }}, map[string]status{printIt: ok, encodeIt: ok, hashIt: errUnhashable}},
		{linked(maxNesting), map[string]status{printIt: ok, encodeIt: ok}},
		{linked(maxNesting + 1), map[string]status{encodeIt: errTooDeep}},
		{wrapsItself(), map[string]status{printIt: errTooDeep, encodeIt: errTooDeep}},
		{[]any{joinsItself()}, map[string]status{printIt: errTooDeep}},
		{nested(maxNesting / 2), map[string]status{printIt: ok, encodeIt: ok}},
		{nested(maxNesting), map[string]status{printIt: ok, encodeIt: ok}},
		{nested(maxNesting + 1), map[string]status{printIt: errTooDeep, encodeIt: errTooDeep}},
		{nestedArrays(maxNesting), map[string]status{printIt: ok, hashIt: ok, equalIt: ok}},
		{nestedArrays(maxNesting + 1), map[string]status{printIt: errTooDeep, hashIt: errTooDeep, equalIt: errTooDeep}},
		{nestedArrays(3000000), map[string]status{
			printIt: errTooDeep, encodeIt: errTooDeep, hashIt: errTooDeep, equalIt: errTooDeep}},
		{wide, map[string]status{printIt: errRange, encodeIt: errRange}},
		{wideArray, map[string]status{hashIt: errRange, equalIt: errRange}},
		{vast, map[string]status{printIt: errRange, encodeIt: errRange, hashIt: errRange, equalIt: errRange}},
		{make([]struct{}, math.MaxInt32), map[string]status{printIt: errRange, encodeIt: errRange}},
		{make([][0]func(), math.MaxInt32), map[string]status{printIt: errRange}},
		{[]string{strings.Repeat("x", maxWalk)}, map[string]status{printIt: errRange}},
		{strings.Repeat("x", 1<<20), map[string]status{printIt: ok, encodeIt: ok, hashIt: ok, equalIt: ok}},
		{nil, map[string]status{printIt: ok, encodeIt: ok, hashIt: ok, equalIt: ok}},
		{[]any{nil, (*ring)(nil), tree(nil), error(nil)}, map[string]status{printIt: ok, encodeIt: ok}},
	} {
		for name, want := range c.want {
			f := frame{p: h.valueOf(c.v), q: h.alloc(32)}
			if name == equalIt {
				f.q = f.p
			}
			f, got, message := call(t, name, f)
			if got != want {
				t.Errorf("%s of a %T: status %d, not %d: %s", name, c.v, got, want, message)
			}
			if f.made != 0 {
				h.release(f.made)
			}
			h.forget()
		}
	}
}

// Equal values have equal hashes, and so have the same values again.
func TestHashes(t *testing.T) {
	g := newGenerator(t)
	sum := func(v reflect.Value) uint64 {
		var h maphash.Hash
		h.SetSeed(hashSeed)
		if err := hash(&h, v); err != nil {
			t.Errorf("%s: %v", v.Type(), err)
		}
		return h.Sum64()
	}
	type blank struct {
		a int8
		_ int8
		b int32
	}
	for _, of := range append(keyTypes, typ[blank](), typ[struct{ A, B any }](), typ[[3]float32](), typ[complex128]()) {
		byHash := map[uint64]any{}
		for i := 0; i < 300; i++ {
			v, w := g.value(of, true), g.value(of, true)
			same, err := equal(v.Interface(), w.Interface())
			if err != nil {
				t.Fatal(err)
			}
			if same && sum(v) != sum(w) {
				t.Errorf("%s: %q and %q are equal, and their hashes are not", of, show(v), show(w))
			}
			if sum(v) != sum(addressable(v)) {
				t.Errorf("%s: two hashes of %q", of, show(v))
			}
			if of == typ[blank]() || strings.Contains(of.String(), "_") {
				continue // reflect's structs have == compare blank fields, others do not
			}
			if other, known := byHash[sum(v)]; known && other != v.Interface() {
				t.Errorf("%s: one hash of %v and %q", of, other, show(v))
			}
			if self := v.Interface(); self == self { // no NaN
				byHash[sum(v)] = self
			}
		}
	}
	if x, y := (blank{1, 2, 3}), (blank{1, 4, 3}); sum(reflect.ValueOf(x)) != sum(reflect.ValueOf(y)) || x != y {
		t.Errorf("a blank field is hashed")
	}
	// strings that run together
	if sum(reflect.ValueOf([2]string{"ab", "c"})) == sum(reflect.ValueOf([2]string{"a", "bc"})) {
		t.Errorf("the hash knows no ends")
	}
}

func TestEqual(t *testing.T) {
	h := newHost(t)
	for _, c := range []struct {
		a, b any
		want uint64
	}{
		{named("x"), "x", 0}, {named("x"), named("x"), 1}, {[2]any{1, "a"}, [2]any{1, "a"}, 1},
		{[]int{1}, []int8{1}, 0}, {[]int{1}, nil, 0}, {struct{ v any }{nil}, struct{ v any }{nil}, 1},
		{[2]any{1, []int{}}, [2]any{2, []int{}}, 0}, // they differ before what can not be compared
	} {
		if got := h.must("gobridge_value_equal", frame{p: h.valueOf(c.a), q: h.valueOf(c.b)}).result; got != c.want {
			t.Errorf("%#v == %#v is %d", c.a, c.b, got)
		}
	}
	both := h.valueOf([2]any{1, []int{}})
	h.refuse(errUnhashable, "[]int", "gobridge_value_equal", frame{p: both, q: both})
}

// version has an order of its own.
type version string

func (v version) Compare(w version) int { return 10 * (len(v) - len(w)) }

type wrongCompare struct{}

func (wrongCompare) Compare(...wrongCompare) int   { return 0 }
func (wrongCompare) Cmp(wrongCompare) (int, error) { return 0, nil }

func TestCompare(t *testing.T) {
	h := newHost(t)
	for _, c := range []struct {
		a, b any
		want int
	}{
		{version("aa"), version("b"), 1}, {version("a"), version("bbb"), -1}, {named("aa"), named("b"), -1},
		{time.Second, time.Minute, -1}, {uint8(2), uint8(1), 1}, {float32(1), float32(math.NaN()), 1},
		{math.NaN(), math.NaN(), 0}, {time.Unix(1, 0), time.Unix(1, 0).Local(), 0},
	} {
		f := h.must("gobridge_value_compare", frame{p: h.valueOf(c.a), q: h.valueOf(c.b)})
		if int(f.result) != c.want {
			t.Errorf("%v to %v is %d", c.a, c.b, int(f.result))
		}
	}
	for _, pair := range [][2]any{{1, int8(1)}, {true, false}, {nil, nil}, {nil, 1}, {1i, 1i}, {wrongCompare{}, wrongCompare{}},
		{ptr(1), ptr(1)}, {time.Unix(1, 0), ptr(time.Unix(1, 0))}} {
		h.refuse(errWrongType, "no order", "gobridge_value_compare", frame{p: h.valueOf(pair[0]), q: h.valueOf(pair[1])})
	}
}

// refuses has methods that return errors.
type refuses struct{}

var errRefused = errors.New("refused")

func (refuses) MarshalText() ([]byte, error)  { return nil, errRefused }
func (*refuses) UnmarshalText([]byte) error   { return errRefused }
func (*refuses) UnmarshalJSON([]byte) error   { return errRefused }
func (v *level) UnmarshalText(b []byte) error { *v = level(len(b)); return nil }
func (v level) String() string                { return fmt.Sprint("level ", int(v)) }

type level int

func TestTextOfRegisteredTypes(t *testing.T) {
	h := newHost(t)
	if got := h.shownBy("gobridge_value_print", level(3)); got != "level 3" {
		t.Errorf("it prints %q", got)
	}
	if got := h.shownBy("gobridge_value_to_text", named("x")) + h.shownBy("gobridge_value_to_text", namedBytes("y")); got != "xy" {
		t.Errorf("the text is %q", got)
	}
	for _, of := range []reflect.Type{typ[level](), typ[*level](), typ[named](), typ[namedBytes]()} {
		v, err := refs.get(h.own(h.must("gobridge_value_from_text", frame{a: typeRef(of), p: h.copied([]byte("four")), b: 4}).made), "")
		if err != nil || reflect.TypeOf(v) != of {
			t.Errorf("the %s is %#v, %v", of, v, err)
		} else if l, isPointer := v.(*level); v != any(level(4)) && isPointer && *l != 4 {
			t.Errorf("the %s is %#v", of, v)
		}
	}
	h.refuse(errReturned, "refused", "gobridge_value_to_text", frame{p: h.valueOf(refuses{}), q: h.alloc(32)})
	h.refuse(errReturned, "refused", "gobridge_value_to_json", frame{p: h.valueOf([]any{refuses{}}), q: h.alloc(32)})
	in := frame{a: typeRef(typ[refuses]()), p: h.copied([]byte("{}")), b: 2, q: h.alloc(32)}
	h.refuse(errSyntax, "refused", "gobridge_value_from_text", in)
	h.refuse(errWrongType, "refused", "gobridge_value_from_json", in)
}
