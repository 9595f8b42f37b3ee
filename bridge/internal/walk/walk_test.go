package walk_test

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

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/ops"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/text"
	"gobridge/bridge/internal/walk"
)

// method is a value whose methods do what a test wants.
type method struct{ do func() string }

func (m method) String() string { return m.do() }

func (m method) MarshalJSON() ([]byte, error) { return json.Marshal(m.do()) }

func (m method) MarshalText() ([]byte, error) { return []byte(m.do()), nil }

func (m method) Compare(method) int { return len(m.do()) }

var walks = []string{
	"gobridge_value_print", "gobridge_value_to_json", "gobridge_value_to_text", "gobridge_value_compare"}

// thread makes calls as a thread of its own.
type thread struct{ frame.Thread }

func (c *thread) call(t testing.TB, name string, f frame.Frame) (frame.Frame, status.Code) {
	f.Op, f.Thread = hosttest.NumberCalls()[name], &c.Thread
	ops.Enter(unsafe.Pointer(&f))
	return f, f.Status
}

// A method of a value that is walked over may call this library on the same thread; another thread waits until the walk
// is over.
func TestMethodsCallBack(t *testing.T) {
	for _, walk := range walks {
		h := hosttest.New(t)
		m := h.NewRef(map[int]int{1: 1})
		variable := h.NewRef(hosttest.Ptr("text"))
		var other, walker thread
		key, elem := h.In(reflect.ValueOf(2)), h.In(reflect.ValueOf(1))
		inner, loaded, out := h.Alloc(32), h.Alloc(32), h.Alloc(32)
		within := h.ValueOf([]int{1})
		done := make(chan bool)
		var over atomic.Bool
		v := h.ValueOf(method{func() string {
			if f, code := walker.call(t, "gobridge_reflect_maplen", frame.Frame{Slots: frame.Slots{A: uint64(m)}}); code != status.OK || f.Result != 1 {
				t.Errorf("%s: the length is %d, status %d", walk, f.Result, code)
			}
			if _, code := walker.call(t, "gobridge_runtime_mapassign", frame.Frame{Slots: frame.Slots{A: uint64(m), P: key, Q: elem}}); code != status.OK {
				t.Errorf("%s: status %d", walk, code)
			}
			if _, code := walker.call(t, "gobridge_value_print", frame.Frame{Slots: frame.Slots{P: within, Q: inner}}); code != status.OK {
				t.Errorf("%s: status %d", walk, code)
			}
			go func() {
				_, code := other.call(t, "gobridge_value_load", frame.Frame{Slots: frame.Slots{A: uint64(variable), P: loaded}})
				if !over.Load() || code != status.OK {
					t.Errorf("%s: another thread did not wait, status %d", walk, code)
				}
				close(done)
			}()
			time.Sleep(20 * time.Millisecond)
			over.Store(true)
			return "done"
		}})
		f := frame.Frame{Slots: frame.Slots{P: v, Q: out}}
		if walk == "gobridge_value_compare" {
			f.Q = v
		}
		f, code := walker.call(t, walk, f)
		if code != status.OK || f.Held != 0 {
			t.Errorf("%s: status %d, it still holds %d: %s", walk, code, f.Held, hosttest.Text(walker.Failure.Message[:]))
		}
		if f.NewRef != 0 {
			h.Own(f.NewRef)
		}
		<-done
		h.Own((*frame.Value)(inner).Owner)
		h.Own((*frame.Value)(loaded).Owner)
	}
}

