package frame

// Ref is a gobridge_ref: the generation in the upper half, the slot's index plus 1 in the lower; 0 is nil.
type Ref uint64

func (r Ref) Generation() uint32 { return uint32(r >> 32) }

func (r Ref) Index() uint32 { return uint32(r) - 1 }

func (r Ref) IsTrivial() bool { return r.Generation()&Trivial != 0 }

// Trivial is the bit of a generation that lets C release the reference without a call (csrc/ref.c): nothing happens when
// what it names goes, and little memory waits for the thread's next call.
const Trivial = 1 //gobridge:mirror GOBRIDGE_TRIVIAL

// Next is the generation of the slot after a reference was released.
func (r Ref) Next() uint32 { return r.Generation() + 1 + Trivial }
