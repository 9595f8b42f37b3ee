package bridge

import (
	"encoding"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"math"
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

const (
	maxNesting = 10000          // arrays, slices, maps and structs in each other: as encoding/json reads
	maxSteps   = 4 * maxNesting // with the pointers and interfaces between them
	maxWalk    = 1 << 28        // bytes of Go's memory, counted as often as they are reached
)

// reach is how far a walk goes.
type reach struct {
	into  func(v reflect.Value, steps int) bool // whether into what such a value holds
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

// hasOwnText tells whether fmt has a method of a value's print it.
func hasOwnText(v reflect.Value) bool {
	t := v.Type()
	return v.CanInterface() && (t.Implements(formatter) || t.Implements(stringer) || t.Implements(errorType))
}

// isPrinted tells whether fmt prints what a value holds, rather than have a method of its do it. It follows a pointer
// only where that is all there is to print.
func isPrinted(v reflect.Value, steps int) bool {
	t := v.Type()
	if hasOwnText(v) {
		return false
	}
	if v.Kind() != reflect.Pointer {
		return true
	}
	switch t.Elem().Kind() {
	case reflect.Array, reflect.Slice, reflect.Struct, reflect.Map:
		return steps == 0
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
	s.look(reflect.ValueOf(v), 0, 0)
	return s.err
}

// look goes over a value that so many steps lead to, and that lies in so many levels of others.
func (s *survey) look(v reflect.Value, steps, levels int) {
	if !v.IsValid() {
		return
	}
	t, k := v.Type(), v.Kind()
	isPlain := layout.Of(t).Plain
	into := !isPlain && s.into(v, steps)
	switch {
	case isPlain:
		levels += nesting(t)
	case into && (k == reflect.Array || k == reflect.Struct || k == reflect.Map || k == reflect.Slice && !isBytes(t)):
		levels++
	}
	if levels > maxNesting || steps > maxSteps {
		s.err = failf(errTooDeep, "it is nested more than %d levels deep, or holds itself", maxNesting)
		return
	}
	if isPlain {
		s.spend(weight(t))
		return
	}
	s.spend(float64(t.Size()))
	switch {
	case k == reflect.String:
		s.spend(float64(v.Len()))
	case !into:
		s.lookAtOpaque(v)
	case k == reflect.Interface, k == reflect.Pointer:
		s.look(v.Elem(), steps+1, levels)
	case k == reflect.Struct:
		for i := 0; i < v.NumField() && s.err == nil; i++ {
			if s.field(t.Field(i)) {
				s.look(v.Field(i), steps+1, levels)
			}
		}
	case k == reflect.Array, k == reflect.Slice:
		if elem := t.Elem(); layout.Of(elem).Plain {
			if s.spend(float64(v.Len()) * weight(elem)); v.Len() > 0 && levels+nesting(elem) > maxNesting {
				s.look(v.Index(0), steps+1, levels)
			}
			return
		}
		for i := 0; i < v.Len() && s.err == nil; i++ {
			s.look(v.Index(i), steps+1, levels)
		}
	case k == reflect.Map:
		for entries := v.MapRange(); s.err == nil && entries.Next(); {
			s.look(entries.Key(), steps+1, levels)
			s.look(entries.Value(), steps+1, levels)
		}
	}
}

func isBytes(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8
}

// nesting is how many levels of arrays and structs a type has with no pointer between them.
func nesting(t reflect.Type) (levels int) {
	switch t.Kind() {
	case reflect.Array:
		return 1 + nesting(t.Elem())
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			levels = max(levels, nesting(t.Field(i).Type))
		}
		return 1 + levels
	}
	return 0
}

// lookAtOpaque sees to what a value's own method will go over.
func (s *survey) lookAtOpaque(v reflect.Value) {
	if v.Kind() != reflect.Pointer && v.CanAddr() {
		v = v.Addr()
	}
	if !v.CanInterface() || v.Kind() == reflect.Pointer && v.IsNil() {
		return
	}
	held := v.Interface()
	if work := bigWork(held); work > s.left {
		s.err = failf(errRange, "a %s in it is so long that it would take too much time", v.Type())
	} else {
		s.left -= work
	}
	if wraps, isError := held.(error); isError && s.err == nil {
		s.err = checkWrapped(wraps)
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
// over, and the walk comes to an end. It gives the value to walk over.
func (f *frame) lookAhead(v any, r reach) (any, error) {
	if v == nil || isPredeclared(reflect.TypeOf(v)) {
		return v, nil
	}
	if v = f.apart(v); !isBig(reflect.TypeOf(v)) {
		f.holdFor(reflect.TypeOf(v))
	}
	return v, r.check(v)
}

// holdFor is holdAll for a method or a walk over a value of a type, unless that leads to nothing that could change.
func (f *frame) holdFor(t reflect.Type) {
	if t != timeType && !layout.Of(t).Plain {
		f.holdAll()
	}
}

// ---- comparing ----

// checkKey tells why the Go value at p can not be a map's key: the runtime hashes and compares whatever interfaces in it
// lead to, and ends the process where its stack or the time does not do.
func checkKey(t *layout.Type, p unsafe.Pointer) error {
	if t.HashDepends() {
		s := survey{reach: compared, left: maxWalk}
		if s.look(t.Peek(p), 0, 0); s.err != nil {
			return s.err
		}
	}
	if !t.Hashable(p) {
		return failf(errUnhashable, "it holds what can not be hashed")
	}
	return nil
}

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
