# Draws the rows (rows.awk) as SVG: the cost of gets and puts against the size of the map and against the threads.

function log10(x) { return log(x) / log(10) }
function short(x) { return x >= 1000000 ? x / 1000000 "M" : x >= 1000 ? x / 1000 "k" : x }
function line(x1, y1, x2, y2) { printf "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>\n", x1, y1, x2, y2 }
function label(x, y, anchor, string) { printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y, anchor, string }

# A panel at (left, top): both axes are logarithmic. The x of a row is its threads or its n.
function panel(left, top, work, by_threads, title,    low, high, from, to, row, c, i, x, y, e, points, path, circles) {
    low = 1e99; high = 0; from = 1e99; to = 0
    for (row = 1; row <= rows; row++) {
        if (workload[row] != work || (n[row] in threaded) != by_threads) continue
        x = by_threads ? threads[row] : n[row]
        low = min(low, least[row]); high = max(high, least[row]); from = min(from, x); to = max(to, x)
    }
    if (from >= to) return
    low = 10 ^ floor(log10(low)); high = 10 ^ -floor(-log10(high))
    label(left + WIDTH / 2, top - 10, "middle", title)
    for (e = low; e <= high * 1.01; e *= 10) {
        y = top + HEIGHT * (1 - log10(e / low) / log10(high / low))
        line(left, y, left + WIDTH, y)
        label(left - 6, y + 4, "end", e < 1 ? sprintf("%.1f", e) : e)
    }
    for (e = from; e <= to * 1.01; e *= by_threads ? 2 : 10) {
        x = left + WIDTH * log10(e / from) / log10(to / from)
        line(x, top, x, top + HEIGHT)
        label(x, top + HEIGHT + 16, "middle", short(e))
    }
    for (c = 1; c <= contenders; c++) {
        path = ""; circles = ""
        for (e = from; e <= to * 1.01; e *= by_threads ? 2 : 10) {
            for (row = 1; row <= rows; row++) {
                if (workload[row] != work || contender[row] != names[c] || (n[row] in threaded) != by_threads) continue
                i = by_threads ? threads[row] : n[row]
                if (i < e * 0.99 || i > e * 1.01) continue
                x = left + WIDTH * log10(i / from) / log10(to / from)
                y = top + HEIGHT * (1 - log10(least[row] / low) / log10(high / low))
                path = path sprintf("%.1f,%.1f ", x, y)
                circles = circles sprintf("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\" fill=\"%s\"/>", x, y, colours[c])
            }
        }
        if (path) printf "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>%s\n", path, colours[c], circles
    }
}
function min(a, b) { return a < b ? a : b }
function max(a, b) { return a > b ? a : b }
function floor(x) { return x < int(x) ? int(x) - 1 : int(x) }

BEGIN {
    WIDTH = 380; HEIGHT = 300
    pairs = split("gobridge #d62728 gobridge-slices #f4a6a6 gobridge-frozen #ff7f0e gobridge-batch #a05a2c gobridge-single #e377c2 " \
                  "gobridge-inside #c51b8a gobridge-typed #7a0177 go-native #1f77b4 cgo-export #17becf cgo-tuned #2ca02c c-hash #111111 lua #9467bd cpython #bcbd22 node-api #8c564b jni #f7b6d2 json-cgo #7f7f7f", list, " ")
    for (i = 1; i < pairs; i += 2) colour[list[i]] = list[i + 1]
}
END {
    for (c = 1; c <= contenders; c++) colours[c] = names[c] in colour ? colour[names[c]] : "#bbb"
    print "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1100\" height=\"800\" font-family=\"sans-serif\" font-size=\"12\">"
    print "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>"
    label(20, 22, "start", "ns for one operation, minimum: " about["machine"] ", " about["date"])
    panel(60, 70, "get_u64", 0, "get_u64 by entries")
    panel(510, 70, "put_u64", 0, "put_u64 by entries")
    panel(60, 450, "get_u64", 1, "get_u64 by threads, each on a map of its own")
    panel(510, 450, "put_u64", 1, "put_u64 by threads, each on a map of its own")
    for (c = 1; c <= contenders; c++) {
        printf "<rect x=\"920\" y=\"%d\" width=\"12\" height=\"12\" fill=\"%s\"/>\n", 60 + 20 * c, colours[c]
        label(938, 70 + 20 * c, "start", names[c])
    }
    print "</svg>"
}
