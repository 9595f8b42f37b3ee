package main

import (
	"fmt"
	"sort"
	"strings"
)

const tableBegins = `/* The functions of one library as a table: made of csrc/functions.h by scripts/abi --update. */
#ifndef GOBRIDGE_TABLE_H
#define GOBRIDGE_TABLE_H

#include <gobridge.h>

GOBRIDGE_BEGIN

/* clang-format off */
/* What gobridge_api_get gives: the functions of the library that gave it, each under its own name. Those of a later release
 * stand behind those of an earlier one, and none ever moves. */
typedef struct gobridge_api {
    uint32_t size;    /* of this struct as the library has it */
    uint32_t version; /* the GOBRIDGE_API_VERSION that the library has all functions of */
`

const tableEnds = `} gobridge_api;
/* clang-format on */

GOBRIDGE_END

#endif
`

// table is include/gobridge/table.h. What a release added stands behind what was there, and is hidden from who asks for less.
func table() (string, error) {
	all, err := functions()
	if err != nil {
		return "", err
	}
	number := map[string]int{} // of a release, as GOBRIDGE_API_VERSION has it
	for _, f := range all {
		if number[f.since], err = apiVersion(f.since); err != nil {
			return "", err
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return number[all[i].since] < number[all[j].since] })
	var b strings.Builder
	b.WriteString(tableBegins)
	hides := false
	for i, f := range all {
		if i > 0 && f.since != all[i-1].since {
			if hides {
				b.WriteString("#endif\n")
			}
			fmt.Fprintf(&b, "#if GOBRIDGE_API_VERSION >= %d\n", number[f.since])
			hides = true
		}
		pointer := strings.Replace(strings.TrimPrefix(f.prototype, "inline "), f.name, "(*"+f.name+")", 1)
		b.WriteString("    " + pointer + ";\n")
	}
	if hides {
		b.WriteString("#endif\n")
	}
	b.WriteString(tableEnds)
	return b.String(), nil
}
