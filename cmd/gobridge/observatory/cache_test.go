package observatory

import (
	"encoding/json"
	"io/fs"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// The key changes with each file that a scan is made by, so all of them must be embedded: those of this package and of any
// other of this module that it may import one day.
func TestTheCacheKeyCoversEverySource(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-json=Dir,GoFiles,Module", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	embedded, err := fs.Glob(ownSource, "*")
	if err != nil {
		t.Fatal(err)
	}
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for decoder := json.NewDecoder(strings.NewReader(string(out))); decoder.More(); {
		var p struct {
			Dir     string
			GoFiles []string
			Module  *struct{ Path string }
		}
		if err := decoder.Decode(&p); err != nil {
			t.Fatal(err)
		}
		if p.Module == nil {
			continue // of the standard library, whose release is part of the key
		}
		for _, name := range p.GoFiles {
			found++
			if below, err := filepath.Rel(here, filepath.Join(p.Dir, name)); err != nil || !slices.Contains(embedded, filepath.ToSlash(below)) {
				t.Errorf("%s is not part of the key", path.Join(p.Dir, name))
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d files were looked at", found)
	}
}

func TestTheCacheKeyChangesWithEverySource(t *testing.T) {
	source := func() fstest.MapFS {
		files := fstest.MapFS{}
		names, _ := fs.Glob(ownSource, "*.go")
		for _, name := range names {
			text, err := ownSource.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = &fstest.MapFile{Data: text}
		}
		return files
	}
	before := cacheKey(ownSource, "go1.26.8")
	if cacheKey(source(), "go1.26.8") != before {
		t.Error("the same source has two keys")
	}
	if cacheKey(ownSource, "go1.27.3") == before {
		t.Error("another Go release has the same key")
	}
	for name := range source() {
		changed := source()
		changed[name].Data = append(changed[name].Data, '\n')
		if isTest := strings.HasSuffix(name, "_test.go"); (cacheKey(changed, "go1.26.8") == before) != isTest {
			t.Errorf("%s: changed, the key is the same: %v", name, !isTest)
		}
	}
	more := source()
	more["more.go"] = &fstest.MapFile{}
	if cacheKey(more, "go1.26.8") == before {
		t.Error("one more file has the same key")
	}
}
