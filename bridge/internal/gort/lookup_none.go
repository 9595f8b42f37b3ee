//go:build !gobridge_portable && !go1.28 && !(amd64 && (go1.26 || goexperiment.swissmap))

package gort

import "gobridge/bridge/internal/layout"

// ShapeOf is what C must know of a map type: the number of entries lies first in every map. It finds no keys.
func ShapeOf(t *layout.Map) *layout.Shape { return &t.Shape }

// LookupsInC tells why C finds no keys.
func LookupsInC() Lookups { return LookupsUnknown }
