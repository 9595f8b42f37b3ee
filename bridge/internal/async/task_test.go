package async_test

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

	"gobridge/bridge/internal/calls"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/ops"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// start starts a Go function as a task that is released when the test is over.
func start(h *hosttest.Host, fn any, timeout uint64, args ...frame.Value) frame.Ref {
	h.Helper()
	return h.Own(h.Must("gobridge_task_start", starting(h, fn, timeout, args...)).NewRef)
}

func starting(h *hosttest.Host, fn any, timeout uint64, args ...frame.Value) frame.Frame {
	h.Helper()
	p := h.Alloc(uintptr(len(args))*unsafe.Sizeof(frame.Value{}) + 1)
	copy(unsafe.Slice((*frame.Value)(p), len(args)), args)
	return frame.Frame{Slots: frame.Slots{A: uint64(h.NewRef(fn)), B: uint64(len(args)), C: timeout, P: p}}
}

// results waits for a task and gives what C gets, numbers and texts.
func results(h *hosttest.Host, task frame.Ref, count int) (got []any) {
	h.Helper()
	p := h.Alloc(uintptr(count)*unsafe.Sizeof(frame.Value{}) + 1)
	f := h.Must("gobridge_task_wait", frame.Frame{Slots: frame.Slots{A: uint64(task), B: forEver, C: uint64(count), P: p}})
	if f.NewRef != 0 {
		h.Errorf("waiting made %#x", uint64(f.NewRef))
	}
	for _, v := range unsafe.Slice((*frame.Value)(p), count) {
		switch v.Kind {
		case uint32(reflect.String):
			got = append(got, strings.Clone(hosttest.Shown(&v)))
		case frame.KindRef:
			of, err := value.At(&frame.Frame{}, frame.Ref(v.As), "")
			if err != nil {
				h.Fatal(err)
			}
			got = append(got, of.Interface())
		case 0:
			got = append(got, nil)
		default:
			n, err := v.Scalar()
			if err != nil {
				h.Fatal(err)
			}
			got = append(got, n.Interface())
		}
		if v.Owner != 0 {
			h.Must("gobridge_release", frame.Frame{Slots: frame.Slots{A: uint64(v.Owner)}})
		}
	}
	return got
}

func isDone(h *hosttest.Host, task frame.Ref) bool {
	h.Helper()
	return h.Must("gobridge_task_done", frame.Frame{Slots: frame.Slots{A: uint64(task)}}).Result == 1
}

func waiting(task frame.Ref, timeout uint64) frame.Frame {
	return frame.Frame{Slots: frame.Slots{A: uint64(task), B: timeout}}
}

