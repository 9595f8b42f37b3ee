package observatory

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// exception is a line of a baseline: a finding that is accepted, until when and why.
type exception struct {
	line                         int
	symbol, where, until, reason string
	used                         bool
}

const baselineForm = "a line is: SYMBOL WHERE UNTIL REASON, as in runtime.stopTheWorld github.com/bytedance/mockey 2027-03-31 until v1.3; " +
	"SYMBOL may be compile, WHERE is how the file begins or *, UNTIL a day or never"

// readBaseline reads a file of exceptions; "" is none.
func readBaseline(path string) (all []*exception, err error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	for i, line := range strings.Split(string(text), "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if len(fields) < 4 {
			err = errors.New(baselineForm)
		} else if _, wrong := time.Parse(time.DateOnly, fields[2]); wrong != nil && fields[2] != "never" {
			err = fmt.Errorf("%s is no day such as 2027-03-31, nor never", fields[2])
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, i+1, err)
		}
		all = append(all, &exception{line: i + 1, symbol: fields[0], where: fields[1], until: fields[2], reason: strings.Join(fields[3:], " ")})
	}
	return all, nil
}

// accept marks what a baseline accepts on a day, and tells of lines that are over or accept nothing.
func (a *Audit) accept(exceptions []*exception, path, today string) {
	for _, r := range a.Results {
		if r.Compile != "" {
			r.Accepted = reasonFor(exceptions, causeCompile, r.Compile, today)
		}
		for _, f := range r.Findings {
			if f.Level != Fine {
				f.Accepted = reasonFor(exceptions, f.Symbol, f.File, today)
			}
		}
	}
	for _, e := range exceptions {
		over := e.until != "never" && e.until < today
		switch {
		case !e.used:
			a.Stale = append(a.Stale, fmt.Sprintf("%s:%d: %s is not found in %s any more", path, e.line, e.symbol, e.where))
		case over:
			a.Stale = append(a.Stale, fmt.Sprintf("%s:%d: %s was accepted until %s", path, e.line, e.symbol, e.until))
		}
	}
}

// reasonFor is the reason of the exception that is made for a finding, or "".
func reasonFor(exceptions []*exception, symbol, file, today string) (reason string) {
	for _, e := range exceptions {
		if e.symbol == symbol && (e.where == "*" || strings.HasPrefix(file, e.where)) {
			e.used = true
			if e.until == "never" || e.until >= today {
				reason = e.reason
			}
		}
	}
	return reason
}

// breaksStill tells whether something breaks that no baseline accepts.
func (r *Result) breaksStill() bool {
	if r.Cause == causeCompile {
		return r.Accepted == ""
	}
	for _, f := range r.Findings {
		if f.Level >= Corrupts && f.Accepted == "" {
			return true
		}
	}
	return false
}
