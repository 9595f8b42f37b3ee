// Command peer is what one would write by hand for Python: functions that cgo exports.
package main

// #include <stdlib.h>
import "C"

import (
	"fmt"
	"strings"
	"unsafe"
)

func main() {}

//export Add
func Add(a, b int64) int64 { return a + b }

// Upper gives a string that the caller frees.
//
//export Upper
func Upper(s *C.char, n C.int, length *C.int) *C.char {
	upper := strings.ToUpper(C.GoStringN(s, n))
	*length = C.int(len(upper))
	return C.CString(upper)
}

//export FreeString
func FreeString(s *C.char) { C.free(unsafe.Pointer(s)) }

//export SumSlice
func SumSlice(numbers *int64, count int) (sum int64) {
	for _, x := range unsafe.Slice(numbers, count) {
		sum += x
	}
	return sum
}

// keys are what FillMap fills maps with.
var keys []string

// MakeKeys makes as many of them.
//
//export MakeKeys
func MakeKeys(count int) {
	keys = make([]string, count)
	for i := range keys {
		keys[i] = fmt.Sprintf("key %d", i)
	}
}

// FillMap fills a new map with the keys.
//
//export FillMap
func FillMap() int {
	filled := make(map[string]int64, len(keys))
	for i, key := range keys {
		filled[key] = int64(i)
	}
	return len(filled)
}
