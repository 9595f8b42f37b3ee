//go:build !go1.22

package linkname

import "gobridge/bridge/internal/gort/portable"

// Backend answers through the runtime's own symbols. What go1.21 has not, or does wrong, package portable answers.
type Backend struct{ portable.Backend }
