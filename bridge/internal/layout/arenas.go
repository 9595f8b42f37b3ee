//go:build goexperiment.arenas

package layout

// hasArenas tells whether memory of Go's may be unmapped.
const hasArenas = true
