package observatory

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os/exec"
	"path/filepath"
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
			if source := keySources[filepath.Base(p.Dir)]; source == nil {
				t.Errorf("%s is not part of the key", p.Dir)
			} else if _, err := fs.Stat(source, name); err != nil {
				t.Errorf("%s is not part of the key", filepath.Join(p.Dir, name))
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d files were looked at", found)
	}
}

func TestTheCacheKeyChangesWithEverySource(t *testing.T) {
	before := cacheKey(keySources, "go1.26.8")
	if cacheKey(keySources, "go1.27.3") == before {
		t.Error("another Go release has the same key")
	}
	for pkg := range keySources {
		source := func() fstest.MapFS {
			files := fstest.MapFS{}
			names, _ := fs.Glob(keySources[pkg], "*.go")
			for _, name := range names {
				text, err := fs.ReadFile(keySources[pkg], name)
				if err != nil {
					t.Fatal(err)
				}
				files[name] = &fstest.MapFile{Data: text}
			}
			return files
		}
		key := func(files fs.FS) string {
			with := maps.Clone(keySources)
			with[pkg] = files
			return cacheKey(with, "go1.26.8")
		}
		if key(source()) != before {
			t.Error("the same source has two keys")
		}
		for name := range source() {
			changed := source()
			changed[name].Data = append(changed[name].Data, '\n')
			if isTest := strings.HasSuffix(name, "_test.go"); (key(changed) == before) != isTest {
				t.Errorf("%s: changed, the key is the same: %v", name, !isTest)
			}
		}
		more := source()
		more["more.go"] = &fstest.MapFile{}
		if key(more) == before {
			t.Error("one more file has the same key")
		}
	}
}
