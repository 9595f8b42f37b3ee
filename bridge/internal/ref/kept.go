package ref

import (
	"math"
	"unsafe"

	"gobridge/bridge/internal/frame"
)

// Kept is a slot that stays one object's, which is given out again and again: whoever releases a reference to it does no more
// than to move the generation on, also C (csrc/ref.c).
type Kept struct {
	slot  *slot
	index uint32
}

// Keep gives an object a slot, and says what C may read of it.
func (t *refTable) Keep(f *frame.Frame, object any, shown Shown) Kept {
	f.LockMutex(&t.Mu)
	defer f.UnlockMutex(&t.Mu)
	index := t.takeSlot()
	s := t.slot(index)
	s.object, s.Shown = unsafe.Pointer(&object), shown
	k := Kept{s, index}
	t.kept = append(t.kept, k)
	return k
}

// IsFree tells whether no reference to the object is live, and another can be given.
func (k *Kept) IsFree() bool {
	g := k.slot.generation.Load()
	return frame.IsReleased(g) && g < lastGeneration
}

// Give makes the next reference to the object. Only one may, at a time, and only if it is free.
func (k *Kept) Give() frame.Ref {
	generation := frame.Usable(k.slot.generation.Load(), frame.Trivial|frame.Kept)
	k.slot.generation.Store(generation)
	return frame.Ref(generation)<<32 | frame.Ref(k.index+1)
}

// Live is how many references are live. The table is locked.
func (t *refTable) Live() int {
	live := t.live
	for _, k := range t.kept {
		if !frame.IsReleased(k.slot.generation.Load()) {
			live++
		}
	}
	return live
}

// lastGeneration is the last that a slot is used in.
const lastGeneration = math.MaxUint32 - 8
