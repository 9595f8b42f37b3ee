//go:build go1.23

package gort

// BackFromC has nothing to mend: the runtime knows that a thread is back in Go code.
func BackFromC() {}
