package value

import (
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/ref"
)

// Map is what a reference to a map names. m is the runtime's pointer, nil for a nil map.
type Map struct {
	ref.Handle
	T      *layout.Map
	M      unsafe.Pointer
	Stripe uint32 // its lock
}

// NewMap is what a reference to a map names.
func NewMap(t *layout.Map, m unsafe.Pointer) *Map { return &Map{T: t, M: m, Stripe: frame.StripeOf(m)} }

// GoValue is the map as a Go program has it.
func (g *Map) GoValue() reflect.Value { return g.T.At(unsafe.Pointer(&g.M)) }

// Ref makes a reference to the map.
func (g *Map) Ref(f *frame.Frame) frame.Ref {
	var shown ref.Shown
	if g.M != nil {
		shown = ref.Shown{Shape: gort.ShapeOf(g.T), Address: uintptr(g.M)}
	}
	return ref.Table.MakeShown(f, g, shown)
}
