// Command library is the Go program that the tests of the Node package load: functions and types of every shape that they need.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"math/big"
	"net"
	"net/http"
	"runtime"
	"sort"
	"strings"
	"sync"
	"time"
	"unsafe"

	"gobridge/bridge"
)

func sumOf(fs []float64) (sum float64) {
	for _, f := range fs {
		sum += f
	}
	return sum
}

func main() {}

// Point is a struct with fields of several kinds.
type Point struct {
	X, Y  int64
	Label string
	Tags  []string
	Inner Inner
}

// Inner is a struct in another.
type Inner struct{ Depth int32 }

// Norm has a value receiver.
func (p Point) Norm() float64 { return math.Hypot(float64(p.X), float64(p.Y)) }

// Move has a pointer receiver.
func (p *Point) Move(dx, dy int64) { p.X += dx; p.Y += dy }

// errNotFound is wrapped by Find.
var errNotFound = errors.New("not found")

// Wide has more methods than most interfaces, named out of order.
type Wide interface {
	Tenth() string
	First(n int) int
	Second(n int) int
	Third(n int) int
	Fourth(n int) int
	Fifth(n int) int
	Sixth(n int) int
	Seventh(n int) int
	Eighth(n int) int
	Ninth(n int) (int, error)
	Eleventh(text string, n int) string
}

// wide implements Wide by the host's functions.
type wide struct{ methods bridge.Methods }

func (w wide) call(name string, n int) int { return w.methods[name].(func(int) int)(n) }

func (w wide) Tenth() string     { return w.methods["Tenth"].(func() string)() }
func (w wide) First(n int) int   { return w.call("First", n) }
func (w wide) Second(n int) int  { return w.call("Second", n) }
func (w wide) Third(n int) int   { return w.call("Third", n) }
func (w wide) Fourth(n int) int  { return w.call("Fourth", n) }
func (w wide) Fifth(n int) int   { return w.call("Fifth", n) }
func (w wide) Sixth(n int) int   { return w.call("Sixth", n) }
func (w wide) Seventh(n int) int { return w.call("Seventh", n) }
func (w wide) Eighth(n int) int  { return w.call("Eighth", n) }
func (w wide) Ninth(n int) (int, error) {
	return w.methods["Ninth"].(func(int) (int, error))(n)
}

func (w wide) Eleventh(text string, n int) string {
	return w.methods["Eleventh"].(func(string, int) string)(text, n)
}

// useWide calls all methods of a Wide.
func useWide(w Wide, n int) ([]int, string, error) {
	ninth, err := w.Ninth(n)
	all := []int{w.First(n), w.Second(n), w.Third(n), w.Fourth(n), w.Fifth(n), w.Sixth(n), w.Seventh(n), w.Eighth(n), ninth}
	return all, w.Eleventh(w.Tenth(), n), err
}

func add(a, b int64) int64 { return a + b }

func find(key string) (int, error) {
	if key == "" {
		return -1, fmt.Errorf("find: %w", &fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist})
	}
	return 0, fmt.Errorf("find %q: %w", key, errNotFound)
}

// wait waits for its context, or the time.
func wait(ctx context.Context, d time.Duration) (string, error) {
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case <-time.After(d):
		return "waited", nil
	}
}

func sleep(d time.Duration) int { time.Sleep(d); return 7 }

// parallel calls a function in goroutines of its own.
func parallel(n int, f func(int) (int, error)) (int, error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var failed error
	sum := 0
	for i := 0; i < n; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			v, err := f(i)
			mu.Lock()
			defer mu.Unlock()
			sum += v
			if err != nil {
				failed = err
			}
		}(i)
	}
	wg.Wait()
	return sum, failed
}

func wrapped(f func() error) error {
	if err := f(); err != nil {
		return fmt.Errorf("wrapped: %w", err)
	}
	return nil
}

func count(n int) <-chan int {
	c := make(chan int)
	go func() {
		defer close(c)
		for i := 0; i < n; i++ {
			c <- i
		}
	}()
	return c
}

