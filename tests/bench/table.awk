# Makes Markdown tables of the rows (rows.awk): one for each size and one for the threads, a line for each contender.

function figure(ns) { return sprintf(ns < 99.95 ? "%.1f" : "%.0f", ns) }
function cell(row, native) {
    if (!row) return ""
    return figure(least[row]) " (" figure(median[row]) ")" (native ? sprintf(" %.2f", least[row] / least[native]) : "")
}

END {
    print "`" about["command"] "`, " about["date"] ": " about["machine"] "; " about["releases"] "; load " about["load_before"] \
          " before, " about["load_after"] " after." (about["skipped"] ? " Skipped: " about["skipped"] "." : "") "\n"
    print "Nanoseconds for one operation: minimum (median), and the ratio of the minimum to native Go's."
    for (row = 1; row <= rows; row++) {
        # The words of the text are counted beside the largest maps of the rounds.
        table = n[row] in threaded ? "threads" : workload[row] == "wordcount" ? table : n[row]
        column = table == "threads" ? workload[row] " x" threads[row] : workload[row]
        if (!(table in columns)) tables[++ntables] = table
        if (!((table, column) in column_known)) { column_known[table, column]; heads[table, ++columns[table]] = column }
        if (table == "threads") thread_n = n[row]
        at[table, column, contender[row]] = row
    }
    for (t = 1; t <= ntables; t++) {
        table = tables[t]
        print "\n### " (table == "threads" ? grouped(thread_n) " entries for each of 1 to 8 threads (x1 to x8)" \
                                           : grouped(table) " entries") "\n"
        if (table == "threads") print "The wall-clock time, divided by the operations of all threads.\n"
        head = "| |"; rule = "|---|"
        for (i = 1; i <= columns[table]; i++) { head = head " " heads[table, i] " |"; rule = rule "---|" }
        print head "\n" rule
        for (c = 1; c <= contenders; c++) {
            line = ""; some = 0
            for (i = 1; i <= columns[table]; i++) {
                row = at[table, heads[table, i], names[c]]
                if (row) some = 1
                line = line " " cell(row, at[table, heads[table, i], "go-native"]) " |"
            }
            if (some) print "| " names[c] " |" line
        }
    }
}
