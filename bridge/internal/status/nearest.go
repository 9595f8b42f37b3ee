package status

import (
	"fmt"
	"sort"
	"strings"
)

// Nearest tells which known names are most like one that is not, for the end of a message: `; the nearest known are "a",
// "b"`.
func Nearest(name string, known []string) string {
	const most, longest = 3, 64 // a name that is longer is compared by its beginning
	name = name[:min(len(name), longest)]
	distances := map[string]int{}
	for _, other := range known {
		distances[other] = distance(name, other[:min(len(other), longest)])
	}
	known = append([]string{}, known...)
	sort.Slice(known, func(i, j int) bool {
		if a, b := distances[known[i]], distances[known[j]]; a != b {
			return a < b
		}
		return known[i] < known[j]
	})
	var quoted []string
	for _, other := range known[:min(len(known), most)] {
		quoted = append(quoted, fmt.Sprintf("%.64q", other))
	}
	if quoted == nil {
		return ""
	}
	return "; the nearest known are " + strings.Join(quoted, ", ")
}

// distance is how many bytes must be added, taken away or replaced to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1) // of what the bytes of a so far are from each beginning of b
	for j := range row {
		row[j] = j
	}
	for i := range []byte(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range []byte(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
