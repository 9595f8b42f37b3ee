#!/usr/bin/env bash
# Makes the packages, and tries them in a directory that stands for a machine's root: what they depend on, lintian, README's
# program by pkg-config, gobridge build; then the relocatable archive.
#   packages.sh [--apt]     --apt: installs them on this machine instead (../shared/fresh-room . tests/install/packages.sh --apt)
set -euo pipefail
. "$(dirname "$0")/../../scripts/setup" # for the tree's own Go
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
readme() { awk -v begin='```c' -v n="$1" '/^```$/ { on = 0 } on; $0 == begin && !--n { on = 1 }' "$root/README.md"; }

"$root/scripts/package" $([ "${1-}" = --apt ] || echo --no-install) >"$work/log" 2>&1 || { tail -n 40 "$work/log"; exit 1; }
packages=("$root"/build/packages/*.deb)
if command -v lintian >/dev/null; then
    found=$(lintian --allow-root "${packages[@]}" || true)
    [ -z "$found" ] || { echo "$found" >&2; exit 1; }
fi
if [ "${1-}" = --apt ]; then
    as_root apt-get install -y "${packages[@]}" pkg-config >"$work/log" 2>&1 || { tail -n 40 "$work/log"; exit 1; }
    prefix=/usr
else
    for package in "${packages[@]}"; do dpkg-deb --extract "$package" "$work/root"; done
    prefix=$work/root/usr
fi

use() { # use PREFIX: README's programs with what lies there
    local lib
    lib=$(dirname "$(find "$1" -name libgobridge.so -print -quit)")
    readme 3 >"$work/ages.c"
    gcc "$work/ages.c" -o "$work/ages" $(PKG_CONFIG_PATH=$lib/pkgconfig pkg-config --cflags --libs gobridge)
    [ "$(LD_LIBRARY_PATH=$lib "$work/ages")" = "Ada: found, 36" ]
    (cd "$work" && "$1/bin/gobridge" build net/url -o "$work/out" --name embed)
    readme 1 >"$work/host.c"
    gcc "$work/host.c" -I"$work/out/include" -L"$work/out/lib" -lembed -Wl,-rpath,"$work/out/lib" -o "$work/host"
    [ "$("$work/host")" = "a+b%26c" ]
    rm -rf "$work/out"
}
use "$prefix"
mkdir "$work/unpacked"
tar -C "$work/unpacked" -xzf "$root"/build/packages/*.tar.gz
use "$work"/unpacked/*
echo "the packages work"
