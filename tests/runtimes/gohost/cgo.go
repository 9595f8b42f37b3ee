//go:build cgo

package main

/*
#cgo CFLAGS: -std=gnu11 -I${SRCDIR}/../../../include
#cgo LDFLAGS: -ldl
#include "../runtimes.c"
#include "../gohost.c"
*/
import "C"

func load(path string, global bool) {
	isGlobal := C.int(0)
	if global {
		isGlobal = 1
	}
	C.gohost_load(C.CString(path), isGlobal)
}

func checkAll() { C.gohost_check() }

func callAll() { C.gohost_call() }

func urgeAll() { C.gohost_urge() }
