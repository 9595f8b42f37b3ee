//go:build described

package main

// #include <stdint.h>
// #include <stddef.h>
import "C"

import (
	_ "embed"
	"time"

	"gobridge/bridge"
)

// description is what gobridge build would write for a part of this library.
//
//go:embed description.json
var description string

var text = C.CString(description)

//export gobridge_description
func gobridge_description(json **C.char, n *C.size_t) C.int32_t {
	*json, *n = text, C.size_t(len(description))
	return 0
}

var level int64 = 3

func init() {
	bridge.Func("test.Level", func() *int64 { return &level })
	bridge.Func("time.Month.String", time.Month.String)
	bridge.Type[time.Month]("time.Month")
}
