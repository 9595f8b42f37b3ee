package bridge

import (
	"context"
	"errors"
	"os"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// start starts a Go function as a task that is released when the test is over.
func (h *host) start(fn any, timeout uint64, args ...value) ref {
	h.Helper()
	return h.own(h.must("gobridge_task_start", h.starting(fn, timeout, args...)).made)
}

func (h *host) starting(fn any, timeout uint64, args ...value) frame {
	h.Helper()
	p := h.alloc(uintptr(len(args))*unsafe.Sizeof(value{}) + 1)
	copy(unsafe.Slice((*value)(p), len(args)), args)
	return frame{a: uint64(h.name(fn)), b: uint64(len(args)), c: timeout, p: p}
}

// results waits for a task and gives what C gets, numbers and texts.
func (h *host) results(task ref, count int) (got []any) {
	h.Helper()
	p := h.alloc(uintptr(count)*unsafe.Sizeof(value{}) + 1)
	f := h.must("gobridge_task_wait", frame{a: uint64(task), b: forEver, c: uint64(count), p: p})
	if f.made != 0 {
		h.Errorf("waiting made %#x", uint64(f.made))
	}
	for _, v := range unsafe.Slice((*value)(p), count) {
		switch v.kind {
		case uint32(reflect.String):
			got = append(got, strings.Clone(v.shown()))
		case kindRef:
			of, err := valueAt(&frame{}, ref(v.as), "")
			if err != nil {
				h.Fatal(err)
			}
			got = append(got, of.Interface())
		case 0:
			got = append(got, nil)
		default:
			n, err := v.scalar()
			if err != nil {
				h.Fatal(err)
			}
			got = append(got, n.Interface())
		}
		if v.owner != 0 {
			h.must("gobridge_release", frame{a: uint64(v.owner)})
		}
	}
	return got
}

func (h *host) isDone(task ref) bool {
	h.Helper()
	return h.must("gobridge_task_done", frame{a: uint64(task)}).result == 1
}

func waiting(task ref, timeout uint64) frame { return frame{a: uint64(task), b: timeout} }

// untilCancelled is a function that only its context ends.
func untilCancelled(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestTasksGiveResults(t *testing.T) {
	h := newHost(t)
	one, two := number(reflect.Int, 1), number(reflect.Int8, 2)
	for _, c := range []struct {
		fn   any
		args []value
		want []any
	}{
		{func() {}, nil, nil},
		{func() int { return 7 }, nil, []any{7}},
		{func(a int64, b string) (string, int64) { return b + "!", -a }, []value{two, h.text("hi")}, []any{"hi!", int64(-2)}},
		{func(m map[string]int) int { return len(m) }, []value{h.reference(map[string]int{"a": 1})}, []any{1}},
		{func() map[string]int { return map[string]int{"a": 1} }, nil, []any{map[string]int{"a": 1}}},
		{func() (any, []int, *int) { return nil, nil, nil }, nil, []any{nil, nil, nil}},
		{func() (int, error) { return 1, nil }, nil, []any{1}},
		{func() error { return nil }, nil, nil},
		{func() (error, error) { return os.ErrExist, nil }, nil, []any{os.ErrExist}},
		{func(ctx context.Context) bool { return ctx.Err() == nil }, nil, []any{true}},
		{func(ctx context.Context, a int) int { return a }, []value{one}, []any{1}},
		{func(ctx any) bool { return ctx == nil }, []value{{}}, []any{true}},
		{func(a ...int) int { return len(a) }, nil, []any{0}},
		{func(a ...int) int { return a[0] + a[1] }, []value{one, two}, []any{3}},
		{func(ctx context.Context, s string, a ...any) int { return len(s) + len(a) }, []value{h.text("s"), one, {}}, []any{3}},
		{func(ctx ...context.Context) int { return len(ctx) }, nil, []any{0}},
		{func(fn func() int) int { return fn() }, []value{h.reference(func() int { return 5 })}, []any{5}},
		{time.Second.String, nil, []any{"1s"}},
	} {
		task := h.start(c.fn, forEver, c.args...)
		for again := 0; again < 2; again++ {
			if got := h.results(task, len(c.want)); !reflect.DeepEqual(got, c.want) {
				t.Errorf("%T gives %#v, not %#v", c.fn, got, c.want)
			}
		}
		if !h.isDone(task) {
			t.Errorf("%T has given its results and is not done", c.fn)
		}
	}
}

func TestTasksAreNotStarted(t *testing.T) {
	h := newHost(t)
	one := number(reflect.Int, 1)
	for _, c := range []struct {
		fn    any
		args  []value
		want  status
		words string
	}{
		{1, nil, errWrongKind, "func is a int, not a function"},
		{(func())(nil), nil, errNil, "func is a nil func()"},
		{func() {}, []value{one}, errCount, "args: 1 for a function of 0"},
		{func(int) {}, nil, errCount, "of 1"},
		{func(int, ...int) {}, nil, errCount, "of at least 1"},
		{func(context.Context) {}, []value{{}}, errCount, "of 0"},
		{func(context.Context, int) {}, nil, errCount, "of 1"},
		{func(int, int8) {}, []value{one, number(reflect.Int, 300)}, errRange, "args[1]: "},
		{func(string) {}, []value{one}, errWrongType, "args[0]: "},
		{func(...string) {}, []value{h.text("s"), one}, errWrongType, "args[1]: "},
		{func(context.Context, string) {}, []value{one}, errWrongType, "args[0]: "},
		{func(int) {}, []value{{kind: kindRef, as: 1 << 63}}, errForgedRef, "args[0]: "},
		{func(string) {}, []value{{kind: uint32(reflect.String), as: 1, len: 1}}, errNull, "args[0]: "},
	} {
		h.refuse(c.want, c.words, "gobridge_task_start", h.starting(c.fn, forEver, c.args...))
	}
	f := h.starting(func(...int) {}, forEver)
	for _, f.b = range []uint64{maxValues + 1, 1 << 63} {
		h.refuse(errCount, "count", "gobridge_task_start", f)
	}
	if !underASan {
		f.b, f.p = 1, wildAddress(t)
		h.refuse(errPanic, "panic: ", "gobridge_task_start", f)
	}
}

func wildAddress(t *testing.T) unsafe.Pointer {
	nothing, err := syscall.Mmap(-1, 0, 4096, syscall.PROT_NONE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Munmap(nothing) })
	return unsafe.Pointer(&nothing[0])
}

// worst is an error that can not say what it is.
type worst struct{ does func() }

func (w worst) Error() string { w.does(); return "" }

func failingDeep() { panic("deep down") }

func TestTasksThatFail(t *testing.T) {
	h := newHost(t)
	for _, c := range []struct {
		what  string
		fn    any
		want  status
		words string
		stack string
	}{
		{"an error", func() (int, error) { return 1, errors.New("no luck") }, errReturned, "no luck", ""},
		{"a panic", func() (int, error) { failingDeep(); return 1, nil }, errPanic, "panic: deep down", "failingDeep"},
		{"a fault", func() int { return **(**int)(nil) }, errPanic, "nil pointer dereference", "task_test.go"},
		{"Goexit", func() int { runtime.Goexit(); return 1 }, errGoexit, "runtime.Goexit", ""},
		{"an error that panics", func() (int, error) { return 1, worst{func() { panic("worst") }} }, errPanic, "worst", "Error"},
		{"an error that ends", func() (int, error) { return 1, worst{runtime.Goexit} }, errGoexit, "runtime.Goexit", ""},
		{"a panic that ends", func() int { panic(worst{runtime.Goexit}) }, errGoexit, "runtime.Goexit", ""},
	} {
		task := h.start(c.fn, forEver)
		for again := 0; again < 2; again++ {
			f, status, message := call(t, "gobridge_task_wait", frame{a: uint64(task), b: forEver, c: 1, p: h.alloc(32)})
			if status != c.want || !strings.Contains(message, c.words) || f.made != 0 {
				t.Errorf("%s: status %d, not %d: %s", c.what, status, c.want, message)
			}
			if stack := text(f.caller.failure.stack[:]); !strings.Contains(stack, c.stack) || c.stack == "" && stack != "" {
				t.Errorf("%s: stack %q, without %q", c.what, stack, c.stack)
			}
		}
		if !h.isDone(task) {
			t.Errorf("%s: the task is not done", c.what)
		}
	}
}

// A wild address that C hands to the function is a panic there too.
func TestTasksThatFault(t *testing.T) {
	if underASan {
		t.Skip("ASan is in the way")
	}
	h := newHost(t)
	task := h.start(func(p unsafe.Pointer) int { return *(*int)(p) }, forEver, h.reference(wildAddress(t)))
	h.refuse(errPanic, "panic: ", "gobridge_task_wait", frame{a: uint64(task), b: forEver, c: 1, p: h.alloc(32)})
}

func TestWaitingForTasks(t *testing.T) {
	h := newHost(t)
	task := h.start(func(ctx context.Context) (int, error) { return 1, untilCancelled(ctx) }, forEver)
	f := frame{a: uint64(task), c: 1, p: h.at(value{kind: 7})}
	h.refuse(errTimeout, "task: ", "gobridge_task_wait", f)
	const wait = 20 * time.Millisecond
	begin := time.Now()
	f.b = uint64(wait)
	h.refuse(errTimeout, "task: ", "gobridge_task_wait", f)
	if took := time.Since(begin); took < wait || took > 100*wait {
		t.Errorf("waited for %v", took)
	}
	if *(*value)(f.p) != (value{kind: 7}) {
		t.Errorf("the time was over, and C's value is %+v", *(*value)(f.p))
	}
	for _, f.c = range []uint64{0, 3, forEver} {
		h.refuse(errCount, "of a function that gives 1", "gobridge_task_wait", f)
	}
	if h.isDone(task) {
		t.Error("the task is done")
	}
	for again := 0; again < 2; again++ {
		h.must("gobridge_task_cancel", frame{a: uint64(task)})
	}
	f.b, f.c = forEver, 1
	h.refuse(errReturned, ": context canceled", "gobridge_task_wait", f)
	if !h.isDone(task) {
		t.Error("the task is not done")
	}
	h.must("gobridge_task_cancel", frame{a: uint64(task)})
	h.refuse(errReturned, ": context canceled", "gobridge_task_wait", f)
}

func TestDeadlinesOfTasks(t *testing.T) {
	h := newHost(t)
	for _, timeout := range []time.Duration{0, 1, 20 * time.Millisecond} {
		begin := time.Now()
		task := h.start(untilCancelled, uint64(timeout))
		h.refuse(errReturned, ": context deadline exceeded", "gobridge_task_wait", waiting(task, forEver))
		if took := time.Since(begin); took < timeout || took > timeout+2*time.Second {
			t.Errorf("a task of %v took %v", timeout, took)
		}
	}
	// a function that takes no context is not stopped
	task := h.start(func() int { time.Sleep(10 * time.Millisecond); return 1 }, 0)
	if got := h.results(task, 1); got[0] != 1 {
		t.Errorf("%v", got)
	}
	// the context lives on after its function, as what it has left running may need it, until the task is released
	var left context.Context
	task = h.must("gobridge_task_start", h.starting(func(ctx context.Context) { left = ctx }, forEver)).made
	h.results(task, 0)
	if left.Err() != nil {
		t.Errorf("the context ends with the function: %v", left.Err())
	}
	h.release(task)
	if left.Err() != context.Canceled {
		t.Errorf("the context of a task that was released: %v", left.Err())
	}
}

// poller is epoll.
type poller int

func newPoller(t *testing.T) poller {
	fd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(fd) })
	return poller(fd)
}

