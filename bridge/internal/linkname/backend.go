//go:build !gobridge_portable && go1.22 && !go1.28

package linkname

// Backend answers through the runtime's own symbols.
type Backend struct{}
