// Command guest is the Go program that the tests call into: a Go main package of one's own, with functions of many shapes.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"log/slog"
	"os"
	"runtime"
	"runtime/pprof"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"testing/fstest"
	"time"

	"gobridge/bridge"
)

type point struct{ X, Y int64 }

// Sum has what a program exports of a value.
func (p point) Sum() int64                { return p.X + p.Y }
func (p *point) Move(dx, dy int64)        { p.X, p.Y = p.X+dx, p.Y+dy }
func (p point) Scaled(by float64) float64 { return float64(p.X+p.Y) * by }

var errGuest = errors.New("the guest's error")

// tools is registered as an object: its methods and its field.
type tools struct{ Twice func(string) string }

func (tools) Version() string { return "tools 1" }

type writerFunc func([]byte) (int, error)

func (w writerFunc) Write(p []byte) (int, error) { return w(p) }

// wordsEnded counts how often what guest.words gives came to its end.
var wordsEnded atomic.Int64

// liar is a stream that says it has done more than it was asked for, or less than nothing.
type liar struct{ by int }

func (l *liar) Read(p []byte) (int, error)  { return len(p) + l.by, nil }
func (l *liar) Write(p []byte) (int, error) { return len(p) + l.by, nil }

func main() {}

// races is what threads that call guest.race write at once.
var races int

// spinning is whether a goroutine is busy that stops for the collector only where Go interrupts its thread.
var spinning atomic.Bool

func spin(on bool) {
	if spinning.Swap(on) != on && on {
		go func() {
			for spinning.Load() {
			}
		}()
	}
}

