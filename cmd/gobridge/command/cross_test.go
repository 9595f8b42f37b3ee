package command

import (
	"runtime"
	"testing"
)

func TestCrossCompiler(t *testing.T) {
	if got := CrossCompiler(runtime.GOOS, runtime.GOARCH); got != "" {
		t.Errorf("this machine's: %q", got)
	}
	t.Setenv("CC_FOR_plan9_386", "8c -F")
	if got := CrossCompiler("plan9", "386"); got != "8c -F" {
		t.Errorf("the one that is named: %q", got)
	}
	t.Setenv("PATH", t.TempDir())
	if got := CrossCompiler("linux", "riscv64"); got != "" {
		t.Errorf("where there is none: %q", got)
	}
}
