//go:build go1.22

package linkname

import (
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// In go1.21 it reads past the buckets of a map that is growing without becoming larger: golang/go#69110.
//
//go:linkname maps_clone maps.clone
func maps_clone(m any) any

func (Backend) MapsClone(t *layout.Map, m unsafe.Pointer) unsafe.Pointer {
	return layout.Data(maps_clone(t.Interface(m)))
}
