//go:build !asan

package bridge

const underASan = false
