//go:build described

package main

// #include <stddef.h>
// #include <stdlib.h>
import "C"

import "gobridge/bridge"

func init() {
	bridge.Func("main.Default", func() *Color { c := Color(1); return &c })
	bridge.Reads("math.SumTwice", 0)
}

// What gobridge build would say of a part of this library.
const description = `{"schema":1,"name":"described","go":"go1.26","packages":[
{"path":"strings","name":"strings","doc":"Package strings is about strings.","functions":[
 {"name":"ToUpper","c":"described_strings_ToUpper","registered":"strings.ToUpper","doc":"ToUpper returns s in upper case.",
  "signature":"func(s string) string","variadic":false,"params":[{"name":"s","type":"string"}],"results":[{"name":"","type":"string"}]}]},
{"path":"math","name":"math","doc":"","functions":[
 {"name":"Plus","c":"","registered":"math.Add","doc":"","signature":"func(a, b int64) int64","variadic":false,
  "params":[{"name":"a","type":"int64"},{"name":"b","type":"int64"}],"results":[{"name":"","type":"int64"}]},
 {"name":"SumTwice","c":"","registered":"math.SumTwice","doc":"","signature":"","variadic":false,
  "params":[{"name":"all","type":"[]int64","in_place":true},{"name":"between","type":"func()"}],
  "results":[{"name":"","type":"int64"},{"name":"","type":"int64"}]}]},
{"path":"wait","name":"wait","doc":"","functions":[
 {"name":"Context","c":"","registered":"wait.Context","doc":"","signature":"","variadic":false,
  "params":[{"name":"ctx","type":"context.Context"},{"name":"n","type":"int64"}],"results":[{"name":"","type":"int64"},{"name":"","type":"error"}]}]},
{"path":"main","name":"main","doc":"","types":[
 {"name":"Point","type":"main.Point","kind":"struct","doc":"Point is a point.","fields":[{"name":"X","type":"int64","doc":"across"}],
  "methods":[{"name":"Sum","doc":"Sum adds.","signature":"func() int64","pointer":false,"variadic":false,"params":[],"results":[]}]},
 {"name":"Color","type":"main.Color","kind":"int","doc":"","fields":null,"methods":null}],
 "constants":[{"name":"Red","type":"main.Color","value":"0","doc":"the first"},{"name":"Green","type":"main.Color","value":"1","doc":""},
  {"name":"Limit","type":"untyped int","value":"10","doc":""},{"name":"Title","type":"untyped string","value":"\"a\"","doc":""},
  {"name":"Escaped","type":"untyped string","value":"\"\\xff\\x00\\\\x80\"","doc":""},
  {"name":"Wait","type":"time.Duration","value":"5","doc":""}],
 "variables":[{"name":"Best","type":"main.Color","registered":"main.Default","doc":""}]}
],"left_out":[]}`

var text = C.CString(description)

//export gobridge_description
func gobridge_description(json **C.char, length *C.size_t) C.int {
	*json, *length = text, C.size_t(len(description))
	return 0
}
