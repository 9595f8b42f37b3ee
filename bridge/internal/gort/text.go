package gort

import "runtime"

// Text is where Go's code begins and ends, which only the runtime knows: beyond, FuncForPC finds no function.
func Text() (begin, end uintptr) {
	inside, _, _, _ := runtime.Caller(0)
	isGo := func(pc uintptr) bool { return runtime.FuncForPC(pc) != nil }
	step := uintptr(1) << 12
	for step < inside && isGo(inside-step) {
		step *= 2
	}
	step = min(step, inside)
	begin = between(inside-step, inside, isGo)
	for step = 1 << 12; isGo(inside + step); {
		step *= 2
	}
	return begin, between(inside+step, inside, isGo)
}

// between is the border between what holds not at one address and holds at the other: the first of the upper part.
func between(not, does uintptr, holds func(uintptr) bool) uintptr {
	for max(not, does)-min(not, does) > 1 {
		if middle := min(not, does) + (max(not, does)-min(not, does))/2; holds(middle) {
			does = middle
		} else {
			not = middle
		}
	}
	return max(not, does)
}
