#!/usr/bin/env bash
# Runs bin/gobridge as its users do, on the machine's own release: what it prints, where, and what it exits with.
#   check.sh GOBRIDGE
set -uo pipefail
gobridge=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work/tmp
mkdir "$TMPDIR"
failed=0

# run STATUS ARGUMENT...: runs it, with what it prints in out and err.
run() {
    want=$1
    shift
    "$gobridge" "$@" >"$work/out" 2>"$work/err" </dev/null
    got=$?
    ran="gobridge $*"
    [ $got = "$want" ] || complain "exits with $got, not $want"
}
complain() {
    echo "$ran: $1"
    head -n 5 "$work/err"
    failed=1
}
has() { grep -qE -e "$2" "$work/$1" || complain "no $2 in std$1"; }
has_no() { ! grep -qE -e "$2" "$work/$1" || complain "$2 in std$1"; }
at_least() { [ "$(wc -l <"$work/out")" -ge "$1" ] || complain "fewer than $1 lines"; }
refuses() { # refuses PART ARGUMENT...: one line that says why, and nothing else
    part=$1
    shift
    run 2 "$@"
    has err "^gobridge: .*$part"
    [ "$(wc -l <"$work/err")" = 1 ] && [ ! -s "$work/out" ] || complain "says more than one line"
}

run 0 --help && has out '^usage: gobridge' && has out 'Exit status'
run 0 list --help && has out '--verify'
run 0 --version && has out '^gobridge [0-9]+\.[0-9]+\.[0-9]+$'
run 2

run 0 info && has out 'ABI GOBRIDGE_1\.0, go1' && has out 'runtime\.mapaccess2 +gobridge_runtime_mapaccess2' && at_least 28
run 0 info --json && has out '"backend": "(linkname|portable)"'

run 0 list && at_least 200 && has err 'go1.*: [0-9]+ symbols'
has out '^runtime\.makemap .*gobridge_runtime_makemap'
has_no out $'\033'
few=$(wc -l <"$work/out")
run 0 list --all && at_least $((few + 1))
run 0 list --json && has out '"gobridge": "gobridge_reflect_mapiterinit"'
run 0 list --format=json && has out '"hall_of_shame": \[\]'
run 0 list --format md && has out '^//go:linkname makemap runtime\.makemap$'
run 0 list --format csv && has out '^math\.Float32bits,'
run 0 list --format go && has out '^package linkname$'
run 0 list --cgo off && has_no out '^_crosscall2_ptr '
run 0 list --os windows --cgo=off && has out '^syscall\.'

release=$("$gobridge" list --json | sed -n 's/.*"release": "\(.*\)",/\1/p')
run 0 diff "$release" "$release" && has out 'Nothing that gobridge wraps has changed'
run 0 diff "$release" "$release" --json && has out '"added": \[\]'

mkdir "$work/module"
printf 'module m\n\ngo 1.21\n' >"$work/module/go.mod"
cat >"$work/module/m.go" <<'GO'
package m

import _ "unsafe"

//go:linkname gone runtime.nothere
func gone()

func Gone() { gone() }
GO
run 0 audit "$root" --json && has out '"symbol": "runtime.mapaccess2"' && has out '"verdict": "links"'
run 0 audit "$(dirname "$0")" && has out '^gobridge' && has out '52 links'
run 1 audit "$work/module" && has out 'm\.go:5: runtime\.nothere: gone'
run 1 audit "$work/module" --json && has out '"verdict": "breaks"'
run 1 audit "$work/module" --format sarif && has out '"version": "2\.1\.0"'
run 1 audit "$work/module" --format github && has out '^::error file=.*m\.go,line=5,'

run 0 probe --quick --go "$release" --html "$work/page.html" --junit "$work/junit.xml"
has out '52 of 52 pulls'
grep -q 'testsuite name="go1' "$work/junit.xml" || complain "writes no XML"

run 0 probe --quick --go "$release" --json && has out '"verdict": "links"'
run 0 probe --quick --go "$release" --arch arm64 --cgo off --json && has out '"platform": "linux/arm64 without cgo"'

