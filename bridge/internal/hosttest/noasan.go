//go:build !asan

package hosttest

const UnderASan = false
