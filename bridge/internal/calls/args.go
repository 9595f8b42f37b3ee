package calls

import "gobridge/bridge/internal/frame"

// callArgs is what such a call hands in: a call of a function.
//
//gobridge:mirror gobridge_call_args
type callArgs struct {
	Args     *frame.Value
	Results  *frame.Value
	Func     frame.Ref
	NArgs    uint64
	NResults uint64
}
