#!/usr/bin/env bash
# Makes the packages, and tries them in a directory that stands for a machine's root: what they depend on, lintian, README's
# program by pkg-config, gobridge build; then the relocatable archive.
#   packages.sh [--apt | --arch arm64]
# --apt: installs them on this machine instead (../shared/fresh-room . tests/install/packages.sh --apt)
# --arch: another architecture's; its programs are run by qemu-user.
set -euo pipefail
. "$(dirname "$0")/../../scripts/setup" # for the tree's own Go
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
emulator=() cc=gcc arch=$(dpkg --print-architecture) options=(--no-install)
case ${1-} in
--apt) options=() ;;
--arch) arch=$2 options=(--arch "$2" --no-install) cc='clang --target=aarch64-linux-gnu' emulator=(qemu-aarch64) ;;
esac
readme() { awk -v begin='```c' -v n="$1" '/^```$/ { on = 0 } on; $0 == begin && !--n { on = 1 }' "$root/README.md"; }

"$root/scripts/package" "${options[@]}" >"$work/log" 2>&1 || { tail -n 40 "$work/log"; exit 1; }
packages=("$root"/build/packages/*_"$arch".deb)
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
    $cc "$work/ages.c" -o "$work/ages" $(PKG_CONFIG_PATH=$lib/pkgconfig pkg-config --cflags --libs gobridge)
    [ "$(LD_LIBRARY_PATH=$lib "${emulator[@]}" "$work/ages")" = "Ada: found, 36" ]
    "${emulator[@]}" "$1/bin/gobridge" info --json >"$work/info"
    grep -q '"backend": "linkname"' "$work/info"
    grep -qF "\"go\": \"$(newest_go)\"" "$work/info"
    [ ${#emulator[@]} = 0 ] || return 0 # no Go of that architecture is here to build with
    (cd "$work" && "$1/bin/gobridge" build net/url -o "$work/out" --name embed)
    readme 1 >"$work/host.c"
    gcc "$work/host.c" -I"$work/out/include" -L"$work/out/lib" -lembed -Wl,-rpath,"$work/out/lib" -o "$work/host"
    [ "$("$work/host")" = "a+b%26c" ]
    rm -rf "$work/out"
}
use "$prefix"
mkdir "$work/unpacked"
tar -C "$work/unpacked" -xzf "$root"/build/packages/*-"$arch".tar.gz
use "$work"/unpacked/*
echo "the packages work"
