package types

import (
	"runtime"
	"sync"

	"gobridge/bridge/internal/frame"
)

// lastingTexts holds what C may read for as long as the process lives: NUL-terminated, pinned, each text once.
var (
	textsMu      sync.Mutex
	lastingTexts = map[string]*byte{}
	textPinner   runtime.Pinner
)

// Lasting returns the text for C of a name or a tag.
func Lasting(f *frame.Frame, s string) *byte {
	f.LockMutex(&textsMu)
	defer f.UnlockMutex(&textsMu)
	p := lastingTexts[s]
	if p == nil {
		p = &append([]byte(s), 0)[0]
		textPinner.Pin(p)
		lastingTexts[s] = p
	}
	return p
}
