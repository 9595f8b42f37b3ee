package text

import (
	"encoding/json"
	"reflect"
	"strings"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
)

// A short text may ask for much memory: each element of [[],[],[]] is as large as its type is, and a type may have 256 MiB.

// checkCost tells whether a value made of JSON would take more memory than one call may ask for.
func checkCost(text []byte, t reflect.Type) error {
	values := 1.0
	for _, c := range text {
		if c == ',' || c == '[' || c == '{' {
			values++
		}
	}
	if values*largest(t, map[reflect.Type]bool{}) <= cmem.MaxMemory {
		return nil
	}
	c := cost{decoder: json.NewDecoder(strings.NewReader(string(text))), left: cmem.MaxMemory}
	c.spend(t)
	c.value(t)
	if c.left < 0 {
		return status.Errorf(status.Limit, "json: a %s of it would take more than %d bytes", t, int64(cmem.MaxMemory))
	}
	return nil
}

// largest is the size of the largest variable that a value of a type may be made of.
func largest(t reflect.Type, seen map[reflect.Type]bool) float64 {
	if seen[t] {
		return 0
	}
	seen[t] = true
	size := layout.Weight(t)
	switch t.Kind() {
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			size = max(size, largest(t.Field(i).Type, seen))
		}
	case reflect.Map:
		size = max(size, largest(t.Key(), seen)+layout.Weight(t.Elem()), largest(t.Elem(), seen))
	case reflect.Pointer, reflect.Slice, reflect.Array:
		size = max(size, largest(t.Elem(), seen))
	}
	return size
}

// cost counts what a text would be made to: it stops where it is no JSON, which json.Unmarshal says.
type cost struct {
	decoder *json.Decoder
	left    float64
}

func (c *cost) spend(t reflect.Type) {
	if t != nil {
		c.left -= layout.Weight(t)
	}
}

// value goes over the next value of the text, for a variable of a type; nil where it is left out.
func (c *cost) value(t reflect.Type) bool {
	token, err := c.decoder.Token()
	if err != nil || c.left < 0 {
		return false
	}
	for t != nil && t.Kind() == reflect.Pointer && token != nil {
		t = t.Elem()
		c.spend(t)
	}
	switch token {
	case json.Delim('['):
		var elem reflect.Type
		counts := false
		if t != nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) {
			elem, counts = t.Elem(), t.Kind() == reflect.Slice
		}
		for c.decoder.More() {
			if counts {
				c.spend(elem)
			}
			if !c.value(elem) {
				return false
			}
		}
		_, err = c.decoder.Token()
	case json.Delim('{'):
		for c.decoder.More() {
			name, err := c.decoder.Token()
			if err != nil {
				return false
			}
			if !c.value(c.member(t, name)) {
				return false
			}
		}
		_, err = c.decoder.Token()
	}
	return err == nil
}

// member is the type of what an object's name stands for in a type.
func (c *cost) member(t reflect.Type, name json.Token) reflect.Type {
	switch {
	case t == nil:
	case t.Kind() == reflect.Map:
		c.spend(t.Key())
		c.spend(t.Elem())
		return t.Elem()
	case t.Kind() == reflect.Struct:
		text, _ := name.(string)
		for _, field := range reflect.VisibleFields(t) {
			tag, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if strings.EqualFold(field.Name, text) || strings.EqualFold(tag, text) {
				return field.Type
			}
		}
	}
	return nil
}
