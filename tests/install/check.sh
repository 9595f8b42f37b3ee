#!/usr/bin/env bash
# Builds and runs words.c, embedder.c, README's program or batch.h's example, outside the tree: against what `cmake --install` makes of
# BUILD, or against what GO-BUILD makes of somebody else's main package.
#   check.sh prefix|pkg-config|pkg-config-static|pkg-config-lld|find-package|find-package-static|readme|batch BUILD
#   check.sh build|add-library|add-library-static|add-subdirectory|add-fetch-content|new-c|new-c++|new-python|new-node|readme-build|python|node BUILD
#   check.sh go-archive|go-shared|go-archive-host|go-shared-host|readme-embed BUILD GO-BUILD...
set -euo pipefail
how=$1 build=$2 go_build=("${@:3}")
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
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
library_build() { # a second build has nothing to link
    cmake -S "$here/library" -B "$out/made" -G Ninja "$@"
    cmake --build "$out/made"
    cp -p "$out/made/host" "$out/words"
    cmake --build "$out/made"
    cmp "$out/words" "$out/made/host"
    [ ! "$out/made/host" -nt "$out/words" ] || { echo "the second build linked the host again" >&2; exit 1; }
}
node22() { npm exec --yes --silent --package=node@22 -- node "$@"; } # Debian 12 has 18
readme() { # readme LANGUAGE N: README's n-th program in a language
    awk -v begin='```'"$1" -v n="$2" '/^```$/ { on = 0 } on; $0 == begin && !--n { on = 1 }' "$root/README.md"
}
go_main() { # go_main MODE OUTPUT [SOURCE]: a package that knows no more of gobridge than its import path
    printf '%s\n' 'module words' 'go 1.21' 'require gobridge v0.0.0' "replace gobridge => \"$root\"" >"$out/go.mod"
    printf '%s\n' "${3:-package main; import _ \"gobridge/bridge\"; func main() { \}}" >"$out/main.go"
    (cd "$out" && "${go_build[@]}" -buildmode="$1" -o "$2" .)
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
go-archive)
    go_main c-archive libgo.a
    compile -I"$root/include" "$out/libgo.a" -lffi -pthread ;;
go-shared)
    go_main c-shared libgo.so
    compile -I"$root/include" -L"$out" -lgo "-Wl,-rpath,$out" ;;
go-archive-host) # whoever links an archive passes what `go build` passes for a c-shared library
    source=$here/embedder.c
    go_main c-archive libgo.a
    compile -I"$root/include" "$out/libgo.a" -lffi -pthread -ldl -Wl,--wrap=x_cgo_getstackbound -Wl,--wrap=x_cgo_bindm ;;
go-shared-host)
    source=$here/embedder.c
    go_main c-shared libgo.so
    compile -I"$root/include" -L"$out" -lgo "-Wl,-rpath,$out" -ldl -pthread ;;
readme)
    source=$out/readme.c
    readme c 3 >"$source"
    compile_shared ;;
build) # gobridge build of a module that knows nothing of gobridge, and pkg-config
    (cd "$here/library" && "$prefix/bin/gobridge" build strings ./greeting -o "$out/made" --name words)
    cat "$here/library/host.c" >"$out/host.c"
    PKG_CONFIG_PATH=$out/made/lib/pkgconfig
    export PKG_CONFIG_PATH
    $CC $CFLAGS -Wall -Wextra -Werror -o "$out/words" "$out/host.c" $(pkg-config --cflags --libs words) "-Wl,-rpath,$out/made/lib" ;;
readme-build) # without the package that must be downloaded
    (cd "$out" && PATH=$prefix/bin:$PATH && gobridge build net/url -o out --name embed)
    readme c 1 >"$out/host.c"
    (cd "$out" && $CC $CFLAGS -Wall -Wextra -Werror host.c -Iout/include -Lout/lib -lembed -Wl,-rpath,"$out/out/lib" -o host && [ "$(./host)" = "a+b%26c" ])
    exit ;;
new-c | new-c++) # what gobridge new makes builds and passes its tests at once
    (cd "$out" && PATH=$prefix/bin:$PATH && gobridge new greeter --host "${how#new-}" && cd greeter &&
        cmake -B build -G Ninja && cmake --build build && ctest --test-dir build --output-on-failure)
    exit ;;
