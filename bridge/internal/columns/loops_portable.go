//go:build gobridge_portable || go1.28

package columns

import (
	"reflect"

	"gobridge/bridge/internal/layout"
)

// exactly has the loops for maps of just these types.
var exactly = map[reflect.Type]*loops{
	reflect.TypeOf(map[int]int(nil)):         ofNumbers[int, int](),
	reflect.TypeOf(map[int32]int32(nil)):     ofNumbers[int32, int32](),
	reflect.TypeOf(map[int64]int64(nil)):     ofNumbers[int64, int64](),
	reflect.TypeOf(map[int64]float64(nil)):   ofNumbers[int64, float64](),
	reflect.TypeOf(map[uint32]uint32(nil)):   ofNumbers[uint32, uint32](),
	reflect.TypeOf(map[uint64]uint64(nil)):   ofNumbers[uint64, uint64](),
	reflect.TypeOf(map[uint64]float64(nil)):  ofNumbers[uint64, float64](),
	reflect.TypeOf(map[string]int(nil)):      ofTexts[int](),
	reflect.TypeOf(map[string]int64(nil)):    ofTexts[int64](),
	reflect.TypeOf(map[string]uint64(nil)):   ofTexts[uint64](),
	reflect.TypeOf(map[string]float64(nil)):  ofTexts[float64](),
	reflect.TypeOf(map[string]struct{}(nil)): ofTexts[struct{}](),
}

// LoopsFor returns the loops for a map type, nil where there are none.
func LoopsFor(t *layout.Map) *loops { return exactly[t.Type.Type] }
