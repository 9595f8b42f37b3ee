package bridge

import (
	"encoding"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"math"
	"reflect"

	"gobridge/bridge/internal/layout"
)

const (
	maxNesting = 10000   // levels; as deep as encoding/json reads
	maxWalk    = 1 << 28 // bytes of Go's memory, counted as often as they are reached
)

// reach is how far a walk goes.
type reach struct {
	into  func(v reflect.Value, depth int) bool // whether into what such a value holds
	field func(reflect.StructField) bool        // and into this field of a struct
}

// The walks that Go makes.
var (
	printed  = reach{isPrinted, func(reflect.StructField) bool { return true }}
	encoded  = reach{isEncoded, isEncodedField}
	compared = reach{isCompared, func(reflect.StructField) bool { return true }}
)

var (
	formatter     = reflect.TypeOf((*fmt.Formatter)(nil)).Elem()
	stringer      = reflect.TypeOf((*fmt.Stringer)(nil)).Elem()
	jsonMarshaler = reflect.TypeOf((*json.Marshaler)(nil)).Elem()
	textMarshaler = reflect.TypeOf((*encoding.TextMarshaler)(nil)).Elem()
)

// isPrinted tells whether fmt prints what a value holds, rather than have a method of its do it. It follows a pointer
// only where that is all there is to print.
func isPrinted(v reflect.Value, depth int) bool {
	t := v.Type()
	if v.CanInterface() && (t.Implements(formatter) || t.Implements(stringer) || t.Implements(errorType)) {
		return false
	}
	if v.Kind() != reflect.Pointer {
		return true
	}
	switch t.Elem().Kind() {
	case reflect.Array, reflect.Slice, reflect.Struct, reflect.Map:
		return depth == 0
	}
	return false
}

// isEncoded tells whether encoding/json goes into a value, rather than have a method of its do it.
func isEncoded(v reflect.Value, _ int) bool {
	t := v.Type()
	if v.CanAddr() {
		t = reflect.PointerTo(t) // has the methods of both
	}
	return !t.Implements(jsonMarshaler) && !t.Implements(textMarshaler)
}

func isEncodedField(f reflect.StructField) bool {
	return (f.IsExported() || f.Anonymous) && f.Tag.Get("json") != "-"
}

// isCompared tells whether Go's == goes into a value.
func isCompared(v reflect.Value, _ int) bool {
	return v.Kind() == reflect.Interface || v.Kind() == reflect.Array || v.Kind() == reflect.Struct
}

// survey sees how far a walk would go: Go ends a process whose stack or memory one overflows, and a host can well make
// a map that holds itself.
type survey struct {
	reach
	left float64 // of maxWalk
	err  error
}

// check tells what is wrong with a walk over a value.
func (r reach) check(v any) error {
	s := survey{reach: r, left: maxWalk}
	s.look(reflect.ValueOf(v), 0)
	return s.err
}

func (s *survey) look(v reflect.Value, depth int) {
	switch {
	case !v.IsValid():
		return
	case depth > maxNesting:
		s.err = failf(errTooDeep, "it is nested more than %d levels deep, or holds itself", maxNesting)
		return
	case layout.Of(v.Type()).Plain:
		s.spend(weight(v.Type()))
		return
	}
	s.spend(float64(v.Type().Size()))
	switch k := v.Kind(); {
	case k == reflect.String:
		s.spend(float64(v.Len()))
	case !s.into(v, depth):
	case k == reflect.Interface, k == reflect.Pointer:
		s.look(v.Elem(), depth+1)
	case k == reflect.Struct:
		for i := 0; i < v.NumField() && s.err == nil; i++ {
			if s.field(v.Type().Field(i)) {
				s.look(v.Field(i), depth+1)
			}
		}
	case k == reflect.Array, k == reflect.Slice:
		if elem := v.Type().Elem(); layout.Of(elem).Plain {
			s.spend(float64(v.Len()) * weight(elem))
			return
		}
		for i := 0; i < v.Len() && s.err == nil; i++ {
			s.look(v.Index(i), depth+1)
		}
	case k == reflect.Map:
		for entries := v.MapRange(); s.err == nil && entries.Next(); {
			s.look(entries.Key(), depth+1)
			s.look(entries.Value(), depth+1)
		}
	}
}

