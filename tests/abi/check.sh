#!/usr/bin/env bash
# scripts/abi holds of this tree and of the built library, and finds each of six breaks in a copy of the tree.
#   check.sh LIBRARY
set -euo pipefail
library=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
fail() { echo "FAIL: $*" >&2; failed=1; }

"$root/scripts/abi" "$library" || fail "the tree is not as it was promised"

# breaks NAME WORDS FILE PROGRAM: a sed program breaks a file of a copy; scripts/abi must fail, and say the words.
breaks() {
    local name=$1 words=$2 file=$3 program=$4 said
    rm -rf "$work/tree"
    mkdir -p "$work/tree/tests"
    cp -r "$root"/{go.mod,include,csrc,scripts} "$work/tree"
    cp -r "$root/tests/abi" "$work/tree/tests"
    sed -i -E "$program" "$work/tree/$file"
    cmp -s "$root/$file" "$work/tree/$file" && fail "$name: nothing was broken"
    if said=$("$work/tree/scripts/abi" --update 2>&1); then
        fail "$name: it was not found"
    elif ! grep -q -- "$words" <<<"$said"; then
        fail "$name: it says $said"
    fi
}
breaks 'two members change places' '- struct gobridge_text on 64 bits' include/gobridge/value.h \
    '/^typedef struct gobridge_text/,/^}/{s/const char \*data/size_t LEN/;s/size_t len/const char *data/;s/LEN/len/}'
breaks 'an int32 becomes an int64' '- function gobridge_go_maxprocs ' include/gobridge/runtime.h \
    's/gobridge_go_maxprocs\(int32_t count/gobridge_go_maxprocs(int64_t count/'
breaks 'a status gets another number' '- constant GOBRIDGE_E_RANGE = 12' include/gobridge/status.h \
    's/GOBRIDGE_E_RANGE, 12,/GOBRIDGE_E_RANGE, 112,/'
breaks 'a function gets another version' '- function gobridge_map_len since 1.0' csrc/functions.h \
    's/\(gobridge_map_len, 1.0,/(gobridge_map_len, 1.1,/'
breaks 'a constant changes' '- constant GOBRIDGE_COLUMN_VALUES = 5' include/gobridge/column.h \
    's/(define GOBRIDGE_COLUMN_VALUES +)5/\199/'
breaks 'a function is no longer exported' 'has no row for gobridge_map_len' csrc/functions.h '/\(gobridge_map_len,/d'
exit $failed
