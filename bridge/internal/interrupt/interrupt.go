// Package interrupt has the waits that the host may end.
package interrupt

import (
	"os"
	"sync"
	"sync/atomic"

	"gobridge/bridge/internal/status"
)

// File returns the descriptor that becomes readable when the host interrupts a thread, below 0 where there is none.
var File = func() int { return -1 }

// waits are those under way, with the marks of their threads, which are C's.
var waits struct {
	sync.Mutex
	once sync.Once
	of   map[chan bool]*uint32
}

// Begin registers a wait of a thread. What it returns receives when the thread was interrupted, also before the wait; it is nil
// for one that no one may interrupt.
func Begin(mark *uint32) chan bool {
	if mark == nil {
		return nil
	}
	waits.once.Do(func() {
		waits.of = map[chan bool]*uint32{}
		go watch(os.NewFile(uintptr(File()), "interrupts"))
	})
	wake := make(chan bool, 1)
	waits.Lock()
	waits.of[wake] = mark
	waits.Unlock()
	if atomic.LoadUint32(mark) != 0 {
		Wake(wake)
	}
	return wake
}

// End is its end.
func End(wake chan bool) {
	if wake != nil {
		waits.Lock()
		delete(waits.of, wake)
		waits.Unlock()
	}
}

// Wake ends a wait that may have another reason, too.
func Wake(wake chan bool) {
	select {
	case wake <- true:
	default: // it is told already
	}
}

// Take is the failure of a wait that was interrupted, once for each time, and nil if it was not.
func Take(mark *uint32) error {
	if atomic.SwapUint32(mark, 0) == 0 {
		return nil
	}
	return status.Errorf(status.Interrupted, "the wait was interrupted")
}

// watch runs as long as the process.
func watch(file *os.File) {
	var count [8]byte
	for {
		if _, err := file.Read(count[:]); err != nil {
			return // the host has closed what is not its own
		}
		waits.Lock()
		for wake, mark := range waits.of {
			if atomic.LoadUint32(mark) != 0 {
				Wake(wake)
			}
		}
		waits.Unlock()
	}
}
