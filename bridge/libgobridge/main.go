// Command libgobridge is libgobridge.a and libgobridge.so: the bridge, and some functions of Go's library for hosts that
// have no Go program of their own. What they make is bounded: no arguments of a host's may end the process.
package main

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
	"unsafe"

	"gobridge/bridge"
)

func main() {}

func init() {
	bridge.Func("strings.Fields", fields)
	bridge.Func("strings.Join", join)
	bridge.Func("strings.ToLower", strings.ToLower)
	bridge.Func("strings.ToUpper", strings.ToUpper)
	bridge.Func("strings.Repeat", repeat)
	bridge.Func("strings.Split", split)
	bridge.Func("time.Now", time.Now)
}

// most is how many bytes one of these makes.
const most = 1 << (26 + 4*(^uint(0)>>63)) // 64 MiB if addresses have 32 bits

// check tells whether n parts of a size are too much.
func check(n, size int) error {
	if size > 0 && n > most/size {
		return fmt.Errorf("it would take more than %d bytes", most)
	}
	return nil
}

const header = int(unsafe.Sizeof(""))

func fields(s string) ([]string, error) {
	if err := check(len(s)/2+1, header); err != nil {
		return nil, err
	}
	return strings.Fields(s), nil
}

// join takes one string more often than once, so its result may be longer than all that the host has handed in.
func join(elems []string, sep string) (string, error) {
	size := 0
	for _, elem := range elems {
		if size += len(elem) + len(sep); size < 0 || size > most {
			return "", check(most, 2)
		}
	}
	return strings.Join(elems, sep), nil
}

func repeat(s string, count int) (string, error) {
	if count < 0 {
		return "", fmt.Errorf("the count is %d", count)
	}
	if err := check(count, len(s)); err != nil {
		return "", err
	}
	return strings.Repeat(s, count), nil
}

func split(s, sep string) ([]string, error) {
	n := strings.Count(s, sep) + 1
	if sep == "" {
		n = utf8.RuneCountInString(s)
	}
	if err := check(n, header); err != nil {
		return nil, err
	}
	return strings.Split(s, sep), nil
}
