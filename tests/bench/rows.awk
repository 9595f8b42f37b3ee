# Reads what scripts/bench writes, one thing a line: for table.awk and chart.awk.

function text(name) { return match($0, "\"" name "\": ?\"[^\"]*\"") ? unquoted(substr($0, RSTART, RLENGTH)) : "" }
function number(name) { match($0, "\"" name "\":[0-9.]+"); return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) + 0 }
function unquoted(pair) { sub(/^"[^"]*": ?"/, "", pair); sub(/"$/, "", pair); return pair }
function grouped(n) { while (match(n, /[0-9][0-9][0-9][0-9](,|$)/)) n = substr(n, 1, RSTART) "," substr(n, RSTART + 1); return n }

/^"[a-z_]+": "/ { match($0, /"[a-z_]+"/); about[substr($0, 2, RLENGTH - 2)] = text(substr($0, 2, RLENGTH - 2)) }
/"contender"/ {
    rows++
    contender[rows] = text("contender"); workload[rows] = text("workload")
    n[rows] = number("n"); threads[rows] = number("threads")
    least[rows] = number("ns_min"); median[rows] = number("ns_median")
    if (threads[rows] > 1) threaded[n[rows]] # the maps of one size are those that threads work on
    if (!(contender[rows] in known)) { known[contender[rows]]; names[++contenders] = contender[rows] }
}
