//go:build gobridge_portable || go1.28

package gort

import "gobridge/bridge/internal/layout"

// ShapeOf: a Go program cannot see into a map.
func ShapeOf(*layout.Map) *layout.Shape { return nil }

// LookupsInC tells why C finds no keys.
func LookupsInC() Lookups { return LookupsPortable }
