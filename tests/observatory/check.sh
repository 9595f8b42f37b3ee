#!/usr/bin/env bash
# Runs bin/gobridge as its users do, on the machine's own release: what it prints, where, and what it exits with.
#   check.sh GOBRIDGE
set -uo pipefail
gobridge=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work/tmp
mkdir "$TMPDIR"
failed=0

# run STATUS ARGUMENT...: runs it, with what it prints in out and err.
run() {
    want=$1
    shift
    "$gobridge" "$@" >"$work/out" 2>"$work/err" </dev/null
    got=$?
    ran="gobridge $*"
    [ $got = "$want" ] || complain "exits with $got, not $want"
}
complain() {
    echo "$ran: $1"
    head -n 5 "$work/err"
    failed=1
}
has() { grep -qE -e "$2" "$work/$1" || complain "no $2 in std$1"; }
has_no() { ! grep -qE -e "$2" "$work/$1" || complain "$2 in std$1"; }
at_least() { [ "$(wc -l <"$work/out")" -ge "$1" ] || complain "fewer than $1 lines"; }
refuses() { # refuses PART ARGUMENT...: one line that says why, and nothing else
    part=$1
    shift
    run 2 "$@"
    has err "^gobridge: .*$part"
    [ "$(wc -l <"$work/err")" = 1 ] && [ ! -s "$work/out" ] || complain "says more than one line"
}

run 0 --help && has out '^usage: gobridge' && has out 'Exit status'
run 0 list --help && has out '--verify'
run 0 --version && has out '^gobridge [0-9]+\.[0-9]+\.[0-9]+$'
run 2

run 0 info && has out 'ABI GOBRIDGE_1\.0, go1' && has out 'runtime\.mapaccess2 +gobridge_runtime_mapaccess2' && at_least 28
run 0 info --json && has out '"backend": "(linkname|portable)"'

run 0 list && at_least 200 && has err 'go1.*: [0-9]+ symbols'
has out '^runtime\.makemap .*gobridge_runtime_makemap'
has_no out $'\033'
few=$(wc -l <"$work/out")
run 0 list --all && at_least $((few + 1))
run 0 list --json && has out '"gobridge": "gobridge_reflect_mapiterinit"'
run 0 list --format=json && has out '"hall_of_shame": \[\]'
run 0 list --format md && has out '^//go:linkname makemap runtime\.makemap$'
run 0 list --format csv && has out '^math\.Float32bits,'
run 0 list --format go && has out '^package linkname$'
run 0 list --cgo off && has_no out '^_crosscall2_ptr '
run 0 list --os windows --cgo=off && has out '^syscall\.'

release=$("$gobridge" list --json | sed -n 's/.*"release": "\(.*\)",/\1/p')
run 0 diff "$release" "$release" && has out 'Nothing that gobridge wraps has changed'
run 0 diff "$release" "$release" --json && has out '"added": \[\]'

mkdir "$work/module"
printf 'module m\n\ngo 1.21\n' >"$work/module/go.mod"
cat >"$work/module/m.go" <<'GO'
package m

import _ "unsafe"

//go:linkname gone runtime.nothere
func gone()

func Gone() { gone() }
GO
run 0 audit "$(dirname "$0")/../.." --json && has out '"symbol": "runtime.mapaccess2"' && has out '"verdict": "links"'
run 0 audit "$(dirname "$0")" && has out '^gobridge' && has out '28 links'
run 1 audit "$work/module" && has out 'm\.go:5: runtime\.nothere: gone'
run 1 audit "$work/module" --json && has out '"verdict": "breaks"'
run 1 audit "$work/module" --format sarif && has out '"version": "2\.1\.0"'
run 1 audit "$work/module" --format github && has out '^::error file=.*m\.go,line=5,'

run 0 probe --quick --go "$release" --html "$work/page.html" --junit "$work/junit.xml"
has out '28 of 28 pulls'
grep -q '</html>' "$work/page.html" && grep -q 'testsuite name="go1' "$work/junit.xml" || complain "writes no page or no XML"

export GOPROXY=off # so that it asks nobody
refuses 'can not be downloaded' list --go go1.99.1
refuses 'neither a Go release' list --go frob
refuses 'no such file' list --go /nowhere
refuses 'no complete GOROOT' list --go "$work"
refuses 'unsupported GOOS/GOARCH' list --os plan10
refuses 'a list comes as' list --format xml
refuses 'on or off' list --cgo perhaps
refuses 'needs a value' list --go
refuses 'has no option' list --frob
refuses 'what is x for' list x
refuses 'compares two releases' diff "$release"
refuses 'no such file' audit /nowhere
refuses 'can not be had' audit example.com/nowhere@v1.0.0
refuses 'no build information' audit "$0"
refuses 'audit takes one' audit
refuses "has not gobridge's sources" probe --source "$work"
refuses 'no command' frob

# Ctrl-C
ran='gobridge, interrupted'
XDG_CACHE_HOME=$work/cache GOCACHE=$(go env GOCACHE) "$gobridge" list --verify >"$work/out" 2>"$work/err" &
sleep 0.5
kill -INT $!
wait $!
[ $? = 130 ] || complain "exits with something else than 130"
[ -z "$(ls "$TMPDIR")" ] || complain "leaves $(ls "$TMPDIR") behind"

exit $failed
