#!/usr/bin/env bash
# Links a host with libgobridge.a in a way of its own, and runs it.
#   check.sh static|static-pie|no-pie|lto|gc-sections|gold|lld|mold BUILD
#   check.sh musl|musl-static BUILD [CMAKE-OPTION...]: the archive is built for musl, too
# What is missing skips the test (77 tells ctest so); scripts/test sets GOBRIDGE_SKIP=1, so that it fails.
set -euo pipefail
how=$1 build=$2 options=("${@:3}")
root=$(cd "$(dirname "$0")/../.." && pwd)
out=$build/links/$how archive=$build/lib/libgobridge.a
CC=${CC:-cc} CFLAGS=${CFLAGS:-}
needs() { command -v "$1" >/dev/null || { echo "no $1" >&2; exit "${GOBRIDGE_SKIP:-77}"; }; }
host() { # host FLAG...
    $CC $CFLAGS -O2 -I"$root/include" -o "$out/host" "$root/tests/checkers/host.c" "$@"
    "$out/host"
}
elf() { readelf -W "$@" "$out/host"; }

rm -rf "$out"
mkdir -p "$out"
case $how in
static)
    host -static "$archive" -lffi
    ! elf -l | grep -q INTERP ;;
static-pie)
    host -static-pie -fPIE "$archive" -lffi
    elf -h | grep -q DYN && ! elf -l | grep -q INTERP ;;
no-pie)
    host -no-pie -fno-pie "$archive" -lffi
    elf -h | grep -q EXEC ;;
lto) host -flto -fno-fat-lto-objects "$archive" -lffi ;;
gc-sections)
    host -ffunction-sections -fdata-sections -Wl,--gc-sections "$archive" -lffi ;;
gold | lld | mold)
    needs ld.$how
    host -fuse-ld=$how "$archive" -lffi ;;
musl*) # Debian's libffi is of glibc, and asks for nothing that musl lacks; the kernel's headers are where glibc's are
    needs musl-gcc
    CC=musl-gcc
    libffi=$(cc -print-file-name=libffi.a) musl=$build/links/musl-build
    CFLAGS="-idirafter /usr/include -idirafter /usr/include/$(cc -print-multiarch)" \
        cmake -S "$root" -B "$musl" -G Ninja -DCMAKE_C_COMPILER=musl-gcc -DGOBRIDGE_TOOL=OFF -DGOBRIDGE_TESTS=OFF "${options[@]}"
    cmake --build "$musl" --target gobridge_archive
    archive=$musl/lib/libgobridge.a
    if [ $how = musl ]; then
        host "$archive" "$libffi"
        elf -d | grep -q 'NEEDED.*\[libc.so\]'
    else
        host -static "$archive" "$libffi"
        ! elf -d | grep -q NEEDED
    fi ;;
esac