func serve(ctx context.Context, handle func(method, path string, body []byte) (int, string, error), ready func(addr string)) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		code, text, err := handle(r.Method, r.URL.Path, body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.WriteHeader(code)
		io.WriteString(w, text)
	})}
	go func() { <-ctx.Done(); server.Close() }()
	ready(l.Addr().String())
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func init() {
	bridge.Func("strings.ToUpper", strings.ToUpper)
	bridge.Func("strings.Split", strings.Split)
	bridge.Func("strings.Repeat", strings.Repeat)
	bridge.Func("strings.Map", func(f func(rune) rune, s string) string { return strings.Map(f, s) })
	bridge.Type[strings.Builder]("strings.Builder")
	bridge.Type[Point]("test.Point")
	bridge.Type[fs.PathError]("fs.PathError")
	bridge.Type[context.Context]("context.Context")
	bridge.Type[io.Reader]("io.Reader")
	bridge.Type[io.Writer]("io.Writer")

	bridge.Adapter(func(m bridge.Methods) Wide { return wide{m} })
	bridge.Func("test.UseWide", useWide)
	bridge.Func("test.Add", add)
	bridge.Func("test.Int8", func(n int8) int8 { return n })
	bridge.Func("test.Uint64", func(n uint64) uint64 { return n })
	bridge.Func("test.Int64", func(n int64) int64 { return n })
	bridge.Func("test.Int", func(n int) int { return n })
	bridge.Func("test.Uint16", func(n uint16) uint16 { return n })
	bridge.Func("test.Answer", func() int { return 42 })
	bridge.Func("test.Quotient", func(a, b int64) int64 { return a / b })
	bridge.Func("test.Mixed", func(a int8, b float64, c uint32) float64 { return float64(a) + b + float64(c) })
	bridge.Func("test.Eight", func(a, b, c, d, e, f, g, h int) int { return a + b + c + d + e + f + g + 10*h })
	bridge.Func("test.Nine", func(a, b, c, d, e, f, g, h, i int) int { return a + b + c + d + e + f + g + h + 10*i })
	bridge.Func("test.Float32", func(f float32) float32 { return f })
	bridge.Func("test.Bool", func(b bool) bool { return !b })
	bridge.Func("test.String", func(s string) string { return s })
	bridge.Func("test.Bytes", func(b []byte) []byte { return b })
	bridge.Func("test.SumTwice", func(between func(), b []byte) (first, second int) {
		for _, x := range b {
			first += int(x)
		}
		between()
		for _, x := range b {
			second += int(x)
		}
		return first, second
	})
	bridge.Reads("test.SumTwice", 1) // as gobridge build would say
	bridge.Func("test.SumsTwice", func(between func(), a, b []float64) (first, second float64) {
		first = sumOf(a) + sumOf(b)
		between()
		return first, sumOf(a) + sumOf(b)
	})
	bridge.Reads("test.SumsTwice", 1, 2)
	bridge.Func("test.SumAt", func(a []float64, p Point) float64 { return sumOf(a) + float64(p.X) })
	bridge.Func("test.Address", func(skipped int, a []float64) uint64 { return uint64(uintptr(unsafe.Pointer(unsafe.SliceData(a)))) })
	bridge.Reads("test.Address", 1)
	numbers := func(a []int8, b []int16, c []int32, d []int64, e []int, f []uint8, g []uint16, h []uint32, i []uint64, j []uint,
		k []uintptr, l []float32, m []float64, n []time.Duration) string {
		return fmt.Sprintf("%T%v %v", n, []any{a, b, c, d, e, f, g, h, i, j, k, l, m, n}, a == nil)
	}
	bridge.Func("test.Numbers", numbers)
	bridge.Func("test.NumbersInPlace", numbers)
	bridge.Reads("test.NumbersInPlace", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)
	bridge.Func("test.Any", func(v any) any { return v })
	bridge.Func("test.TypeName", func(v any) string { return fmt.Sprintf("%T", v) })
	bridge.Func("test.Nothing", func() {})
	bridge.Func("test.Two", func(a int, b string) (string, int) { return b, a })
	bridge.Func("test.Sum", func(ns ...int64) (sum int64) {
		for _, n := range ns {
			sum += n
		}
		return sum
	})
	bridge.Func("test.SumFloats", sumOf)
	bridge.Func("test.Keys", func(m map[string]int64) []string {
		keys := make([]string, 0, len(m))
		for k := range m {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		return keys
	})
	bridge.Func("test.Nested", func(m map[string][]map[string]int) int { return m["a"][1]["b"] })
	bridge.Func("test.NewPoint", func(x, y int64) *Point { return &Point{X: x, Y: y, Tags: []string{"new"}} })
	bridge.Func("test.PointValue", func(p Point) Point { p.X++; return p })
	bridge.Func("test.PointText", func(p *Point) string {
		if p == nil {
			return "nil"
		}
		return fmt.Sprintf("%v", *p)
	})
	bridge.Func("test.Find", find)
	bridge.Func("test.IsNotFound", func(err error) bool { return errors.Is(err, errNotFound) })
	bridge.Func("test.ErrNotFound", func() any { return errNotFound })
	bridge.Func("test.Message", func(err error) string { return fmt.Sprint(err) })
	bridge.Func("test.Panic", func(v any) { panic(v) })
	bridge.Func("test.Goexit", func() { runtime.Goexit() })
	bridge.Func("test.NilMap", func() map[string]int64 { return nil })
	bridge.Func("test.Wait", wait)
	bridge.Func("test.Sleep", sleep)
	bridge.Func("test.Parallel", parallel)
	bridge.Func("test.Wrapped", wrapped)
	bridge.Func("test.Apply", func(f func(any) any, v any) any { return f(v) })
	bridge.Func("test.Adder", func(n int64) func(int64) int64 { return func(m int64) int64 { return n + m } })
	bridge.Func("test.Count", count)
	bridge.Func("test.Seq", func(n int) func(yield func(int) bool) {
		return func(yield func(int) bool) {
			for i := 0; i < n && yield(i); i++ {
			}
		}
	})
	bridge.Func("test.Day", func(t time.Time) time.Time { return t.Add(24 * time.Hour) })
	bridge.Func("test.Double", func(d time.Duration) time.Duration { return 2 * d })
	bridge.Func("test.Square", func(n *big.Int) *big.Int { return new(big.Int).Mul(n, n) })
	bridge.Func("test.ReadAll", func(r io.Reader) (string, error) { b, err := io.ReadAll(r); return string(b), err })
	bridge.Func("test.Reader", func(s string) io.Reader { return strings.NewReader(s) })
	bridge.Func("test.WriteTo", func(w io.Writer, s string) (int, error) { return io.WriteString(w, s) })
	bridge.Func("test.Stringer", func(s fmt.Stringer) string { return s.String() })
	bridge.Func("test.Serve", serve)
}
