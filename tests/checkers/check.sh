#!/usr/bin/env bash
# Under valgrind and ThreadSanitizer, with the suppressions that are installed, and with Go's race detector, a clean host is clean,
# and each fault of another one is told.
#   check.sh valgrind VALGRIND HOST
#   check.sh tsan HOST
#   check.sh go-race DIRECTORY GO-BUILD...: the host is made there, with what go build -race makes of tests/guest
set -euo pipefail
how=$1 host=${*: -1}
root=$(cd "$(dirname "$0")/../.." && pwd)
supp=$root/csrc/$how.supp
failed=0

case $how in
valgrind)
    run() { "$2" --quiet --error-exitcode=9 --leak-check=full --suppressions="$supp" "$host" "$1" 2>&1; }
    faults='freed Invalid read
unset Conditional jump
overrun Invalid write
leak definitely lost' ;;
tsan)
    run() { TSAN_OPTIONS=suppressions=$supp "$host" "$1" 2>&1; }
    faults='race data race' ;;
go-race) # such an archive wants a program at fixed addresses
    host=$2/host
    mkdir -p "$2"
    (cd "$root" && "${@:3}" -race -buildmode=c-archive -o "$2/librace.a" ./tests/guest)
    ${CC:-cc} ${CFLAGS:-} -no-pie -fno-pie -I"$root/include" -o "$host" "$root/tests/checkers/host.c" "$2/librace.a" -lffi -ldl -pthread
    run() { GORACE=halt_on_error=1 "$host" "$1" 2>&1; }
    faults='race-in-go DATA RACE' ;;
esac

told=$(run clean "$2") || { printf 'FAIL: of a clean host %s says\n%s\n' "$how" "$told" >&2; failed=1; }
while read -r fault says; do
    told=$(run "$fault" "$2") && { echo "FAIL: $fault is not noticed" >&2; failed=1; }
    [[ $told = *"$says"* ]] || { printf 'FAIL: of %s %s says\n%s\nnot: %s\n' "$fault" "$how" "$told" "$says" >&2; failed=1; }
done <<<"$faults"
exit $failed
