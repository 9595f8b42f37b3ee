package bridge

import (
	"fmt"
	"math"
	"reflect"
	"sort"
	"strings"
	"sync"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// callOps answers the calls about registered functions.
var callOps = []op{
	{name: "gobridge_func_find", run: funcFind},
	{name: "gobridge_func_names", run: funcNames},
	{name: "gobridge_call", run: funcCall},
}

// function is what a reference to a registered function names. There is one for each name, and it stays.
type function struct {
	Handle
	name          string
	value         reflect.Value
	direct        direct // set where args and results are numbers that it may be called with
	args, results uint64
	ref           ref // 0 until C has asked for it
}

func (fn *function) goValue() reflect.Value { return fn.value }

func (*function) immortal() {}

// direct calls a function without reflect: it reads the arguments, whose number is right, and fills the results that it
// is given room for.
type direct func(f *frame, args, results []value) error

var (
	functionsMu sync.Mutex
	functions   = map[string]*function{}
)

// Func makes a Go function callable from C by a name, which is its own as a rule: "strings.ToUpper". It may be called at
// any time. Functions of the common shapes of one kind of value, such as func(int64, int64) int64 or func(string) (string,
// error), are called without reflect, and on amd64 all others whose arguments and results fit into registers; [Func1],
// [Func2] and [Func3] do so for any others. Func panics when fn is no function or nil, or when the name is empty or taken.
func Func(name string, fn any) {
	v := reflect.ValueOf(fn)
	if v.Kind() != reflect.Func || v.IsNil() {
		panic(fmt.Sprintf("bridge.Func: %q: %T is no function, or nil", name, fn))
	}
	register(name, v, directOf(fn))
}

// Func1 is [Func] for a function of one parameter, called without reflect whatever the types are.
func Func1[A, R any](name string, fn func(A) R) { register(name, reflect.ValueOf(fn), direct1(fn)) }

// Func2 is [Func] for a function of two parameters, called without reflect whatever the types are.
func Func2[A, B, R any](name string, fn func(A, B) R) {
	register(name, reflect.ValueOf(fn), direct2(fn))
}

// Func3 is [Func] for a function of three parameters, called without reflect whatever the types are.
func Func3[A, B, C, R any](name string, fn func(A, B, C) R) {
	register(name, reflect.ValueOf(fn), direct3(fn))
}

// Object makes all exported methods of a value, and its exported fields that hold functions, callable from C: as
// name.Method and name.Field. It panics where there are none, and where [Func] would.
func Object(name string, v any) {
	of, found := reflect.ValueOf(v), false
	for i := 0; of.IsValid() && i < of.NumMethod(); i++ {
		method, receiver := of.Type().Method(i), reflect.New(of.Type())
		receiver.Elem().Set(of)
		register(name+"."+method.Name, reflect.ValueOf(of.Method(i).Interface()),
			planOf(method.Type).direct(method.Func, receiver.UnsafePointer()))
		found = true
	}
	fields := reflect.Indirect(of)
	for i := 0; fields.Kind() == reflect.Struct && i < fields.NumField(); i++ {
		t, field := fields.Type().Field(i), fields.Field(i)
		if t.IsExported() && field.Kind() == reflect.Func && !field.IsNil() {
			Func(name+"."+t.Name, field.Interface())
			found = true
		}
	}
	if !found {
		panic(fmt.Sprintf("bridge.Object: %q: a %T has no exported methods and functions", name, v))
	}
}

func register(name string, v reflect.Value, d direct) {
	if v.IsNil() {
		panic(fmt.Sprintf("bridge.Func: %q is nil", name))
	}
	functionsMu.Lock()
	defer functionsMu.Unlock()
	if name == "" || functions[name] != nil {
		panic(fmt.Sprintf("bridge.Func: the name %q is empty or taken", name))
	}
	fn := &function{name: name, value: v, direct: d, args: noCount}
	p := planOf(v.Type())
	if d == nil {
		fn.direct = p.direct(v, nil)
	}
	if fn.direct != nil {
		fn.args, fn.results = uint64(len(p.in)), uint64(len(p.out))
	}
	functions[name] = fn
}

// names is the sorted names of all registered functions.
func names() (all []string) {
	for name := range functions {
		all = append(all, name)
	}
	sort.Strings(all)
	return all
}

func funcFind(f *frame) error {
	bytes, err := f.bytes()
	if err != nil {
		return err
	}
	functionsMu.Lock()
	defer functionsMu.Unlock()
	fn := functions[string(bytes)]
	if fn == nil {
		return failf(errUnknownName, "name: no function is registered as %q%s", bytes, nearest(string(bytes), names()))
	}
	if fn.ref == 0 {
		fn.ref = refs.make(f, fn)
	}
	f.result = uint64(fn.ref)
	return nil
}

func funcNames(f *frame) error {
	functionsMu.Lock()
	defer functionsMu.Unlock()
	f.made = name(f, names())
	return nil
}

// ---- calling ----

// plan says how a function of a type is called.
type plan struct {
	in, out      []*layout.Type // out without the last error
	variadic     bool           // the last of in is its slice
	returnsError bool
	quick        quickCall // nil where reflect must call
}

// quickCall calls a func value, which is a pointer, with arguments whose number is right, and fills the results that it
// is given room for. receiver is the address of the first argument where that is not among them, else nil.
type quickCall func(f *frame, fn, receiver unsafe.Pointer, args, to []value) error

var (
	plans sync.Map // reflect.Type to *plan
)

func planOf(t reflect.Type) *plan {
	if known, found := plans.Load(t); found {
		return known.(*plan)
	}
	p := &plan{variadic: t.IsVariadic()}
	for i := 0; i < t.NumIn(); i++ {
		p.in = append(p.in, layout.Of(t.In(i)))
	}
	n := t.NumOut()
	if p.returnsError = n > 0 && t.Out(n-1) == errorType; p.returnsError {
		n--
	}
	for i := 0; i < n; i++ {
		p.out = append(p.out, layout.Of(t.Out(i)))
	}
	p.quick = quickCallOf(p, t)
	plans.Store(t, p)
	return p
}

// fixed is how many parameters there are without the variadic one, and without the first ones, which come from
// elsewhere. It fails where C hands in another number of arguments.
func (p *plan) fixed(given, first int) (int, error) {
	fixed, atLeast := len(p.in)-first, ""
	if p.variadic {
		fixed, atLeast = fixed-1, "at least "
	}
	if given < fixed || given > fixed && !p.variadic {
		return 0, failf(errCount, "args: %d for a function of %s%d", given, atLeast, fixed)
	}
	return fixed, nil
}

// direct calls a function through registers, nil where it can not.
func (p *plan) direct(fn reflect.Value, receiver unsafe.Pointer) direct {
	if p.quick == nil || p.variadic {
		return nil
	}
	closure := layout.Data(fn.Interface())
	return func(f *frame, args, results []value) error { return p.quick(f, closure, receiver, args, results) }
}

// arguments reads what C hands in for the parameters from the first on.
func (p *plan) arguments(f *frame, from []value, first int) ([]reflect.Value, error) {
	fixed, err := p.fixed(len(from), first)
	if err != nil {
		return nil, err
	}
	args, numbers := make([]reflect.Value, 0, len(from)), make([]uint64, len(from))
	for i := range from {
		t := p.in[len(p.in)-1]
		if i < fixed {
			t = p.in[first+i]
		} else {
			t = layout.Of(t.Elem())
		}
		var arg reflect.Value
		var err error
		if isScalar(t.Kind()) && from[i].kind < kindBytes {
			number := unsafe.Pointer(&numbers[i])
			err = from[i].number(t, number)
			arg = reflect.ValueOf(t.Interface(number))
		} else {
			arg = reflect.New(t.Type).Elem()
			err = decode(f, t, &from[i], arg)
		}
		if err != nil {
			return nil, argument(i, err)
		}
		args = append(args, arg)
	}
	return args, nil
}

func argument(i int, err error) error { return about(fmt.Sprintf("args[%d]", i), err) }

// returned is the failure of a call whose last result is an error.
func returned(err error) error { return failf(errReturned, "%s", err.Error()) }

// failure is that of a call whose last result is an error.
func (p *plan) failure(out []reflect.Value) error {
	if p.returnsError {
		if err, _ := out[len(out)-1].Interface().(error); err != nil {
			return returned(err)
		}
	}
	return nil
}

// results gives C what a function returned. Where C has room for one more than the results, the error comes as a value.
func (p *plan) results(f *frame, out []reflect.Value, to []value) error {
	if p.returnsError && len(to) == len(p.out) {
		if err := p.failure(out); err != nil {
			return err
		}
		out = out[:len(to)]
	}
	for i := range out {
		to[i] = encode(f, out[i])
	}
	return nil
}

// takes tells whether C has room for the results of a call, or for them and the error.
func (p *plan) takes(results uint64) error {
	if n := uint64(len(p.out)); results != n && !(p.returnsError && results == n+1) {
		return failf(errCount, "results: room for %d of a function that gives %d", results, n)
	}
	return nil
}

// noCount is a number of arguments that no call has.
const noCount = math.MaxUint64

// maxValues is how many arguments or results a call may have.
const maxValues = 1 << 20 //gobridge:mirror GOBRIDGE_MAX_VALUES

func funcCall(f *frame) error {
	found := refs.find(ref(f.a))
	if found != nil {
		if fn, registered := (*found).(*function); registered && f.b == fn.args && f.c == fn.results {
			touchOut(f.q, uintptr(f.c)*unsafe.Sizeof(value{}))
			args := unsafe.Slice((*value)(f.p), int(f.b))
			if f.caller.batch != nil {
				args = f.withShown(args)
			}
			return fn.direct(f, args, unsafe.Slice((*value)(f.q), int(f.c)))
		}
	}
	fn, err := funcAt(f, ref(f.a))
	if err != nil {
		return err
	}
	return callAt(f, fn, f.p, f.b)
}

// funcAt gives the function that a reference names.
func funcAt(f *frame, r ref) (reflect.Value, error) {
	fn, err := valueAt(f, r, "func")
	switch {
	case err != nil:
		return fn, err
	case fn.Kind() != reflect.Func:
		return fn, failf(errWrongKind, "func is a %s, not a function", fn.Type())
	case fn.IsNil():
		return fn, failf(errNil, "func is a nil %s", fn.Type())
	}
	return fn, nil
}

// callAt calls any function with what C has at an address, and gives what it returns at f.q, in room for f.c values.
func callAt(f *frame, fn reflect.Value, args unsafe.Pointer, nargs uint64) error {
	if nargs > maxValues || f.c > maxValues {
		return failf(errCount, "nargs: %d, nresults: %d, where %d are the most", nargs, f.c, maxValues)
	}
	p := planOf(fn.Type())
	if err := p.takes(f.c); err != nil {
		return err
	}
	touchOut(f.q, uintptr(f.c)*unsafe.Sizeof(value{}))
	from, to := unsafe.Slice((*value)(args), int(nargs)), unsafe.Slice((*value)(f.q), int(f.c))
	if p.quick != nil {
		if _, err := p.fixed(len(from), 0); err != nil {
			return err
		}
		return p.quick(f, layout.Data(fn.Interface()), nil, from, to)
	}
	in, err := p.arguments(f, from, 0)
	if err != nil {
		return err
	}
	return p.results(f, p.call(fn, in), to)
}

// call is reflect's Call, but for this: where there are no arguments for a variadic parameter, Go passes nil.
func (p *plan) call(fn reflect.Value, in []reflect.Value) []reflect.Value {
	if last := len(p.in) - 1; p.variadic && len(in) == last {
		return fn.CallSlice(append(in, reflect.Zero(p.in[last].Type)))
	}
	return fn.Call(in)
}

// ---- without reflect ----

// directOf finds a way to call a function of a common shape, nil for others.
func directOf(fn any) direct {
	for _, shape := range []func(any) direct{
		operators[int], operators[int32], operators[int64], operators[uint32], operators[uint64],
		shapes[int], shapes[int32], shapes[int64], shapes[uint32], shapes[uint64], shapes[float32], shapes[float64],
		shapes[bool], shapes[string], shapes[[]byte], shapes[any],
	} {
		if d := shape(fn); d != nil {
			return d
		}
	}
	return nil
}

// operators knows the functions that make one integer of two.
func operators[T integer](fn any) direct {
	if fn, is := fn.(func(T, T) T); is {
		return direct2Same(fn)
	}
	return nil
}

// shapes knows the common functions over one type.
func shapes[T any](fn any) direct {
	switch fn := fn.(type) {
	case func(T) T:
		return direct1(fn)
	case func(T) bool:
		return direct1(fn)
	case func(T) string:
		return direct1(fn)
	case func(string) T:
		return direct1(fn)
	case func(T, T) T:
		return direct2(fn)
	case func(T, T) bool:
		return direct2(fn)
	case func(T, T, T) T:
		return direct3(fn)
	case func(T) (T, error):
		return direct1Error(fn)
	case func(T) (string, error):
		return direct1Error(fn)
	case func(string) (T, error):
		return direct1Error(fn)
	}
	return nil
}

func direct1[A, R any](fn func(A) R) direct {
	readA, write := reader[A](), writer[R]()
	return func(f *frame, args, results []value) error {
		a, err := readA(f, &args[0])
		if err != nil {
			return argument(0, err)
		}
		write(f, fn(a), &results[0])
		return nil
	}
}

func direct1Error[A, R any](fn func(A) (R, error)) direct {
	readA, write := reader[A](), writer[R]()
	return func(f *frame, args, results []value) error {
		a, err := readA(f, &args[0])
		if err != nil {
			return argument(0, err)
		}
		r, err := fn(a)
		if err != nil {
			return returned(err)
		}
		write(f, r, &results[0])
		return nil
	}
}

func direct2[A, B, R any](fn func(A, B) R) direct {
	readA, readB, write := reader[A](), reader[B](), writer[R]()
	return func(f *frame, args, results []value) error {
		a, err := readA(f, &args[0])
		if err != nil {
			return argument(0, err)
		}
		b, err := readB(f, &args[1])
		if err != nil {
			return argument(1, err)
		}
		write(f, fn(a, b), &results[0])
		return nil
	}
}

// direct2Same is direct2 for these, with no call for each value.
func direct2Same[T integer](fn func(T, T) T) direct {
	kind, others := kindOf[T](), direct2(fn)
	return func(f *frame, args, results []value) error {
		a, b := &args[0], &args[1]
		x, y := T(a.as), T(b.as)
		if a.is(kind) && b.is(kind) && uint64(x) == a.as && uint64(y) == b.as {
			results[0].set(kind, uint64(fn(x, y)))
			return nil
		}
		return others(f, args, results)
	}
}

func direct3[A, B, C, R any](fn func(A, B, C) R) direct {
	readA, readB, readC, write := reader[A](), reader[B](), reader[C](), writer[R]()
	return func(f *frame, args, results []value) error {
		a, err := readA(f, &args[0])
		if err != nil {
			return argument(0, err)
		}
		b, err := readB(f, &args[1])
		if err != nil {
			return argument(1, err)
		}
		c, err := readC(f, &args[2])
		if err != nil {
			return argument(2, err)
		}
		write(f, fn(a, b, c), &results[0])
		return nil
	}
}

// reader gives what makes a T of a value from C.
func reader[T any]() func(*frame, *value) (T, error) {
	for _, quick := range quickReaders {
		if read, is := quick.(func(*frame, *value) (T, error)); is {
			return read
		}
	}
	return convert[T]
}

// convert makes a T of any value that stands for one.
func convert[T any](f *frame, v *value) (T, error) {
	to := new(T)
	err := decode(f, layout.Of(reflect.TypeOf(to).Elem()), v, reflect.ValueOf(to).Elem())
	return *to, err
}

// writer gives what makes a value for C of a T, in place: to copy one that was just put together takes as long as a lookup.
func writer[T any]() func(*frame, T, *value) {
	for _, quick := range quickWriters {
		if write, is := quick.(func(*frame, T, *value)); is {
			return write
		}
	}
	return func(f *frame, v T, to *value) { *to = encode(f, reflect.ValueOf(&v).Elem()) }
}

// is tells whether a value is of a kind, and shown as it should be.
func (v *value) is(kind uint32) bool { return v.kind^kind|v.flags == 0 }

// kindOf is the kind of a type of numbers.
func kindOf[T integer | floatingPoint]() uint32 { return uint32(reflect.TypeOf(T(0)).Kind()) }

// set fills a value of a scalar.
func (v *value) set(kind uint32, as uint64) {
	v.kind, v.flags, v.as, v.len, v.owner = kind, 0, as, 0, 0
}

// The types that need no reflect either where C hands in their own kind.
var (
	quickReaders = []any{readInteger[int](), readInteger[int8](), readInteger[int16](), readInteger[int32](),
		readInteger[int64](), readInteger[uint](), readInteger[uint8](), readInteger[uint16](), readInteger[uint32](),
		readInteger[uint64](), readFloat[float32](), readFloat[float64](), readBool, readString, readBytes}
	quickWriters = []any{writeInteger[int](), writeInteger[int8](), writeInteger[int16](), writeInteger[int32](),
		writeInteger[int64](), writeInteger[uint](), writeInteger[uint8](), writeInteger[uint16](),
		writeInteger[uint32](), writeInteger[uint64](), writeFloat[float32](), writeFloat[float64](), writeBool,
		writeString}
)

type integer interface {
	int | int8 | int16 | int32 | int64 | uint | uint8 | uint16 | uint32 | uint64
}

type floatingPoint interface{ float32 | float64 }

func readInteger[T integer]() func(*frame, *value) (T, error) {
	kind := kindOf[T]()
	return func(f *frame, v *value) (T, error) {
		if n := T(v.as); v.is(kind) && uint64(n) == v.as {
			return n, nil
		}
		return convert[T](f, v)
	}
}

func writeInteger[T integer]() func(*frame, T, *value) {
	kind := kindOf[T]()
	return func(_ *frame, n T, to *value) { to.set(kind, uint64(n)) }
}

func readFloat[T floatingPoint]() func(*frame, *value) (T, error) {
	kind := kindOf[T]()
	return func(f *frame, v *value) (T, error) {
		x := math.Float64frombits(v.as)
		if n := T(x); v.is(kind) && float64(n) == x {
			return n, nil
		}
		return convert[T](f, v)
	}
}

func writeFloat[T floatingPoint]() func(*frame, T, *value) {
	kind := kindOf[T]()
	return func(_ *frame, x T, to *value) { to.set(kind, math.Float64bits(float64(x))) }
}

func readBool(f *frame, v *value) (bool, error) {
	if v.is(uint32(reflect.Bool)) && v.as <= 1 {
		return v.as == 1, nil
	}
	return convert[bool](f, v)
}

func writeBool(_ *frame, b bool, to *value) {
	as := uint64(0)
	if b {
		as = 1
	}
	to.set(uint32(reflect.Bool), as)
}

func readString(f *frame, v *value) (string, error) {
	if v.kind != uint32(reflect.String) {
		return convert[string](f, v)
	}
	s, err := v.memory()
	return strings.Clone(s), err
}

func writeString(f *frame, s string, to *value) { *to = viewOf(f, s, uint32(reflect.String)) }

func readBytes(f *frame, v *value) ([]byte, error) {
	if v.kind != kindBytes {
		return convert[[]byte](f, v)
	}
	s, err := v.memory()
	return []byte(s), err
}
