package observatory

import (
	_ "embed"
	"strings"
	"sync"
)

// pulledText is the symbols that public modules pull, a line each with the modules: what audits of testdata/modules.txt found.
//
//go:embed pulled.txt
var pulledText string

// pulledBy is the modules by the symbols that they pull.
var pulledBy = sync.OnceValue(func() map[string][]string {
	modules := map[string][]string{}
	for _, line := range strings.Split(pulledText, "\n") {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] != "#" {
			modules[fields[0]] = fields[1:]
		}
	}
	return modules
})
