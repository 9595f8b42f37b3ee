# Makes a Markdown table of what scripts/bench writes, one thing a line: a row for each workload and size.

function text(name) { return match($0, "\"" name "\": ?\"[^\"]*\"") ? unquoted(substr($0, RSTART, RLENGTH)) : "" }
function number(name) { match($0, "\"" name "\":[0-9.]+"); return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) }
function unquoted(pair) { sub(/^"[^"]*": ?"/, "", pair); sub(/"$/, "", pair); return pair }
function figure(ns) { return sprintf(ns < 99.95 ? "%.1f" : "%.0f", ns) }
function ratio(row, pair) {
    split(pair, of, "/")
    return ((row, of[1]) in least) && ((row, of[2]) in least) ? sprintf("%.2f", least[row, of[1]] / least[row, of[2]]) : ""
}

BEGIN {
    np = split("gobridge-single/cgo-export gobridge-single-generic/cgo-export gobridge-single/cgo-export-locked " \
               "gobridge-single/go-native", pairs, " ")
}
/^"machine"/ { machine = text("machine") }
/^"go"/ { go = text("go") }
/^"gcc"/ { gcc = text("gcc") }
/^"date"/ { date = text("date") }
/^"command"/ { command = text("command") }
/^"load_before"/ { before = text("load_before") }
/^"load_after"/ { after = text("load_after") }
/"contender"/ {
    c = text("contender"); row = text("workload") " | " number("n")
    if (!(c in known)) { known[c]; contenders[++nc] = c }
    if (row != rows[nr]) { rows[++nr] = row }
    least[row, c] = number("ns_min")
    median[row, c] = number("ns_median")
}
END {
    print "`" command "`, " date ": " machine "; " go ", gcc " gcc "; load " before " before, " after " after.\n"
    print "Nanoseconds for one operation: minimum (median). The ratios are of minimums.\n"
    head = "| workload | n |"; rule = "|---|---|"
    for (i = 1; i <= nc; i++) { head = head " " contenders[i] " |"; rule = rule "---|" }
    for (i = 1; i <= np; i++) { head = head " " pairs[i] " |"; rule = rule "---|" }
    print head
    print rule
    for (j = 1; j <= nr; j++) {
        row = rows[j]
        line = "| " row " |"
        for (i = 1; i <= nc; i++) {
            c = contenders[i]
            line = line " " ((row, c) in least ? figure(least[row, c]) " (" figure(median[row, c]) ")" : "") " |"
        }
        for (i = 1; i <= np; i++) { line = line " " ratio(row, pairs[i]) " |" }
        print line
    }
}
