#!/usr/bin/env bash
# Builds examples/embed as its README says, runs it, and compares what it writes.
#   embed.sh WORK GO-BUILD...
set -euo pipefail
work=$1 go_build=("${@:2}")
here=$(cd "$(dirname "$0")" && pwd)
example=$here/../../examples/embed
mkdir -p "$work"
(cd "$example" && "${go_build[@]}" -buildmode=c-archive -o "$work/libembed.a" .)
${CC:-cc} ${CFLAGS:-} -Wall -Wextra -Werror -I"$here/../../include" "$example/host/host.c" "$work/libembed.a" -lffi -pthread -o "$work/host"
"$work/host" "$example/sample.md" | diff "$here/embed.html" -
