package walk

import (
	"unsafe"

	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
)

// CheckKey tells why the Go value at p cannot be a map's key: the runtime hashes and compares whatever interfaces in it
// lead to, and ends the process where its stack or the time does not do.
func CheckKey(t *layout.Type, p unsafe.Pointer) error {
	if t.HashDepends() {
		s := survey{Reach: Compared, left: MaxWalk}
		if s.look(t.Peek(p), 0, 0); s.err != nil {
			return s.err
		}
	}
	if !t.Hashable(p) {
		return status.Errorf(status.Unhashable, "it holds what can not be hashed")
	}
	return nil
}
