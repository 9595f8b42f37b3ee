package frame

// Ref is a gobridge_ref: the generation in the upper half, the slot's index plus 1 in the lower; 0 is nil.
type Ref uint64

// Generation is which of all that had the slot is meant.
func (r Ref) Generation() uint32 { return uint32(r >> 32) }

// Index is the slot.
func (r Ref) Index() uint32 { return uint32(r) - 1 }

// IsTrivial tells whether C may release it without a call.
func (r Ref) IsTrivial() bool { return r.Generation()&Trivial != 0 }

// Trivial is the bit of a generation that lets C release the reference without a call (csrc/ref.c): nothing happens when
// what it names goes, and little memory waits for the thread's next call.
const Trivial = 1 //gobridge:mirror GOBRIDGE_TRIVIAL

// released is the bit of a slot's generation from when its reference is released until there is a next one: no reference
// has it.
const released = 2 //gobridge:mirror GOBRIDGE_RELEASED

// Kept is the bit of a generation whose slot stays what it is for when the reference is released: nothing is to be taken out.
const Kept = 4 //gobridge:mirror GOBRIDGE_KEPT

// IsKept tells whether the reference is such.
func (r Ref) IsKept() bool { return r.Generation()&Kept != 0 }

// IsReleased tells whether a slot of that generation is free.
func IsReleased(generation uint32) bool { return generation&released != 0 }

// Released is the generation of the slot once a reference is released.
func (r Ref) Released() uint32 { return r.Generation() | released }

// Usable is the first generation of a weight after that of a free slot, and Unused is that of a slot whose first one is to come.
func Usable(generation, weight uint32) uint32 {
	return (generation | released | Trivial | Kept) + 1 | weight
}
func Unused(first uint32) uint32 { return (first - 1) &^ Trivial }
