package bridge

import (
	"context"
	"reflect"
	"runtime/debug"
	"sync"
	"time"
	"unsafe"
)

// task is a Go function that runs in a goroutine of its own. That goroutine is none of C's threads and touches no
// references: what the function gives stays here as Go values until a thread asks.
type task struct {
	cancel context.CancelFunc
	count  int // how many results it has for C

	done    chan struct{} // closed when it is done; the next two stay as they are then
	results []reflect.Value
	err     error

	mu       sync.Mutex  // guards what follows, and that it is told of the end
	readable *descriptor // nil until someone asks
	gone     bool        // released
}

var contextType = reflect.TypeOf((*context.Context)(nil)).Elem()

// run calls the function, and answers for whatever it does.
func (t *task) run(fn reflect.Value, in []reflect.Value) {
	t.err = errExited // stands where nothing takes its place
	defer t.finish()
	defer func() {
		if reason := recover(); reason != nil {
			t.err = panicked(reason)
		}
	}()
	debug.SetPanicOnFault(true) // C may have given it addresses
	t.results, t.err = splitError(fn.Call(in))
}

func (t *task) finish() {
	t.mu.Lock()
	defer t.mu.Unlock()
	close(t.done)
	if t.readable != nil {
		t.readable.makeReadable()
	}
}

func (t *task) isDone() bool {
	select {
	case <-t.done:
		return true
	default:
		return false
	}
}

func (t *task) descriptor() (descriptor, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.gone { // since it was looked up
		return 0, failf(errStaleRef, "task was released")
	}
	if t.readable == nil {
		d, err := newDescriptor()
		if err != nil {
			return 0, about("task", err)
		}
		t.readable = &d
		if t.isDone() {
			d.makeReadable()
		}
	}
	return *t.readable, nil
}

func (t *task) released() {
	t.cancel()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.gone = true
	if t.readable != nil {
		t.readable.close()
		t.readable = nil
	}
}

// ---- handlers ----

// taskAt gives the task that a reference names.
func taskAt(r ref) (*task, error) {
	object, err := refs.get(r, "task")
	if err != nil {
		return nil, err
	}
	t, isTask := object.(*task)
	if !isTask {
		return nil, failf(errWrongKind, "task is %s, not a task", describe(object))
	}
	return t, nil
}

func taskStart(f *frame) error {
	fn, err := funcAt(ref(f.a))
	if err != nil {
		return err
	}
	args, err := argumentsAt(f.p, f.b)
	if err != nil {
		return err
	}
	skip := 0
	if fn.Type().NumIn() > 0 && fn.Type().In(0) == contextType {
		skip = 1
	}
	in, err := arguments(f, fn.Type(), args, skip)
	if err != nil {
		return err
	}
	t := &task{count: resultCount(fn.Type()), done: make(chan struct{})}
	ctx := context.Background()
	if timeout := int64(f.c); timeout < 0 {
		ctx, t.cancel = context.WithCancel(ctx)
	} else {
		ctx, t.cancel = context.WithTimeout(ctx, time.Duration(timeout))
	}
	if skip > 0 {
		in[0] = reflect.ValueOf(ctx)
	}
	f.made = refs.make(f, t)
	go t.run(fn, in)
	return nil
}

func taskWait(f *frame) error {
	t, err := taskAt(ref(f.a))
	if err != nil {
		return err
	}
	if f.c != uint64(t.count) {
		return failf(errCount, "count is %d, and the function has %d results", f.c, t.count)
	}
	done := []reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(t.done)}}
	if _, _, _, err := wait(done, int64(f.b)); err != nil {
		return about("task", err)
	}
	if t.err != nil {
		return t.err
	}
	toValues(f, unsafe.Slice((*value)(f.p), f.c), t.results)
	return nil
}

func taskDone(f *frame) error {
	t, err := taskAt(ref(f.a))
	if err == nil && t.isDone() {
		f.result = 1
	}
	return err
}

func taskDescriptor(f *frame) error {
	t, err := taskAt(ref(f.a))
	if err != nil {
		return err
	}
	fd, err := t.descriptor()
	f.result = uint64(fd)
	return err
}

func taskCancel(f *frame) error {
	t, err := taskAt(ref(f.a))
	if err == nil {
		t.cancel()
	}
	return err
}
