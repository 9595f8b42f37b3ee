package bridge

import "gobridge/bridge/internal/callback"

// Foreign is an object of the host's as a Go value: what gobridge_foreign_new makes. Go code may keep it and hand it back.
type Foreign = callback.Foreign
