// Command libgobridge is libgobridge.a and libgobridge.so: the bridge, and some functions of Go's library for hosts that
// have no Go program of their own.
package main

import (
	"fmt"
	"strings"
	"time"

	"gobridge/bridge"
)

func main() {}

func init() {
	bridge.Func("fmt.Sprint", fmt.Sprint)
	bridge.Func("fmt.Sprintf", fmt.Sprintf)
	bridge.Func("strings.Fields", strings.Fields)
	bridge.Func("strings.Join", strings.Join)
	bridge.Func("strings.ToLower", strings.ToLower)
	bridge.Func("strings.ToUpper", strings.ToUpper)
	bridge.Func2("strings.Repeat", strings.Repeat)
	bridge.Func2("strings.Split", strings.Split)
	bridge.Func("time.Now", time.Now)
}
