#!/usr/bin/env bash
# Runs hosts of two libraries with a Go runtime each: copies of LIBRARY, and what plain go build makes of tests/guest; and a Go host.
#   check.sh HOST LIBRARY GO-BUILD...
set -euo pipefail
host=$1 library=$2 go_build=("${@:3}")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
run() { timeout 60 "$@" || { echo "FAIL ($?): ${*##*/}" >&2; failed=1; }; }

cp -L "$library" "$work/one.so"
cp -L "$library" "$work/two.so"
(cd "$here/../.." && "${go_build[@]}" -buildmode=c-shared -o "$work/guest.so" ./tests/guest &&
    "${go_build[@]}" -o "$work/gohost" ./tests/runtimes/gohost)
for scope in local global; do
    for when in early between late; do
        for pair in 'one two' 'one guest' 'guest one'; do
            run "$host" $scope $when "$work/${pair% *}.so" "$work/${pair#* }.so"
        done
    done
    run "$work/gohost" $scope "$work/one.so" "$work/guest.so"
    run "$work/gohost" $scope "$work/guest.so" "$work/one.so"
done
exit $failed
