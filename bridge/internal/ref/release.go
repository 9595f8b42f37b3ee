package ref

import (
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
)

// Release releases a reference of C's, and tells what it named.
func Release(f *frame.Frame, r frame.Ref, argument string) error {
	object, err := Table.drop(f, r, argument)
	notify(object)
	return err
}

// notify tells an object that its reference was released, where it must know.
func notify(object any) {
	if o, mustBeTold := object.(releasable); mustBeTold {
		o.Released()
	}
}

// HandleRelease answers gobridge_release.
func HandleRelease(f *frame.Frame) error {
	return Release(f, frame.Args[frame.RefArgs](f).Ref, "ref")
}

// At returns so many references in C's memory, once that was touched.
func At(p unsafe.Pointer, n int, touch func([]byte)) ([]frame.Ref, error) {
	if n == 0 {
		return nil, nil
	}
	first, _, all, err := cmem.Span(uintptr(p), 0, n, unsafe.Sizeof(frame.Ref(0)))
	if err != nil {
		return nil, err
	}
	touch(all)
	return unsafe.Slice((*frame.Ref)(first), n), nil
}

// releaseN releases the references at f.p, of which there are f.a, from the f.b-th on.
func releaseN(f *frame.Frame) error {
	in := frame.Args[refsArgs](f)
	all, err := At(in.Refs, int(in.Count), cmem.TouchAll)
	if err != nil {
		return status.About("refs", err)
	}
	for i := int(in.First); i < len(all); i++ {
		if all[i] == 0 {
			continue
		}
		if failed := Release(f, all[i], "ref"); failed != nil && err == nil {
			err = status.About(status.Item("refs", i), failed)
		}
	}
	return err
}

// releaseLater is release for what C does not look up, in a batch.
func releaseLater(f *frame.Frame) error {
	_ = HandleRelease(f)
	return nil
}

// ReleaseQueued takes all out. The light ones C has released already. Of the others those that were released one by one before
// are stale, which is no failure. It is apart from the calls that have nothing to release.
//
//go:noinline
func ReleaseQueued(q *frame.Queue, f *frame.Frame) {
	released := q.Refs[:q.Len]
	Table.takeOut(f, released)
	for _, r := range released {
		if !r.IsTrivial() {
			_ = Release(f, r, "ref")
		}
	}
	q.Len = 0
}

// refFlush is a call that does nothing beside what each one does first.
func refFlush(*frame.Frame) error { return nil }

func refCount(f *frame.Frame) error {
	f.LockMutex(&Table.Mu)
	defer f.UnlockMutex(&Table.Mu)
	f.Result = uint64(Table.Live())
	return nil
}

// scopeClose releases f.a references at f.p. Those that were released one by one before are stale, which is no failure.
func scopeClose(f *frame.Frame) error {
	in := frame.Args[refsArgs](f)
	for _, r := range unsafe.Slice((*frame.Ref)(in.Refs), in.Count) {
		_ = Release(f, r, "scope")
	}
	return nil
}
