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

# Where gobridge does not fare well on a release, it says what to do, and keeps what was found: here what it builds tells so.
tree=$work/tree
mkdir -p "$tree/scripts" "$tree/build/release/bin" "$work/bin"
cp "$root"/scripts/{observe,setup} "$tree/scripts"
printf '#!/bin/sh\necho cmake version 3.25.0\n' >"$work/bin/cmake"
cat >"$tree/build/release/bin/gobridge" <<'SH'
#!/bin/sh
while [ $# -gt 1 ]; do
    case $1 in
    --html) echo "<p>bad</p>" >"$2" ;;
    --junit) echo "<testsuites/>" >"$2" ;;
    esac
    shift
done
exit "$GOBRIDGE_PROBE"
SH
chmod +x "$work/bin/cmake" "$tree/build/release/bin/gobridge"
observe_bad() { # observe_bad STATUS PART PROBE: with a probe that exits with PROBE
    GOBRIDGE_PROBE=$3 PATH=$work/bin:$PATH "$tree/scripts/observe" --quick --no-install "$work/bad" >"$work/out" 2>&1 </dev/null
    got=$?
    [ $got = "$1" ] || complain "with a probe of $3 exits with $got, not $1"
    grep -q -e "$2" "$work/out" || complain "with a probe of $3 does not say $2"
    [ -z "$(ls "$TMPDIR")" ] || complain "leaves $(ls "$TMPDIR") behind"
}
printf '' >"$list"
out "$release"
observe_bad 2 "^New: $release\$" 2
[ ! -s "$work/bad/seen" ] && [ ! -e "$work/bad/history.jsonl" ] || complain 'has seen what it could not probe'
observe_bad 1 "$work/bad/probe.html tells on which" 1
for part in '-tags gobridge_portable' 'gobridge diff OLD NEW' 'bridge/internal/gort' 'gobridge probe --accept'; do
    grep -q -e "$part" "$work/out" || complain "does not advise $part"
done
! grep -q 'All is good' "$work/out" || complain 'says that all is good'
[ "$(cat "$work/bad/seen")" = "$release" ] || complain 'would probe a bad release each week'
grep -q '"good": false}$' "$work/bad/history.jsonl" && grep -q bad "$work/bad/pages/$day.html" || complain 'keeps nothing of a bad release'
observe_bad 0 '^Nothing is new' 1
# What it advises is there.
grep -rq 'go:build.*gobridge_portable' "$root/bridge/internal/gort" || complain 'advises a tag that is none'
grep -q '{"accept",' "$root/cmd/gobridge/csrc/help.c" && grep -q '{"diff",' "$root/cmd/gobridge/csrc/help.c" || complain 'advises a command that is none'
exit $failed
