//go:build asan

package bridge

// underASan: it ends the process at a wild address, as it should, and changes how much memory things take.
const underASan = true
