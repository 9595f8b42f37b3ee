package arrow

import (
	"reflect"
	"testing"

	"gobridge/bridge/internal/layout"
)

func TestFieldName(t *testing.T) {
	for name, want := range map[string]string{"a": "A", "A": "A", "max temp": "Max_temp", "": "X", "_a": "X_a", "7": "X7",
		"\u00e9t\u00e9": "\u00c9t\u00e9", "\u4e16": "X\u4e16", "a\xffb": "A_b", "\u01c6x": "\u01c4x"} {
		if got := fieldName(name); got != want {
			t.Errorf("%q is %q, not %q", name, got, want)
		}
		reflect.StructOf([]reflect.StructField{{Name: fieldName(name), Type: layout.StringType}})
	}
}
