package calls

import (
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
)

// numbers is functions of at most two numbers by the numbers that C functions call them by. It is complete before C calls.
var numbers []func(x, y uint64) uint64

// RegisterNumbers lets a C function that gobridge build has made call a function of numbers. It takes and returns their bits.
func RegisterNumbers(function int, call func(x, y uint64) uint64) {
	numbers = withNth(numbers, function, call)
}

// withNth are functions by their numbers, and one more.
func withNth[F any](functions []F, nth int, function F) []F {
	for len(functions) <= nth {
		var none F
		functions = append(functions, none)
	}
	functions[nth] = function
	return functions
}

// callNumbers calls such a function, with nothing in between.
func callNumbers(f *frame.Frame) error {
	in := frame.Args[numbersArgs](f)
	if in.Function >= uint64(len(numbers)) || numbers[in.Function] == nil {
		return status.Errorf(status.UnknownName, "there is no function of numbers %d", in.Function)
	}
	f.Result = numbers[in.Function](in.X, in.Y)
	return nil
}
