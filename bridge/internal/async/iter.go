package async

import (
	"reflect"
	"runtime/debug"
	"sync"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/interrupt"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// iterator pulls from a func that returns one value after the other. The func runs in a goroutine, for the host's threads, on
// which Go code is locked, may not share coroutines, as iter.Pull would have it.
type iterator struct {
	ref.Handle
	seq     reflect.Value
	next    chan struct{} // the host wants one
	items   chan item
	stop    chan struct{} // it was released
	release sync.Once

	mu                  sync.Mutex // a thread at a time asks; it guards what follows
	begun, asked, ended bool       // asked: for one that has not come yet
}

// item is what the func gives: values, or its end, if that has a reason with it.
type item struct {
	values []reflect.Value
	ended  bool
	err    error
}

// Describe names it in messages.
func (*iterator) Describe() string { return "an iterator of a func" }

// Released ends the func at its next value.
func (i *iterator) Released() { i.release.Do(func() { close(i.stop) }) }

// isSeq tells whether a type is that of iter.Seq or iter.Seq2.
func isSeq(t reflect.Type) bool {
	if t.Kind() != reflect.Func || t.IsVariadic() || t.NumIn() != 1 || t.NumOut() != 0 || t.In(0).Kind() != reflect.Func {
		return false
	}
	yield := t.In(0)
	return !yield.IsVariadic() && (yield.NumIn() == 1 || yield.NumIn() == 2) && yield.NumOut() == 1 && yield.Out(0).Kind() == reflect.Bool
}

func iterNew(f *frame.Frame) error {
	seq, err := value.At(f, frame.Args[frame.RefArgs](f).Ref, "seq")
	switch {
	case err != nil:
		return err
	case !isSeq(seq.Type()):
		return status.Errorf(status.WrongKind, "seq is a %s, no func(yield func(V) bool) or func(yield func(K, V) bool)", seq.Type())
	case seq.IsNil():
		return status.Errorf(status.Nil, "seq is a nil %s", seq.Type())
	}
	f.NewRef = ref.Table.Make(f, &iterator{seq: seq, next: make(chan struct{}), items: make(chan item), stop: make(chan struct{})})
	return nil
}

// run calls the func, and answers for whatever it does.
func (i *iterator) run() {
	end := item{ended: true, err: status.Exited} // stands where nothing takes its place
	defer func() { i.give(end) }()
	defer func() {
		if reason := recover(); reason != nil {
			end.err = status.Panicked(reason)
		}
	}()
	debug.SetPanicOnFault(true) // C may have given it addresses
	yield := i.seq.Type().In(0)
	i.seq.Call([]reflect.Value{reflect.MakeFunc(yield, func(values []reflect.Value) []reflect.Value {
		goOn := i.give(item{values: values}) && i.wanted()
		return []reflect.Value{reflect.ValueOf(goOn).Convert(yield.Out(0))}
	})})
	end.err = nil
}

func (i *iterator) give(it item) bool {
	select {
	case i.items <- it:
		return true
	case <-i.stop:
		return false
	}
}

func (i *iterator) wanted() bool {
	select {
	case <-i.next:
		return true
	case <-i.stop:
		return false
	}
}

// pull returns the next item. Where the host interrupts the wait, that item is for who asks next.
func (i *iterator) pull(mark *uint32) (item, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	switch {
	case i.ended:
		return item{ended: true}, nil
	case i.asked:
	case !i.begun:
		i.begun = true
		go i.run()
	default:
		select {
		case i.next <- struct{}{}:
		case <-i.stop:
		}
	}
	i.asked = true
	wake := interrupt.Begin(mark)
	defer interrupt.End(wake)
	for {
		select {
		case it := <-i.items:
			i.asked, i.ended = false, it.ended
			return it, it.err
		case <-i.stop:
			return item{}, status.Errorf(status.StaleRef, "iter was released")
		case <-wake:
			if err := interrupt.Take(mark); err != nil {
				return item{}, err
			}
		}
	}
}

func iterNext(f *frame.Frame) error {
	in := frame.Args[iterArgs](f)
	object, err := ref.Object(f, in.Iter, "iter")
	if err != nil {
		return err
	}
	i, isIterator := object.(*iterator)
	if !isIterator {
		return status.Errorf(status.WrongKind, "iter is %s, not an iterator of a func", ref.Describe(object))
	}
	claim(in.First)
	if in.Second != nil {
		claim(in.Second)
	}
	it, err := i.pull(f.Thread.Interrupted)
	if err != nil {
		return err
	}
	places := []*frame.Value{in.First, in.Second}
	for n, to := range places {
		switch {
		case to == nil:
		case n < len(it.values):
			*to = value.Encode(f, it.values[n])
		default:
			*to = frame.Value{}
		}
	}
	if !it.ended {
		f.Result = 1
	}
	return nil
}

// iterArgs is what such a call hands in: an iterator of a func.
//
//gobridge:mirror gobridge_iterator_args
type iterArgs struct {
	First  *frame.Value
	Second *frame.Value
	Iter   frame.Ref
}
