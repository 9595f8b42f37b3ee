#!/usr/bin/env bash
# What the library exports = what csrc/functions.h lists = what the headers declare; and the ELF facts hosts rely on.
#   check.sh LIBRARY
set -euo pipefail
library=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
fail() { echo "FAIL: $*" >&2; failed=1; }
has() { grep -qE "$1" <<<"$2"; }

# After the preprocessor no macro is left, so a name before a parenthesis is a function.
(cd "$root/include" && find . -name '*.h' -printf '#include <%P>\n') | gcc -E -P -I "$root/include" - |
    grep -oE '\bgobridge_\w+ *\([^*]' | sed 's| *(.*||' | sort -u >"$work/declared"

# A row of the table is a function and the release that added it.
sed -nE 's/^GOBRIDGE_(CALL|LOCAL)\((gobridge_[A-Za-z0-9_]+), ([0-9.]+),.*/\2@@GOBRIDGE_\3/p' "$root/csrc/functions.h" |
    sort >"$work/table"
sed 's/@@.*//' "$work/table" >"$work/listed"

# Defined dynamic symbols; a version node itself is an absolute symbol of its own name. GNU ld for arm64 adds sections.
readelf -W --dyn-syms "$library" | awk '$7 != "UND" && $7 != "ABS" && $4 != "SECTION" && $8 != "" && $1 ~ /^[0-9]+:$/ { print $8 }' |
    sort >"$work/exported"

compare() { # compare FILE FILE
    diff <(cat "$work/$1") <(cat "$work/$2") >"$work/diff" ||
        fail "$1 (<) and $2 (>) differ:"$'\n'"$(grep '^[<>]' "$work/diff")"
}
[ -s "$work/declared" ] || fail "no declaration found"
compare exported table
compare listed declared

dynamic=$(readelf -W -d "$library")
has '\(SONAME\).*\[libgobridge\.so\.1\]' "$dynamic" || fail "SONAME is not libgobridge.so.1"
has '\(FLAGS_1\).*NODELETE' "$dynamic" || fail "NODELETE is not set"
has '\(TEXTREL\)|\(FLAGS\).*TEXTREL' "$dynamic" && fail "text relocations"
has '\(R(UN)?PATH\)' "$dynamic" && fail "a run path"
echo "$(wc -l <"$work/exported") symbols"
exit $failed