// untilCancelled is a function that only its context ends.
func untilCancelled(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestTasksGiveResults(t *testing.T) {
	h := hosttest.New(t)
	one, two := hosttest.Number(reflect.Int, 1), hosttest.Number(reflect.Int8, 2)
	for _, c := range []struct {
		fn   any
		args []frame.Value
		want []any
	}{
		{func() {}, nil, nil},
		{func() int { return 7 }, nil, []any{7}},
		{func(a int64, b string) (string, int64) { return b + "!", -a }, []frame.Value{two, h.Text("hi")}, []any{"hi!", int64(-2)}},
		{func(m map[string]int) int { return len(m) }, []frame.Value{h.Reference(map[string]int{"a": 1})}, []any{1}},
		{func() map[string]int { return map[string]int{"a": 1} }, nil, []any{map[string]int{"a": 1}}},
		{func() (any, []int, *int) { return nil, nil, nil }, nil, []any{nil, nil, nil}},
		{func() (int, error) { return 1, nil }, nil, []any{1}},
		{func() error { return nil }, nil, nil},
		{func() (error, error) { return os.ErrExist, nil }, nil, []any{os.ErrExist}},
		{func(ctx context.Context) bool { return ctx.Err() == nil }, nil, []any{true}},
		{func(ctx context.Context, a int) int { return a }, []frame.Value{one}, []any{1}},
		{func(ctx any) bool { return ctx == nil }, []frame.Value{{}}, []any{true}},
		{func(a ...int) int { return len(a) }, nil, []any{0}},
		{func(a ...int) int { return a[0] + a[1] }, []frame.Value{one, two}, []any{3}},
		{func(ctx context.Context, s string, a ...any) int { return len(s) + len(a) }, []frame.Value{h.Text("s"), one, {}}, []any{3}},
		{func(ctx ...context.Context) int { return len(ctx) }, nil, []any{0}},
		{func(fn func() int) int { return fn() }, []frame.Value{h.Reference(func() int { return 5 })}, []any{5}},
		{time.Second.String, nil, []any{"1s"}},
	} {
		task := start(h, c.fn, forEver, c.args...)
		for again := 0; again < 2; again++ {
			if got := results(h, task, len(c.want)); !reflect.DeepEqual(got, c.want) {
				t.Errorf("%T gives %#v, not %#v", c.fn, got, c.want)
			}
		}
		if !isDone(h, task) {
			t.Errorf("%T has given its results and is not done", c.fn)
		}
	}
}

func TestTasksAreNotStarted(t *testing.T) {
	h := hosttest.New(t)
	one := hosttest.Number(reflect.Int, 1)
	for _, c := range []struct {
		fn    any
		args  []frame.Value
		want  status.Code
		words string
	}{
		{1, nil, status.WrongKind, "func is a int, not a function"},
		{(func())(nil), nil, status.Nil, "func is a nil func()"},
		{func() {}, []frame.Value{one}, status.Count, "args: 1 for a function of 0"},
		{func(int) {}, nil, status.Count, "of 1"},
		{func(int, ...int) {}, nil, status.Count, "of at least 1"},
		{func(context.Context) {}, []frame.Value{{}}, status.Count, "of 0"},
		{func(context.Context, int) {}, nil, status.Count, "of 1"},
		{func(int, int8) {}, []frame.Value{one, hosttest.Number(reflect.Int, 300)}, status.Range, "args[1]: "},
		{func(string) {}, []frame.Value{one}, status.WrongType, "args[0]: "},
		{func(...string) {}, []frame.Value{h.Text("s"), one}, status.WrongType, "args[1]: "},
		{func(context.Context, string) {}, []frame.Value{one}, status.WrongType, "args[0]: "},
		{func(int) {}, []frame.Value{{Kind: frame.KindRef, As: 1 << 63}}, status.ForgedRef, "args[0]: "},
		{func(string) {}, []frame.Value{{Kind: uint32(reflect.String), As: 1, Len: 1}}, status.Null, "args[0]: "},
	} {
		h.Refuse(c.want, c.words, "gobridge_task_start", starting(h, c.fn, forEver, c.args...))
	}
	f := starting(h, func(...int) {}, forEver)
	for _, f.B = range []uint64{calls.MaxValues + 1, 1 << 63} {
		h.Refuse(status.Count, "nargs", "gobridge_task_start", f)
	}
	if !hosttest.UnderASan {
		f.B, f.P = 1, wildAddress(t)
		h.Refuse(status.Address, "nothing lies", "gobridge_task_start", f)
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
	h := hosttest.New(t)
	for _, c := range []struct {
		what  string
		fn    any
		want  status.Code
		words string
		stack string
	}{
		{"an error", func() (int, error) { return 1, errors.New("no luck") }, status.Returned, "no luck", ""},
		{"a panic", func() (int, error) { failingDeep(); return 1, nil }, status.Panic, "panic: deep down", "failingDeep"},
		{"a fault", func() int { return **(**int)(nil) }, status.Panic, "nil pointer dereference", "task_test.go"},
		{"Goexit", func() int { runtime.Goexit(); return 1 }, status.Goexit, "runtime.Goexit", ""},
		{"an error that panics", func() (int, error) { return 1, worst{func() { panic("worst") }} }, status.Panic, "worst", "Error"},
		{"an error that ends", func() (int, error) { return 1, worst{runtime.Goexit} }, status.Goexit, "runtime.Goexit", ""},
		{"a panic that ends", func() int { panic(worst{runtime.Goexit}) }, status.Goexit, "runtime.Goexit", ""},
	} {
		task := start(h, c.fn, forEver)
		for again := 0; again < 2; again++ {
			f, status, message := hosttest.Call(t, "gobridge_task_wait", frame.Frame{Slots: frame.Slots{A: uint64(task), B: forEver, C: 1, P: h.Alloc(32)}})
			if status != c.want || !strings.Contains(message, c.words) || f.NewRef != 0 {
				t.Errorf("%s: status %d, not %d: %s", c.what, status, c.want, message)
			}
			if stack := hosttest.Text(f.Thread.Failure.Stack[:]); !strings.Contains(stack, c.stack) || c.stack == "" && stack != "" {
				t.Errorf("%s: stack %q, without %q", c.what, stack, c.stack)
			}
		}
		if !isDone(h, task) {
			t.Errorf("%s: the task is not done", c.what)
		}
	}
}

// A wild address that C hands to the function is a panic there too.
func TestTasksThatFault(t *testing.T) {
	if hosttest.UnderASan {
		t.Skip("ASan is in the way")
	}
	h := hosttest.New(t)
	task := start(h, func(p unsafe.Pointer) int { return *(*int)(p) }, forEver, h.Reference(wildAddress(t)))
	h.Refuse(status.Address, "nothing lies", "gobridge_task_wait", frame.Frame{Slots: frame.Slots{A: uint64(task), B: forEver, C: 1, P: h.Alloc(32)}})
}

func TestWaitingForTasks(t *testing.T) {
	h := hosttest.New(t)
	task := start(h, func(ctx context.Context) (int, error) { return 1, untilCancelled(ctx) }, forEver)
	f := frame.Frame{Slots: frame.Slots{A: uint64(task), C: 1, P: h.At(frame.Value{Kind: 7})}}
	h.Refuse(status.Timeout, "task: ", "gobridge_task_wait", f)
	const wait = 20 * time.Millisecond
	begin := time.Now()
	f.B = uint64(wait)
	h.Refuse(status.Timeout, "task: ", "gobridge_task_wait", f)
	if took := time.Since(begin); took < wait || took > 100*wait {
		t.Errorf("waited for %v", took)
	}
	if *(*frame.Value)(f.P) != (frame.Value{Kind: 7}) {
		t.Errorf("the time was over, and C's value is %+v", *(*frame.Value)(f.P))
	}
	for _, f.C = range []uint64{0, 3, forEver} {
		h.Refuse(status.Count, "of a function that gives 1", "gobridge_task_wait", f)
	}
	if isDone(h, task) {
		t.Error("the task is done")
	}
	for again := 0; again < 2; again++ {
		h.Must("gobridge_task_cancel", frame.Frame{Slots: frame.Slots{A: uint64(task)}})
	}
	f.B, f.C = forEver, 1
	h.Refuse(status.Returned, ": context canceled", "gobridge_task_wait", f)
	if !isDone(h, task) {
		t.Error("the task is not done")
	}
	h.Must("gobridge_task_cancel", frame.Frame{Slots: frame.Slots{A: uint64(task)}})
	h.Refuse(status.Returned, ": context canceled", "gobridge_task_wait", f)
}

func TestDeadlinesOfTasks(t *testing.T) {
	h := hosttest.New(t)
	for _, timeout := range []time.Duration{0, 1, 20 * time.Millisecond} {
		begin := time.Now()
		task := start(h, untilCancelled, uint64(timeout))
		h.Refuse(status.Returned, ": context deadline exceeded", "gobridge_task_wait", waiting(task, forEver))
		if took := time.Since(begin); took < timeout || took > timeout+2*time.Second {
			t.Errorf("a task of %v took %v", timeout, took)
		}
	}
	// a function that takes no context is not stopped
	task := start(h, func() int { time.Sleep(10 * time.Millisecond); return 1 }, 0)
	if got := results(h, task, 1); got[0] != 1 {
		t.Errorf("%v", got)
	}
	// the context lives on after its function, as what it has left running may need it, until the task is released
	var left context.Context
	task = h.Must("gobridge_task_start", starting(h, func(ctx context.Context) { left = ctx }, forEver)).NewRef
	results(h, task, 0)
	if left.Err() != nil {
		t.Errorf("the context ends with the function: %v", left.Err())
	}
	h.Release(task)
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

func descriptor(h *hosttest.Host, task frame.Ref) int32 {
	h.Helper()
	return int32(h.Must("gobridge_task_descriptor", frame.Frame{Slots: frame.Slots{A: uint64(task)}}).Result)
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
	h := hosttest.New(t)
	p := newPoller(t)
	before := openFiles(t)
	const tasks = 20
	var made [tasks]frame.Ref
	ends := map[int32]chan error{}
	for i := range made {
		end := make(chan error)
		made[i] = h.Must("gobridge_task_start", starting(h, func() error { return <-end }, forEver)).NewRef
		fd := descriptor(h, made[i])
		if again := descriptor(h, made[i]); again != fd || ends[fd] != nil {
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
	h.Release(made[:]...)
	if now := openFiles(t); now != before {
		t.Errorf("%d files are open, %d were", now, before)
	}
}

// The end of a task meets the first request of its descriptor, and its release: no end is missed, no file stays open.
func TestDescriptorsRace(t *testing.T) {
	h := hosttest.New(t)
	p := newPoller(t)
	before := openFiles(t)
	for i := 0; i < 3000; i++ {
		task := h.Must("gobridge_task_start", starting(h, func() {}, forEver)).NewRef
		for spin := 0; spin < i%100; spin++ {
			runtime.Gosched()
		}
		fd := descriptor(h, task)
		p.add(t, fd)
		if fds := p.readable(t, 10000); len(fds) != 1 || fds[0] != fd {
			t.Fatalf("%v are readable, not %d", fds, fd)
		}
		h.Release(task)
		h.Release(h.Owned...)
		h.Owned = nil
		h.Forget()
	}
	for i := 0; i < 3000; i++ {
		task := h.Must("gobridge_task_start", starting(h, func() {}, forEver)).NewRef
		asked := make(chan status.Code)
		go func() { // call is for one thread
			f := frame.Frame{Slots: frame.Slots{A: uint64(task)}, Op: hosttest.NumberCalls()["gobridge_task_descriptor"], Thread: new(frame.Thread)}
			ops.Enter(unsafe.Pointer(&f))
			asked <- f.Status
		}()
		for spin := 0; spin < i%10; spin++ {
			runtime.Gosched()
		}
		h.Release(append(h.Owned, task)...)
		h.Owned = nil
		h.Forget()
		if code := <-asked; code != status.OK && code != status.StaleRef {
			t.Errorf("status %d", code)
		}
	}
	if now := openFiles(t); now != before {
		t.Errorf("%d files are open, %d were", now, before)
	}
}

func TestDescriptorsRunOut(t *testing.T) {
	h := hosttest.New(t)
	task := start(h, func() {}, forEver)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	none := limit
	none.Cur = 0
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &none); err != nil {
		t.Fatal(err)
	}
	_, code, message := hosttest.Call(t, "gobridge_task_descriptor", frame.Frame{Slots: frame.Slots{A: uint64(task)}})
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if code != status.System || !strings.Contains(message, "too many open files") {
		t.Errorf("status %d: %s", code, message)
	}
	descriptor(h, task) // there is one again
}

// A task that runs is cancelled and forgotten when it is released; only its function is left, until it returns.
func TestRunningTasksAreReleased(t *testing.T) {
	const tasks = 50
	h := hosttest.New(t)
	files, goroutines := openFiles(t), runtime.NumGoroutine()
	var ended atomic.Int32
	for i := 0; i < tasks; i++ {
		task := h.Must("gobridge_task_start", starting(h, func(ctx context.Context) ([]int, error) {
			defer ended.Add(1)
			return []int{1}, untilCancelled(ctx)
		}, uint64(time.Hour))).NewRef
		descriptor(h, task)
		h.Release(task)
		for _, name := range []string{"done", "descriptor", "cancel", "wait"} {
			h.Refuse(status.StaleRef, "task", "gobridge_task_"+name, frame.Frame{Slots: frame.Slots{A: uint64(task)}})
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
	h := hosttest.New(t)
	var freed atomic.Bool
	func() {
		big := new([1 << 20]byte)
		runtime.SetFinalizer(big, func(*[1 << 20]byte) { freed.Store(true) })
		task := h.Must("gobridge_task_start", starting(h, func() *[1 << 20]byte { return big }, forEver)).NewRef
		h.Must("gobridge_task_wait", frame.Frame{Slots: frame.Slots{A: uint64(task), B: forEver, C: 1, P: h.Alloc(32)}})
		held := (*frame.Value)(unsafe.Pointer(&h.Memory[h.Used-32])).Owner
		h.Release(append(h.Owned, held, task)...)
		h.Owned = nil
	}()
	for begin := time.Now(); !freed.Load(); hosttest.Collect() {
		if time.Since(begin) > 10*time.Second {
			t.Fatal("what the task gave is still held")
		}
	}
}

// Many threads wait for the same tasks, with deadlines, while one cancels them: all see the same end.
func TestManyThreadsWaitForTasks(t *testing.T) {
	const threads, tasks = 8, 50
	h := hosttest.New(t)
	var made [tasks]frame.Ref
	for i := range made {
		made[i] = start(h, untilCancelled, forEver)
	}
	var group sync.WaitGroup
	for id := 0; id < threads; id++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for _, task := range made {
				f := waiting(task, 1000)
				f.Op, f.Thread = hosttest.NumberCalls()["gobridge_task_wait"], new(frame.Thread)
				for f.Status = status.Timeout; f.Status == status.Timeout; {
					f.Status = status.OK
					ops.Enter(unsafe.Pointer(&f))
				}
				if f.Status != status.Returned {
					t.Errorf("status %d", f.Status)
				}
			}
		}()
	}
	for _, task := range made {
		time.Sleep(100 * time.Microsecond)
		h.Must("gobridge_task_cancel", frame.Frame{Slots: frame.Slots{A: uint64(task)}})
	}
	group.Wait()
}

// A task has no type and is no value.
func TestTasksAreNoValues(t *testing.T) {
	h := hosttest.New(t)
	task := start(h, func() {}, forEver)
	h.Refuse(status.WrongKind, "ref is a task, not a value", "gobridge_type_of", frame.Frame{Slots: frame.Slots{A: uint64(task)}})
	h.Refuse(status.WrongKind, "ref is a task, not a value", "gobridge_value_load", frame.Frame{Slots: frame.Slots{A: uint64(task), P: h.Alloc(64)}})
	h.Refuse(status.WrongKind, "func is a task, not a value", "gobridge_task_start", frame.Frame{Slots: frame.Slots{A: uint64(task)}})
}
