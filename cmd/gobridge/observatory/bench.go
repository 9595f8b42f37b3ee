package observatory

import (
	"context"
	"os"
	"path/filepath"
)

// Bench is what the quick benchmark of gobridge's sources measured.
type Bench struct {
	Tables string // Markdown
	Rows   string // JSON
}

// bench runs it. The programs that it makes stay in the sources' build directory, for the next time.
func RunBench(ctx context.Context, source string) (*Bench, error) {
	if err := checkSources(source); err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp("", "gobridge-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	script, err := filepath.Abs(filepath.Join(source, "scripts", "bench"))
	if err != nil {
		return nil, err
	}
	note("measuring")
	rows := filepath.Join(work, "bench.json")
	if _, err := run(ctx, goCommand(ctx, script, source, "--quick", "--no-install", "--json", rows), "TMPDIR="+work); err != nil {
		return nil, err
	}
	b := &Bench{}
	for path, text := range map[string]*string{rows: &b.Rows, filepath.Join(work, "bench.md"): &b.Tables} {
		read, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		*text = string(read)
	}
	return b, nil
}
