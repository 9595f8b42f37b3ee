package maps

import (
	"reflect"
	"testing"
	"time"
)

func TestEqualByBytes(t *testing.T) {
	for _, row := range []struct {
		value any
		equal bool
	}{
		{true, true}, {int8(0), true}, {uint64(0), true}, {uintptr(0), true}, {time.Duration(0), true},
		{[3]int16{}, true}, {[0]float64{}, true}, {struct{}{}, true},
		{struct{ a, b int32 }{}, true}, {struct{ a [2]struct{ b bool } }{}, true},
		{0.5, false}, {float32(0), false}, {complex(0, 0), false}, {[1]float32{}, false},
		{struct{ a float64 }{}, false}, {"", false}, {[2]string{}, false}, {new(int), false},
		{struct {
			a int8
			b int16
		}{}, false},
		{struct {
			a int16
			b int8
		}{}, false},
		{struct{ a, _ int8 }{}, false},
	} {
		if typ := reflect.TypeOf(row.value); equalByBytes(typ) != row.equal {
			t.Errorf("%s: %t", typ, !row.equal)
		}
	}
}
