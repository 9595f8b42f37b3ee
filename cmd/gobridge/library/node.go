package library

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// npm makes an npm package of the library that lies in a directory: as npm pack would, with the library and the gobridge
// package inside, so that nothing is compiled where it is installed.
func (m *module) npm(ctx context.Context, t *tools, d *Description, to string) error {
	copied := filepath.Join(m.work, "bindings", "node")
	for _, part := range []string{"include", "bindings/node"} {
		if err := copyTree(filepath.Join(m.sources, part), filepath.Join(m.work, part)); err != nil {
			return fmt.Errorf("gobridge's sources for Node: %w", err)
		}
	}
	var environment []string
	if m.arch != runtime.GOARCH { // else build.sh finds this machine's, or what CC names
		environment = append(os.Environ(), "CC="+strings.Join(t.cc, " "))
	}
	if _, err := run(ctx, copied, environment, filepath.Join(copied, "build.sh")); err != nil {
		return fmt.Errorf("--node: the addon does not build: %w", err)
	}
	var binding struct{ Files []string }
	text, err := os.ReadFile(filepath.Join(copied, "package.json"))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &binding); err != nil {
		return err
	}
	library, err := os.ReadFile(filepath.Join(to, "lib", "lib"+d.Name+".so."+Version))
	if err != nil {
		return err
	}
	manifest, err := json.MarshalIndent(map[string]any{
		"name": d.Name, "version": Version, "description": "Go packages in Node.js, made by gobridge build",
		"main": "./index.js", "types": "./index.d.ts", "os": []string{"linux"}, "cpu": []string{processors[m.arch]}, "engines": map[string]string{"node": ">=20"},
		"exports":             map[string]any{".": map[string]string{"types": "./index.d.ts", "import": "./index.mjs", "require": "./index.js"}},
		"dependencies":        map[string]string{"gobridge": Version},
		"bundledDependencies": []string{"gobridge"},
	}, "", "  ")
	if err != nil {
		return err
	}
	declarations, err := m.nodeDeclarations(ctx, d, copied)
	if err != nil {
		return err
	}
	files := map[string]string{
		"package.json":           string(manifest) + "\n",
		"index.js":               d.nodeModule(),
		"index.mjs":              d.nodeESModule(),
		"index.d.ts":             declarations,
		"lib" + d.Name + ".so.1": string(library),
	}
	for _, part := range append(binding.Files, "package.json") {
		if part == "src" || part == "include" || part == "build.sh" {
			continue // what the addon was built of
		}
		err := filepath.WalkDir(filepath.Join(copied, part), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			rel, _ := filepath.Rel(copied, path)
			files["node_modules/gobridge/"+rel] = string(text)
			return err
		})
		if err != nil {
			return err
		}
	}
	packed, err := tarball(files)
	if err != nil {
		return err
	}
	return write(filepath.Join(to, "node", d.Name+"-"+Version+".tgz"), packed)
}

// tarball packs files as npm does, in the order of their names.
func tarball(files map[string]string) (string, error) {
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	t := tar.NewWriter(z)
	for _, name := range names {
		if err := t.WriteHeader(&tar.Header{Name: "package/" + name, Mode: 0o644, Size: int64(len(files[name])), Format: tar.FormatUSTAR}); err != nil {
			return "", err
		}
		if _, err := t.Write([]byte(files[name])); err != nil {
			return "", err
		}
	}
	if err := t.Close(); err != nil {
		return "", err
	}
	err := z.Close()
	return packed.String(), err
}

// nodeModule is the package for require, which has a member for each Go package, and the library as default.
func (d *Description) nodeModule() string {
	text := "'use strict';\n// Made by gobridge build.\nconst path = require('node:path');\n\nconst library = require('gobridge').load(path.join(__dirname, 'lib" + d.Name + ".so.1'));\n\nexports.default = library;\n"
	for _, p := range d.Packages {
		text += fmt.Sprintf("exports.%s = library.%[1]s;\n", p.Name)
	}
	return text
}

// nodeESModule is the same for import.
func (d *Description) nodeESModule() string {
	text := "// Made by gobridge build.\nimport all from './index.js';\n\nexport default all.default;\n"
	for _, p := range d.Packages {
		text += fmt.Sprintf("export const %s = all.%[1]s;\n", p.Name)
	}
	return text
}

// processors is what Node calls Go's architectures.
var processors = map[string]string{"amd64": "x64", "arm64": "arm64", "386": "ia32"}

// nodeDeclarations is what TypeScript and editors know of the package: what the binding makes of the description, and what
// the package exports of it. The library itself may be of another machine.
func (m *module) nodeDeclarations(ctx context.Context, d *Description, binding string) (string, error) {
	description, err := m.writeDescription(d)
	if err != nil {
		return "", err
	}
	described, err := run(ctx, binding, nil, "node", "bin/declare.js", description)
	if err != nil {
		return "", err
	}
	text := string(described) + fmt.Sprintf("\ndeclare const library: %s;\nexport default library;\n", strings.ToUpper(d.Name[:1])+d.Name[1:])
	for _, p := range d.Packages {
		text += fmt.Sprintf("export declare const %s: %[1]s.Package;\n", p.Name)
	}
	return text, nil
}
