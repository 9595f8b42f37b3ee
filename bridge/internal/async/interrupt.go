package async

import (
	"os"
	"sync"
	"sync/atomic"
)

// InterruptFile gives the descriptor that becomes readable when the host interrupts a thread, below 0 where there is none.
var InterruptFile = func() int { return -1 }

// interrupts are the waits under way that the host may interrupt, with the marks of their threads, which are C's.
var interrupts struct {
	sync.Mutex
	once  sync.Once
	waits map[chan bool]*uint32
}

// interruptible registers a wait. What it returns receives when the thread was interrupted, also before the wait.
func interruptible(mark *uint32) chan bool {
	interrupts.once.Do(func() {
		interrupts.waits = map[chan bool]*uint32{}
		go watchInterrupts(os.NewFile(uintptr(InterruptFile()), "interrupts"))
	})
	wake := make(chan bool, 1)
	interrupts.Lock()
	interrupts.waits[wake] = mark
	interrupts.Unlock()
	if atomic.LoadUint32(mark) != 0 {
		wakeUp(wake)
	}
	return wake
}

func done(wake chan bool) {
	interrupts.Lock()
	delete(interrupts.waits, wake)
	interrupts.Unlock()
}

func wakeUp(wake chan bool) {
	select {
	case wake <- true:
	default: // it is told already
	}
}

// watchInterrupts runs as long as the process.
func watchInterrupts(file *os.File) {
	var count [8]byte
	for {
		if _, err := file.Read(count[:]); err != nil {
			return // the host has closed what is not its own
		}
		interrupts.Lock()
		for wake, mark := range interrupts.waits {
			if atomic.LoadUint32(mark) != 0 {
				wakeUp(wake)
			}
		}
		interrupts.Unlock()
	}
}
