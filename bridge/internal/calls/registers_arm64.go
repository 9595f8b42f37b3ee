//go:build !gobridge_portable && !go1.28

package calls

import (
	"runtime"
	"unsafe"

	"gobridge/bridge/internal/frame"
)

// How many registers Go's calling convention has for arguments on arm64: of integers, and of floating-point numbers.
const (
	argInts   = 16
	argFloats = 16
)

// newRegCall is of one piece, as a function for the call alone would not be inlined.
func newRegCall[A, B, C, D, E, F word](q *regCall) regCallFunc {
	return func(f *frame.Frame, fn, receiver unsafe.Pointer, args, to []frame.Value, reads Params) error {
		var w argRegisters
		if err := q.load(f, receiver, args, reads, &w); err != nil {
			return err
		}
		call := *(*func(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p uintptr,
			x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, x12, x13, x14, x15 float64) resultRegisters[A, B, C, D, E, F])(unsafe.Pointer(&fn))
		i, x := &w.ints, &w.floats
		r := call(i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7], i[8], i[9], i[10], i[11], i[12], i[13], i[14], i[15],
			x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], x[8], x[9], x[10], x[11], x[12], x[13], x[14], x[15])
		runtime.KeepAlive(&w)
		return q.store(f, unsafe.Pointer(&r), to)
	}
}
