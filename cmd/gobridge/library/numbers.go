package library

import (
	"fmt"
	"go/types"
	"strings"
)

// adapt gives a function the Go code that C calls it by with nothing boxed, if it is of numbers, strings and bytes alone.
func (r *reader) adapt(f *Function) {
	if f.signature == nil {
		return
	}
	if f.numbers = r.numbersOf(f, f.signature); f.numbers == "" {
		f.plain = r.plainOf(f, f.signature)
	}
}

// numbersOf is Go code for a function of at most two plain numbers that takes and returns their bits: called by it, nothing
// lies between C and the function. It is "" for all others.
func (r *reader) numbersOf(f *Function, signature *types.Signature) string {
	if f.fails || f.Variadic || len(f.takes) > 2 || len(f.leaves) > 1 {
		return ""
	}
	var arguments []string
	for i, variable := range variables(signature.Params()) {
		from, _ := r.bitsOf(variable.Type())
		if from == "" {
			return ""
		}
		arguments = append(arguments, fmt.Sprintf(from, "xy"[i:i+1]))
	}
	call := fmt.Sprintf("%s(%s)", f.expression, strings.Join(arguments, ", "))
	if len(f.leaves) == 0 {
		return "func(x, y uint64) uint64 { " + call + "; return 0 }"
	}
	_, to := r.bitsOf(signature.Results().At(0).Type())
	if to == "" {
		return ""
	}
	return "func(x, y uint64) uint64 { return " + fmt.Sprintf(to, call) + " }"
}

// bitsOf is how Go code makes a number of its bits, and the bits of it; "" for a type that is no plain number, or one that
// has fewer bits here than in C.
func (r *reader) bitsOf(t types.Type) (from, to string) {
	basic, is := types.Unalias(t).(*types.Basic)
	if !is {
		return "", ""
	}
	switch info := basic.Info(); {
	case basic.Kind() == types.Float64:
		return "math_.Float64frombits(%s)", "math_.Float64bits(%s)"
	case basic.Kind() == types.Float32: // C hands it over as a double
		return "float32(math_.Float64frombits(%s))", "math_.Float64bits(float64(%s))"
	case basic.Kind() == types.Bool:
		return "%s != 0", "bit(%s)"
	case info&types.IsInteger == 0 || (basic.Kind() == types.Int || basic.Kind() == types.Uint || basic.Kind() == types.Uintptr) && r.sizes.Sizeof(basic) < 8:
		return "", ""
	}
	return basic.Name() + "(%s)", "uint64(%s)"
}

// plainOf is Go code for a function of numbers, strings and bytes that takes them out of a call and puts its results there. It
// is "" for all others.
func (r *reader) plainOf(f *Function, signature *types.Signature) string {
	if f.Variadic {
		return ""
	}
	var b strings.Builder
	var arguments, results, returned []string
	for i, variable := range variables(signature.Params()) {
		argument := fmt.Sprintf("a%d", i)
		from, _ := r.bitsOf(variable.Type())
		switch method := textOf(variable.Type()); {
		case method != "":
			if f.Params[i].returned {
				returned = append(returned, fmt.Sprint(", ", i))
			}
			if f.Params[i].InPlace || f.Params[i].returned {
				method += "InPlace"
			}
			fmt.Fprintf(&b, "%s, err := c.%s(%d); if err != nil { return err }; ", argument, method, i)
		case from != "":
			argument = fmt.Sprintf(from, fmt.Sprintf("c.Bits(%d)", i))
		default:
			return ""
		}
		arguments = append(arguments, argument)
	}
	set := ""
	for i := range f.leaves {
		result := fmt.Sprintf("r%d", i)
		_, to := r.bitsOf(signature.Results().At(i).Type())
		switch method := textOf(signature.Results().At(i).Type()); {
		case method != "":
			set += fmt.Sprintf("c.Set%s(%d, %s%s); ", method, i, result, strings.Join(returned, ""))
		case to != "":
			set += fmt.Sprintf("c.SetBits(%d, %s); ", i, fmt.Sprintf(to, result))
		default:
			return ""
		}
		results = append(results, result)
	}
	if f.fails {
		results = append(results, "failure")
		set = "if failure != nil { return c.Returned(failure) }; " + set
	}
	if results != nil {
		b.WriteString(strings.Join(results, ", ") + " := ")
	}
	return "func(c bridge.TypedCall) error { " + b.String() + f.expression + "(" + strings.Join(arguments, ", ") + "); " + set + "return nil }"
}

// textOf is how a call gives a string or bytes; "" for other types, also named ones.
func textOf(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		if t.Kind() == types.String {
			return "String"
		}
	case *types.Slice:
		if basic, is := types.Unalias(t.Elem()).(*types.Basic); is && basic.Kind() == types.Uint8 {
			return "Bytes"
		}
	}
	return ""
}
