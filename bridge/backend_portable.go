//go:build gobridge_portable || go1.28

package bridge

import "gobridge/bridge/internal/portable"

type (
	backend = portable.Backend
	iter    = portable.Iter
)

const (
	backendName   = "portable"
	backendReason = "built with the tag gobridge_portable, or with a release outside go1.21 to go1.27"
)
