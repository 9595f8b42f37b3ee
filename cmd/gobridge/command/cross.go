package command

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// triples is what C compilers call the architectures for which Debian has C libraries.
var triples = map[string]string{
	"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu", "riscv64": "riscv64-linux-gnu",
	"ppc64le": "powerpc64le-linux-gnu", "s390x": "s390x-linux-gnu",
}

// CrossCompiler is the C compiler for another system or architecture than this machine's, with its options: what
// CC_FOR_GOOS_GOARCH names, as for make.bash, or what Debian has for it, or clang; "" where there is none, or for this machine.
func CrossCompiler(system, arch string) string {
	if system == runtime.GOOS && arch == runtime.GOARCH {
		return ""
	}
	if named := os.Getenv("CC_FOR_" + system + "_" + arch); named != "" {
		return named
	}
	triple := triples[arch]
	if system != "linux" || triple == "" {
		return ""
	}
	for _, compiler := range []string{triple + "-gcc", "clang --target=" + triple} {
		if _, err := exec.LookPath(strings.Fields(compiler)[0]); err == nil {
			return compiler
		}
	}
	return ""
}