// Whatever a method does, no lock stays held.
func TestMethodsThatFail(t *testing.T) {
	h := hosttest.New(t)
	for _, walk := range walks {
		for want, do := range map[status.Code]func() string{
			status.Panic: func() string { panic("no") }, status.Goexit: func() string { runtime.Goexit(); return "" }} {
			v := h.ValueOf(method{do})
			f := frame.Frame{Slots: frame.Slots{P: v, Q: v}}
			if walk == "gobridge_value_print" && want == status.Panic { // fmt shows it
				if got := h.ShownBy(walk, method{do}); got != "%!v(PANIC=String method: no)" {
					t.Errorf("it prints %q", got)
				}
				continue
			}
			oldExit := ops.Exit
			ops.Exit = func(unsafe.Pointer) {} // there is no C to go back to
			finished := make(chan frame.Frame)
			go func() {
				defer func() { finished <- f }()
				f.Op, f.Thread = hosttest.NumberCalls()[walk], &hosttest.Tester
				ops.Enter(unsafe.Pointer(&f))
			}()
			f = <-finished
			ops.Exit = oldExit
			if f.Status != want || f.Held != 0 || frame.AllLocksHolder.Load() != nil {
				t.Errorf("%s: status %d, not %d; it holds %d", walk, f.Status, want, f.Held)
			}
			h.Must("gobridge_value_follow", frame.Frame{Slots: frame.Slots{A: uint64(h.NewRef(hosttest.Ptr(1))), P: h.Alloc(32)}})
		}
		h.Forget()
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
	h := hosttest.New(t)
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
	vast := reflect.New(reflect.ArrayOf(1<<28, reflect.ArrayOf(1<<28, hosttest.Typ[struct{}]()))).Elem().Interface()
	const printIt, encodeIt = "gobridge_value_print", "gobridge_value_to_json"
	const hashIt, equalIt = "gobridge_value_hash", "gobridge_value_equal"
	for _, c := range []struct {
		v    any
		want map[string]status.Code
	}{
		{circle, map[string]status.Code{printIt: status.OK, encodeIt: status.TooDeep, hashIt: status.OK}},
		{embedded{circle}, map[string]status.Code{printIt: status.OK, encodeIt: status.TooDeep, hashIt: status.OK}},
		{alone, map[string]status.Code{printIt: status.OK, encodeIt: status.OK}}, {secret, map[string]status.Code{printIt: status.OK, encodeIt: status.OK}},
		{self, map[string]status.Code{printIt: status.TooDeep, encodeIt: status.TooDeep}},
		{map[any]int{[1]any{&self}: 1}, map[string]status.Code{printIt: status.OK}},
		{&self, map[string]status.Code{printIt: status.TooDeep, encodeIt: status.TooDeep, hashIt: status.OK, equalIt: status.OK}},
		{hosttest.Ptr(&self), map[string]status.Code{printIt: status.OK, encodeIt: status.TooDeep}},
		{inSlice, map[string]status.Code{printIt: status.TooDeep, encodeIt: status.TooDeep}},
		{nameless{self}, map[string]status.Code{printIt: status.OK}}, {[]any{nameless{self}}, map[string]status.Code{printIt: status.OK}},
		{struct{ s nameless }{nameless{self}}, map[string]status.Code{printIt: status.TooDeep, encodeIt: status.OK}},
		{method{func() string { return "" }}, map[string]status.Code{printIt: status.OK, encodeIt: status.OK, hashIt: status.Unhashable}},
		{linked(walk.MaxNesting), map[string]status.Code{printIt: status.OK, encodeIt: status.OK}},
		{linked(walk.MaxNesting + 1), map[string]status.Code{encodeIt: status.TooDeep}},
		{wrapsItself(), map[string]status.Code{printIt: status.TooDeep, encodeIt: status.TooDeep}},
		{[]any{joinsItself()}, map[string]status.Code{printIt: status.TooDeep}},
		{nested(walk.MaxNesting / 2), map[string]status.Code{printIt: status.OK, encodeIt: status.OK}},
		{nested(walk.MaxNesting), map[string]status.Code{printIt: status.OK, encodeIt: status.OK}},
		{nested(walk.MaxNesting + 1), map[string]status.Code{printIt: status.TooDeep, encodeIt: status.TooDeep}},
		{nestedArrays(walk.MaxNesting), map[string]status.Code{printIt: status.OK, hashIt: status.OK, equalIt: status.OK}},
		{nestedArrays(walk.MaxNesting + 1), map[string]status.Code{printIt: status.TooDeep, hashIt: status.TooDeep, equalIt: status.TooDeep}},
		{nestedArrays(3000000), map[string]status.Code{
			printIt: status.TooDeep, encodeIt: status.TooDeep, hashIt: status.TooDeep, equalIt: status.TooDeep}},
		{wide, map[string]status.Code{printIt: status.Limit, encodeIt: status.Limit}},
		{wideArray, map[string]status.Code{hashIt: status.Limit, equalIt: status.Limit}},
		{vast, map[string]status.Code{printIt: status.Limit, encodeIt: status.Limit, hashIt: status.Limit, equalIt: status.Limit}},
		{make([]struct{}, math.MaxInt32), map[string]status.Code{printIt: status.Limit, encodeIt: status.Limit}},
		{make([][0]func(), math.MaxInt32), map[string]status.Code{printIt: status.Limit}},
		{[]string{strings.Repeat("x", walk.MaxWalk)}, map[string]status.Code{printIt: status.Limit}},
		{strings.Repeat("x", 1<<20), map[string]status.Code{printIt: status.OK, encodeIt: status.OK, hashIt: status.OK, equalIt: status.OK}},
		{nil, map[string]status.Code{printIt: status.OK, encodeIt: status.OK, hashIt: status.OK, equalIt: status.OK}},
		{[]any{nil, (*ring)(nil), tree(nil), error(nil)}, map[string]status.Code{printIt: status.OK, encodeIt: status.OK}},
	} {
		for name, want := range c.want {
			f := frame.Frame{Slots: frame.Slots{P: h.ValueOf(c.v), Q: h.Alloc(32)}}
			if name == equalIt {
				f.Q = f.P
			}
			f, got, message := hosttest.Call(t, name, f)
			if got != want {
				t.Errorf("%s of a %T: status %d, not %d: %s", name, c.v, got, want, message)
			}
			if f.NewRef != 0 {
				h.Release(f.NewRef)
			}
			h.Forget()
		}
	}
}

// Equal values have equal hashes, and so have the same values again.
func TestHashes(t *testing.T) {
	g := hosttest.NewGenerator(t)
	sum := func(v reflect.Value) uint64 {
		var h maphash.Hash
		h.SetSeed(text.HashSeed)
		if err := text.Hash(&h, v); err != nil {
			t.Errorf("%s: %v", v.Type(), err)
		}
		return h.Sum64()
	}
	type blank struct {
		a int8
		_ int8
		b int32
	}
	for _, of := range append(hosttest.KeyTypes, hosttest.Typ[blank](), hosttest.Typ[struct{ A, B any }](), hosttest.Typ[[3]float32](), hosttest.Typ[complex128]()) {
		byHash := map[uint64]any{}
		for i := 0; i < 300; i++ {
			v, w := g.Value(of, true), g.Value(of, true)
			same, err := text.Equal(v.Interface(), w.Interface())
			if err != nil {
				t.Fatal(err)
			}
			if same && sum(v) != sum(w) {
				t.Errorf("%s: %q and %q are equal, and their hashes are not", of, hosttest.Show(v), hosttest.Show(w))
			}
			if sum(v) != sum(hosttest.Addressable(v)) {
				t.Errorf("%s: two hashes of %q", of, hosttest.Show(v))
			}
			if of == hosttest.Typ[blank]() || strings.Contains(of.String(), "_") {
				continue // reflect's structs have == compare blank fields, others do not
			}
			if other, known := byHash[sum(v)]; known && other != v.Interface() {
				t.Errorf("%s: one hash of %v and %q", of, other, hosttest.Show(v))
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
	h := hosttest.New(t)
	for _, c := range []struct {
		a, b any
		want uint64
	}{
		{hosttest.Named("x"), "x", 0}, {hosttest.Named("x"), hosttest.Named("x"), 1}, {[2]any{1, "a"}, [2]any{1, "a"}, 1},
		{[]int{1}, []int8{1}, 0}, {[]int{1}, nil, 0}, {struct{ v any }{nil}, struct{ v any }{nil}, 1},
		{[2]any{1, []int{}}, [2]any{2, []int{}}, 0}, // they differ before what can not be compared
	} {
		if got := h.Must("gobridge_value_equal", frame.Frame{Slots: frame.Slots{P: h.ValueOf(c.a), Q: h.ValueOf(c.b)}}).Result; got != c.want {
			t.Errorf("%#v == %#v is %d", c.a, c.b, got)
		}
	}
	both := h.ValueOf([2]any{1, []int{}})
	h.Refuse(status.Unhashable, "[]int", "gobridge_value_equal", frame.Frame{Slots: frame.Slots{P: both, Q: both}})
}

// version has an order of its own.
type version string

func (v version) Compare(w version) int { return 10 * (len(v) - len(w)) }

type wrongCompare struct{}

func (wrongCompare) Compare(...wrongCompare) int { return 0 }

func (wrongCompare) Cmp(wrongCompare) (int, error) { return 0, nil }

func TestCompare(t *testing.T) {
	h := hosttest.New(t)
	for _, c := range []struct {
		a, b any
		want int
	}{
		{version("aa"), version("b"), 1}, {version("a"), version("bbb"), -1}, {hosttest.Named("aa"), hosttest.Named("b"), -1},
		{time.Second, time.Minute, -1}, {uint8(2), uint8(1), 1}, {float32(1), float32(math.NaN()), 1},
		{math.NaN(), math.NaN(), 0}, {time.Unix(1, 0), time.Unix(1, 0).Local(), 0},
	} {
		f := h.Must("gobridge_value_compare", frame.Frame{Slots: frame.Slots{P: h.ValueOf(c.a), Q: h.ValueOf(c.b)}})
		if int(f.Result) != c.want {
			t.Errorf("%v to %v is %d", c.a, c.b, int(f.Result))
		}
	}
	for _, pair := range [][2]any{{1, int8(1)}, {true, false}, {nil, nil}, {nil, 1}, {1i, 1i}, {wrongCompare{}, wrongCompare{}},
		{hosttest.Ptr(1), hosttest.Ptr(1)}, {time.Unix(1, 0), hosttest.Ptr(time.Unix(1, 0))}} {
		h.Refuse(status.WrongType, "no order", "gobridge_value_compare", frame.Frame{Slots: frame.Slots{P: h.ValueOf(pair[0]), Q: h.ValueOf(pair[1])}})
	}
}

// refuses has methods that return errors.
type refuses struct{}

var errRefused = errors.New("refused")

func (refuses) MarshalText() ([]byte, error) { return nil, errRefused }

func (*refuses) UnmarshalText([]byte) error { return errRefused }

func (*refuses) UnmarshalJSON([]byte) error { return errRefused }

func (v *level) UnmarshalText(b []byte) error { *v = level(len(b)); return nil }

func (v level) String() string { return fmt.Sprint("level ", int(v)) }

type level int

func TestTextOfRegisteredTypes(t *testing.T) {
	h := hosttest.New(t)
	if got := h.ShownBy("gobridge_value_print", level(3)); got != "level 3" {
		t.Errorf("it prints %q", got)
	}
	if got := h.ShownBy("gobridge_value_to_text", hosttest.Named("x")) + h.ShownBy("gobridge_value_to_text", hosttest.NamedBytes("y")); got != "xy" {
		t.Errorf("the text is %q", got)
	}
	for _, of := range []reflect.Type{hosttest.Typ[level](), hosttest.Typ[*level](), hosttest.Typ[hosttest.Named](), hosttest.Typ[hosttest.NamedBytes]()} {
		v, err := ref.Table.Get(h.Own(h.Must("gobridge_value_from_text", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(of), P: h.Copied([]byte("four")), B: 4}}).NewRef), "")
		if err != nil || reflect.TypeOf(v) != of {
			t.Errorf("the %s is %#v, %v", of, v, err)
		} else if l, isPointer := v.(*level); v != any(level(4)) && isPointer && *l != 4 {
			t.Errorf("the %s is %#v", of, v)
		}
	}
	h.Refuse(status.Returned, "refused", "gobridge_value_to_text", frame.Frame{Slots: frame.Slots{P: h.ValueOf(refuses{}), Q: h.Alloc(32)}})
	h.Refuse(status.Returned, "refused", "gobridge_value_to_json", frame.Frame{Slots: frame.Slots{P: h.ValueOf([]any{refuses{}}), Q: h.Alloc(32)}})
	in := frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[refuses]()), P: h.Copied([]byte("{}")), B: 2, Q: h.Alloc(32)}}
	h.Refuse(status.Syntax, "refused", "gobridge_value_from_text", in)
	h.Refuse(status.WrongType, "refused", "gobridge_value_from_json", in)
}
