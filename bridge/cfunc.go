package bridge

import (
	"fmt"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// cfuncOps answers the calls about C functions.
var cfuncOps = []op{
	{name: "gobridge_cfunc_new", run: cfuncNew},
	{name: "gobridge_cfunc_pointer", run: cfuncPointer},
	{name: "gobridge_cfunc_closure", run: cfuncClosure},
}

// ffi is csrc/cfunc.c, which has libffi. door.go fills it in.
var ffi struct {
	invoke       unsafe.Pointer
	newSignature func(codes []uint32) (signature unsafe.Pointer, status int32)
	newClosure   func(signature unsafe.Pointer, id uint64) (record, code unsafe.Pointer, status int32)
	freeClosure  func(record unsafe.Pointer)
}

const (
	notVariadic = 1<<32 - 1 //gobridge:mirror GOBRIDGE_NOT_VARIADIC
	maxByValue  = 1 << 16   // bytes that one call copies: they lie on the stack of a C thread
)

// ---- types that C has ----

// cType is a Go type that a C function can have.
type cType struct {
	*layout.Type
	codes    []uint32   // csrc/cfunc.h's
	slots    int        // of an invocation that it fills
	function *signature // of a func type
}

func newCType(t reflect.Type, depth int) (c *cType, err error) {
	c = &cType{Type: layout.Of(t), slots: 1}
	switch k := t.Kind(); {
	case isScalar(k):
		c.codes = []uint32{uint32(k)}
	case k == reflect.UnsafePointer, k == reflect.String, k == reflect.Pointer && layout.Of(t.Elem()).Plain:
		c.codes = []uint32{uint32(reflect.UnsafePointer)}
	case k == reflect.Func:
		c.codes = []uint32{uint32(reflect.UnsafePointer)}
		c.function, err = signatureOf(t, depth+1)
	case k == reflect.Struct && c.Plain && c.Size > maxByValue:
		err = tooLarge()
	case k == reflect.Struct && c.Plain && c.Size > 0:
		c.slots = int((c.Size + 7) / 8)
		c.codes, err = appendCodes(nil, t)
	default:
		err = failf(errWrongType, "C has no %s", t)
	}
	return c, err
}

func tooLarge() error {
	return failf(errRange, "more than %d bytes would be copied for one call", maxByValue)
}

// appendCodes adds the codes of a type without pointers. To libffi an array is a struct of equal elements.
func appendCodes(codes []uint32, t reflect.Type) ([]uint32, error) {
	elem := t.Field
	count := 0
	switch k := t.Kind(); {
	case isScalar(k):
		return append(codes, uint32(k)), nil
	case k == reflect.Struct:
		count = t.NumField()
	case k == reflect.Array:
		count = t.Len()
		elem = func(int) reflect.StructField { return reflect.StructField{Type: t.Elem()} }
	default:
		return nil, failf(errWrongType, "C has no %s", t)
	}
	head := len(codes)
	codes = append(codes, uint32(reflect.Struct), 0, uint32(t.Size()), uint32(t.Align()))
	for i := 0; i < count; i++ {
		if elem(i).Type.Size() == 0 { // such as structs.HostLayout
			continue
		}
		var err error
		if codes, err = appendCodes(codes, elem(i).Type); err != nil {
			return nil, err
		}
		codes[head+1]++
	}
	return codes, nil
}

// put writes a Go value into C memory. What must last as long as the call is lent; nothing is for a result.
func (t *cType) put(dst unsafe.Pointer, v reflect.Value, lent *lending) error {
	switch t.Kind() {
	case reflect.String:
		text := v.String()
		if strings.IndexByte(text, 0) >= 0 {
			return failf(errWrongType, "the string holds a NUL, which would end it in C")
		}
		copied := append([]byte(text), 0)
		lent.pinner.Pin(&copied[0])
		*(*uintptr)(dst) = uintptr(unsafe.Pointer(&copied[0]))
	case reflect.Func:
		if v.IsNil() {
			*(*uintptr)(dst) = 0
			return nil
		}
		c, err := newClosure(t.function, v)
		if err != nil {
			return err
		}
		lent.closures = append(lent.closures, c)
		*(*uintptr)(dst) = uintptr(c.code)
	case reflect.Pointer:
		if lent != nil && !v.IsNil() {
			pin(&lent.pinner, v.UnsafePointer())
		}
		fallthrough
	case reflect.UnsafePointer:
		*(*uintptr)(dst) = v.Pointer()
	default:
		t.At(dst).Set(v)
	}
	return nil
}

// get reads a Go value from C memory.
func (t *cType) get(src unsafe.Pointer) (reflect.Value, error) {
	v := reflect.New(t.Type.Type).Elem()
	switch t.Kind() {
	case reflect.String, reflect.Func, reflect.Pointer, reflect.UnsafePointer:
		switch address := *(*uintptr)(src); {
		case address == 0:
			return v, nil
		case address < firstPage: // as a pointer on Go's stack it could end the process
			return v, failf(errRange, "%#x is no pointer; a uintptr would take it", address)
		}
		p := *(*unsafe.Pointer)(src)
		switch t.Kind() {
		case reflect.String:
			v.SetString(terminated(p))
		case reflect.Func:
			v.Set(t.function.bind(p))
		default:
			*(*unsafe.Pointer)(v.Addr().UnsafePointer()) = p
		}
	default:
		if !t.ValidBools(src) {
			return v, failf(errRange, "a bool is neither 0 nor 1")
		}
		layout.Move(v.Addr().UnsafePointer(), src, t.Size)
	}
	return v, nil
}

// terminated copies a C string.
func terminated(p unsafe.Pointer) string {
	n := 0
	for *(*byte)(unsafe.Add(p, n)) != 0 {
		n++
	}
	return string(unsafe.Slice((*byte)(p), n))
}

// lending is what Go lends C for a call.
type lending struct {
	pinner   runtime.Pinner
	closures []*closure
}

func (l *lending) end() {
	l.pinner.Unpin()
	for _, c := range l.closures {
		c.released()
	}
}

// ---- signatures ----

// signature is a func type that a C function can have.
type signature struct {
	reflect.Type
	in  []*cType       // without the variadic one
	out *cType         // nil where there is none
	c   unsafe.Pointer // csrc/cfunc.h's; nil where it is variadic, as each call has its own
}

var (
	signatures sync.Map // func types to *signature
	prepared   sync.Map // codes to what C has made of them

	anySlice    = reflect.TypeOf([]any(nil))
	pointerType = reflect.TypeOf(unsafe.Pointer(nil))
)

func parameter(i int) string { return fmt.Sprintf("parameter %d", i+1) }

// signatureOf gives the signature of a func type. A func type can be its own parameter: hence the depth.
func signatureOf(t reflect.Type, depth int) (*signature, error) {
	if known, ok := signatures.Load(t); ok {
		return known.(*signature), nil
	}
	if depth > maxDepth {
		return nil, failf(errTooDeep, "nested more than %d levels deep", maxDepth)
	}
	s := &signature{Type: t}
	fixed := t.NumIn()
	if t.IsVariadic() {
		if fixed--; t.In(fixed) != anySlice {
			return nil, failf(errWrongType, "%s: C has no ...%s, but ...any", parameter(fixed), t.In(fixed).Elem())
		}
	}
	for i := 0; i < fixed; i++ {
		c, err := newCType(t.In(i), depth)
		if err != nil {
			return nil, about(parameter(i), err)
		}
		s.in = append(s.in, c)
	}
	if t.NumOut() > 1 {
		return nil, failf(errWrongType, "%d results; C has one at most", t.NumOut())
	}
	if t.NumOut() == 1 {
		c, err := newCType(t.Out(0), depth)
		if err != nil {
			return nil, about("result", err)
		}
		s.out = c
	}
	if !t.IsVariadic() {
		var err error
		if s.c, err = s.prepare(s.in); err != nil {
			return nil, err
		}
	}
	known, _ := signatures.LoadOrStore(t, s)
	return known.(*signature), nil
}

// prepare has C make a signature for calls with some parameters.
func (s *signature) prepare(in []*cType) (unsafe.Pointer, error) {
	codes := []uint32{uint32(len(in)), notVariadic}
	if s.IsVariadic() {
		codes[1] = uint32(len(s.in))
	}
	size := 0
	if s.out == nil {
		codes = append(codes, 0)
	} else {
		codes = append(codes, s.out.codes...)
		size = s.out.slots * 8
	}
	for _, t := range in {
		codes = append(codes, t.codes...)
		size += t.slots * 8
	}
	if size > maxByValue {
		return nil, tooLarge()
	}
	key := string(unsafe.Slice((*byte)(unsafe.Pointer(&codes[0])), 4*len(codes)))
	if known, ok := prepared.Load(key); ok {
		return known.(unsafe.Pointer), nil
	}
	c, made := ffi.newSignature(codes)
	switch status(made) {
	case ok:
		prepared.Store(key, c) // a second one that another thread makes now stays too
	case errWrongType:
		return nil, failf(errWrongType, "C lays out %s, or a struct in it, in another way", s.Type)
	default:
		return nil, failf(status(made), "C has no memory for a signature")
	}
	return c, nil
}

// callable says why Go can not call C functions of this signature: a func that Go hands in must be able to be one of C.
func (s *signature) callable() error {
	for i, t := range s.in {
		if t.function != nil {
			if err := t.function.closable(); err != nil {
				return about(parameter(i), err)
			}
		}
	}
	if s.out != nil && s.out.function != nil {
		return about("result", s.out.function.callable())
	}
	return nil
}

// closable says why a Go func can not be a C function of this signature.
func (s *signature) closable() error {
	switch {
	case s.IsVariadic():
		return failf(errWrongType, "%s: a variadic func can not be a C function", parameter(len(s.in)))
	case s.out != nil && (s.out.Kind() == reflect.String || s.out.function != nil):
		return failf(errWrongType, "result: no one would free C's copy of a %s", s.out)
	}
	for i, t := range s.in {
		if t.function != nil {
			if err := t.function.callable(); err != nil {
				return about(parameter(i), err)
			}
		}
	}
	return nil
}

// ---- C functions that Go calls ----

// invocation is the mirror of gobridge_invocation. The slots come after it.
//
//gobridge:mirror gobridge_invocation
type invocation struct{ signature, function uintptr }

// bind makes a Go func that calls a C function.
func (s *signature) bind(function unsafe.Pointer) reflect.Value {
	return reflect.MakeFunc(s.Type, func(args []reflect.Value) []reflect.Value {
		results, err := s.call(function, args)
		if err != nil {
			panic(err)
		}
		return results
	})
}

func (s *signature) call(function unsafe.Pointer, args []reflect.Value) (results []reflect.Value, err error) {
	in, c := s.in, s.c
	if s.IsVariadic() {
		if in, args, err = s.spread(args); err != nil {
			return nil, err
		}
		if c, err = s.prepare(in); err != nil {
			return nil, err
		}
	}
	const result = int(unsafe.Sizeof(invocation{}) / 8)
	first := result + 1
	if s.out != nil {
		first = result + s.out.slots
	}
	slots := first
	for _, t := range in {
		slots += t.slots
	}
	memory := make([]uint64, slots) // on the heap, where it stays: C may call Go, whose stack then may grow
	*(*invocation)(unsafe.Pointer(&memory[0])) = invocation{uintptr(c), uintptr(function)}

	var lent lending
	defer lent.end()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true)) // as C gives addresses, and may have called Go
	slot := first
	for i, t := range in {
		if err := t.put(unsafe.Pointer(&memory[slot]), args[i], &lent); err != nil {
			return nil, about(parameter(i), err)
		}
		slot += t.slots
	}
	backend{}.RuntimeCgocall(ffi.invoke, unsafe.Pointer(&memory[0]))
	runtime.KeepAlive(args)
	if s.out != nil {
		v, err := s.out.get(unsafe.Pointer(&memory[result]))
		return []reflect.Value{v}, about("result", err)
	}
	return nil, nil
}

