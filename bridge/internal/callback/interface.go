package callback

import (
	"fmt"
	"io"
	"reflect"
	"sort"
	"sync"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/types"
	"gobridge/bridge/internal/value"
)

// Methods is the host's functions as Go funcs, by the names of the methods that they are for. Each has the type of its method.
type Methods map[string]any

// adapters makes a value of an interface type of its methods, as reflect cannot make methods.
var (
	adaptersMu sync.RWMutex
	adapters   = map[reflect.Type]func(Methods) any{}
)

// Adapt lets the host implement an interface.
func Adapt[I any](make func(Methods) I) {
	adaptersMu.Lock()
	defer adaptersMu.Unlock()
	adapters[reflect.TypeOf((*I)(nil)).Elem()] = func(m Methods) any { return make(m) }
}

// The host can compare what it is given: these are pointers.
type (
	reads  struct{ read func([]byte) (int, error) }
	writes struct{ write func([]byte) (int, error) }
	seeks  struct {
		seek func(int64, int) (int64, error)
	}
	closes struct{ close func() error }
	says   struct{ text func() string }
	fails  struct{ text func() string }
	sorts  struct {
		len  func() int
		less func(i, j int) bool
		swap func(i, j int)
	}
)

func (r *reads) Read(p []byte) (int, error)               { return within(r.read, p) }
func (w *writes) Write(p []byte) (int, error)             { return within(w.write, p) }
func (s *seeks) Seek(to int64, whence int) (int64, error) { return s.seek(to, whence) }
func (c *closes) Close() error                            { return c.close() }
func (s *says) String() string                            { return s.text() }
func (f *fails) Error() string                            { return f.text() }
func (s *sorts) Len() int                                 { return s.len() }
func (s *sorts) Less(i, j int) bool                       { return s.less(i, j) }
func (s *sorts) Swap(i, j int)                            { s.swap(i, j) }

// within refuses a number of bytes that whoever reads or writes would not expect.
func within(do func([]byte) (int, error), p []byte) (int, error) {
	n, err := do(p)
	if n < 0 || n > len(p) {
		return 0, fmt.Errorf("a callback says that it has done %d of %d bytes", n, len(p))
	}
	return n, err
}

func reader(m Methods) *reads  { return &reads{m["Read"].(func([]byte) (int, error))} }
func writer(m Methods) *writes { return &writes{m["Write"].(func([]byte) (int, error))} }
func closer(m Methods) *closes { return &closes{m["Close"].(func() error)} }
func seeker(m Methods) *seeks  { return &seeks{m["Seek"].(func(int64, int) (int64, error))} }

func init() {
	Adapt(func(m Methods) error { return &fails{m["Error"].(func() string)} })
	Adapt(func(m Methods) fmt.Stringer { return &says{m["String"].(func() string)} })
	Adapt(func(m Methods) sort.Interface {
		return &sorts{m["Len"].(func() int), m["Less"].(func(i, j int) bool), m["Swap"].(func(i, j int))}
	})
	Adapt(func(m Methods) io.Reader { return reader(m) })
	Adapt(func(m Methods) io.Writer { return writer(m) })
	Adapt(func(m Methods) io.Closer { return closer(m) })
	Adapt(func(m Methods) io.Seeker { return seeker(m) })
	type (
		readCloser struct {
			*reads
			*closes
		}
		readSeeker struct {
			*reads
			*seeks
		}
		writeCloser struct {
			*writes
			*closes
		}
		readWriter struct {
			*reads
			*writes
		}
		readWriteCloser struct {
			*reads
			*writes
			*closes
		}
	)
	Adapt(func(m Methods) io.ReadCloser { return &readCloser{reader(m), closer(m)} })
	Adapt(func(m Methods) io.ReadSeeker { return &readSeeker{reader(m), seeker(m)} })
	Adapt(func(m Methods) io.WriteCloser { return &writeCloser{writer(m), closer(m)} })
	Adapt(func(m Methods) io.ReadWriter { return &readWriter{reader(m), writer(m)} })
	Adapt(func(m Methods) io.ReadWriteCloser { return &readWriteCloser{reader(m), writer(m), closer(m)} })
}

// owner is what the methods of one value have in common.
type owner struct{ _ *owner }

func ifaceNew(f *frame.Frame) error {
	in := frame.Args[methodsArgs](f)
	object, err := types.At(f, in.Type, "interface_type")
	if err != nil {
		return err
	}
	t := object.Type.Type
	if t.Kind() != reflect.Interface {
		return status.Errorf(status.WrongKind, "interface_type is the type %s, no interface", t)
	}
	adaptersMu.RLock()
	adapt := adapters[t]
	adaptersMu.RUnlock()
	if adapt == nil {
		return status.Errorf(status.NotImplemented, "interface_type is %s, for which no bridge.Adapter was registered", t)
	}
	if in.Count != uint64(t.NumMethod()) {
		return status.Errorf(status.Count, "count: %d methods for %s, which has %d", in.Count, t, t.NumMethod())
	}
	cmem.Touch(unsafe.Pointer(in.Methods), uintptr(in.Count)*unsafe.Sizeof(*in.Methods))
	methods, dropped := Methods{}, new(owner)
	for i, call := range unsafe.Slice(in.Methods, in.Count) {
		method := t.Method(i)
		if call == 0 {
			return status.Errorf(status.Null, "methods[%d], which is for %s, is NULL", i, method.Name)
		}
		c := newCallback(method.Type, Host{Call: call, Data: in.Data}, dropped)
		methods[method.Name] = c.bind(method.Type).Interface()
	}
	made := adapt(methods)
	if made == nil {
		return status.Errorf(status.Nil, "the bridge.Adapter of %s made nil", t)
	}
	op = f.Op
	f.NewRef = value.NewRef(f, made)
	DropAfter(dropped, in.Drop, in.Data)
	return nil
}
