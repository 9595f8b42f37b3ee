//go:build !go1.23

package gort

import _ "unsafe" // for go:linkname

// machine is the runtime's m in go1.21 and go1.22 on Linux, as far as it is needed.
type machine struct {
	_                   [8]uintptr // g0, morebuf
	_                   [2]uint32  // divmod
	_                   uint64     // procid
	_                   [6]uintptr // gsignal, goSigStack
	_                   [2]uint32  // sigmask
	_                   [6]uintptr // tls
	_                   [6]uintptr // mstartfn, curg, caughtsig, p, nextp, oldp
	_                   int64      // id
	_                   [2]uint32  // mallocing, throwing
	_                   string     // preemptoff
	_                   [3]int32   // locks, dying, profilehz
	_                   [4]uint8   // spinning, blocked, newSigstack, printlock
	_                   bool       // incgo
	isextra, isExtraInC bool
}

//go:linkname acquirem runtime.acquirem
func acquirem() *machine

//go:linkname releasem runtime.releasem
func releasem(*machine)

// BackFromC is called in Go code that C had called, after each call of C that more of it follows: if that has called Go again, these releases take the
// thread for one that is still in C, and a fault ends the process instead of being a panic: https://go.dev/issue/72870, mended in
// go1.23.8 and go1.24.2.
func BackFromC() {
	m := acquirem()
	if m.isextra && m.isExtraInC {
		m.isExtraInC = false
	}
	releasem(m)
}
