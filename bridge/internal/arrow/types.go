package arrow

import (
	"fmt"
	"math"
	"reflect"

	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/types"
)

// rowType is a Go type as Arrow has it.
type rowType struct {
	*layout.Type // without the pointers; nil for the pairs of a map
	full         reflect.Type
	pointers     int // that lead from a row to its value
	form         form
	format, name string
	children     []*rowType
	offsets      []uintptr // of a struct's fields
	path         string    // for messages
}

// nullable tells whether a row can be null.
func (t *rowType) nullable() bool {
	return t.pointers > 0 || t.Type != nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Map)
}

func (b *budget) typeOf(of reflect.Type, name, path string, depth int) (*rowType, error) {
	t := &rowType{full: of, name: name, path: path}
	if err := b.column(path, depth); err != nil {
		return nil, err
	}
	for ; of.Kind() == reflect.Pointer && t.pointers <= types.MaxDepth; of = of.Elem() {
		t.pointers++
	}
	t.Type = layout.Of(of)
	var err error
	switch k := of.Kind(); {
	case of == layout.TimeType:
		t.form, t.format = formInstant, "tsn:UTC"
	case of == layout.DurationType:
		t.form, t.format = formFixed, "tDn"
	case formats[layout.Scalars[k]] != "":
		t.form, t.format = formFixed, formats[layout.Scalars[k]]
	case k == reflect.Bool:
		t.form, t.format = formBits, "b"
	case k == reflect.String:
		t.form, t.format = formText, "u"
	case k == reflect.Slice && of.Elem().Kind() == reflect.Uint8:
		t.form, t.format = formText, "z"
	case k == reflect.Slice:
		t.form, t.format = formList, "+l"
		err = b.addChild(t, of.Elem(), "item", "[]", depth)
	case k == reflect.Array && of.Len() > math.MaxInt32:
		err = status.Errorf(status.Limit, "%s is a %s, which has too many elements", path, of)
	case k == reflect.Array && of.Elem().Kind() == reflect.Uint8:
		t.form, t.format = formFixed, fmt.Sprintf("w:%d", of.Len())
	case k == reflect.Array:
		t.form, t.format = formTuple, fmt.Sprintf("+w:%d", of.Len())
		err = b.addChild(t, of.Elem(), "item", "[]", depth)
	case k == reflect.Map:
		var pairs *rowType
		t.form, t.format = formMap, "+m"
		pairs, err = b.pairsOf(of, path, depth+1)
		t.children = append(t.children, pairs)
	case k == reflect.Struct:
		t.form, t.format = formStruct, "+s"
		for i := 0; i < of.NumField() && err == nil; i++ {
			if field := of.Field(i); field.IsExported() {
				err = b.addChild(t, field.Type, field.Name, "."+field.Name, depth)
				t.offsets = append(t.offsets, field.Offset)
			}
		}
		if of.NumField() > 0 && len(t.children) == 0 && err == nil {
			err = status.Errorf(status.WrongType, "%s is a %s, which exports no field", path, of)
		}
	default:
		err = status.Errorf(status.WrongType, "%s is a %s, which Arrow has no form for", path, t.full)
	}
	return t, err
}

func (b *budget) addChild(t *rowType, of reflect.Type, name, step string, depth int) error {
	child, err := b.typeOf(of, name, t.path+step, depth+1)
	t.children = append(t.children, child)
	return err
}

// pairsOf returns the struct of key and element that the rows of a map are.
func (b *budget) pairsOf(of reflect.Type, path string, depth int) (*rowType, error) {
	t := &rowType{form: formStruct, format: "+s", name: "entries", path: path}
	err := b.addChild(t, of.Key(), "key", "[key]", depth)
	if err == nil && t.children[0].nullable() {
		err = status.Errorf(status.WrongType, "%s[key] is a %s, which can be nil, as no key of Arrow's can", path, of.Key())
	}
	if err == nil {
		err = b.addChild(t, of.Elem(), "value", "[value]", depth)
	}
	return t, err
}