# Sources that do not know this release yet, without tests: Go's own test of acceptance runs them.
mkdir -p "$work/new/tests"
cp -r "$root"/{go.mod,README.md,bridge,csrc,include} "$work/new"
cp -r "$root/tests/unit" "$work/new/tests"
find "$work/new" -name '*_test.go' -delete
minor=${release#go1.}
minor=${minor%%.*}
grep -rl gobridge_portable "$work/new/bridge" | xargs sed -Ei "1s/(!|\|\| )go1\.28/\1go1.$minor/"
run 0 probe --source "$work/new" --go "$release" --accept
has out "^$release is accepted" && has out 'changed: bridge/.*backend_linkname\.go' && has out 'a crossing [0-9]+ ns'
run 1 probe --source "$work/new" --go "$release" --accept && has out "^nothing newer than go1\.$minor was probed"

# Colours are for terminals.
ran='gobridge info on a terminal'
script -qec "$gobridge info" /dev/null >"$work/out" </dev/null && has out $'\033\\[32m'
NO_COLOR=1 script -qec "$gobridge info" /dev/null >"$work/out" </dev/null && has_no out $'\033'

# The page in a browser: what the address asks for is shown, a tap tells a cell's reason, a phone and the dark get colours.
browse() { # browse FILE PAGE OPTION...: what the browser prints
    mkdir "$work/browser"
    timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
        --disable-component-update --disable-sync --hide-scrollbars --user-data-dir="$work/browser" "${@:3}" "file://$work/$2" \
        >"$work/$1" 2>"$work/err" </dev/null || complain "does not run in chromium"
    rm -rf "$work/browser"
}
ran='the page'
browse out 'page.html#find=mapassign_fast&show=own&sort=-1' --dump-dom
has out '<th aria-sort="descending"><button>Symbol'
shown=$(grep -oE '<tr><th [^>]*class="own"[^>]*>[^<]+' "$work/out" | sed 's/.*>//')
[[ $shown = *runtime.mapassign_fast32ptr* && $shown = "$(grep -F mapassign_fast <<<"$shown" | LC_ALL=C sort -r)" ]] ||
    complain "shows $shown"
has out ">$(wc -l <<<"$shown") of [0-9]+<"
sed 's#</html>#<script>document.querySelector("th.own + td").click()</script></html>#' "$work/page.html" >"$work/tapped.html"
browse out 'tapped.html#show=nonsense&sort=99' --dump-dom
has out '<aside id="reason" role="status"><p>[^,]+, go1\.[^:]+: links$' && has out '^func\(|^var'
echo '<iframe src="tapped.html" style="width: 375px; height: 800px">' >"$work/phone.html"
for look in "tapped.html --window-size=1400,900" "tapped.html --window-size=1400,900 --blink-settings=preferredColorScheme=0" \
    "phone.html --window-size=500,820"; do
    browse out $look --screenshot="$work/shot.png"
    [ "$(wc -c <"$work/shot.png")" -gt 40000 ] || complain "$look: looks blank"
done

# Without JavaScript all is there but what searches and sorts; on paper too.
cp "$work/page.html" "$work/out"
has out "<a href=\"https://github\.com/golang/go/blob/$release/src/runtime/map[a-z0-9_]*\.go#L[0-9]+\">links</a>" && has out '<form hidden>'
has out 'pulled by [^"]*github\.com/' && has out "Made on $(date -u +%Y-%m)-"
symbols=$(grep -oE '<tr><th scope="row"[^>]*tabindex[^>]*>[^<]+' "$work/out" | sed 's/.*>//')
[ "$(head -n 1 <<<"$symbols")" = runtime.memhash ] && ! tail -n 1 <<<"$symbols" | grep -q '\.' || complain "shows $(head -n 3 <<<"$symbols") first"
browse out page.html --window-size=1400,900 --blink-settings=scriptEnabled=false --screenshot="$work/shot.png"
[ "$(wc -c <"$work/shot.png")" -gt 40000 ] || complain 'looks blank without JavaScript'
browse out 'page.html#show=known' --dump-dom && has_no out '<form hidden'
browse out 'page.html' --print-to-pdf="$work/page.pdf" --no-pdf-header-footer
[ "$(head -c 4 "$work/page.pdf")" = %PDF ] && [ "$(wc -c <"$work/page.pdf")" -gt 50000 ] || complain 'prints nothing'

# bench is tested by scripts/bench's own users; here that it finds the script, and what it prints.
mkdir -p "$work/sources/scripts"
echo 'module gobridge' >"$work/sources/go.mod"
cat >"$work/sources/scripts/bench" <<'SH'
#!/bin/sh
[ "$1 $2 $3" = "--quick --no-install --json" ] || exit 1
echo '{"rows": []}' >"$4"
echo '| a table |' >"${4%.json}.md"
SH
chmod +x "$work/sources/scripts/bench"
run 0 bench --source "$work/sources" && has out '^\| a table \|$'
run 0 bench --source "$work/sources" --json && has out '^{"rows": \[\]}$'

# The man page and the completion come from the table of commands and options.
run 0 --man
cmp -s "$work/out" "$root/docs/gobridge.1" || complain "docs/gobridge.1 is old: it is what --man prints"
mandoc -T lint -W error "$root/docs/gobridge.1" || complain "docs/gobridge.1 is no good man page"
run 0 --completion
. "$work/out"
completes() { # completes WORDS WANTED: what is offered for the last of the words
    read -ra COMP_WORDS <<<"$1"
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _gobridge
    [ "${COMPREPLY[*]}" = "$2" ] || complain "$1 becomes ${COMPREPLY[*]}"
}
completes 'gobridge pro' 'probe'
completes 'gobridge --ver' '--version'
completes 'gobridge list --format c' 'csv'
completes 'gobridge audit --format s' 'sarif'
completes 'gobridge list --cgo o' 'on off'
completes 'gobridge diff --ver' ''
completes 'gobridge list --ver' '--verify'
completes 'gobridge probe --html gob' ''

export GOPROXY=off # so that it asks nobody
refuses 'cannot be downloaded' list --go go1.99.1
refuses 'cannot be found out' list --go go1.99
refuses 'neither a Go release' list --go frob
refuses 'no such file' list --go /nowhere
refuses 'no complete GOROOT' list --go "$work"
refuses 'unsupported GOOS/GOARCH' list --os plan10
refuses 'list comes as text or one of json md' list --format xml
refuses 'on or off' list --cgo perhaps
refuses 'needs a value' list --go
refuses 'has no option' list --frob
refuses 'what is x for' list x
refuses 'compares two releases' diff "$release"
refuses 'cannot be downloaded' diff "$release" go1.99.1
refuses 'no such file' audit /nowhere
refuses 'cannot be had' audit example.com/nowhere@v1.0.0
refuses 'no build information' audit "$0"
refuses 'no build information' audit /bin/ls
refuses 'audit takes one' audit
refuses 'cannot be downloaded' audit "$work/module" --go "$release,go1.99.1"
refuses "does not have gobridge's sources" probe --source "$work"
refuses "does not have gobridge's sources" bench --source "$work"
refuses 'needs the tests' probe --quick --accept
refuses "this machine's platform" probe --arch arm64 --accept
refuses 'no command' frob

# Releases that are not there as a whole.
goroot=$(go env GOROOT)
mkdir "$work/half" "$work/proxy"
ln -s "$goroot/bin" "$goroot/pkg" "$work/half"
refuses 'no src/runtime/runtime.go; .* install Go.s sources' list --go "$work/half"
GOPROXY=file://$work/proxy refuses 'there is no such release' list --go go1.99.1
GOPROXY=http://127.0.0.1:1 refuses 'cannot be downloaded .*refused' list --go go1.99.1
half="golang.org/toolchain@v0.0.1-go1.99.1.$(go env GOOS)-$(go env GOARCH)"
mkdir -p "$work/modules/$half"
GOMODCACHE=$work/modules refuses "$half, where it was downloaded by halves, should be removed" list --go go1.99.1

# Modules that tell nothing.
module() { # module NAME GOMOD SOURCE
    mkdir "$work/$1"
    printf "$2" >"$work/$1/go.mod"
    printf "$3" >"$work/$1/m.go"
}
module none '' 'package m\n' && rm "$work/none/go.mod"
module nameless 'modul m\n' 'package m\n'
module newer 'module m\n\ngo 1.99\n' 'package m\n'
module broken 'module m\n\ngo 1.21\n' 'package m\n\nfunc {\n'
refuses 'is in no module' audit "$work/none"
refuses 'names no module' audit "$work/nameless"
run 3 audit "$work/newer" && has out 'unknown.*requires go >= 1\.99: --go names newer releases'
run 3 audit "$work/newer" --json && has out '"verdict": "unknown"'
run 1 audit "$work/broken" && has out 'breaks: it does not compile' && has out 'm\.go:3:6: expected'
run 1 audit "$work/broken" --json && has out '"cause": "compile"'

# Ctrl-C ends a command and all that it started, and leaves nothing.
interrupted() { # interrupted WHEN ARGUMENT...: after so many seconds, or when it prints that
    when=$1
    shift
    ran="gobridge $*, interrupted"
    GOBRIDGE_CHECK=$$ XDG_CACHE_HOME=$work/cache GOCACHE=$gocache "$gobridge" "$@" >"$work/out" 2>"$work/err" </dev/null &
    if [[ $when = [0-9]* ]]; then
        sleep "$when"
    else
        until grep -q "$when" "$work/err"; do sleep 0.1; done
        sleep 2
    fi
    kill -INT $!
    wait $!
    got=$?
    [ $got = 130 ] || complain "exits with $got, not 130"
    [ -z "$(ls "$TMPDIR")" ] || complain "leaves $(ls "$TMPDIR") behind"
    left=$(grep -lzsx "GOBRIDGE_CHECK=$$" /proc/[0-9]*/environ)
    [ -z "$left" ] || complain "leaves running: $left"
    rm -rf "$work/cache"
}
gocache=$(go env GOCACHE)
interrupted 0.3 list --verify
interrupted 0.3 diff "$release" "$release"
interrupted 0.3 audit "$root" --deps
interrupted 'the suite on the linkname backend' probe --source "$root" --go "$release" --html "$work/never.html"
[ ! -e "$work/never.html" ] || complain "writes a page"
printf '#!/bin/sh\ntrap "" INT\nsleep 60\n' >"$work/sources/scripts/bench"
interrupted 1 bench --source "$work/sources"

exit $failed
