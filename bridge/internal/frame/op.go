package frame

// Op is a call that crosses.
type Op struct {
	Name string             // of the C function
	Run  func(*Frame) error // answers it

	// Whether it takes the lock of the map f.a and, while it has it, no other, runs no code of the host's and waits for
	// nothing: a batch keeps the lock from one of them to the next.
	OneMapLock bool
}

// Ops is the calls by number, as C has them.
var Ops []Op
