package calls

import (
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

func funcCall(f *frame.Frame) error {
	found := ref.Table.Find(frame.Ref(f.A))
	if found != nil {
		if fn, registered := (*found).(*Function); registered && f.B == fn.Args && f.C == fn.results {
			cmem.TouchOut(f.Q, uintptr(f.C)*unsafe.Sizeof(frame.Value{}))
			args := unsafe.Slice((*frame.Value)(f.P), int(f.B))
			if f.Thread.Batch != nil {
				args = f.WithPromisedValues(args)
			}
			return fn.Direct(f, args, unsafe.Slice((*frame.Value)(f.Q), int(f.C)))
		}
	}
	fn, err := FuncAt(f, frame.Ref(f.A))
	if err != nil {
		return err
	}
	return CallAt(f, fn, f.P, f.B)
}

// FuncAt gives the function that a reference names.
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

// CallAt calls any function with what C has at an address, and gives what it returns at f.q, in room for f.c values.
func CallAt(f *frame.Frame, fn reflect.Value, args unsafe.Pointer, nargs uint64) error {
	if nargs > MaxValues || f.C > MaxValues {
		return status.Errorf(status.Count, "nargs: %d, nresults: %d, where %d are the most", nargs, f.C, MaxValues)
	}
	p := PlanOf(fn.Type())
	if err := p.Takes(f.C); err != nil {
		return err
	}
	cmem.TouchOut(f.Q, uintptr(f.C)*unsafe.Sizeof(frame.Value{}))
	from, to := unsafe.Slice((*frame.Value)(args), int(nargs)), unsafe.Slice((*frame.Value)(f.Q), int(f.C))
	if p.RegCall != nil {
		if _, err := p.fixed(len(from), 0); err != nil {
			return err
		}
		return p.RegCall(f, layout.Data(fn.Interface()), nil, from, to)
	}
	in, err := p.Arguments(f, from, 0)
	if err != nil {
		return err
	}
	return p.Results(f, p.Call(fn, in), to)
}