// spread puts the variadic arguments of a call beside the others, with C's default promotions.
func (s *signature) spread(args []reflect.Value) ([]*cType, []reflect.Value, error) {
	last := len(s.in)
	in, variadic := append([]*cType{}, s.in...), args[last]
	args = append([]reflect.Value{}, args[:last]...)
	for i := 0; i < variadic.Len(); i++ {
		v := promoted(variadic.Index(i).Elem())
		t, err := newCType(v.Type(), 1)
		if err == nil && t.function != nil {
			err = t.function.closable()
		}
		if err != nil {
			return nil, nil, about(parameter(last+i), err)
		}
		in, args = append(in, t), append(args, v)
	}
	return in, args, nil
}

// promoted gives a variadic argument as C has it.
func promoted(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Invalid:
		return reflect.Zero(pointerType)
	case reflect.Bool:
		if v.Bool() {
			return reflect.ValueOf(int32(1))
		}
		return reflect.ValueOf(int32(0))
	case reflect.Int8, reflect.Int16, reflect.Uint8, reflect.Uint16:
		return v.Convert(reflect.TypeOf(int32(0)))
	case reflect.Float32:
		return v.Convert(reflect.TypeOf(float64(0)))
	}
	return v
}

// ---- Go funcs that C calls ----

// closure is a Go func as a C function, and what a reference to one names.
type closure struct {
	Handle
	*signature
	function     reflect.Value
	id           uint64
	record, code unsafe.Pointer // C's
	gone         atomic.Bool    // it is released: no call may begin
	users        atomic.Int32   // its owner and each call that runs
}

