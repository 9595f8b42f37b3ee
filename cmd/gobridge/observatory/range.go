package observatory

import (
	"bytes"
	"fmt"
	"go/version"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// The verified range is the releases on which gobridge's pulls were tested. Build tags leave what is newer to the portable
// backend, and texts tell the range; its last minor stands in each.

// rangeRooms is where gobridge's sources name the range.
var rangeRooms = []string{"README.md", "bridge", "csrc", "include", "tests/unit"}

// linknameTag is the build tag of what the linkname backend is made of, with the first minor that is not verified.
var linknameTag = regexp.MustCompile(`(?m)^//go:build !gobridge_portable && !go1\.(\d+)$`)

// lastVerified is the last minor of the range, 27 for go1.27, as all build tags below bridge agree.
func lastVerified(source string) (minor int, err error) {
	named := ""
	err = filepath.WalkDir(filepath.Join(source, "bridge"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || filepath.Ext(path) != ".go" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		tag := linknameTag.FindSubmatch(text)
		if tag == nil {
			return nil
		}
		of, err := strconv.Atoi(string(tag[1]))
		if err == nil && minor != 0 && of-1 != minor {
			err = fmt.Errorf("%s and %s have build tags of different releases", named, path)
		}
		minor, named = of-1, path
		return err
	})
	if err == nil && minor == 0 {
		err = fmt.Errorf("%s: no file has a build tag such as !go1.28 for the linkname backend", filepath.Join(source, "bridge"))
	}
	return minor, err
}

// moveRange has the sources say that the range ends with another minor, and returns the files that it changes.
func moveRange(source string, from, to int) (changed []string, err error) {
	// The end of the range is what is not allowed, or what the portable backend begins with; others begin in parentheses.
	tag := regexp.MustCompile(fmt.Sprintf(`(?m)^(//go:build .*\bgobridge_portable\b.*(?:!|\|\| )go1\.)%d\b`, from+1))
	text := regexp.MustCompile(fmt.Sprintf(`(\bgo1\.\d+ to go1\.|\blast_verified\W+go1\.)%d\b`, from))
	moved := map[string][]byte{}
	for _, room := range rangeRooms {
		err := filepath.WalkDir(filepath.Join(source, room), func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case !entry.Type().IsRegular():
				return nil
			}
			before, err := os.ReadFile(path)
			after := tag.ReplaceAll(before, fmt.Appendf(nil, "${1}%d", to+1))
			after = text.ReplaceAll(after, fmt.Appendf(nil, "${1}%d", to))
			if !bytes.Equal(before, after) {
				moved[path] = after
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	for path, text := range moved {
		if err := os.WriteFile(path, text, 0o666); err != nil {
			return nil, err
		}
		name, _ := filepath.Rel(source, path)
		changed = append(changed, name)
	}
	slices.Sort(changed)
	return changed, nil
}

// copySources copies what the bridge's tests need of the sources.
func copySources(source, to string) error {
	if err := os.MkdirAll(filepath.Join(to, "tests"), 0o777); err != nil {
		return err
	}
	for _, room := range append([]string{"go.mod"}, rangeRooms...) {
		err := filepath.WalkDir(filepath.Join(source, room), func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			name, err := filepath.Rel(source, path)
			if err != nil {
				return err
			}
			if entry.IsDir() {
				return os.MkdirAll(filepath.Join(to, name), 0o777)
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(to, name), text, 0o666)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// minorOf is 27 for go1.27.3, and for go1.27rc1.
func minorOf(release string) (minor int) {
	fmt.Sscanf(version.Lang(release), "go1.%d", &minor)
	return minor
}

// candidate matches a release that is yet to come.
var candidate = regexp.MustCompile(`(rc|beta)\d+$`)

// ---- what a probe says of the range ----

// Range is what a probe says of the verified range.
type Range struct {
	Last     string   `json:"last"`     // the last minor in it
	Addable  []string `json:"addable"`  // newer releases that can be added to it
	Refused  []string `json:"refused"`  // what speaks against the other newer ones, and against adding any
	Accepted bool     `json:"accepted"` // the sources have been changed: the addable ones are in the range
	Changed  []string `json:"changed"`  // these files of them
}

// rangeOf judges what was probed, the oldest first: minors are added one after the other, and only where all that was probed
// is good.
func rangeOf(last int, probed []*Probed) *Range {
	r := &Range{Last: fmt.Sprintf("go1.%d", last), Addable: []string{}, Refused: []string{}, Changed: []string{}}
	refuse := func(p *Probed, why string) { r.Refused = append(r.Refused, p.Release+" "+why) }
	bad := slices.ContainsFunc(probed, func(p *Probed) bool { return !p.Good })
	end := last
	for _, p := range probed {
		minor := minorOf(p.Release)
		switch {
		case !p.Good:
			refuse(p, "is not good")
		case minor <= last:
		case bad:
			refuse(p, "is good, but others are not")
		case candidate.MatchString(p.Release):
			refuse(p, "is good so far, but may change until it is out")
		case minor > end+1:
			refuse(p, fmt.Sprintf("is good, but go1.%d comes before it", end+1))
		default:
			r.Addable = append(r.Addable, p.Release)
			end = minor
		}
	}
	return r
}

// accept writes what can be added.
func (r *Range) accept(source string) (err error) {
	if len(r.Addable) > 0 {
		r.Changed, err = moveRange(source, minorOf(r.Last), minorOf(r.Addable[len(r.Addable)-1]))
		r.Accepted = err == nil
	} else if len(r.Refused) == 0 {
		r.Refused = append(r.Refused, "nothing newer than "+r.Last+" was probed")
	}
	return err
}
