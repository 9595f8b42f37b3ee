//go:build go1.23

package tags

import _ "unsafe"

// go1.22 does not build this file.
//
//go:linkname nothere runtime.nothere
func nothere() // want `^go1.23.12, go1.27.3: the pull of runtime.nothere`

func F() { nothere() }
