// Command gohost is a Go host of libraries with Go runtimes of their own: by cgo, or built without it by purego.
package main

import (
	"os"
	"runtime"
	"sync"
)

type node struct{ next *node }

// faults is what a nil dereference in the host's own Go code comes to: a panic.
func faults(n *node) (panicked bool) {
	defer func() { panicked = recover() != nil }()
	return n.next == nil
}

func check() {
	checkAll()
	runtime.GC()
	if !faults(nil) {
		panic("a nil dereference was none")
	}
}

// main loads each library that it is given, gohost local|global LIBRARY..., and checks it, on several threads.
func main() {
	for _, path := range os.Args[2:] {
		load(path, os.Args[1] == "global")
		check()
	}
	urgeAll()
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := 0; n < 100; n++ {
				ended := make(chan bool)
				go func() {
					defer close(ended)
					runtime.LockOSThread() // the thread ends with the goroutine
					callAll()
					if !faults(nil) {
						panic("a nil dereference was none")
					}
					runtime.GC()
				}()
				<-ended
			}
		}()
	}
	wg.Wait()
	check()
}
