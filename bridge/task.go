package bridge

import (
	"context"
	"reflect"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// task is a Go function that runs in a goroutine of its own. That goroutine is none of C's threads and touches no
// references: what the function gives stays here as Go values until a thread asks.
type task struct {
	Handle
	cancel context.CancelFunc
	plan   *plan

	done    chan struct{} // closed when it is done; the next three stay as they are then
	results []reflect.Value
	err     error // a panic, or that there was no return
	failed  error // the last result, where it is an error

	mu       sync.Mutex  // guards what follows, and that it is told of the end
	readable *descriptor // nil until someone asks
	gone     bool        // released
}

var contextType = reflect.TypeOf((*context.Context)(nil)).Elem()

func (*task) describe() string { return "a task" }

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
	t.results = t.plan.call(fn, in)
	t.failed = t.plan.failure(t.results)
	t.err = nil
}

func (t *task) finish() {
	runningTasks.Add(-1)
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
func taskAt(f *frame, r ref) (*task, error) {
	object, err := f.object(r, "task")
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
	fn, err := funcAt(f, ref(f.a))
	if err != nil {
		return err
	}
	if f.b > maxValues {
		return failf(errCount, "count: %d arguments are more than %d", f.b, maxValues)
	}
	t := &task{plan: planOf(fn.Type()), done: make(chan struct{})}
	takesContext := len(t.plan.in) > 0 && t.plan.in[0].Type == contextType
	skip := 0
	if takesContext {
		skip = 1
	}
	in, err := t.plan.arguments(f, unsafe.Slice((*value)(f.p), int(f.b)), skip)
	if err != nil {
		return err
	}
	ctx := context.Background()
	if timeout := int64(f.c); timeout < 0 {
		ctx, t.cancel = context.WithCancel(ctx)
	} else {
		ctx, t.cancel = context.WithTimeout(ctx, time.Duration(timeout))
	}
	if takesContext {
		in = append([]reflect.Value{reflect.ValueOf(ctx)}, in...)
	}
	if most := mostTasks.Load(); runningTasks.Add(1) > most {
		runningTasks.Add(-1)
		t.cancel()
		return failf(errRange, "%d tasks are running, which is the limit (gobridge_task_limit)", most)
	}
	f.made = refs.make(f, t)
	go t.run(fn, in)
	return nil
}

// Go ends a process that has more threads than debug.SetMaxThreads allows, 10,000 at first, and each task that is in a C
// function has one.
const (
	goThreads  = 10000
	ownThreads = 2000 // for all else
	maxTasks   = 1 << 20
)

var runningTasks, mostTasks atomic.Int64

func init() { mostTasks.Store(goThreads - ownThreads) }

func taskLimit(f *frame) error {
	count := int64(int32(f.a))
	if count < 0 || count > maxTasks {
		return failf(errRange, "count is %d, not from 0 to %d", count, maxTasks)
	}
	if f.result = uint64(mostTasks.Load()); count > 0 {
		debug.SetMaxThreads(max(goThreads, int(count)+ownThreads))
		mostTasks.Store(count)
	}
	return nil
}

func taskWait(f *frame) error {
	t, err := taskAt(f, ref(f.a))
	if err != nil {
		return err
	}
	if err := t.plan.takes(f.c); err != nil {
		return err
	}
	done := []reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(t.done)}}
	if _, _, _, err := wait(done, int64(f.b)); err != nil {
		return about("task", err)
	}
	if t.err != nil {
		return t.err
	}
	if t.failed != nil && f.c == uint64(len(t.plan.out)) {
		return t.failed
	}
	return t.plan.results(f, t.results, unsafe.Slice((*value)(f.p), int(f.c)))
}

func taskDone(f *frame) error {
	t, err := taskAt(f, ref(f.a))
	if err == nil && t.isDone() {
		f.result = 1
	}
	return err
}

func taskDescriptor(f *frame) error {
	t, err := taskAt(f, ref(f.a))
	if err != nil {
		return err
	}
	fd, err := t.descriptor()
	f.result = uint64(fd)
	return err
}

func taskCancel(f *frame) error {
	t, err := taskAt(f, ref(f.a))
	if err == nil {
		t.cancel()
	}
	return err
}
