package callback

import (
	"os/exec"
	"strings"
	"testing"

	"gobridge/bridge/internal/gort"
)

// What C follows when a stack moves must be on it, also where the compiler does not optimise, or checks pointers.
func TestCallsOfNumbersLieOnTheStack(t *testing.T) {
	if gort.BackendName != "linkname" {
		return // C gets the numbers by value
	}
	const pkg = "gobridge/bridge/internal/callback"
	for _, flags := range []string{"", "-N -l", "-d=checkptr=2"} {
		out, err := exec.Command("go", "build", "-gcflags="+pkg+"=-m "+flags, pkg).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", flags, err, out)
		}
		if text := string(out); !strings.Contains(text, "run_linkname.go") && flags == "" || strings.Contains(text, "moved to heap: call") {
			t.Errorf("-gcflags %q: the call is on the heap, or nothing was said of it:\n%s", flags, text)
		}
	}
}
