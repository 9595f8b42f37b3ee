package cmem

import (
	"runtime"
	"strings"
	"testing"
	"unsafe"
)

func TestPieces(t *testing.T) {
	var p Arena
	var all []string
	fresh := 0
	for i := 0; i < 3000; i++ {
		s := strings.Repeat(string(rune('a'+i%26)), i%1100)
		copied, isFresh := p.Clone(s)
		if copied != s || len(s) > 0 && unsafe.StringData(s) == unsafe.StringData(copied) {
			t.Fatal("no copy")
		}
		if isFresh {
			fresh++
		}
		all = append(all, copied)
	}
	runtime.GC()
	runtime.GC()
	for i, s := range all {
		if s != strings.Repeat(string(rune('a'+i%26)), i%1100) {
			t.Fatalf("string %d has changed", i)
		}
	}
	if p.size != maxSlab || fresh > 200 {
		t.Errorf("%d pieces, of up to %d bytes", fresh, p.size)
	}
}
