package calls

import (
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

func funcCall(f *frame.Frame) error {
	in := frame.Args[callArgs](f)
	if fn := quick(in.Func).Load(); fn != nil && fn.ref == in.Func && in.NArgs == fn.Args && in.NResults == fn.results {
		cmem.TouchOut(unsafe.Pointer(in.Results), uintptr(in.NResults)*unsafe.Sizeof(frame.Value{}))
		args := unsafe.Slice(in.Args, int(in.NArgs))
		if f.Thread.Batch != nil {
			args = f.WithPromisedValues(args)
		}
		return fn.Direct(f, args, unsafe.Slice(in.Results, int(in.NResults)))
	}
	fn, err := FuncAt(f, in.Func)
	if err != nil {
		return err
	}
	return CallAt(f, fn, readsOf(in.Func), in.Args, in.NArgs, in.Results, in.NResults)
}

// FuncAt returns the function that a reference names.
func FuncAt(f *frame.Frame, r frame.Ref) (reflect.Value, error) {
	fn, err := value.At(f, r, "func")
	switch {
	case err != nil:
		return fn, err
	case fn.Kind() != reflect.Func:
		return fn, status.Errorf(status.WrongKind, "func is a %s, not a function", fn.Type())
	case fn.IsNil():
		return fn, status.Errorf(status.Nil, "func is a nil %s", fn.Type())
	}
	return fn, nil
}

// CallAt calls any function with arguments that lie in C memory, and puts what it returns into C memory.
func CallAt(f *frame.Frame, fn reflect.Value, reads Params, args *frame.Value, nargs uint64, results *frame.Value, nresults uint64) error {
	if nargs > MaxValues || nresults > MaxValues {
		return status.Errorf(status.Count, "nargs: %d, nresults: %d, where %d are the most", nargs, nresults, MaxValues)
	}
	p := PlanOf(fn.Type())
	if err := p.Takes(nresults); err != nil {
		return err
	}
	cmem.TouchOut(unsafe.Pointer(results), uintptr(nresults)*unsafe.Sizeof(frame.Value{}))
	from, to := unsafe.Slice(args, int(nargs)), unsafe.Slice(results, int(nresults))
	if p.RegCall != nil {
		if _, err := p.fixed(len(from), 0); err != nil {
			return err
		}
		return p.RegCall(f, layout.Data(fn.Interface()), nil, from, to, reads)
	}
	in, err := p.Arguments(f, from, 0, reads)
	if err != nil {
		return err
	}
	return p.Results(f, p.Call(fn, in), to)
}

// callSpread calls a variadic function with the slice that it gets: Go's f(args...).
func callSpread(f *frame.Frame) error {
	in := frame.Args[callArgs](f)
	fn, err := FuncAt(f, in.Func)
	if err != nil {
		return err
	}
	p := PlanOf(fn.Type())
	if !p.variadic {
		return status.Errorf(status.Argument, "func is a %s, which is not variadic", fn.Type())
	}
	if in.NArgs != uint64(len(p.In)) {
		return status.Errorf(status.Count, "args: %d for a function of %d with its slice", in.NArgs, len(p.In))
	}
	if err := p.Takes(in.NResults); err != nil {
		return err
	}
	cmem.TouchOut(unsafe.Pointer(in.Results), uintptr(in.NResults)*unsafe.Sizeof(frame.Value{}))
	args, err := decode(f, unsafe.Slice(in.Args, int(in.NArgs)), 0, func(i int) *layout.Type { return p.In[i] })
	if err != nil {
		return err
	}
	return p.Results(f, fn.CallSlice(args), unsafe.Slice(in.Results, int(in.NResults)))
}

// catchCall is the mirror of gobridge_catch_call.
//
//gobridge:mirror gobridge_catch_call
type catchCall struct {
	args    *frame.Value
	failure *frame.Value
	nargs   uint64
}

// callCatch is gobridge_call that returns its failure as a value too.
func callCatch(f *frame.Frame) (err error) {
	in := frame.Args[frame.CallOfArgs](f)
	c := (*catchCall)(in.Call)
	cmem.TouchOut(unsafe.Pointer(c.failure), unsafe.Sizeof(frame.Value{}))
	*c.failure = frame.Value{}
	err = status.Exited // stands where nothing takes its place
	defer func() {
		if reason := recover(); reason != nil {
			err = status.Panicked(reason)
		}
		if err != nil {
			f.Unlock()
			giveFailure(f, err, c.failure)
		}
	}()
	fn, err := FuncAt(f, in.Ref)
	if err != nil {
		return err
	}
	return CallAt(f, fn, readsOf(in.Ref), c.args, c.nargs, in.Results, in.NResults)
}

// giveFailure puts a REF to the Go error that a call failed with into C memory.
func giveFailure(f *frame.Frame, err error, to *frame.Value) {
	why := status.FailureOf(err)
	cause := why.Cause
	if cause == nil {
		cause = why
	}
	owner := value.NewRef(f, cause)
	*to = frame.Value{Kind: frame.KindRef, As: uint64(owner), Owner: owner}
}
