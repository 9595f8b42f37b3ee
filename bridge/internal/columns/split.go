package columns

import (
	"runtime"
	"runtime/debug"
	"sync"

	"gobridge/bridge/internal/status"
)

// workersFor is how many goroutines n items are worth, of so many that C allows: 0 for any number.
func workersFor(n int, threads uint64) int {
	const share = 8192 // a goroutine costs microseconds, as some hundred lookups do
	workers := max(1, min(n/share, runtime.GOMAXPROCS(0)))
	if threads > 0 {
		workers = int(min(uint64(workers), threads))
	}
	return workers
}

// Split does n items in some goroutines at once, a share each. They must not touch references.
func Split(n, workers int, do func(share, from, to int)) error {
	if workers == 1 {
		do(0, 0, n)
		return nil
	}
	var others sync.WaitGroup
	failures := make([]error, workers)
	work := func(w int) {
		defer others.Done()
		defer func() {
			if reason := recover(); reason != nil {
				failures[w] = status.Panicked(reason)
			}
		}()
		debug.SetPanicOnFault(true)
		do(w, n*w/workers, n*(w+1)/workers)
	}
	others.Add(workers)
	for w := 1; w < workers; w++ {
		go work(w)
	}
	work(0)
	others.Wait()
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
}
