#!/usr/bin/env bash
# Builds the benchmark's library and hand-written addon, and runs it. `npm install` gives koffi.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$here/../build/bench
mkdir -p "$out"
"$here/../build.sh"
go -C "$here/library" build -buildmode=c-shared -o "$out/libbench.so" .
node=$(dirname "$(dirname "$(node -p process.execPath)")")/include/node
[ -e "$node/node_api.h" ] || node=$(cd "$here" && node -p 'require("node-api-headers").include_dir')
gcc -O2 -Wall -Wextra -Werror -fPIC -shared -isystem "$node" "$here/hand.c" -o "$out/hand.node" \
    "$out/libbench.so" -Wl,-rpath,"$out"
exec node "$here/bench.js" "$out/libbench.so" "$out/hand.node"
