#!/usr/bin/env bash
# Runs scripts/observe as a weekly job does, where a directory says which Go releases there are.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
complain() { echo "$1"; cat "$work/out"; failed=1; }

release=$(go env GOVERSION)
list=$work/proxy/golang.org/toolchain/@v/list
mkdir -p "${list%/list}"
export GOPROXY=file://$work/proxy TMPDIR=$work/tmp
mkdir "$TMPDIR"
out() { echo "v0.0.1-$1.$(go env GOOS)-$(go env GOARCH)" >>"$list"; } # out RELEASE: it is out now
observe() { # observe STATUS PART: runs it, which exits with that and prints that
    "$root/scripts/observe" --quick --no-install "$work/kept" >"$work/out" 2>&1 </dev/null
    got=$?
    [ $got = "$1" ] || complain "exits with $got, not $1"
    grep -q -e "$2" "$work/out" || complain "does not say $2"
    [ -z "$(ls "$TMPDIR")" ] || complain "leaves $(ls "$TMPDIR") behind"
}
seen() { [ "$(cat "$work/kept/seen")" = "$1" ] || complain "has seen $(cat "$work/kept/seen"), not $1"; }

GOPROXY=off observe 2 'cannot be found out'
seen ''
out go1.20.1
out "$release"
observe 0 "^New: $release\$"
seen "$release"
grep -q "$release" "$work/kept/probe.html" && grep -q "$release" "$work/kept/probe.xml" || complain 'writes no page or no XML'
day=$(date -u +%F)
cmp -s "$work/kept/probe.html" "$work/kept/pages/$day.html" || complain 'keeps no page of the day'
line="{\"date\": \"$day\", \"new\": [\"$release\"], \"probed\": [\"$release\"], \"good\": true}"
[ "$(cat "$work/kept/history.jsonl")" = "$line" ] || complain "has the history $(cat "$work/kept/history.jsonl")"
made=$(stat -c %y "$work/kept/probe.html")
observe 0 "^Nothing is new: $release is"
out go1.99rc1 # which nobody can download
observe 2 '^New: go1.99rc1$'
seen "$release"
GOPROXY=off observe 2 'cannot be found out'
[ "$made" = "$(stat -c %y "$work/kept/probe.html")" ] || complain 'writes the page again'
[ "$(ls "$work/kept")" = $'history.jsonl\npages\nprobe.html\nprobe.xml\nseen' ] || complain "keeps $(ls "$work/kept")"
exit $failed
