#!/usr/bin/env bash
# Installs what is missing, builds the addon and the tests' Go library, lints, and runs the tests with each version of Node that
# NODE_VERSIONS names, which npm fetches: 20 and 22 if it is not set. The Node that builds may be older (Debian 12 has 18).
#   test.sh
set -euo pipefail
cd "$(dirname "$0")"
with() { npm exec --yes --silent --package="node@$1" -- "${@:2}"; } # with VERSION COMMAND...

[ -e node_modules/typescript ] || npm install --no-audit --no-fund --no-package-lock --silent
./build.sh
go build -buildmode=c-shared -o build/libtest.so ./test/library
go build -buildmode=c-shared -tags described -o build/libdescribed.so ./test/library
go -C ../../examples/embed build -buildmode=c-shared -o "$PWD/build/libembed.so" .
with 22 node node_modules/eslint/bin/eslint.js .
with 22 node node_modules/typescript/bin/tsc
for version in ${NODE_VERSIONS-20 22}; do
    with "$version" node --test --test-concurrency=4 test/*.test.*js
done
