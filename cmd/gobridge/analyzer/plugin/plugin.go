// Package plugin makes the analyzer linkname a linter of a golangci-lint that is built with it.
package plugin

import (
	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"gobridge/cmd/gobridge/analyzer/linkname"
)

func init() { register.Plugin("linkname", New) }

// settings is what .golangci.yml says of it.
type settings struct {
	Release string `json:"release"` // as the flag of that name takes them
}

type linter settings

// New makes the linter of its settings.
func New(given any) (register.LinterPlugin, error) {
	s, err := register.DecodeSettings[settings](given)
	return linter(s), err
}

// BuildAnalyzers is part of register.LinterPlugin.
func (l linter) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	a := linkname.New()
	return []*analysis.Analyzer{a}, a.Flags.Set("release", l.Release)
}

// GetLoadMode is part of register.LinterPlugin.
func (linter) GetLoadMode() string { return register.LoadModeTypesInfo }
