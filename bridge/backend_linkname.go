//go:build !gobridge_portable && !go1.28

package bridge

import "gobridge/bridge/internal/linkname"

type (
	backend = linkname.Backend
	iter    = linkname.Iter
)

const (
	backendName   = "linkname"
	backendReason = "the pulls were verified on go1.21 to go1.27"
)
