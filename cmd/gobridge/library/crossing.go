package library

import "go/types"

// form is how a Go value goes through a C function.
type form int

const (
	number   form = iota // a number or bool, as its C type
	textual              // a string: pointer and length
	binary               // a []byte: pointer and length
	object               // a gobridge_ref
	anything             // a gobridge_value: what an interface holds may be a number, too
)

// crossing is how values of a Go type go through a C function.
type crossing struct {
	form   form
	c      string // of a number: its C type
	kind   string // the suffix of its GOBRIDGE_KIND_
	member string // of gobridge_value.as
}

var numbers = map[types.BasicKind]crossing{
	types.Bool:    {number, "uint8_t", "BOOL", "u"},
	types.Int:     {number, "int64_t", "INT", "i"},
	types.Int8:    {number, "int8_t", "INT8", "i"},
	types.Int16:   {number, "int16_t", "INT16", "i"},
	types.Int32:   {number, "int32_t", "INT32", "i"},
	types.Int64:   {number, "int64_t", "INT64", "i"},
	types.Uint:    {number, "uint64_t", "UINT", "u"},
	types.Uint8:   {number, "uint8_t", "UINT8", "u"},
	types.Uint16:  {number, "uint16_t", "UINT16", "u"},
	types.Uint32:  {number, "uint32_t", "UINT32", "u"},
	types.Uint64:  {number, "uint64_t", "UINT64", "u"},
	types.Uintptr: {number, "uint64_t", "UINTPTR", "u"},
	types.Float32: {number, "float", "FLOAT32", "f"},
	types.Float64: {number, "double", "FLOAT64", "f"},
}

// crossingOf tells how a type crosses; ok is false for what cannot.
func crossingOf(t types.Type) (c crossing, ok bool) {
	switch of := t.Underlying().(type) {
	case *types.Basic:
		if c, ok = numbers[of.Kind()]; ok {
			return c, true
		}
		switch of.Kind() {
		case types.String:
			return crossing{form: textual, kind: "STRING", member: "s"}, true
		case types.Complex64, types.Complex128:
			return crossing{form: object}, true
		}
		return crossing{}, false // invalid, or an unsafe.Pointer
	case *types.Slice:
		if types.Identical(of.Elem(), types.Typ[types.Byte]) {
			return crossing{form: binary, kind: "BYTES", member: "b"}, true
		}
	case *types.Interface:
		if !of.IsMethodSet() {
			return crossing{}, false // a constraint
		}
		return crossing{form: anything}, true
	}
	return crossing{form: object}, true
}