func (p poller) add(t *testing.T, fd int32) {
	event := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: fd}
	if err := syscall.EpollCtl(int(p), syscall.EPOLL_CTL_ADD, int(fd), &event); err != nil {
		t.Fatal(err)
	}
}

// readable gives the descriptors that are readable after some milliseconds at most.
func (p poller) readable(t *testing.T, timeout int) (fds []int32) {
	var events [64]syscall.EpollEvent
	n, err := syscall.EpollWait(int(p), events[:], timeout)
	for err == syscall.EINTR {
		n, err = syscall.EpollWait(int(p), events[:], timeout)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range events[:n] {
		if event.Events != syscall.EPOLLIN {
			t.Errorf("event %#x", event.Events)
		}
		fds = append(fds, event.Fd)
	}
	return fds
}

func (h *host) descriptor(task ref) int32 {
	h.Helper()
	return int32(h.must("gobridge_task_descriptor", frame{a: uint64(task)}).result)
}

// openFiles counts the descriptors of the process.
func openFiles(t *testing.T) int {
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}

func TestDescriptors(t *testing.T) {
	h := newHost(t)
	p := newPoller(t)
	before := openFiles(t)
	const tasks = 20
	var made [tasks]ref
	ends := map[int32]chan error{}
	for i := range made {
		end := make(chan error)
		made[i] = h.must("gobridge_task_start", h.starting(func() error { return <-end }, forEver)).made
		fd := h.descriptor(made[i])
		if again := h.descriptor(made[i]); again != fd || ends[fd] != nil {
			t.Fatalf("descriptor %d, then %d", fd, again)
		}
		ends[fd] = end
		p.add(t, fd)
	}
	if now := openFiles(t); now != before+tasks {
		t.Errorf("%d files are open, %d were", now, before)
	}
	if fds := p.readable(t, 20); len(fds) != 0 {
		t.Errorf("%v are readable and no task is done", fds)
	}
	done := 0
	for fd, end := range ends {
		end <- errors.New("whatever it is")
		for done++; len(p.readable(t, 10000)) < done; { // those that are done stay readable
		}
		buffer := make([]byte, 8)
		for i := 0; i < 3; i++ { // though the host reads them, which it should not
			if n, err := syscall.Read(int(fd), buffer); n != 8 || err != nil {
				t.Errorf("reading: %d bytes, %v", n, err)
			}
		}
		if fds := p.readable(t, 0); len(fds) != done {
			t.Errorf("%d tasks are done, and %v readable", done, fds)
		}
	}
	h.release(made[:]...)
	if now := openFiles(t); now != before {
		t.Errorf("%d files are open, %d were", now, before)
	}
}

// The end of a task meets the first request of its descriptor, and its release: no end is missed, no file stays open.
func TestDescriptorsRace(t *testing.T) {
	h := newHost(t)
	p := newPoller(t)
	before := openFiles(t)
	for i := 0; i < 3000; i++ {
		task := h.must("gobridge_task_start", h.starting(func() {}, forEver)).made
		for spin := 0; spin < i%100; spin++ {
			runtime.Gosched()
		}
		fd := h.descriptor(task)
		p.add(t, fd)
		if fds := p.readable(t, 10000); len(fds) != 1 || fds[0] != fd {
			t.Fatalf("%v are readable, not %d", fds, fd)
		}
		h.release(task)
		h.release(h.owned...)
		h.owned = nil
		h.forget()
	}
	for i := 0; i < 3000; i++ {
		task := h.must("gobridge_task_start", h.starting(func() {}, forEver)).made
		asked := make(chan status)
		go func() { // call is for one thread
			f := frame{a: uint64(task), op: numberCalls()["gobridge_task_descriptor"], caller: new(caller)}
			enter(unsafe.Pointer(&f))
			asked <- f.status
		}()
		for spin := 0; spin < i%10; spin++ {
			runtime.Gosched()
		}
		h.release(append(h.owned, task)...)
		h.owned = nil
		h.forget()
		if status := <-asked; status != ok && status != errStaleRef {
			t.Errorf("status %d", status)
		}
	}
	if now := openFiles(t); now != before {
		t.Errorf("%d files are open, %d were", now, before)
	}
}

func TestDescriptorsRunOut(t *testing.T) {
	h := newHost(t)
	task := h.start(func() {}, forEver)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	none := limit
	none.Cur = 0
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &none); err != nil {
		t.Fatal(err)
	}
	_, status, message := call(t, "gobridge_task_descriptor", frame{a: uint64(task)})
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if status != errSystem || !strings.Contains(message, "too many open files") {
		t.Errorf("status %d: %s", status, message)
	}
	h.descriptor(task) // there is one again
}

