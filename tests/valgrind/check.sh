#!/usr/bin/env bash
# Under valgrind, with the suppressions that are installed, a clean host is clean, and each fault of another one is told.
#   check.sh VALGRIND HOST
set -euo pipefail
valgrind=$1 host=$2
supp=$(cd "$(dirname "$0")/../.." && pwd)/csrc/valgrind.supp
failed=0

run() { "$valgrind" --quiet --error-exitcode=9 --leak-check=full --suppressions="$supp" "$host" "$1" 2>&1; }

told=$(run clean) || { printf 'FAIL: of a clean host valgrind says\n%s\n' "$told" >&2; failed=1; }
while read -r fault says; do
    told=$(run "$fault") && { echo "FAIL: $fault is not noticed" >&2; failed=1; }
    [[ $told = *"$says"* ]] || { printf 'FAIL: of %s valgrind says\n%s\nnot: %s\n' "$fault" "$told" "$says" >&2; failed=1; }
done <<'FAULTS'
freed Invalid read
unset Conditional jump
overrun Invalid write
leak definitely lost
FAULTS
exit $failed
