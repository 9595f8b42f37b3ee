#!/usr/bin/env bash
# Builds and runs words.c outside the tree, against what `cmake --install` makes of BUILD.
#   check.sh prefix|pkg-config|pkg-config-static|find-package|find-package-static BUILD
set -euo pipefail
how=$1 build=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$build/install-test prefix=$build/install-test/moved
out=$work/$how
CC=${CC:-cc} CFLAGS=${CFLAGS:-}

pkg_config() { PKG_CONFIG_LIBDIR=$(dirname "$(find "$prefix" -name gobridge.pc)") pkg-config "$@" gobridge; }
compile() { $CC $CFLAGS -Wall -Wextra -Werror -o "$out/words" "$here/words.c" "$@"; }
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
pkg-config) compile $(pkg_config --cflags --libs) "-Wl,-rpath,$(pkg_config --variable=libdir)" ;;
pkg-config-static) compile -static $(pkg_config --static --cflags --libs) ;;
find-package) cmake_build gobridge::gobridge ;;
find-package-static) cmake_build gobridge::gobridge_static ;;
esac

"$out/words"
needed=$(readelf -d "$out/words" | grep -c 'NEEDED.*\[libgobridge\.so\.1\]' || true)
case $how in *static) want=0 ;; *) want=1 ;; esac
[ "$needed" = "$want" ] || { echo "words needs libgobridge.so.1 $needed times, not $want" >&2; exit 1; }