var (
	closures  sync.Map // ids to *closure
	closureID atomic.Uint64

	// quarantine keeps closures that are over, so that one that C still calls is told from another: the oldest is freed.
	quarantine struct {
		sync.Mutex
		closures [1024]*closure
		oldest   int
	}
)

func newClosure(s *signature, function reflect.Value) (*closure, error) {
	c := &closure{signature: s, function: function, id: closureID.Add(1)}
	c.users.Store(1)
	var made int32
	if c.record, c.code, made = ffi.newClosure(s.c, c.id); status(made) != ok {
		return nil, failf(status(made), "C has no memory for a closure")
	}
	closures.Store(c.id, c)
	return c, nil
}

func (*closure) describe() string { return "a closure" }

func (c *closure) released() {
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
	q := &quarantine
	q.Lock()
	defer q.Unlock()
	if oldest := q.closures[q.oldest]; oldest != nil {
		closures.Delete(oldest.id)
		ffi.freeClosure(oldest.record)
	}
	q.closures[q.oldest] = c
	q.oldest = (q.oldest + 1) % len(q.closures)
}

// adapts says why a Go func can not take the arguments of a signature, or not give its result.
func (s *signature) adapts(function reflect.Type) error {
	if function.IsVariadic() || function.NumIn() != s.NumIn() || function.NumOut() != s.NumOut() {
		return failf(errWrongType, "a %s can not be a %s", function, s)
	}
	fits := func(from, to reflect.Type) bool {
		return from.AssignableTo(to) || from.Kind() == to.Kind() && from.ConvertibleTo(to)
	}
	for i := range s.in {
		if !fits(s.In(i), function.In(i)) {
			return failf(errWrongType, "%s: func takes a %s, not a %s", parameter(i), function.In(i), s.In(i))
		}
	}
	if s.out != nil && !fits(function.Out(0), s.Out(0)) {
		return failf(errWrongType, "result: func gives a %s, not a %s", function.Out(0), s.Out(0))
	}
	return nil
}

