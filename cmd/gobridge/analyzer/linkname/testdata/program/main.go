package main

import _ "unsafe"

//go:linkname gone runtime.nothere
func gone() // want `the pull of runtime.nothere does not link`

//go:linkname unneeded runtime.alsoNotHere
func unneeded()

// Nobody imports a program.
func Exported() { unneeded() }

func main() { gone() }
