package pulls

import (
	"crypto/tls"
	"time"
	_ "unsafe"
)

//go:linkname nanotime runtime.nanotime
func nanotime() int64

//go:linkname sysargs runtime.sysargs
func sysargs(int32, **byte) // want `go1.23.12, go1.27.3: the pull of runtime.sysargs does not link: not marked with`

//go:linkname gone runtime.nothere
func gone() // want `go1.22.12, go1.23.12, go1.27.3: the pull of runtime.nothere does not link: this release has no such symbol`

//go:linkname newcoro runtime.newcoro
func newcoro(func()) // want `go1.23.12: the pull of runtime.newcoro does not link: the linker` `go1.27.3: the pull of runtime.newcoro does not link`

//go:linkname nanotime1 runtime.nanotime1
func nanotime1() int64 // want `go1.27.3: the pull of runtime.nanotime1 does not link: .*; time.Since is there instead`

// What does not break a program.
//
//go:linkname unused runtime.sysargs
func unused(int32, **byte)

//go:linkname unneeded runtime.nothere
func unneeded()

func dead() { unneeded() }

const debug = false

//go:linkname neverCalled runtime.sysargs
func neverCalled(int32, **byte)

//go:linkname variable runtime.nothere
var variable int

//go:linkname own runtime.myOwn
func own() int { return 1 }

// The release's compiler knows the method's type.
//
//go:linkname readRecord crypto/tls.(*Conn).readRecord
func readRecord(*tls.Conn) error

// Only the program knows whether it has the package, or a module's that is called so.
//
//go:linkname cloneURL net/http.cloneURLs
func cloneURL() // nothing uses it

//go:linkname module example.com/other.hidden
func module()

//go:linkname undotted testdata/other.hidden
func undotted()

//go:linkname sleep time.Sleep
func sleep(time.Duration)

// Methods that the compiler makes have no number.
//
//go:linkname month time.(*Month).String
func month(*time.Month) string // want `go1.23.12, go1.27.3: the pull of time.\(\*Month\).String does not link`

//go:linkname defined runtime.makemap
func defined() {} // want `the pull of runtime.makemap does not link: this release defines it itself`

func F() int {
	nanotime()
	sysargs(0, nil)
	gone()
	newcoro(nil)
	nanotime1()
	if debug {
		neverCalled(0, nil)
	}
	readRecord(nil)
	module()
	undotted()
	sleep(0)
	month(nil)
	variable++
	return own()
}