new-python) # as its README says, in a virtual environment
    python3 -m venv "$out/venv"
    export PATH=$out/venv/bin:$prefix/bin:$PATH
    (cd "$out" && gobridge new greeter --host python && cd greeter && gobridge build . -o build --name greeter --python &&
        pip install --quiet --no-index --find-links build/python greeter && python -m unittest && go test .)
    exit ;;
new-node)
    export PATH=$prefix/bin:$PATH
    (cd "$out" && gobridge new greeter --host node && cd greeter && gobridge build . -o build --name greeter --node &&
        npm install --offline --silent --no-save ./build/node/greeter-1.0.0.tgz && node22 --test && go test .)
    exit ;;
python) # the wheels, where there is neither Go nor a compiler in the PATH; a client that mypy --strict likes
    (cd "$out" && "$prefix/bin/gobridge" build strings strconv -o made --name embed --python)
    python3 -m venv "$out/venv"
    "$out/venv/bin/pip" install --quiet --no-index --find-links "$out/made/python" embed
    cp "$here/client.py" "$out"
    (cd "$out" && PATH=$out/venv/bin && [ "$(python client.py)" = "GO 12 a b: strconv.Atoi: parsing \"x\": invalid syntax" ])
    "$out/venv/bin/pip" install --quiet mypy
    (cd "$out" && venv/bin/mypy --strict client.py)
    exit ;;
node) # the npm package likewise
    (cd "$out" && "$prefix/bin/gobridge" build strings strconv -o made --name embed --node)
    mkdir "$out/client"
    echo '{ "name": "client", "private": true }' >"$out/client/package.json"
    (cd "$out/client" && npm install --offline --silent "$out/made/node/embed-1.0.0.tgz" &&
        cp "$here/client.cjs" "$here/client.mjs" . && for file in client.cjs client.mjs; do
            [ "$(node22 $file)" = "GO 12 a b: strconv.Atoi: parsing \"x\": invalid syntax" ]
        done)
    exit ;;
add-library) library_build -DCMAKE_PREFIX_PATH="$prefix" ;;
add-library-static) library_build -DCMAKE_PREFIX_PATH="$prefix" -DLINK=STATIC ;;
add-subdirectory) library_build -DGOBRIDGE_DIRECTORY="$root" ;;
add-fetch-content) library_build -DGOBRIDGE_DIRECTORY="$root" -DFETCH=ON ;;
batch) # The example is all in the header's first comment that is so far to the right.
    source=$out/batch.c
    cat >"$source" <<C
#include <gobridge.h>

int main(void) {
    gobridge_ref type;
    const gobridge_value names[3] = {{.kind = GOBRIDGE_KIND_STRING, .as.s = "Ada", .len = 3},
                                     {.kind = GOBRIDGE_KIND_STRING, .as.s = "Grace", .len = 5},
                                     {.kind = GOBRIDGE_KIND_STRING, .as.s = "Emmy", .len = 4}};
    if (gobridge_type_parse("map[string]uint64", 17, &type)) return 1;
$(sed -n '/\*\//q; s/^ \*     //p' "$root/include/gobridge/batch.h")
    return count != 5 || len != 3 || gobridge_release(ages);
}
C
    compile_shared ;;
readme-embed)
    source=$out/host/host.c
    mkdir "$out/host"
    readme c 2 >"$source"
    go_main c-shared libgo.so "$(readme go 1)"
    compile -I"$root/include" -L"$out" -lgo "-Wl,-rpath,$out" ;;
esac

"$out/words"
needed=$(readelf -d "$out/words" | sed -n 's/.*NEEDED.*\[\(libgo.*\|libwords.*\)\]/\1/p')
case $how in *static | *lld | go-archive*) want= ;; build | add-*) want=libwords.so.1 ;; go-shared* | readme-embed) want=libgo.so ;; *) want=libgobridge.so.1 ;; esac
[ "$needed" = "$want" ] || { echo "words needs '$needed', not '$want'" >&2; exit 1; }
