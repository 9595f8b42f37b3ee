package async

import (
	"context"
	"reflect"
	"runtime/debug"
	"sync"
	"time"
	"unsafe"

	"gobridge/bridge/internal/callback"
	"gobridge/bridge/internal/calls"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
)

// task is a Go function that runs in a goroutine of its own. That goroutine is none of C's threads and touches no
// references: what the function returns stays here as Go values until a thread asks.
type task struct {
	ref.Handle
	cancel context.CancelFunc
	plan   *calls.Plan

	done    chan struct{} // closed when it is done; the next three stay as they are then
	results []reflect.Value
	err     error // a panic, or that there was no return
	failed  error // the last result, where it is an error

	mu       sync.Mutex      // guards what follows, and that it is told of the end
	readable *descriptor     // nil until someone asks
	gone     bool            // released
	told     []callback.Host // who is told of the end
}

var contextType = reflect.TypeOf((*context.Context)(nil)).Elem()

// Describe names it in messages.
func (*task) Describe() string { return "a task" }

// run calls the function, and answers for whatever it does.
func (t *task) run(fn reflect.Value, in []reflect.Value) {
	t.err = status.Exited // stands where nothing takes its place
	defer t.finish()
	defer func() {
		if reason := recover(); reason != nil {
			t.err = status.Panicked(reason)
		}
	}()
	debug.SetPanicOnFault(true) // C may have given it addresses
	t.results = t.plan.Call(fn, in)
	t.failed = t.plan.Failure(t.results)
	t.err = nil
}

func (t *task) finish() {
	runningTasks.Add(-1)
	t.mu.Lock()
	close(t.done)
	if t.readable != nil {
		t.readable.makeReadable()
	}
	told := t.told
	t.mu.Unlock()
	for _, host := range told {
		callback.C.Notify(host.Call, host.Data)
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
		return 0, status.Errorf(status.StaleRef, "task was released")
	}
	if t.readable == nil {
		d, err := newDescriptor()
		if err != nil {
			return 0, status.About("task", err)
		}
		t.readable = &d
		if t.isDone() {
			d.makeReadable()
		}
	}
	return *t.readable, nil
}

// Released cancels the task, which may go on, and closes its descriptor.
func (t *task) Released() {
	t.cancel()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.gone = true
	if t.readable != nil {
		t.readable.close()
		t.readable = nil
	}
}

// taskAt returns the task that a reference names.
func taskAt(f *frame.Frame, r frame.Ref) (*task, error) {
	object, err := ref.Object(f, r, "task")
	if err != nil {
		return nil, err
	}
	t, isTask := object.(*task)
	if !isTask {
		return nil, status.Errorf(status.WrongKind, "task is %s, not a task", ref.Describe(object))
	}
	return t, nil
}

func taskStart(f *frame.Frame) error {
	in := frame.Args[startArgs](f)
	fn, err := calls.FuncAt(f, in.Func)
	if err != nil {
		return err
	}
	if in.Count > calls.MaxValues {
		return status.Errorf(status.Count, "nargs: %d arguments are more than %d", in.Count, calls.MaxValues)
	}
	t := &task{plan: calls.PlanOf(fn.Type()), done: make(chan struct{})}
	takesContext := len(t.plan.In) > 0 && t.plan.In[0].Type == contextType
	skip := 0
	if takesContext {
		skip = 1
	}
	args, err := t.plan.Arguments(f, unsafe.Slice(in.Args, int(in.Count)), skip, 0)
	if err != nil {
		return err
	}
	ctx := context.Background()
	if timeout := in.TimeoutNs; timeout < 0 {
		ctx, t.cancel = context.WithCancel(ctx)
	} else {
		ctx, t.cancel = context.WithTimeout(ctx, time.Duration(timeout))
	}
	if takesContext {
		args = append([]reflect.Value{reflect.ValueOf(ctx)}, args...)
	}
	if most := mostTasks.Load(); runningTasks.Add(1) > most {
		runningTasks.Add(-1)
		t.cancel()
		return status.Errorf(status.Limit, "%d tasks are running, which is the limit (gobridge_task_limit)", most)
	}
	f.NewRef = ref.Table.Make(f, t)
	go t.run(fn, args)
	return nil
}

func taskWait(f *frame.Frame) error {
	in := frame.Args[waitArgs](f)
	t, err := taskAt(f, in.Task)
	if err != nil {
		return err
	}
	if err := t.plan.Takes(in.Count); err != nil {
		return err
	}
	done := []reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(t.done)}}
	if _, _, _, err := wait(f, done, in.TimeoutNs); err != nil {
		return status.About("task", err)
	}
	if t.err != nil {
		return t.err
	}
	if t.failed != nil && in.Count == uint64(len(t.plan.Out)) {
		return t.failed
	}
	return t.plan.Results(f, t.results, unsafe.Slice(in.Results, int(in.Count)))
}

func taskDone(f *frame.Frame) error {
	in := frame.Args[frame.RefArgs](f)
	t, err := taskAt(f, in.Ref)
	if err == nil && t.isDone() {
		f.Result = 1
	}
	return err
}

func taskDescriptor(f *frame.Frame) error {
	in := frame.Args[frame.RefArgs](f)
	t, err := taskAt(f, in.Ref)
	if err != nil {
		return err
	}
	fd, err := t.descriptor()
	f.Result = uint64(fd)
	return err
}

// taskOnDone has the host told when the task is done, by the goroutine that is, or another if it is done already.
func taskOnDone(f *frame.Frame) error {
	in := frame.Args[doneArgs](f)
	t, err := taskAt(f, in.Task)
	if err != nil {
		return err
	}
	host := callback.Host{Call: in.Done, Data: in.Data}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.isDone() {
		go callback.C.Notify(host.Call, host.Data)
	} else {
		t.told = append(t.told, host)
	}
	return nil
}

func taskCancel(f *frame.Frame) error {
	in := frame.Args[frame.RefArgs](f)
	t, err := taskAt(f, in.Ref)
	if err == nil {
		t.cancel()
	}
	return err
}
