#!/usr/bin/env bash
# Compiles each public header alone: as C11, or as C++17 where the compiler's name ends in ++.
#   check.sh gcc|clang|g++|clang++
# A compiler that is missing skips the test (77 tells ctest so); scripts/test sets GOBRIDGE_SKIP=1, so that it fails.
set -euo pipefail
compiler=$1
include=$(cd "$(dirname "$0")/../../include" && pwd)
command -v "$compiler" >/dev/null || { echo "no $compiler" >&2; exit "${GOBRIDGE_SKIP:-77}"; }
case $compiler in *++) language=(-x c++ -std=c++17) names='*.h*' ;; *) language=(-x c -std=c11) names='*.h' ;; esac
# Debian's gcc-multilib has no C++ library for 386, which gobridge.hpp includes.
[[ " ${CFLAGS:-} " != *" -m32 "* ]] || names='*.h'

failed=0
cd "$include"
headers=$(find . -name "$names" -printf '%P\n' | sort)
[ -n "$headers" ]
for header in $headers; do
    # Twice, so that a missing include guard shows.
    printf '#include <%s>\n' "$header" "$header" |
        "$compiler" "${language[@]}" ${CFLAGS:-} -Wall -Wextra -Werror -pedantic -I. -fsyntax-only - ||
        { echo "$header does not stand alone with $compiler ${language[*]}" >&2; failed=1; }
done
# What is asked for must be there.
for version in 99 101 200; do
    echo '#include <gobridge.h>' |
        "$compiler" "${language[@]}" -DGOBRIDGE_API_VERSION=$version -I. -fsyntax-only - 2>/dev/null &&
        { echo "the headers give version $version, which they are not" >&2; failed=1; }
done
exit $failed