// ---- handlers ----

func cfuncNew(f *frame) error {
	t, err := f.expression()
	var s *signature
	if err == nil {
		s, err = funcSignature(t)
	}
	if err == nil {
		err = s.callable()
	}
	if err != nil {
		return about("signature", err)
	}
	f.made = name(f, s.bind(f.q).Interface())
	return nil
}

func funcSignature(t reflect.Type) (*signature, error) {
	if t.Kind() != reflect.Func {
		return nil, failf(errWrongKind, "a %s is no func type", t)
	}
	return signatureOf(t, 1)
}

func cfuncPointer(f *frame) error {
	function, err := valueAt(f, ref(f.a), "func")
	if err != nil {
		return err
	}
	t := function.Type()
	if t.Kind() != reflect.Func {
		return failf(errWrongKind, "func is a %s, not a func", t)
	}
	if function.IsNil() {
		return failf(errNil, "func is a nil %s", t)
	}
	if f.p != nil {
		t, err = f.expression()
	}
	var s *signature
	if err == nil {
		s, err = funcSignature(t)
	}
	if err == nil {
		err = s.closable()
	}
	if err == nil {
		err = s.adapts(function.Type())
	}
	if err != nil {
		return about("signature", err)
	}
	touchOut(f.q, unsafe.Sizeof(uintptr(0)))
	c, err := newClosure(s, function)
	if err != nil {
		return err
	}
	f.made = refs.make(f, c)
	*(*unsafe.Pointer)(f.q) = c.code
	return nil
}

// cfuncClosure runs the closure f.a, whose arguments' addresses are at f.p and whose result goes to f.q.
func cfuncClosure(f *frame) error {
	known, _ := closures.Load(f.a)
	c, isClosure := known.(*closure)
	if !isClosure {
		return failf(errStaleRef, "it was released")
	}
	if !c.enter() {
		return failf(errStaleRef, "%s was released", c.Type)
	}
	defer c.leave()
	t := c.function.Type()
	args := make([]reflect.Value, len(c.in))
	for i, at := range unsafe.Slice((*unsafe.Pointer)(f.p), len(c.in)) {
		arg, err := c.in[i].get(at)
		if err != nil {
			return about(parameter(i), err)
		}
		args[i] = arg.Convert(t.In(i))
	}
	results := c.function.Call(args)
	if c.out != nil {
		return c.out.put(f.q, results[0].Convert(c.out.Type.Type), nil)
	}
	return nil
}