func init() {
	bridge.Type[point]("guest.Point")
	bridge.Func("answer", func(n int64) int64 { return 42 * n })
	bridge.Func("strings.ToUpper", strings.ToUpper)
	bridge.Func("strings.Join", strings.Join)
	bridge.Func("strings.Fields", strings.Fields)
	bridge.Func("bytes.ToUpper", bytes.ToUpper)
	bridge.Func("fmt.Sprintf", fmt.Sprintf)
	bridge.Func("fmt.Sprint", fmt.Sprint)
	bridge.Func("time.Duration.String", time.Duration.String)
	bridge.Func("guest.add", func(a, b int64) int64 { return a + b })
	bridge.Func("guest.addInt8", func(a, b int8) int8 { return a + b })
	bridge.Func("guest.scale", func(x float64, n int32) float64 { return x * float64(n) })
	bridge.Func2("guest.repeat", strings.Repeat)
	bridge.Func1("guest.sumOfSlice", func(s []int64) (sum int64) {
		for _, n := range s {
			sum += n
		}
		return sum
	})
	bridge.Func3("guest.clamp", func(x, low, high int64) int64 { return max(low, min(x, high)) })
	bridge.Func("guest.divide", func(a, b int64) (quotient, remainder int64, err error) {
		if b == 0 {
			return 0, 0, errGuest
		}
		return a / b, a % b, nil
	})
	bridge.Func("guest.check", func(ok bool) error {
		if !ok {
			return fmt.Errorf("checked: %w", errGuest)
		}
		return nil
	})
	bridge.Func("guest.parse", func(s string) (int64, error) {
		var n int64
		_, err := fmt.Sscan(s, &n)
		return n, err
	})
	bridge.Func("guest.nested", nested)
	bridge.Func("guest.error", func() error { return errGuest })
	bridge.Func("guest.nothing", func() {})
	bridge.Func("guest.count", func(m map[string]int64, words ...string) int {
		for _, w := range words {
			m[w]++
		}
		return len(words)
	})
	bridge.Func("guest.adder", func(n int64) func(int64) int64 { return func(m int64) int64 { return n + m } })
	bridge.Func("guest.apply", func(fn func(int64) int64, n int64) int64 { return fn(n) })
	bridge.Type[fs.WalkDirFunc]("fs.WalkDirFunc")
	bridge.Func("fs.WalkDir", fs.WalkDir)
	bridge.Func("sort.Slice", sort.Slice)
	bridge.Func("bufio.NewScanner", bufio.NewScanner)
	bridge.Func("json.NewEncoder", json.NewEncoder)
	bridge.Func("strings.NewReader", strings.NewReader)
	bridge.Func("guest.skipDir", func() error { return fs.SkipDir })
	bridge.Func("guest.newBuffer", func() *bytes.Buffer { return new(bytes.Buffer) })
	bridge.Func("guest.mapFS", func() fs.FS {
		return fstest.MapFS{"a/one": {}, "a/two": {}, "skip/three": {}}
	})
	bridge.Func("guest.waitForContext", func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	})
	bridge.Func("guest.contextValue", func(ctx context.Context, key any) any { return ctx.Value(key) })
	bridge.Func("guest.faultAfter", func(host any) int64 { // calls the host, and then goes wrong
		switch host := host.(type) {
		case func(int64) int64:
			host(1)
		case func(string) string:
			host("")
		case io.Reader:
			_, _ = host.Read(make([]byte, 1))
		case io.Writer:
			_, _ = host.Write(make([]byte, 1))
		}
		var nowhere *point
		return nowhere.X
	})
	bridge.Func("guest.callHost", func(name string, n int64) (int64, error) {
		double, found := bridge.Host[func(int64) int64](name)
		if !found {
			return 0, errors.New("the host has no such function")
		}
		return double(n), nil
	})
	bridge.Func("guest.ones", func(yield func(int64) bool) {
		for i := 0; i < 3 && yield(1); i++ {
		}
	})
	bridge.Func("guest.words", func(text string) func(yield func(int, string) bool) {
		return func(yield func(int, string) bool) {
			defer func() { wordsEnded.Add(1) }()
			for i, word := range strings.Fields(text) {
				switch word {
				case "panic!":
					panic("no word")
				case "goexit!":
					runtime.Goexit()
				}
				if !yield(i, word) {
					return
				}
			}
		}
	})
	bridge.Func("guest.wordsEnded", func() int64 { return wordsEnded.Load() })
	bridge.Func("guest.print", func(how, text string) {
		switch how {
		case "stdout":
			fmt.Println(text)
		case "stderr":
			fmt.Fprintln(os.Stderr, text)
		case "log":
			log.Print(text)
		case "slog":
			slog.Info(text)
		}
	})
	bridge.Func("guest.badWriter", func(how string) io.Writer {
		return writerFunc(func(p []byte) (int, error) {
			switch how {
			case "panic":
				panic("no writer")
			case "goexit":
				runtime.Goexit()
			}
			return 0, errGuest
		})
	})
	bridge.Func("guest.threads", func() int { return pprof.Lookup("threadcreate").Count() })
	bridge.Func("guest.args", func() []string { return os.Args })
	bridge.Func("guest.unlock", func() { new(sync.Mutex).Unlock() })
	bridge.Func("guest.panicElsewhere", func(reason string) {
		go panic(reason)
		select {}
	})
	bridge.Func("guest.overflow", func() error { return fmt.Errorf("%d calls", overflow(0)) })
	bridge.Func("guest.eof", func() error { return io.EOF })
	bridge.Func("sort.Sort", sort.Sort)
	bridge.Func("io.ReadAll", io.ReadAll)
	bridge.Func("errors.Is", errors.Is)
	bridge.Type[shape]("guest.shape")
	bridge.Type[Plain]("guest.Plain")
	bridge.Adapter(func(m bridge.Methods) shape { return area(m["Area"].(func() float64)) })
	bridge.Func("guest.area", func(s shape) float64 { return s.Area() })
	bridge.Func("guest.hasDeadline", func(ctx context.Context) bool {
		_, has := ctx.Deadline()
		return has
	})
	bridge.Func("guest.nilFunc", func() func() { return nil })
	bridge.Func("guest.anything", func(v any) any { return v })
	bridge.Func("guest.describe", func(v any) string { return fmt.Sprintf("%T %v", v, v) })
	bridge.Func("guest.newPoint", func(x, y int64) *point { return &point{x, y} })
	bridge.Func("guest.points", func() []point { return []point{{1, 2}, {3, 4}} })
	bridge.Func("guest.panic", func(reason string) { panic(reason) })
	bridge.Func("guest.newLiar", func(by int) *liar { return &liar{by} })
	bridge.Func("guest.pipe", func() (io.Reader, io.Writer, error) { return os.Pipe() })
	bridge.Func("guest.received", func(from <-chan int64) func(yield func(int64) bool) {
		return func(yield func(int64) bool) {
			for n := range from {
				if !yield(n) {
					return
				}
			}
		}
	})
	bridge.Func("guest.race", func() { races = races + 1 })
	bridge.Func("guest.spin", spin)
	bridge.Func("guest.nilPointer", func() int64 { return (*point)(nil).Sum() })
	bridge.Func("guest.panicError", func() { panic(errGuest) })
	bridge.Func("guest.goexit", func() { runtime.Goexit() })
	bridge.Func("guest.exit", func(code int) { os.Exit(code) })
	bridge.Func("guest.sleep", func(ctx context.Context, d time.Duration) (string, error) {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(d):
			return fmt.Sprint("slept ", d), nil
		}
	})
	bridge.Func("guest.sum", func(numbers ...int64) (sum int64) {
		for _, n := range numbers {
			sum += n
		}
		return sum
	})
	bridge.Func("guest.join", func(parts ...string) (string, int) { return strings.Join(parts, ","), len(parts) })
	bridge.Func("guest.isNil", func(_ string, more ...int64) bool { return more == nil })
	bridge.Func("guest.isNilArray", func(_ [2]int64, more ...int64) bool { return more == nil }) // not in registers
	bridge.Func("guest.fail", func(message string) error { return errors.New(message) })
	bridge.Func("guest.squares", func(in <-chan int64, out chan<- int64) {
		for n := range in {
			out <- n * n
		}
		close(out)
	})
	bridge.Func("guest.compareInt32", func(a, b *int32) int32 { return *a - *b })
	bridge.Object("tools", tools{Twice: func(s string) string { return s + s }})
}

// nested is a number in arrays of interfaces, so many levels deep: each array has the next one in all its places.
func nested(width, levels int) (inner any) {
	inner = 7
	for i := 0; i < levels; i++ {
		switch width {
		case 1:
			inner = [1]any{inner}
		case 2:
			inner = [2]any{inner, inner}
		}
	}
	return inner
}

// shape is an interface that C implements; area is how.
type (
	shape interface{ Area() float64 }
	area  func() float64
)

func (a area) Area() float64 { return a() }

// Plain is a type without methods, which reflect lets be embedded.
type Plain struct{ X int }

// overflow calls itself until the stack is at its end.
func overflow(n int) int {
	if n < 0 {
		return n
	}
	return overflow(n+1) + n
}
