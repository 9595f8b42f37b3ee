package linkname

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"
)

// testdata is a module with what links and what does not on these releases.
func TestAnalyzer(t *testing.T) {
	a := New()
	if err := a.Flags.Set("release", "go1.22.12,go1.23.12,go1.27.3"); err != nil {
		t.Fatal(err)
	}
	analysistest.Run(t, analysistest.TestData(), a, "./...")
}
