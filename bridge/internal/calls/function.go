package calls

import (
	"fmt"
	"reflect"
	"sort"
	"sync"
	"sync/atomic"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// Function is what a reference to a registered function names. There is one for each name, and it stays.
type Function struct {
	ref.Handle
	name          string
	value         reflect.Value
	Direct        Direct // set where args and results are numbers that it may be called with
	Args, results uint64
	reads         Params    // it only reads what these show
	ref           frame.Ref // 0 until C has asked for it
}

// GoValue is the function itself.
func (fn *Function) GoValue() reflect.Value { return fn.value }

// Immortal: C may ask for it again at any time.
func (*Function) Immortal() {}

var (
	functionsMu sync.Mutex
	functions   = map[string]*Function{}
	reads       = map[string]Params{} // of functions that the program registers by these names
)

// byRef is functions that C has asked for, which their references name forever: quicker to find there than in the table of
// references. Where two share a place it is the later one's.
var byRef [1024]atomic.Pointer[Function]

// quick is a reference's place there.
func quick(r frame.Ref) *atomic.Pointer[Function] { return &byRef[r%frame.Ref(len(byRef))] }

// Register lets C find a function by a name. It panics if the function is nil, or the name empty or taken.
func Register(name string, v reflect.Value, d Direct) {
	if v.IsNil() {
		panic(fmt.Sprintf("bridge.Func: %q is nil", name))
	}
	functionsMu.Lock()
	defer functionsMu.Unlock()
	if !add(name, v, d, reads[name]) {
		panic(fmt.Sprintf("bridge.Func: the name %q is empty or taken", name))
	}
}

// RegisterReads says what such a function only reads. It is called by init functions alone.
func RegisterReads(name string, params []int) {
	functionsMu.Lock()
	defer functionsMu.Unlock()
	for _, i := range params {
		reads[name] |= 1 << i
	}
	if fn := functions[name]; fn != nil {
		fn.onlyReads(reads[name])
	}
}

func (fn *Function) onlyReads(params Params) {
	if fn.reads = params; params == 0 {
		return
	}
	if d := PlanOf(fn.value.Type()).Direct(fn.value, nil, params); d != nil {
		fn.Direct = d
	}
}

// readsOf is what the function that a reference names only reads.
func readsOf(r frame.Ref) Params {
	if object := ref.Table.Find(r); object != nil {
		if fn, is := (*object).(*Function); is {
			return fn.reads
		}
	}
	return 0
}

// add gives a function a name, unless that is empty or taken. functionsMu is held.
func add(name string, v reflect.Value, d Direct, reads Params) bool {
	if name == "" || functions[name] != nil {
		return false
	}
	fn := &Function{name: name, value: v, Direct: d, Args: noCount}
	p := PlanOf(v.Type())
	if d == nil {
		fn.Direct = p.Direct(v, nil, 0)
	}
	if fn.Direct != nil {
		fn.Args, fn.results = uint64(len(p.In)), uint64(len(p.Out))
	}
	fn.onlyReads(reads)
	functions[name] = fn
	return true
}

// Lookup returns the function that is registered by a name.
func Lookup(name string) (fn any, found bool) {
	functionsMu.Lock()
	defer functionsMu.Unlock()
	if registered := functions[name]; registered != nil {
		return registered.value.Interface(), true
	}
	return nil, false
}

func funcRegister(f *frame.Frame) error {
	in := frame.Args[frame.TextArgs](f)
	name, err := f.Bytes()
	if err != nil {
		return err
	}
	fn, err := FuncAt(f, in.Ref)
	if err != nil {
		return err
	}
	functionsMu.Lock()
	defer functionsMu.Unlock()
	if !add(string(name), fn, nil, 0) {
		err = status.Errorf(status.Argument, "name: %q is empty or taken", name)
	}
	return err
}

// Names is the sorted names of all registered functions.
func Names() (all []string) {
	for name := range functions {
		all = append(all, name)
	}
	sort.Strings(all)
	return all
}

func funcFind(f *frame.Frame) error {
	bytes, err := f.Bytes()
	if err != nil {
		return err
	}
	functionsMu.Lock()
	defer functionsMu.Unlock()
	fn := functions[string(bytes)]
	if fn == nil {
		return status.Errorf(status.UnknownName, "name: no function is registered as %q%s", bytes, status.Nearest(string(bytes), Names()))
	}
	if fn.ref == 0 {
		fn.ref = ref.Table.Make(f, fn)
		quick(fn.ref).Store(fn)
	}
	f.Result = uint64(fn.ref)
	return nil
}

func funcNames(f *frame.Frame) error {
	functionsMu.Lock()
	defer functionsMu.Unlock()
	f.NewRef = value.NewRef(f, Names())
	return nil
}
