//go:build !goexperiment.arenas

package layout

const hasArenas = false
