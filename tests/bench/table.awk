# Makes a Markdown table of what scripts/bench writes, one thing a line: a row for each workload.

function text(name) { return match($0, "\"" name "\": ?\"[^\"]*\"") ? unquoted(substr($0, RSTART, RLENGTH)) : "" }
function number(name) { match($0, "\"" name "\":[0-9.]+"); return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) }
function unquoted(pair) { sub(/^"[^"]*": ?"/, "", pair); sub(/"$/, "", pair); return pair }
function figure(ns) { return sprintf(ns < 99.95 ? "%.1f" : "%.0f", ns) }
function ratio(a, b) { return (a in least) && (b in least) ? sprintf("%.2f", least[a] / least[b]) : "" }

/^"machine"/ { machine = text("machine") }
/^"go"/ { go = text("go") }
/^"gcc"/ { gcc = text("gcc") }
/^"date"/ { date = text("date") }
/^"command"/ { command = text("command") }
/^"load_before"/ { before = text("load_before") }
/^"load_after"/ { after = text("load_after") }
/"contender"/ {
    c = text("contender"); w = text("workload")
    if (!(c in known)) { known[c]; contenders[++nc] = c }
    if (!(w in n)) { workloads[++nw] = w }
    n[w] = number("n")
    least[w, c] = number("ns_min")
    median[w, c] = number("ns_median")
}
END {
    print "`" command "`, " date ": " machine "; " go ", gcc " gcc "; load " before " before, " after " after.\n"
    print "Nanoseconds for one operation: minimum (median). The ratios are of minimums.\n"
    head = "| workload | n |"; rule = "|---|---|"
    for (i = 1; i <= nc; i++) { head = head " " contenders[i] " |"; rule = rule "---|" }
    print head " single/cgo-export | single/go-native |"
    print rule "---|---|"
    for (j = 1; j <= nw; j++) {
        w = workloads[j]
        line = "| " w " | " n[w] " |"
        for (i = 1; i <= nc; i++) {
            c = contenders[i]
            line = line " " ((w, c) in least ? figure(least[w, c]) " (" figure(median[w, c]) ")" : "") " |"
        }
        s = w SUBSEP "gobridge-single"
        print line " " ratio(s, w SUBSEP "cgo-export") " | " ratio(s, w SUBSEP "go-native") " |"
    }
}
