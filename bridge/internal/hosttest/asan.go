//go:build asan

package hosttest

// UnderASan: it ends the process at a wild address, as it should, and changes how much memory things take.
const UnderASan = true