// A task that runs is cancelled and forgotten when it is released; only its function is left, until it returns.
func TestRunningTasksAreReleased(t *testing.T) {
	const tasks = 50
	h := newHost(t)
	files, goroutines := openFiles(t), runtime.NumGoroutine()
	var ended atomic.Int32
	for i := 0; i < tasks; i++ {
		task := h.must("gobridge_task_start", h.starting(func(ctx context.Context) ([]int, error) {
			defer ended.Add(1)
			return []int{1}, untilCancelled(ctx)
		}, uint64(time.Hour))).made
		h.descriptor(task)
		h.release(task)
		for _, name := range []string{"done", "descriptor", "cancel", "wait"} {
			h.refuse(errStaleRef, "task", "gobridge_task_"+name, frame{a: uint64(task)})
		}
	}
	for begin := time.Now(); ended.Load() < tasks || runtime.NumGoroutine() > goroutines; runtime.Gosched() {
		if time.Since(begin) > 10*time.Second {
			t.Fatalf("%d of %d functions have ended; %d goroutines, %d were", ended.Load(), tasks, runtime.NumGoroutine(), goroutines)
		}
	}
	if now := openFiles(t); now != files {
		t.Errorf("%d files are open, %d were", now, files)
	}
}

// What a task has kept is garbage once it is released.
func TestReleasedTasksHoldNothing(t *testing.T) {
	h := newHost(t)
	var freed atomic.Bool
	func() {
		big := new([1 << 20]byte)
		runtime.SetFinalizer(big, func(*[1 << 20]byte) { freed.Store(true) })
		task := h.must("gobridge_task_start", h.starting(func() *[1 << 20]byte { return big }, forEver)).made
		h.must("gobridge_task_wait", frame{a: uint64(task), b: forEver, c: 1, p: h.alloc(32)})
		held := (*value)(unsafe.Pointer(&h.memory[h.used-32])).owner
		h.release(append(h.owned, held, task)...)
		h.owned = nil
	}()
	for begin := time.Now(); !freed.Load(); collect() {
		if time.Since(begin) > 10*time.Second {
			t.Fatal("what the task gave is still held")
		}
	}
}

