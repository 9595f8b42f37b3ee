package calls

import (
	"fmt"
	"math"
	"reflect"
	"sync"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// Plan says how a function of a type is called.
type Plan struct {
	In, Out      []*layout.Type // out without the last error
	variadic     bool           // the last of in is its slice
	returnsError bool
	RegCall      regCallFunc // nil where reflect must call
}

// regCallFunc calls a func value, which is a pointer, with arguments whose number is right, and fills the results that it
// is given room for. receiver is the address of the first argument where that is not among them, else nil.
type regCallFunc func(f *frame.Frame, fn, receiver unsafe.Pointer, args, to []frame.Value, reads Params) error

// Params is some of the first 64 parameters of a function.
type Params uint64

func (p Params) has(i int) bool { return p>>i&1 != 0 }

var (
	plans sync.Map // reflect.Type to *plan
)

// PlanOf is the plan for functions of a type.
func PlanOf(t reflect.Type) *Plan {
	if known, found := plans.Load(t); found {
		return known.(*Plan)
	}
	p := &Plan{variadic: t.IsVariadic()}
	for i := 0; i < t.NumIn(); i++ {
		p.In = append(p.In, layout.Of(t.In(i)))
	}
	n := t.NumOut()
	if p.returnsError = n > 0 && t.Out(n-1) == layout.ErrorType; p.returnsError {
		n--
	}
	for i := 0; i < n; i++ {
		p.Out = append(p.Out, layout.Of(t.Out(i)))
	}
	p.RegCall = regCallOf(p, t)
	plans.Store(t, p)
	return p
}

// fixed is how many parameters there are without the variadic one, and without the first ones, which come from
// elsewhere. It fails where C hands in another number of arguments.
func (p *Plan) fixed(given, first int) (int, error) {
	fixed, atLeast := len(p.In)-first, ""
	if p.variadic {
		fixed, atLeast = fixed-1, "at least "
	}
	if given < fixed || given > fixed && !p.variadic {
		return 0, status.Errorf(status.Count, "args: %d for a function of %s%d", given, atLeast, fixed)
	}
	return fixed, nil
}

// Direct calls a function through registers, nil where it cannot. What it only reads it has where C has it.
func (p *Plan) Direct(fn reflect.Value, receiver unsafe.Pointer, reads Params) Direct {
	if p.RegCall == nil || p.variadic {
		return nil
	}
	closure := layout.Data(fn.Interface())
	return func(f *frame.Frame, args, results []frame.Value) error {
		return p.RegCall(f, closure, receiver, args, results, reads)
	}
}

// Arguments reads what C hands in for the parameters from the first on. What the function only reads stays C's memory.
func (p *Plan) Arguments(f *frame.Frame, from []frame.Value, first int, reads Params) ([]reflect.Value, error) {
	fixed, err := p.fixed(len(from), first)
	if err != nil {
		return nil, err
	}
	return decode(f, from, reads, func(i int) *layout.Type {
		if i < fixed {
			return p.In[first+i]
		}
		return layout.Of(p.In[len(p.In)-1].Elem())
	})
}

// decode reads what C hands in for parameters of such types.
func decode(f *frame.Frame, from []frame.Value, reads Params, typeOf func(i int) *layout.Type) ([]reflect.Value, error) {
	args, numbers := make([]reflect.Value, 0, len(from)), make([]uint64, len(from))
	for i := range from {
		t := typeOf(i)
		if reads.has(i) {
			if shown := new(layout.Slice); value.InPlace(t, &from[i], shown) {
				args = append(args, shown.As(t.Type))
				continue
			}
		}
		var arg reflect.Value
		var err error
		if layout.IsScalar(t.Kind()) && layout.IsScalar(reflect.Kind(from[i].Kind)) {
			number := unsafe.Pointer(&numbers[i])
			err = from[i].Number(t, number)
			arg = reflect.ValueOf(t.Interface(number))
		} else {
			arg = reflect.New(t.Type).Elem()
			err = value.Decode(f, t, &from[i], arg)
		}
		if err != nil {
			return nil, argument(i, err)
		}
		args = append(args, arg)
	}
	return args, nil
}

func argument(i int, err error) error { return status.About(fmt.Sprintf("args[%d]", i), err) }

// Failure is that of a call whose last result is an error.
func (p *Plan) Failure(out []reflect.Value) error {
	if p.returnsError {
		if err, _ := out[len(out)-1].Interface().(error); err != nil {
			return status.ReturnedBy(err)
		}
	}
	return nil
}

// Results gives C what a function returned. Where C has room for one more than the results, the error comes as a value.
func (p *Plan) Results(f *frame.Frame, out []reflect.Value, to []frame.Value) error {
	if p.returnsError && len(to) == len(p.Out) {
		if err := p.Failure(out); err != nil {
			return err
		}
		out = out[:len(to)]
	}
	for i := range out {
		to[i] = value.Encode(f, out[i])
	}
	return nil
}

// Takes tells whether C has room for the results of a call, or for them and the error.
func (p *Plan) Takes(results uint64) error {
	if n := uint64(len(p.Out)); results != n && !(p.returnsError && results == n+1) {
		return status.Errorf(status.Count, "results: room for %d of a function that gives %d", results, n)
	}
	return nil
}

// noCount is a number of arguments that no call has.
const noCount = math.MaxUint64

// MaxValues is how many arguments or results a call may have.
const MaxValues = 1 << 20 //gobridge:mirror GOBRIDGE_MAX_VALUES

// Call is reflect's Call, but for this: where there are no arguments for a variadic parameter, Go passes nil.
func (p *Plan) Call(fn reflect.Value, in []reflect.Value) []reflect.Value {
	if last := len(p.In) - 1; p.variadic && len(in) == last {
		return fn.CallSlice(append(in, reflect.Zero(p.In[last].Type)))
	}
	return fn.Call(in)
}

// ArgumentTypes is those of so many arguments.
func (p *Plan) ArgumentTypes(n int) (types []*layout.Type, err error) {
	fixed := len(p.In)
	if p.variadic {
		fixed--
	}
	if n < fixed || n > fixed && !p.variadic {
		return nil, status.Errorf(status.Count, "nargs is %d, of a function of %d", n, fixed)
	}
	types = append(types, p.In[:fixed]...)
	for len(types) < n {
		types = append(types, layout.Of(p.In[fixed].Elem()))
	}
	return types, nil
}
