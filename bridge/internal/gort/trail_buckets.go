//go:build !(go1.26 || goexperiment.swissmap)

package gort

import "unsafe"

// hmap is the runtime's map where maps are made of buckets.
type hmap struct {
	count     int
	flags, b  uint8
	overflows uint16
	seed      uint32 // another one after each clear
	_         [2]unsafe.Pointer
	_         uintptr
	extra     *struct {
		overflow, oldOverflow unsafe.Pointer // the lists that keep buckets without pointers from the GC
	}
}

// Trail is what an iterator must know of its map beside what the runtime's own iterator does. Buckets without pointers hide from
// the GC which ones they overflow into, and the runtime's iterator keeps only the lists of these that the map had at the start. So
// after a clear it walks what is freed: seen in go1.21 to go1.25, and so does a range loop. By the runtime's sources two growths to
// the same size lead there too, which no test has shown.
type Trail struct {
	seed  uint32
	lists []unsafe.Pointer
}

// Cleared says whether the map was cleared since the iterator left it. All its entries are new then, so that the iterator may
// begin again.
func (t *Trail) Cleared(m unsafe.Pointer) bool { return (*hmap)(m).seed != t.seed }

// Leave keeps what the iterator may walk next.
func (t *Trail) Leave(m unsafe.Pointer) {
	if m == nil {
		return
	}
	head := (*hmap)(m)
	t.seed = head.seed
	if head.extra == nil || head.extra.oldOverflow == nil {
		return
	}
	if n := len(t.lists); n == 0 || t.lists[n-1] != head.extra.oldOverflow {
		t.lists = append(t.lists, head.extra.oldOverflow)
	}
}
