#!/usr/bin/env bash
# Runs, against the installed copy, the blocks of docs/library.md and of README that no case of check.sh runs: each as it stands
# there, with what it leaves out around it. The packages that would be downloaded are left out.
#   docs.sh BUILD
set -euo pipefail
build=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
prefix=$build/install-test/moved out=$build/install-test/docs
CC=${CC:-cc} CFLAGS=${CFLAGS:-}
export PATH=$prefix/bin:$PATH

block() { # block FILE LANGUAGE N: its n-th block in a language
    awk -v begin='```'"$2" -v n="$3" '/^```$/ { on = 0 } on; $0 == begin && !--n { on = found = 1 } END { exit !found }' "$root/$1"
}
run() { # run NAME FLAGS...: compiles and runs a program
    $CC $CFLAGS -Wall -Wextra -Werror "$out/$1.c" "${@:2}" -o "$out/$1" && "$out/$1"
}

rm -rf "$out"
mkdir -p "$out/mypackage"
cd "$out"
printf 'module example.com/docs\n\ngo 1.21\n' >go.mod
printf 'package mypackage\n\nfunc Answer() int { return 42 }\n' >mypackage/mypackage.go

# docs/library.md: the build, the call, CMake
block docs/library.md sh 1 | sed 's, github.com/yuin/goldmark,,' | bash -e
{
    printf '#include <embed.h>\n#include <stdio.h>\n\nint main(void) {\n'
    block docs/library.md c 1
    printf '    return 0;\n}\n'
} >host.c
[ "$(run host -Iout/include -Lout/lib -lembed -Wl,-rpath,"$out/out/lib")" = GO ]
{
    printf 'cmake_minimum_required(VERSION 3.25)\nproject(host LANGUAGES C)\nadd_executable(host host.c)\n'
    block docs/library.md cmake 1
} >CMakeLists.txt
cmake -S . -B cmake -G Ninja -DCMAKE_PREFIX_PATH="$prefix"
cmake --build cmake
[ "$(cmake/host)" = GO ]

# README: an embedded Go program, built and run by the commands beside it
mkdir -p embed/host
block README.md go 1 >embed/main.go
block README.md c 2 >embed/host/host.c
printf 'module program\n\ngo 1.21\n\nrequire gobridge v0.0.0\n\nreplace gobridge => %s\n' "$root" >embed/go.mod
[ "$(cd embed && block README.md sh 3 | sed "s,\.\.\./gobridge,$root," | bash -e)" = GO ]

# README: a program against the installed copy
block README.md c 3 >ages.c
PKG_CONFIG_LIBDIR=$(dirname "$(find "$prefix" -name gobridge.pc)")
libdir=$(dirname "$(find "$prefix" -name libgobridge.so)")
export PKG_CONFIG_LIBDIR
[ "$(block README.md sh 4 | sed 1d | LD_LIBRARY_PATH=$libdir bash -e)" = 'Ada: found, 36' ]

# README: what a release lets outsiders pull, what the next one changes, and a module; gobridge probe has tests of its own
mkdir -p my/module
printf 'module example.com/mine\n\ngo 1.21\n' >my/module/go.mod
printf 'package main\n\nfunc main() {}\n' >my/module/main.go
statuses=
while read -r command; do
    status=0
    bash -c "$command" </dev/null >>observatory.txt || status=$?
    statuses+=$status
done < <(block README.md sh 5 | grep -v '^gobridge probe ')
[ $statuses = 010 ] # a change that can break a program is 1

# README: a C function as a Go func, and what crosses once for many
flags=$(pkg-config --cflags --libs gobridge)
{
    printf '#include <gobridge.h>\n#include <stdlib.h>\n#include <string.h>\n\n'
    sed '/^\.\.\.$/,$d' <(block README.md c 4) |
        sed 's/^    if (args\[0\]/    (void)nargs, (void)nresults;\n&/'
    printf '\nint main(void) {\n    char *word = strdup("HEY");\n    gobridge_ref type, func;\n'
    sed '1,/^\.\.\.$/d' <(block README.md c 4)
    cat <<'C'
    const gobridge_value some = gobridge_string("hey", 3), none = gobridge_string("", 0);
    gobridge_value said;
    if (gobridge_call(func, &some, 1, &said, 1) || said.len != 3 || memcmp(said.as.s, "HEY", 3)) return 1;
    return gobridge_value_release(&said) || gobridge_call(func, &none, 1, &said, 1) != GOBRIDGE_E_RETURNED;
}
C
} >callback.c
run callback $flags "-Wl,-rpath,$libdir"
{
    cat <<'C'
#include <gobridge.h>

static uint64_t ids[1000000];
static double prices[1000000];

int main(void) {
    const int n = 3;
    const gobridge_value names[] = {gobridge_int64(1), gobridge_int64(2), gobridge_int64(3)}, *values = names;
    gobridge_ref type, prices_type, map;
    int64_t len = 0;
    size_t count = 0;
    for (size_t i = 0; i < 1000000; i++) ids[i] = i;
    if (gobridge_type_parse("map[int64]int64", 15, &type) || gobridge_type_parse("map[uint64]float64", 18, &prices_type) ||
        gobridge_map_new(prices_type, 0, &map)) return 1;
C
    block README.md c 5 | sed 's/^gobridge_batch_begin/if (gobridge_map_len(map, \&len) || len != 1000000) return 2;\n&/'
    printf '    return len != 3 || count != 5;\n}\n'
} >columns.c
run columns $flags "-Wl,-rpath,$libdir"

# A block that is new needs a place above, or in check.sh.
blocks() { grep '^```[a-z]' "$root/$1" | sort | uniq -c | xargs; }
[ "$(blocks README.md)" = '5 ```c 1 ```go 5 ```sh' ]
[ "$(blocks docs/library.md)" = '2 ```c 1 ```cmake 2 ```sh' ]
