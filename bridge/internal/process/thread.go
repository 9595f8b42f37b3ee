package process

import "gobridge/bridge/internal/frame"

// threadAttach has nothing left to do: that the thread has come here is all.
func threadAttach(*frame.Frame) error { return nil }