// Many threads wait for the same tasks, with deadlines, while one cancels them: all see the same end.
func TestManyThreadsWaitForTasks(t *testing.T) {
	const threads, tasks = 8, 50
	h := newHost(t)
	var made [tasks]ref
	for i := range made {
		made[i] = h.start(untilCancelled, forEver)
	}
	var group sync.WaitGroup
	for id := 0; id < threads; id++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for _, task := range made {
				f := waiting(task, 1000)
				f.op, f.caller = numberCalls()["gobridge_task_wait"], new(caller)
				for f.status = errTimeout; f.status == errTimeout; {
					f.status = ok
					enter(unsafe.Pointer(&f))
				}
				if f.status != errReturned {
					t.Errorf("status %d", f.status)
				}
			}
		}()
	}
	for _, task := range made {
		time.Sleep(100 * time.Microsecond)
		h.must("gobridge_task_cancel", frame{a: uint64(task)})
	}
	group.Wait()
}

// A task has no type and is no value.
func TestTasksAreNoValues(t *testing.T) {
	h := newHost(t)
	task := h.start(func() {}, forEver)
	h.refuse(errWrongKind, "ref is a task, not a value", "gobridge_type_of", frame{a: uint64(task)})
	h.refuse(errWrongKind, "ref is a task, not a value", "gobridge_value_load", frame{a: uint64(task), p: h.alloc(64)})
	h.refuse(errWrongKind, "func is a task, not a value", "gobridge_task_start", frame{a: uint64(task)})
}
