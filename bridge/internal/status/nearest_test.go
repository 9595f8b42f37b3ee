package status

import (
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	for _, c := range []struct {
		name  string
		known []string
		want  string
	}{
		{"a", nil, ""},
		{"a", []string{"b"}, `; the nearest known are "b"`},
		{"strin", []string{"int", "string", "uint", "struct", "error"}, `; the nearest known are "string", "struct", "error"`},
		{"x", []string{"d", "c", "b", "a"}, `; the nearest known are "a", "b", "c"`}, // as near as the others
		{"ToUper", []string{"strings.ToLower", "ToUpper", "TrimUpper"}, `; the nearest known are "ToUpper", "TrimUpper", "strings.ToLower"`},
		{"", []string{"ab", "a"}, `; the nearest known are "a", "ab"`},
		{"a\x00\xff", []string{"q\"\n"}, `; the nearest known are "q\"\n"`},
	} {
		if got := Nearest(c.name, c.known); got != c.want {
			t.Errorf("to %q of %q: %s", c.name, c.known, got)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"", "abc", 3}, {"abc", "abc", 0}, {"abc", "abd", 1}, {"abc", "xabc", 1}, {"abc", "ac", 1},
		{"kitten", "sitting", 3}, {"Name", "name", 1}, {"abcdef", "fedcba", 6},
	} {
		if got, back := distance(c.a, c.b), distance(c.b, c.a); got != c.want || back != got {
			t.Errorf("from %q to %q %d, back %d, not %d", c.a, c.b, got, back, c.want)
		}
	}
}

// A name of a size that no one meant takes no time to speak of, with many known ones.
func TestNearestToAHugeName(t *testing.T) {
	known := make([]string, 5000)
	for i := range known {
		known[i] = strings.Repeat("known", 1+i)
	}
	if got := Nearest(strings.Repeat("k", 1<<20), known); len(got) > 300 { // in time: to compare it whole with each would take hours
		t.Error(got)
	}
}
