#!/usr/bin/env bash
# Builds the addon: build/Release/gobridge.node, from src, gobridge's headers and Node's.
#   build.sh [OUTPUT]
# CC, CFLAGS and GOBRIDGE_INCLUDE (where gobridge.h is) may be set.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
output=${1:-$here/build/Release/gobridge.node}
gobridge=${GOBRIDGE_INCLUDE:-$here/../../include}
[ -e "$gobridge/gobridge.h" ] || gobridge=$here/include # of an npm package
node=$(dirname "$(dirname "$(node -p process.execPath)")")/include/node
[ -e "$node/node_api.h" ] || node=$(node -p 'require("node-api-headers").include_dir')
mkdir -p "$(dirname "$output")"
# The code stays loaded when a worker ends: Go's threads call it.
# shellcheck disable=SC2086 # CFLAGS are words
exec ${CC:-gcc} -std=gnu11 -O2 -Wall -Wextra -Werror -fPIC -fvisibility=hidden ${CFLAGS:-} -shared -Wl,-z,nodelete \
    -I "$gobridge" -isystem "$node" "$here"/src/*.c -o "$output" -lpthread -ldl