func (s *survey) spend(bytes float64) {
	if s.left -= bytes; s.left < 0 && s.err == nil {
		s.err = failf(errRange, "it has more than %d bytes with all that it leads to", maxWalk)
	}
}

// weight is what a value of a type without pointers adds to a walk: its size, and more for what has no size but is
// walked over.
func weight(t reflect.Type) float64 {
	switch t.Kind() {
	case reflect.Array:
		return 1 + float64(t.Len())*weight(t.Elem())
	case reflect.Struct:
		sum := 1.0
		for i := 0; i < t.NumField(); i++ {
			sum += weight(t.Field(i).Type)
		}
		return sum
	}
	return float64(t.Size())
}

// lookAhead is called before a walk over a value: until the end of the call no other thread can change what is walked
// over, and the walk comes to an end.
func (f *frame) lookAhead(v any, r reach) error {
	if v == nil || isPredeclared(reflect.TypeOf(v)) {
		return nil
	}
	f.holdFor(reflect.TypeOf(v))
	return r.check(v)
}

// holdFor is holdAll for a method or a walk over a value of a type, unless that leads to nothing that could change.
func (f *frame) holdFor(t reflect.Type) {
	if t != timeType && !layout.Of(t).Plain {
		f.holdAll()
	}
}

// ---- comparing ----

// equal is Go's ==.
func equal(a, b any) (same bool, err error) {
	defer func() {
		if reason := recover(); reason != nil { // the one thing that == panics for
			err = failf(errUnhashable, "%v", reason)
		}
	}()
	return a == b, nil
}

var hashSeed = maphash.MakeSeed()

// hash adds to a hash all that == compares.
func hash(h *maphash.Hash, v reflect.Value) error {
	if !v.Type().Comparable() {
		return failf(errUnhashable, "a %s can not be hashed", v.Type())
	}
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return h.WriteByte(1)
		}
		return h.WriteByte(0)
	case reflect.Float32, reflect.Float64:
		hashFloat(h, v.Float())
	case reflect.Complex64, reflect.Complex128:
		hashFloat(h, real(v.Complex()))
		hashFloat(h, imag(v.Complex()))
	case reflect.String:
		hashNumber(h, uint64(v.Len()))
		_, _ = h.WriteString(v.String())
	case reflect.Pointer, reflect.Chan, reflect.UnsafePointer:
		hashNumber(h, uint64(v.Pointer()))
	case reflect.Interface:
		if v.IsNil() {
			return h.WriteByte(0)
		}
		_, _ = h.WriteString(v.Elem().Type().String())
		return hash(h, v.Elem())
	case reflect.Array:
		for i := 0; i < v.Len(); i++ {
			if err := hash(h, v.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for i := 0; i < v.NumField(); i++ {
			if v.Type().Field(i).Name == "_" {
				continue
			}
			if err := hash(h, v.Field(i)); err != nil {
				return err
			}
		}
	default:
		if v.CanInt() {
			hashNumber(h, uint64(v.Int()))
		} else if v.CanUint() {
			hashNumber(h, v.Uint())
		}
	}
	return nil
}

func hashNumber(h *maphash.Hash, n uint64) {
	var bytes [8]byte
	for i := range bytes {
		bytes[i] = byte(n >> (8 * i))
	}
	_, _ = h.Write(bytes[:])
}

// hashFloat takes -0 for 0, which it equals.
func hashFloat(h *maphash.Hash, f float64) { hashNumber(h, math.Float64bits(f+0)) }
