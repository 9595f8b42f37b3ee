#!/usr/bin/env bash
# The C layer has no circles: neither what its files include nor the functions and variables that they use of each other
# lead back to where they began. A header and the C file of its name are one.
#   check.sh [DIRECTORY]
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
csrc=${1:-$root/csrc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# check NAME: reads pairs "file file it needs" and fails if they lead in a circle, which tsort names.
check() {
    sort -u >"$work/$1"
    [ -s "$work/$1" ] || { echo "FAIL: nothing is known of $1" >&2; failed=1; }
    tsort "$work/$1" >/dev/null 2>"$work/circle" ||
        { echo "FAIL: the $1 of csrc lead in a circle:" >&2; sed 's/^tsort: //' "$work/circle" >&2; failed=1; }
}

grep -oE '^#include "[a-z_]+\.h"' "$csrc"/*.[ch] | sed -E 's|.*/([a-z_]+)\.[ch]:#include "([a-z_]+)\.h"|\1 \2|' |
    awk '$1 != $2' | check includes

for file in "$csrc"/*.c; do
    ${CC:-gcc} -std=c11 -O1 ${CFLAGS:-} -I "$root/include" -c "$file" -o "$work/$(basename "$file" .c).o"
done
(cd "$work" && nm -A -- *.o) | sed 's/\.o:/ /' >"$work/names"
awk '{ kind = $(NF - 1) } kind != "U" && kind ~ /[A-Z]/ { home[$NF] = $1 } kind == "U" { uses[$1 " " $NF] }
     END { for (use in uses) { split(use, u, " "); if (u[2] in home && home[u[2]] != u[1]) print u[1], home[u[2]] } }' \
    "$work/names" | check symbols
echo "$(wc -l <"$work/includes") includes and $(wc -l <"$work/symbols") uses go down only"
exit $failed
