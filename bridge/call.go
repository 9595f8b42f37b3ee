package bridge

import (
	"fmt"
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

const maxArguments = 65535 // no typo may have Go read all of C's memory

var errorType = reflect.TypeOf((*error)(nil)).Elem()

// funcAt gives the function that a reference names.
func funcAt(r ref) (reflect.Value, error) {
	fn, err := valueAt(r, "func")
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

// argumentsAt is a call's arguments in C memory.
func argumentsAt(p unsafe.Pointer, count uint64) ([]value, error) {
	if count > maxArguments {
		return nil, failf(errRange, "count: %d arguments, more than %d", count, maxArguments)
	}
	return unsafe.Slice((*value)(p), count), nil
}

// arguments decodes what a function of a type is called with. The first parameters, so many as skip says, are none of
// C's: their places are left to the caller.
func arguments(f *frame, of reflect.Type, args []value, skip int) ([]reflect.Value, error) {
	fixed, more := of.NumIn()-skip, ""
	if of.IsVariadic() {
		fixed, more = fixed-1, " or more"
	}
	if len(args) < fixed || len(args) > fixed && !of.IsVariadic() {
		return nil, failf(errCount, "args: there are %d, and a %s takes %d%s", len(args), of, fixed, more)
	}
	in := make([]reflect.Value, skip+len(args))
	for i := range args {
		var t reflect.Type
		if i < fixed {
			t = of.In(skip + i)
		} else {
			t = of.In(of.NumIn() - 1).Elem()
		}
		in[skip+i] = reflect.New(t).Elem()
		if err := decode(f, layout.Of(t), &args[i], in[skip+i]); err != nil {
			return nil, about(fmt.Sprintf("args[%d]", i), err)
		}
	}
	return in, nil
}

// resultCount is how many results a function of a type has for C: a last error is none, but a status.
func resultCount(of reflect.Type) int {
	n := of.NumOut()
	if n > 0 && of.Out(n-1) == errorType {
		n--
	}
	return n
}

// splitError takes off a last result that is an error, and gives its failure where it is not nil.
func splitError(results []reflect.Value) ([]reflect.Value, error) {
	last := len(results) - 1
	if last < 0 || results[last].Type() != errorType {
		return results, nil
	}
	if err, failed := results[last].Interface().(error); failed {
		return nil, failf(errReturned, "%s", err.Error())
	}
	return results[:last], nil
}
