#!/usr/bin/env bash
# Builds and runs words.c, or README's program, outside the tree, against what `cmake --install` makes of BUILD.
#   check.sh prefix|pkg-config|pkg-config-static|pkg-config-lld|find-package|find-package-static|readme BUILD
set -euo pipefail
how=$1 build=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$build/install-test prefix=$build/install-test/moved
out=$work/$how source=$here/words.c
CC=${CC:-cc} CFLAGS=${CFLAGS:-}

pkg_config() { PKG_CONFIG_LIBDIR=$(dirname "$(find "$prefix" -name gobridge.pc)") pkg-config "$@" gobridge; }
compile_shared() { compile $(pkg_config --cflags --libs) "-Wl,-rpath,$(pkg_config --variable=libdir)"; }
compile_static() { compile -static "$@" $(pkg_config --static --cflags --libs); }
compile() { $CC $CFLAGS -Wall -Wextra -Werror -o "$out/words" "$source" "$@"; }
cmake_build() {
    cmake -S "$here" -B "$out" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" -DLIBRARY="$1"
    cmake --build "$out"
}

[ "$how" = prefix ] || { rm -rf "$out" && mkdir -p "$out"; }
case $how in
prefix) # The installed copy is moved, so that a path that is not relocatable shows.
    rm -rf "$work"
    cmake --install "$build" --prefix "$work/first"
    mv "$work/first" "$prefix"
    exit ;;
pkg-config) compile_shared ;;
pkg-config-static) compile_static ;;
pkg-config-lld) compile_static -fuse-ld=lld -Wl,--gc-sections ;; # another linker, and one that drops what it can
find-package) cmake_build gobridge::gobridge ;;
find-package-static) cmake_build gobridge::gobridge_static ;;
readme)
    source=$out/readme.c
    sed -n '/^```c$/,/^```$/{//!p}' "$here/../../README.md" >"$source"
    compile_shared ;;
esac

"$out/words"
needed=$(readelf -d "$out/words" | sed -n 's/.*NEEDED.*\[\(libgobridge.*\)\]/\1/p')
case $how in *static | *lld) want= ;; *) want=libgobridge.so.1 ;; esac
[ "$needed" = "$want" ] || { echo "words needs '$needed', not '$want'" >&2; exit 1; }
