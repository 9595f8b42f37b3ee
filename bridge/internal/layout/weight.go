package layout

import "reflect"

// Weight is what a value of a type without pointers adds to a walk: its size, and more for what has no size but is
// walked over.
func Weight(t reflect.Type) float64 {
	switch t.Kind() {
	case reflect.Array:
		return 1 + float64(t.Len())*Weight(t.Elem())
	case reflect.Struct:
		sum := 1.0
		for i := 0; i < t.NumField(); i++ {
			sum += Weight(t.Field(i).Type)
		}
		return sum
	}
	return float64(t.Size())
}
