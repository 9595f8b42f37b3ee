// Command golib is the Go program that the tests of the Python package load: functions and types of every sort that cross.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"gobridge/bridge"
)

func main() {}

// Point has fields of several kinds, and methods on both receivers.
type Point struct {
	X, Y  int64
	Name  string
	Tags  []string
	Inner struct{ Deep float64 }
}

// Sum adds the coordinates.
func (p Point) Sum() int64 { return p.X + p.Y }

// Move changes the point.
func (p *Point) Move(dx, dy int64) { p.X += dx; p.Y += dy }

// Color is an enumeration.
type Color int

func (c Color) String() string { return [...]string{"red", "green"}[c] }

// NotFound is an error with fields.
type NotFound struct{ Key string }

func (e *NotFound) Error() string { return "not found: " + e.Key }

// Employee is a row of a table.
type Employee struct {
	Name  string
	Pay   float64
	Tags  []string
	Since time.Time
	Boss  *string
}

// raise gives a new table in which all are paid more.
func raise(table []Employee, percent float64) []Employee {
	raised := slices.Clone(table)
	for i := range raised {
		raised[i].Pay *= 1 + percent/100
	}
	return raised
}

var kept func(int64) int64

var errSentinel = errors.New("sentinel")

func init() {
	bridge.Type[Point]("main.Point")
	bridge.Type[Color]("main.Color")
	bridge.Type[NotFound]("main.NotFound")
	bridge.Type[Employee]("main.Employee")
	bridge.Type[io.Reader]("io.Reader")
	bridge.Type[io.Writer]("io.Writer")
	bridge.Type[context.Context]("context.Context")

	bridge.Func("main.Origin", func() *Point { return &Point{Name: "origin"} })
	bridge.Func("strings.ToUpper", strings.ToUpper)
	bridge.Func("strings.NewReader", strings.NewReader)
	bridge.Func("math.Add", func(a, b int64) int64 { return a + b })
	bridge.Func("math.Small", func(a int8) int8 { return a })
	bridge.Func("math.Unsigned", func(a uint64) uint64 { return a })
	bridge.Func("math.Half", func(a float64) float64 { return a / 2 })
	bridge.Func("math.Sum", func(all ...int64) (sum int64) {
		for _, x := range all {
			sum += x
		}
		return sum
	})
	bridge.Func("math.SumSlice", func(all []int64) (sum int64) {
		for _, x := range all {
			sum += x
		}
		return sum
	})
	bridge.Func("math.SumTwice", func(all []int64, between func()) (first, second int64) {
		for _, x := range all {
			first += x
		}
		between()
		for _, x := range all {
			second += x
		}
		return first, second
	})
	bridge.Func("table.Raise", raise)
	bridge.Func("table.Total", func(pay map[string]float64) (sum float64) {
		for _, x := range pay {
			sum += x
		}
		return sum
	})
	bridge.Func("math.DivMod", func(a, b int64) (int64, int64, error) {
		if b == 0 {
			return 0, 0, errors.New("division by zero")
		}
		return a / b, a % b, nil
	})
	bridge.Func("echo.Any", func(v any) any { return v })
	bridge.Func("echo.Type", func(v any) string { return fmt.Sprintf("%T", v) })
	bridge.Func("echo.Bytes", func(b []byte) []byte { return b })
	bridge.Func("echo.Bool", func(b bool) bool { return b })
	bridge.Func("echo.String", func(s string) string { return s })
	bridge.Func("echo.Map", func(m map[string][]int64) map[string][]int64 { return m })
	bridge.Func("echo.Point", func(p Point) Point { return p })
	bridge.Func("echo.Pointer", func(p *Point) *Point { return p })
	bridge.Func("echo.Duration", func(d time.Duration) time.Duration { return d })
	bridge.Func("echo.Time", func(t time.Time) time.Time { return t })
	bridge.Func("echo.Color", func(c Color) Color { return c })
	bridge.Func("fail.Sentinel", func() error { return fmt.Errorf("wrapped: %w", errSentinel) })
	bridge.Func("fail.TheSentinel", func() error { return errSentinel })
	bridge.Func("fail.SentinelValue", func() any { return errSentinel })
	bridge.Func("fail.NotFound", func(key string) error { return fmt.Errorf("outer: %w", &NotFound{key}) })
	bridge.Func("fail.NotExist", func() error { return fs.ErrNotExist })
	bridge.Func("fail.Panic", func() { panic("at the disco") })
	bridge.Func("fail.Index", func(i int) int { return []int{1}[i] })
	bridge.Func("call.Apply", func(f func(int64) int64, x int64) int64 { return f(x) })
	bridge.Func("call.Try", func(f func(string) (string, error), s string) (string, error) { return f(s) })
	bridge.Func("call.Wrap", func(f func() error) error {
		if err := f(); err != nil {
			return fmt.Errorf("in Go: %w", err)
		}
		return nil
	})
	bridge.Func("call.Elsewhere", func(f func(int64) int64, x int64) int64 {
		done := make(chan int64)
		go func() { done <- f(x) }()
		return <-done
	})
	bridge.Func("call.Recurse", func(f func(int64) (int64, error), n int64) (int64, error) { return f(n + 1) })
	bridge.Func("call.Adder", func(n int64) func(int64) int64 { return func(x int64) int64 { return x + n } })
	bridge.Func("wait.Context", func(ctx context.Context, n int64) (int64, error) {
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(time.Duration(n) * time.Millisecond):
			return n, nil
		}
	})
	bridge.Func("wait.Sleep", func(d time.Duration) { time.Sleep(d) })
	bridge.Func("wait.Poll", func(ctx context.Context, f func() bool) (int64, error) {
		for n := int64(0); ; n++ {
			if ctx.Err() != nil || f() {
				return n, ctx.Err()
			}
		}
	})
	bridge.Func("keep.Set", func(f func(int64) int64) { kept = f })
	bridge.Func("keep.Call", func(x int64) int64 { return kept(x) })
	bridge.Func("keep.Ticker", func(f func(int64) int64) {
		go func() {
			for i := int64(0); ; i++ {
				f(i)
				time.Sleep(time.Millisecond)
			}
		}()
	})
	bridge.Func("chans.Count", func(n int64) <-chan int64 {
		c := make(chan int64)
		go func() {
			defer close(c)
			for i := int64(0); i < n; i++ {
				c <- i
			}
		}()
		return c
	})
	bridge.Func("seq.Count", func(n int64) func(yield func(int64) bool) {
		return func(yield func(int64) bool) {
			for i := int64(0); i < n && yield(i); i++ {
			}
		}
	})
	bridge.Func("stream.Upper", func(w io.Writer, r io.Reader) (int64, error) {
		all, err := io.ReadAll(r)
		if err != nil {
			return 0, err
		}
		n, err := w.Write(bytes.ToUpper(all))
		return int64(n), err
	})
	bridge.Func("stream.Copy", io.Copy)
	bridge.Func("http.Serve", serve)
}

// server is an HTTP server whose answers the host gives.
type server struct {
	URL  string
	http *http.Server
}

// Close stops the server.
func (s *server) Close() error { return s.http.Close() }

func serve(handler func(method, path string, body []byte) (int, string, error)) (*server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &server{URL: "http://" + listener.Addr().String(), http: &http.Server{}}
	s.http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		status, text, err := handler(r.Method, r.URL.Path, body)
		if err != nil {
			status, text = http.StatusInternalServerError, err.Error()
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	})
	go func() { _ = s.http.Serve(listener) }()
	return s, nil
}
