#!/usr/bin/env bash
# scripts/abi holds of this tree and of the built library, finds each of eight breaks in a copy of the tree, and takes what is
# added to one.
#   check.sh LIBRARY
set -euo pipefail
library=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
fail() { echo "FAIL: $*" >&2; failed=1; }

"$root/scripts/abi" "$library" || fail "the tree is not as it was promised"

# changes NAME FILE PROGRAM: a sed program changes a file of a copy.
changes() {
    local name=$1 file=$2 program=$3
    rm -rf "$work/tree"
    mkdir -p "$work/tree/tests"
    cp -r "$root"/{go.mod,include,csrc,scripts} "$work/tree"
    cp -r "$root/tests/abi" "$work/tree/tests"
    sed -i -E "$program" "$work/tree/$file"
    ! cmp -s "$root/$file" "$work/tree/$file" || fail "$name: nothing has changed"
}

# breaks NAME WORDS FILE PROGRAM: scripts/abi must fail, and say the words.
breaks() {
    local name=$1 words=$2 file=$3 program=$4 said
    changes "$name" "$file" "$program"
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
breaks 'a function gets another version' 'gobridge_map_len is since 101; asked for 100' csrc/functions.h \
    's/\(gobridge_map_len, 1.0,/(gobridge_map_len, 1.1,/'
breaks 'a constant changes' '- constant GOBRIDGE_COLUMN_VALUES = 5' include/gobridge/column.h \
    's/(define GOBRIDGE_COLUMN_VALUES +)5/\199/'
breaks 'a function is no longer exported' 'has no row for gobridge_map_len' csrc/functions.h '/\(gobridge_map_len,/d'
breaks 'a prototype changes' '- function gobridge_map_len ' include/gobridge/map.h \
    's/gobridge_map_len\(gobridge_ref map, int64_t \*len\)/gobridge_map_len(int64_t *len, gobridge_ref map)/'
breaks 'two functions of the table change places' '- member of gobridge_api: gobridge_map_get after gobridge_map_new' csrc/functions.h \
    's/\(gobridge_map_get,/(SECOND,/; s/\(gobridge_map_set,/(gobridge_map_get,/; s/\(SECOND,/(gobridge_map_set,/'

changes 'a member at the end of a sized struct' include/gobridge/runtime.h 's/^\} gobridge_memory;/    uint64_t more;\n&/'
"$work/tree/scripts/abi" --update || fail "a member at the end of a sized struct is refused"
grep -q 'member of gobridge_memory on 64 bits: more at 104' "$work/tree/tests/abi/manifest.txt" || fail "the manifest lacks it"

# What a later release adds stands at the table's end, wherever its row is, and is seen by who asks for it.
changes 'a function of a later release' csrc/functions.h 's/^GOBRIDGE_CALL\(gobridge_map_get,/GOBRIDGE_LOCAL(gobridge_more, 1.1, NEEDS_NOTHING)\n&/'
sed -i -E 's/(VERSION_MINOR) 0/\1 1/' "$work/tree/include/gobridge/api.h"
declares() { sed -E "s|^GOBRIDGE_END|$1\\n&|" "$root/include/gobridge/map.h" >"$work/tree/include/gobridge/map.h"; }
declares '/* Since 1.1. */\nGOBRIDGE_API void gobridge_more(void);'
"$work/tree/scripts/abi" --update 2>/dev/null && fail "a function of a later release is seen by who asks for 1.0"
declares '#if GOBRIDGE_API_VERSION >= 101\n/* Since 1.0. */\nGOBRIDGE_API void gobridge_more(void);\n#endif'
"$work/tree/scripts/abi" --update 2>/dev/null && fail "a comment says another release"
declares '#if GOBRIDGE_API_VERSION >= 101\n/* Since 1.1. */\nGOBRIDGE_API void gobridge_more(void);\n#endif'
"$work/tree/scripts/abi" --update || fail "a function of a later release is refused"
tail -n 9 "$work/tree/include/gobridge/table.h" | head -n 4 | tr -d '\n' |
    grep -q '#if GOBRIDGE_API_VERSION >= 101    void (\*gobridge_more)(void);#endif} gobridge_api;' ||
    fail "a function of a later release is not the table's last"
exit $failed
