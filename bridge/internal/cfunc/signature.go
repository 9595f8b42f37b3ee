package cfunc

import (
	"fmt"
	"reflect"
	"runtime"
	"runtime/debug"
	"sync"
	"unsafe"

	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/types"
)

const (
	notVariadic = 1<<32 - 1 //gobridge:mirror GOBRIDGE_NOT_VARIADIC
	maxByValue  = 1 << 16   // bytes that one call copies: they lie on the stack of a C thread
)

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

// signatureOf returns the signature of a func type. A func type can be its own parameter: hence the depth.
func signatureOf(t reflect.Type, depth int) (*signature, error) {
	if known, ok := signatures.Load(t); ok {
		return known.(*signature), nil
	}
	if depth > types.MaxDepth {
		return nil, status.Errorf(status.TooDeep, "nested more than %d levels deep", types.MaxDepth)
	}
	s := &signature{Type: t}
	fixed := t.NumIn()
	if t.IsVariadic() {
		if fixed--; t.In(fixed) != anySlice {
			return nil, status.Errorf(status.WrongType, "%s: C has no ...%s, but ...any", parameter(fixed), t.In(fixed).Elem())
		}
	}
	for i := 0; i < fixed; i++ {
		c, err := newCType(t.In(i), depth)
		if err != nil {
			return nil, status.About(parameter(i), err)
		}
		s.in = append(s.in, c)
	}
	if t.NumOut() > 1 {
		return nil, status.Errorf(status.WrongType, "%d results; C has one at most", t.NumOut())
	}
	if t.NumOut() == 1 {
		c, err := newCType(t.Out(0), depth)
		if err != nil {
			return nil, status.About("result", err)
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
	c, made := FFI.NewSignature(codes)
	switch status.Code(made) {
	case status.OK:
		prepared.Store(key, c) // a second one that another thread makes now stays too
	case status.WrongType:
		return nil, status.Errorf(status.WrongType, "C lays out %s, or a struct in it, in another way", s.Type)
	default:
		return nil, status.Errorf(status.Code(made), "C has no memory for a signature")
	}
	return c, nil
}

// callable says why Go cannot call C functions of this signature: a func that Go hands in must be able to be one of C.
func (s *signature) callable() error {
	for i, t := range s.in {
		if t.function != nil {
			if err := t.function.closable(); err != nil {
				return status.About(parameter(i), err)
			}
		}
	}
	if s.out != nil && s.out.function != nil {
		return status.About("result", s.out.function.callable())
	}
	return nil
}

// closable says why a Go func cannot be a C function of this signature.
func (s *signature) closable() error {
	switch {
	case s.IsVariadic():
		return status.Errorf(status.WrongType, "%s: a variadic func can not be a C function", parameter(len(s.in)))
	case s.out != nil && (s.out.Kind() == reflect.String || s.out.function != nil):
		return status.Errorf(status.WrongType, "result: no one would free C's copy of a %s", s.out)
	}
	for i, t := range s.in {
		if t.function != nil {
			if err := t.function.callable(); err != nil {
				return status.About(parameter(i), err)
			}
		}
	}
	return nil
}

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

	var lent borrowed
	defer lent.end()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true)) // as C gives addresses, and may have called Go
	slot := first
	for i, t := range in {
		if err := t.put(unsafe.Pointer(&memory[slot]), args[i], &lent); err != nil {
			return nil, status.About(parameter(i), err)
		}
		slot += t.slots
	}
	gort.Backend{}.RuntimeCgocall(FFI.Invoke, unsafe.Pointer(&memory[0]))
	gort.BackFromC()
	runtime.KeepAlive(args)
	if s.out != nil {
		v, err := s.out.get(unsafe.Pointer(&memory[result]))
		return []reflect.Value{v}, status.About("result", err)
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
			return nil, nil, status.About(parameter(last+i), err)
		}
		in, args = append(in, t), append(args, v)
	}
	return in, args, nil
}
