// Package walk bounds what Go goes over by itself: printing, encoding, comparing and hashing of whatever a value
// leads to, the errors that one wraps, and numbers of math/big.
package walk

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
)

const (
	MaxNesting = 10000          // arrays, slices, maps and structs in each other: as encoding/json reads
	maxSteps   = 4 * MaxNesting // with the pointers and interfaces between them
	MaxWalk    = 1 << 28        // bytes of Go's memory, counted as often as they are reached
)

// Reach is how far a walk goes.
type Reach struct {
	into  func(v reflect.Value, steps int) bool // whether into what such a value holds
	field func(reflect.StructField) bool        // and into this field of a struct
}

// The walks that Go makes.
var (
	Printed  = Reach{isPrinted, func(reflect.StructField) bool { return true }}
	Encoded  = Reach{isEncoded, isEncodedField}
	Compared = Reach{isCompared, func(reflect.StructField) bool { return true }}
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
	return v.CanInterface() && (t.Implements(formatter) || t.Implements(stringer) || t.Implements(layout.ErrorType))
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
	Reach
	left float64 // of MaxWalk
	err  error
}

// Check tells what is wrong with a walk over a value.
func (r Reach) Check(v any) error {
	s := survey{Reach: r, left: MaxWalk}
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
	if levels > MaxNesting || steps > maxSteps {
		s.err = status.Errorf(status.TooDeep, "it is nested more than %d levels deep, or holds itself", MaxNesting)
		return
	}
	if isPlain {
		s.spend(layout.Weight(t))
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
			if s.spend(float64(v.Len()) * layout.Weight(elem)); v.Len() > 0 && levels+nesting(elem) > MaxNesting {
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
		s.err = status.Errorf(status.Limit, "a %s in it is so long that it would take too much time", v.Type())
	} else {
		s.left -= work
	}
	if wraps, isError := held.(error); isError && s.err == nil {
		s.err = CheckWrapped(wraps)
	}
}

func (s *survey) spend(bytes float64) {
	if s.left -= bytes; s.left < 0 && s.err == nil {
		s.err = status.Errorf(status.Limit, "it has more than %d bytes with all that it leads to", MaxWalk)
	}
}

// LookAhead is called before a walk over a value: until the end of the call no other thread can change what is walked
// over, and the walk comes to an end. It returns the value to walk over.
func LookAhead(f *frame.Frame, v any, r Reach) (any, error) {
	if v == nil || layout.IsPredeclared(reflect.TypeOf(v)) {
		return v, nil
	}
	if v = Own(f, v); !IsBig(reflect.TypeOf(v)) {
		LockFor(f, reflect.TypeOf(v))
	}
	return v, r.Check(v)
}

// LockFor is LockAll for a method or a walk over a value of a type, unless that leads to nothing that could change.
func LockFor(f *frame.Frame, t reflect.Type) {
	if t != layout.TimeType && !layout.Of(t).Plain {
		f.LockAll()
	}
}
