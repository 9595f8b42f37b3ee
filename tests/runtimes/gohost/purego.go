//go:build !cgo

package main

import (
	"os"

	"github.com/ebitengine/purego"
)

var (
	inC      func(path string, isGlobal int32)
	checkAll func()
	callAll  func()
	urgeAll  func()
)

// init loads the C part, which lies beside the program.
func init() {
	checks, err := purego.Dlopen(os.Args[0]+".so", purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		panic(err)
	}
	purego.RegisterLibFunc(&inC, checks, "gohost_load")
	purego.RegisterLibFunc(&checkAll, checks, "gohost_check")
	purego.RegisterLibFunc(&callAll, checks, "gohost_call")
	purego.RegisterLibFunc(&urgeAll, checks, "gohost_urge")
}

func load(path string, global bool) {
	isGlobal := int32(0)
	if global {
		isGlobal = 1
	}
	inC(path, isGlobal)
}
