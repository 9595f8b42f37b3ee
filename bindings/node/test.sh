#!/usr/bin/env bash
# Installs what is missing, builds the addon and the tests' Go library, lints, and runs the tests with this machine's Node and
# with the versions that NODE_VERSIONS names, 22 if it is not set.
#   test.sh
set -euo pipefail
cd "$(dirname "$0")"
[ -e node_modules/typescript ] || npm install --no-audit --no-fund --no-package-lock --silent
./build.sh
go build -buildmode=c-shared -o build/libtest.so ./test/library
go build -buildmode=c-shared -tags described -o build/libdescribed.so ./test/library
npx eslint .
npx tsc
node --test test/*.test.*js
for version in ${NODE_VERSIONS-22}; do
    npm exec --yes --silent --package="node@$version" -- node --test test/*.test.*js
done
