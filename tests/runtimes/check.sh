#!/usr/bin/env bash
# Runs hosts of two libraries with a Go runtime each: copies of LIBRARY, and what plain go build makes of tests/guest; and Go
# hosts, by cgo and by purego.
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
    cd tests/runtimes/gohost && "${go_build[@]}" -o "$work/cgo" .)
hosts=(cgo)
if [[ " ${go_build[*]} " != *" GOARCH=386 "* ]]; then # which purego does not have
    hosts+=(purego)
    (cd "$here/gohost" && "${go_build[@]/CGO_ENABLED=1/CGO_ENABLED=0}" -o "$work/purego" .)
    ${CC:-cc} -std=gnu11 -shared -fPIC -I"$here/../../include" "$here/runtimes.c" "$here/gohost.c" -ldl -o "$work/purego.so"
fi
for scope in local global; do
    for when in early between late; do
        for pair in 'one two' 'one guest' 'guest one'; do
            run "$host" $scope $when "$work/${pair% *}.so" "$work/${pair#* }.so"
        done
    done
    for go_host in "${hosts[@]}"; do
        run "$work/$go_host" $scope "$work/one.so" "$work/guest.so"
        run "$work/$go_host" $scope "$work/guest.so" "$work/one.so"
    done
done
exit $failed
