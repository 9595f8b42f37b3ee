// Command library is what the benchmark calls: the same Go functions by gobridge, and as exports written by hand.
package main

// #include <stdint.h>
// #include <stdlib.h>
// #include <string.h>
import "C"

import (
	"strings"
	"unsafe"

	"gobridge/bridge"
)

func main() {}

func add(a, b int64) int64 { return a + b }

func sum(column []float64) (total float64) {
	for _, v := range column {
		total += v
	}
	return total
}

func init() {
	bridge.Func("bench.Add", add)
	bridge.Func("bench.ToUpper", strings.ToUpper)
	bridge.Func("bench.Sum", sum)
	bridge.Reads("bench.Sum", 0) // as gobridge build would say
}

//export HandAdd
func HandAdd(a, b C.int64_t) C.int64_t { return C.int64_t(add(int64(a), int64(b))) }

//export HandToUpper
func HandToUpper(text *C.char, n C.size_t) *C.char {
	return C.CString(strings.ToUpper(C.GoStringN(text, C.int(n))))
}

//export HandSum
func HandSum(column *C.double, n C.size_t) C.double {
	return C.double(sum(unsafe.Slice((*float64)(column), n)))
}
