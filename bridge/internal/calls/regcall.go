//go:build (amd64 || arm64) && !gobridge_portable && !go1.28

package calls

import (
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// A function whose parameters and results all travel in registers is called as if it were of one type that fills every
// register of Go's register-based calling convention (registers_amd64.go, registers_arm64.go), for a function does not look at
// those that it has no parameters for. So the surplus hold zeros, and surplus results hold anything. That the convention is this
// one was tested on go1.21 to go1.27; a newer release leaves it to reflect.

// argRegisters is the registers of the arguments.
type argRegisters struct {
	ints     [argInts]uintptr
	floats   [argFloats]float64
	pointers [argInts]unsafe.Pointer // those among ints, where the collector sees them
}

// resultRegisters is the registers of the results. The collector must know which hold pointers, hence a type for each pattern.
// What is no result is never taken for a pointer.
type resultRegisters[A, B, C, D, E, F word] struct {
	a      A
	b      B
	c      C
	d      D
	e      E
	f      F
	floats struct{ w, x, y, z float64 }
}

type word interface{ uintptr | unsafe.Pointer }

const (
	resultInts   = 6
	resultFloats = 4
	wordSize     = unsafe.Sizeof(uintptr(0))
	spillSize    = (argInts + argFloats) * wordSize // of the memory that the caller leaves for the callee to store its arguments in
)

// regCall says how a function is called through registers.
type regCall struct {
	plan    *Plan
	in, out []passed // out with the error
}

// passed is a parameter or a result.
type passed struct {
	*layout.Type
	parts []part
}

// part is a part of one. at is where its register lies in argRegisters or resultRegisters.
type part struct {
	layout.Part
	at uintptr
}

// regCallOf returns nil where not all parameters and results travel in registers.
func regCallOf(p *Plan, t reflect.Type) regCallFunc {
	q := &regCall{plan: p}
	var spilled uintptr
	ints, floats := 0, 0
	for i := 0; i < t.NumIn(); i++ {
		in := newPassed(t.In(i), &ints, &floats, argInts)
		if in == nil || floats > argFloats {
			return nil
		}
		spilled = (spilled+uintptr(in.Align())-1)&^uintptr(in.Align()-1) + in.Size
		q.in = append(q.in, *in)
	}
	ints, floats = 0, 0
	pattern := 0
	for i := 0; i < t.NumOut(); i++ {
		out := newPassed(t.Out(i), &ints, &floats, resultInts)
		if out == nil || floats > resultFloats {
			return nil
		}
		for _, part := range out.parts {
			if part.Class == layout.Pointer {
				pattern |= 1 << (resultInts - 1 - part.at/wordSize)
			}
		}
		q.out = append(q.out, *out)
	}
	if spilled > spillSize {
		return nil
	}
	return regCalls[pattern](q)
}

// newPassed takes the next registers, of which there are so many for integers; nil where they do not suffice.
func newPassed(t reflect.Type, ints, floats *int, maxInts int) *passed {
	p := &passed{Type: layout.Of(t)}
	parts, inRegisters := layout.Parts(t)
	for _, of := range parts {
		at := *ints
		if of.Class == layout.Float {
			at = maxInts + *floats
			*floats++
		} else {
			*ints++
		}
		p.parts = append(p.parts, part{of, uintptr(at) * wordSize})
	}
	if !inRegisters || *ints > maxInts {
		return nil
	}
	return p
}

// regCalls has the calls for all patterns of pointers among the results, the first result in the highest bit.
var regCalls = append(regCalls1[uintptr](), regCalls1[unsafe.Pointer]()...)

type regCaller = func(q *regCall) regCallFunc

func regCalls1[A word]() []regCaller {
	return append(regCalls2[A, uintptr](), regCalls2[A, unsafe.Pointer]()...)
}

func regCalls2[A, B word]() []regCaller {
	return append(regCalls3[A, B, uintptr](), regCalls3[A, B, unsafe.Pointer]()...)
}

func regCalls3[A, B, C word]() []regCaller {
	return append(regCalls4[A, B, C, uintptr](), regCalls4[A, B, C, unsafe.Pointer]()...)
}

func regCalls4[A, B, C, D word]() []regCaller {
	return append(regCalls5[A, B, C, D, uintptr](), regCalls5[A, B, C, D, unsafe.Pointer]()...)
}

func regCalls5[A, B, C, D, E word]() []regCaller {
	return []regCaller{newRegCall[A, B, C, D, E, uintptr], newRegCall[A, B, C, D, E, unsafe.Pointer]}
}

// load puts the receiver, where there is one, and the arguments from C into their registers.
func (q *regCall) load(f *frame.Frame, receiver unsafe.Pointer, args []frame.Value, reads Params, w *argRegisters) error {
	in := q.in
	if receiver != nil {
		w.load(in[0].parts, receiver)
		in = in[1:]
	}
	if q.plan.variadic {
		last := len(in) - 1
		rest, err := variadic(f, in[last].Type, args, last)
		if err != nil {
			return err
		}
		w.load(in[last].parts, rest)
		in = in[:last]
	}
	for i := range in {
		in, arg := &in[i], &args[i]
		switch k := in.Kind(); {
		case layout.IsScalar(k) && k != reflect.Float32 && arg.Kind == uint32(k) && arg.Flags == 0 && layout.Scalars[k].Holds(arg.As):
			*(*uint64)(unsafe.Add(unsafe.Pointer(w), in.parts[0].at)) = arg.As
		case layout.IsScalar(k) && layout.IsScalar(reflect.Kind(arg.Kind)):
			if err := arg.Number(in.Type, unsafe.Add(unsafe.Pointer(w), in.parts[0].at)); err != nil {
				return argument(i, err)
			}
		default:
			var shown layout.Slice
			if reads.has(i) && value.InPlace(in.Type, arg, &shown) {
				w.load(in.parts, unsafe.Pointer(&shown))
				continue
			}
			var text string
			src, err := value.OperandOf(f, in.Type, arg, true, &text)
			if err != nil {
				return argument(i, err)
			}
			w.load(in.parts, src)
		}
	}
	return nil
}

// variadic makes the slice of the arguments from the first on.
func variadic(f *frame.Frame, t *layout.Type, args []frame.Value, first int) (unsafe.Pointer, error) {
	rest, n := reflect.New(t.Type), len(args)-first
	if n == 0 { // Go passes nil
		return rest.UnsafePointer(), nil
	}
	rest.Elem().Set(reflect.MakeSlice(t.Type, n, n))
	elem := layout.Of(t.Elem())
	for i := 0; i < n; i++ {
		if err := value.Decode(f, elem, &args[first+i], rest.Elem().Index(i)); err != nil {
			return nil, argument(first+i, err)
		}
	}
	return rest.UnsafePointer(), nil
}

// load puts the Go value at src into its registers.
func (w *argRegisters) load(parts []part, src unsafe.Pointer) {
	for _, part := range parts {
		from := unsafe.Add(src, part.Offset)
		if part.Class == layout.Pointer {
			w.pointers[part.at/wordSize] = *(*unsafe.Pointer)(from)
		}
		layout.Move(unsafe.Add(unsafe.Pointer(w), part.at), from, part.Size)
	}
}

// store gives C the results, which lie at r. Where it has room for one more than the results, the error comes as a value.
func (q *regCall) store(f *frame.Frame, r unsafe.Pointer, to []frame.Value) error {
	if q.plan.returnsError && len(to) == len(q.plan.Out) {
		at := q.out[len(to)].parts[0].at
		if err := *(*error)(unsafe.Add(r, at)); err != nil {
			return status.ReturnedBy(err)
		}
	}
	for i := range to {
		out := &q.out[i]
		switch k := out.Kind(); {
		case layout.IsScalar(k):
			to[i].Set(uint32(k), layout.NumberAt(k, unsafe.Add(r, out.parts[0].at)))
		case k == reflect.String:
			to[i] = value.ViewOf(f, *(*string)(unsafe.Add(r, out.parts[0].at)), uint32(k))
		default:
			to[i] = value.Encode(f, out.collect(r))
		}
	}
	return nil
}

// collect makes a variable of a result that lies in its registers at r.
func (p *passed) collect(r unsafe.Pointer) reflect.Value {
	v := reflect.New(p.Type.Type)
	for _, part := range p.parts {
		from, dst := unsafe.Add(r, part.at), v.UnsafePointer()
		if part.Class == layout.Pointer {
			*(*unsafe.Pointer)(unsafe.Add(dst, part.Offset)) = *(*unsafe.Pointer)(from)
		} else {
			layout.Move(unsafe.Add(dst, part.Offset), from, part.Size)
		}
	}
	return v.Elem()
}
