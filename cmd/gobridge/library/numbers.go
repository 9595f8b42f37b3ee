package library

import (
	"fmt"
	"go/types"
	"strings"
)

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
