// Command gohost is a Go host, by cgo, of libraries with Go runtimes of their own.
package main

/*
#cgo CFLAGS: -std=gnu11 -I${SRCDIR}/../../../include
#cgo LDFLAGS: -ldl
#include "../runtimes.c"
#include <dlfcn.h>

static library loaded[2];
static int count;
static void load_local(const char *path) { loaded[count++] = load(path, RTLD_LOCAL); }
static void load_global(const char *path) { loaded[count++] = load(path, RTLD_GLOBAL); }
static void check_all(void) {
	check_calls(loaded, count, 1 + count);
	for (int i = 0; i < 3; i++) {
		for (int n = 0; n < count; n++) loaded[(i + n) % count].gobridge_signals_reclaim();
		check_faults(loaded, count);
	}
}
*/
import "C"

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
	C.check_all()
	runtime.GC()
	if !faults(nil) {
		panic("a nil dereference was none")
	}
}

// main loads each library that it is given, gohost local|global LIBRARY..., and checks it, on several threads.
func main() {
	for _, path := range os.Args[2:] {
		if os.Args[1] == "global" {
			C.load_global(C.CString(path))
		} else {
			C.load_local(C.CString(path))
		}
		check()
	}
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			runtime.LockOSThread() // the thread ends with the goroutine
			for n := 0; n < 20; n++ {
				if !faults(nil) {
					panic("a nil dereference was none")
				}
				runtime.GC()
			}
		}()
	}
	wg.Wait()
	check()
}
