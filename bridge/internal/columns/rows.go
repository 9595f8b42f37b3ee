package columns

import (
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/calls"
	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/maps"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
)

// maxArguments is how many columns of arguments a call may have.
const maxArguments = 64

func callN(f *frame.Frame) error {
	in := frame.Args[rowsArgs](f)
	fn, err := calls.FuncAt(f, in.Func)
	if err != nil {
		return err
	}
	object, err := ref.Object(f, in.Func, "func")
	if err != nil {
		return err
	}
	b, err := newArrayCall(f)
	if err != nil {
		return err
	}
	defer b.abandon()
	r := rows{arrayCall: b, fn: fn, plan: calls.PlanOf(fn.Type())}
	if in.NArgs > maxArguments {
		return status.Errorf(status.Count, "nargs is %d; %d are the most", in.NArgs, maxArguments)
	}
	if in.NResults != uint64(len(r.plan.Out)) {
		return status.Errorf(status.Count, "nresults is %d, of a function that gives %d", in.NResults, len(r.plan.Out))
	}
	types, err := r.plan.ArgumentTypes(int(in.NArgs))
	if err != nil {
		return err
	}
	if registered, is := object.(*calls.Function); is && in.NArgs == registered.Args && simple(types) && simple(r.plan.Out) {
		r.direct = registered.Direct
	}
	columns, results := unsafe.Slice(b.In, int(in.NArgs)), unsafe.Slice(b.Out, int(in.NResults))
	for i, t := range types {
		s, err := b.source(status.Item("args", i), &columns[i], t, false)
		if err != nil {
			return err
		}
		r.args = append(r.args, s)
	}
	for i, t := range r.plan.Out {
		if _, err := b.sink(status.Item("results", i), &results[i], t); err != nil {
			return err
		}
	}
	r.lent, r.in, r.out = make([]scratch, len(types)), make([]frame.Value, len(types)), make([]frame.Value, len(results))
	for i := 0; i < b.n; i++ {
		r.call(i)
	}
	return b.done()
}

// rows is a call for each row of columns.
type rows struct {
	*arrayCall
	fn      reflect.Value
	plan    *calls.Plan
	args    []Source
	lent    []scratch
	kept    cmem.Arena
	direct  calls.Direct // nil where an argument or a result is more than a number or a string
	in, out []frame.Value
}

// simple tells whether a value of a type needs no reference.
func simple(types []*layout.Type) bool {
	for _, t := range types {
		if !layout.IsScalar(t.Kind()) && t.Kind() != reflect.String {
			return false
		}
	}
	return true
}

func (r *rows) call(i int) {
	if r.good(i) {
		if err := r.try(i); err != nil {
			r.fail("rows", i, err)
		}
	}
	for _, s := range r.sinks {
		if !r.good(i) {
			_ = s.put(r.f, i, nil)
		}
	}
}

// try makes one call. A panic is its failure alone.
func (r *rows) try(i int) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = status.Panicked(reason)
		}
	}()
	if r.direct != nil {
		return r.callDirect(i)
	}
	in := make([]reflect.Value, len(r.args))
	for j := range r.args {
		in[j] = r.args[j].T.At(r.args[j].get(i, &r.lent[j], &r.kept))
	}
	out := r.plan.Call(r.fn, in)
	if err := r.plan.Failure(out); err != nil {
		return err
	}
	for j, s := range r.sinks {
		held := reflect.New(s.t.Type)
		held.Elem().Set(out[j])
		if err := s.put(r.f, i, held.UnsafePointer()); err != nil {
			return status.About(status.Item("results", j), err)
		}
	}
	return nil
}

func (r *rows) callDirect(i int) error {
	for j := range r.args {
		kind, at := r.args[j].T.Kind(), r.args[j].get(i, &r.lent[j], nil)
		if v := &r.in[j]; kind == reflect.String {
			text := *(*string)(at)
			*v = frame.Value{Kind: uint32(kind), As: uint64(uintptr(unsafe.Pointer(unsafe.StringData(text)))), Len: uint64(len(text))}
		} else {
			v.Set(uint32(kind), layout.NumberAt(kind, at))
		}
	}
	if err := r.direct(r.f, r.in, r.out); err != nil {
		return err
	}
	var failed error
	for j, s := range r.sinks {
		var held maps.Scratch
		at, err := held.Operand(r.f, s.t, &r.out[j], false)
		if err == nil {
			err = s.put(r.f, i, at)
		}
		if err != nil && failed == nil {
			failed = status.About(status.Item("results", j), err)
		}
		if owner := r.out[j].Owner; owner != 0 {
			_ = ref.Release(r.f, owner, "results")
		}
	}
	return failed
}
