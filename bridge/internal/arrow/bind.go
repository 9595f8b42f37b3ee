package arrow

import (
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
)

// goType is the Go type that fits best.
func (s *source) goType() (t reflect.Type, err error) {
	switch {
	case s.dictionary != nil:
		t, err = s.dictionary.goType()
	case s.form == formFixed && s.second > 0:
		t = layout.DurationType
	case s.form == formFixed && numbers[s.format] != nil:
		t = numbers[s.format]
	case s.form == formFixed:
		t = reflect.ArrayOf(int(s.size), layout.BytesType.Elem())
	case s.form == formBits:
		t = layout.ScalarTypes[uint32(reflect.Bool)]
	case s.form == formInstant:
		t = layout.TimeType
	case s.form == formText && strings.EqualFold(s.format, "u"):
		t = layout.StringType
	case s.form == formText:
		t = layout.BytesType
	case s.form == formStruct:
		t, err = s.structType()
	case s.form == formMap:
		t, err = s.children[0].mapType()
	default:
		if t, err = s.children[0].goType(); err == nil {
			t = reflect.SliceOf(t)
		}
	}
	if err == nil && s.hasNulls() && t.Kind() != reflect.Slice && t.Kind() != reflect.Map && t.Kind() != reflect.Pointer {
		t = reflect.PointerTo(t)
	}
	return t, err
}

func (s *source) structType() (reflect.Type, error) {
	var fields []reflect.StructField
	taken := map[string]bool{}
	for _, child := range s.children {
		t, err := child.goType()
		if err != nil {
			return nil, err
		}
		name := fieldName(child.name)
		if taken[name] {
			return nil, status.Errorf(status.WrongType, "%s has two children that would be the field %s", s.path, name)
		}
		taken[name] = true
		fields = append(fields, reflect.StructField{Name: name, Type: t})
	}
	return reflect.StructOf(fields), nil
}

// fieldName is the name that an exported field has for a child's.
func fieldName(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '_'
	}, name)
	first, size := utf8.DecodeRuneInString(name)
	if first = unicode.ToUpper(first); unicode.IsUpper(first) {
		return string(first) + name[size:]
	}
	return "X" + name
}

func (s *source) mapType() (reflect.Type, error) {
	if err := s.isPairs(); err != nil {
		return nil, err
	}
	key, err := s.children[0].goType()
	if err != nil {
		return nil, err
	}
	if !key.Comparable() {
		return nil, status.Errorf(status.WrongType, "%s would be a %s, which is no key", s.children[0].path, key)
	}
	elem, err := s.children[1].goType()
	if err != nil {
		return nil, err
	}
	return reflect.MapOf(key, elem), nil
}

func (s *source) isPairs() error {
	if s.form != formStruct || len(s.children) != 2 {
		return status.Errorf(status.WrongType, "%s has the format %q and %d children; a map is made of a struct of two", s.path, s.format, len(s.children))
	}
	return nil
}

// bind says what the rows become, and those of the children.
func (s *source) bind(t *rowType) error {
	elements := s.form == formList || s.form == formTuple
	if elements && t.children == nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) { // of bytes, one by one
		b := *t
		b.children = []*rowType{{Type: layout.Of(t.Elem()), full: t.Elem(), format: "C"}}
		if b.form = formList; t.Kind() == reflect.Array {
			b.form = formTuple
		}
		t = &b
	}
	if s.to = t; s.dictionary != nil {
		return s.dictionary.bind(t)
	}
	fits := s.form == t.form
	switch t.form {
	case formFixed:
		fits = s.format == t.format
	case formList:
		fits = elements
	case formTuple:
		fits = fits && int(s.size) == t.Len()
	}
	if !fits {
		return status.Errorf(status.WrongType, "%s has the format %q, of which no %s is made", s.path, s.format, t.full)
	}
	switch t.form {
	case formList, formTuple:
		return s.children[0].bind(t.children[0])
	case formMap:
		return s.children[0].bindPairs(t.children[0])
	case formStruct:
		return s.bindFields(t)
	}
	return nil
}

func (s *source) bindPairs(t *rowType) error {
	err := s.isPairs()
	if err == nil {
		err = s.children[0].bind(t.children[0])
	}
	if err == nil {
		err = s.children[1].bind(t.children[1])
	}
	return err
}

// bindFields leaves of the children those that fields take, in their order.
func (s *source) bindFields(t *rowType) error {
	spelled, folded := map[string]*source{}, map[string]*source{}
	for i := len(s.children) - 1; i >= 0; i-- { // of equal names the first one counts
		child := s.children[i]
		spelled[fieldName(child.name)], folded[strings.ToLower(child.name)] = child, child
	}
	s.children = nil
	for _, field := range t.children {
		child := spelled[field.name]
		if child == nil || child.to != nil {
			child = folded[strings.ToLower(field.name)]
		}
		if child == nil || child.to != nil {
			return status.Errorf(status.UnknownName, "%s has no child for the field %s", s.path, field.name)
		}
		if err := child.bind(field); err != nil {
			return err
		}
		s.children = append(s.children, child)
	}
	return nil
}
