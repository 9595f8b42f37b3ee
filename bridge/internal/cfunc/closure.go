package cfunc

import (
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"

	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
)

// closure is a Go func as a C function, and what a reference to one names.
type closure struct {
	ref.Handle
	*signature
	function     reflect.Value
	id           uint64
	record, code unsafe.Pointer // C's
	gone         atomic.Bool    // it is released: no call may begin
	users        atomic.Int32   // its owner and each call that runs
}

var (
	Closures  sync.Map // ids to *closure
	closureID atomic.Uint64

	// quarantine keeps closures that are over, so that one that C still calls is told from another: the oldest is freed.
	Quarantine struct {
		sync.Mutex
		Closures [1024]*closure
		oldest   int
	}
)

func newClosure(s *signature, function reflect.Value) (*closure, error) {
	c := &closure{signature: s, function: function, id: closureID.Add(1)}
	c.users.Store(1)
	var made int32
	if c.record, c.code, made = FFI.NewClosure(s.c, c.id); status.Code(made) != status.OK {
		return nil, status.Errorf(status.Code(made), "C has no memory for a closure")
	}
	Closures.Store(c.id, c)
	return c, nil
}

// Describe names it in messages.
func (*closure) Describe() string { return "a closure" }

// Released frees the C function once no call of it runs.
func (c *closure) Released() {
	c.gone.Store(true)
	c.leave()
}

// enter tells whether a call may begin, which then must leave.
func (c *closure) enter() bool {
	for n := c.users.Load(); n > 0; n = c.users.Load() {
		if c.users.CompareAndSwap(n, n+1) {
			if c.gone.Load() {
				c.leave()
				return false
			}
			return true
		}
	}
	return false
}

func (c *closure) leave() {
	if c.users.Add(-1) > 0 {
		return
	}
	c.function = reflect.Value{}
	q := &Quarantine
	q.Lock()
	defer q.Unlock()
	if oldest := q.Closures[q.oldest]; oldest != nil {
		Closures.Delete(oldest.id)
		FFI.FreeClosure(oldest.record)
	}
	q.Closures[q.oldest] = c
	q.oldest = (q.oldest + 1) % len(q.Closures)
}

// adapts says why a Go func cannot take the arguments of a signature, or not give its result.
func (s *signature) adapts(function reflect.Type) error {
	if function.IsVariadic() || function.NumIn() != s.NumIn() || function.NumOut() != s.NumOut() {
		return status.Errorf(status.WrongType, "a %s can not be a %s", function, s)
	}
	fits := func(from, to reflect.Type) bool {
		return from.AssignableTo(to) || from.Kind() == to.Kind() && from.ConvertibleTo(to)
	}
	for i := range s.in {
		if !fits(s.In(i), function.In(i)) {
			return status.Errorf(status.WrongType, "%s: func takes a %s, not a %s", parameter(i), function.In(i), s.In(i))
		}
	}
	if s.out != nil && !fits(function.Out(0), s.Out(0)) {
		return status.Errorf(status.WrongType, "result: func gives a %s, not a %s", function.Out(0), s.Out(0))
	}
	return nil
}
