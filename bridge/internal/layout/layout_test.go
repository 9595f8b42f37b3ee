package layout

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"unsafe"
)

func typ[T any]() reflect.Type { return reflect.TypeOf((*T)(nil)).Elem() }

// The compiler is asked about these by name, so they are declared in what it compiles as they are here.
const declarations = `
type Duration int64
type pointer *int
type small struct{ a int8; b int64 }
type embedding struct { Duration }
`

type (
	Duration int64
	pointer  *int
	small    struct {
		a int8
		b int64
	}
	embedding struct{ Duration }
)

// eightBools is [8]bool. Beside a map of bools, go1.21's compiler gives its own one no way to compare.
var eightBools = reflect.ArrayOf(8, typ[bool]())

var keys = []reflect.Type{
	typ[bool](), typ[int](), typ[int8](), typ[int16](), typ[int32](), typ[int64](), typ[uint](), typ[uint8](), typ[uint16](),
	typ[uint32](), typ[uint64](), typ[uintptr](), typ[float32](), typ[float64](), typ[complex64](), typ[complex128](),
	typ[string](), typ[Duration](), typ[any](), typ[error](),
	typ[*int](), typ[pointer](), typ[**string](), typ[chan int](), typ[<-chan string](), typ[unsafe.Pointer](),
	typ[[0]int](), typ[[0]float64](), typ[[1]int32](), typ[[1]int64](), typ[[2]int32](), typ[[4]int16](), typ[[2]int16](),
	typ[[4]byte](), typ[[8]byte](), typ[[3]byte](), typ[[5]byte](), typ[[7]byte](), typ[[9]byte](), typ[[4]bool](), eightBools,
	typ[[1]float32](), typ[[2]float32](), typ[[1]float64](), typ[[1]string](), typ[[1]*int](), typ[[2]*int](), typ[[1]chan int](),
	typ[[1]unsafe.Pointer](), typ[[1][1]int64](), typ[[1]struct{ A int32 }](), typ[[2]struct{ A, B int16 }](), typ[[2][0]int](),
	typ[struct{}](), typ[struct{ A int32 }](), typ[struct{ A int64 }](), typ[struct{ A, B int32 }](), typ[struct{ A, B int16 }](),
	typ[struct{ a, b int32 }](), typ[struct{ A float32 }](), typ[struct{ A string }](), typ[struct{ A any }](), typ[struct{ p *int }](),
	typ[struct{ P, Q *int }](), typ[struct{ p unsafe.Pointer }](), typ[struct{ c chan int }](), typ[struct{ _ int32 }](),
	typ[struct{ _ *int }](), typ[struct{ A [1]int64 }](), typ[struct{ A [2]int32 }](), typ[struct{ A [1]float64 }](),
	typ[struct{ _ string }](), typ[struct{ A [1]struct{ B string } }](), typ[[2]string](), typ[[0]string](),
	typ[struct{ A struct{ B int32 } }](), typ[struct{ A struct{ B, C int16 } }](), typ[small](), typ[embedding](),
	typ[struct {
		A int32
		B [0]int32
	}](), typ[struct {
		A [0]int32
		B int32
	}](), typ[struct {
		A [0]int64
		B int32
	}](), typ[struct {
		A [0]float32
		B int32
	}](), typ[struct {
		A int16
		B int8
	}](), typ[struct {
		A int8
		B int16
	}](), typ[struct {
		A int32
		B int8
	}](), typ[struct {
		A int32
		_ int32
	}](), typ[struct {
		A, B int16
		_    [0]byte
	}](), typ[struct {
		_ [0]byte
		A int32
	}](), typ[struct {
		A int32
		B float32
	}](), typ[struct {
		A int32
		B [4]bool
	}](), typ[struct {
		A [4]byte
		B uint32
	}](), typ[struct {
		A int32
		B struct{}
	}](), typ[struct {
		A struct{}
		B int64
	}](), typ[struct {
		Duration
		B struct{}
	}](), typ[struct {
		A int8
		B struct{ C [3]int8 }
	}](), typ[struct {
		P *int
		A uintptr
	}](), typ[struct {
		A [0]*int
		B int64
	}](), typ[struct {
		A [0]*int
		B int32
	}](), typ[struct {
		A struct{}
		B string
	}](),
}

// elems lie around the compiler's limit of 128 bytes.
var elems = []reflect.Type{
	typ[string](), typ[struct{}](), typ[[]int](), typ[[127]byte](), typ[[128]byte](), typ[[129]byte](), typ[[32]int32](), typ[[33]int32](),
	typ[[16]int64](), typ[[17]int64](), typ[[1024]byte](), typ[[1025]byte](),
	typ[struct {
		A [120]byte
		B *int
	}](), typ[struct {
		A [121]byte
		B *int
	}](),
}

// chosen asks the compiler which variants of the map functions it calls for each map type: to look up, and to assign.
func chosen(t *testing.T, maps []reflect.Type) (access, assign []string) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command to ask")
	}
	dir := t.TempDir()
	source := "package p\nimport \"unsafe\"\nvar _ unsafe.Pointer\n" + declarations
	for i, m := range maps {
		key, elem := name(m.Key()), name(m.Elem())
		source += fmt.Sprintf(`
var m%[1]d map[%[2]s]%[3]s
func f%[1]d(k %[2]s) (%[3]s, bool) { v, ok := m%[1]d[k]; return v, ok }
func g%[1]d(k %[2]s, v %[3]s) { m%[1]d[k] = v }
`, i, key, elem)
	}
	if err := os.WriteFile(filepath.Join(dir, "p.go"), []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) string {
		command := exec.Command(goTool, args...)
		command.Dir = dir
		command.Env = append(os.Environ(), "GOARCH="+runtime.GOARCH, "GOFLAGS=")
		output, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("go %s: %v\n%.4000s", args, err, output)
		}
		return string(output)
	}
	release := regexp.MustCompile(`^go[\w.]+`) // after it come experiments
	if is := run("env", "GOVERSION"); release.FindString(is) != release.FindString(runtime.Version()) {
		t.Fatalf("the go command is %s, and this test was compiled by %s", is, runtime.Version())
	}
	access, assign = make([]string, len(maps)), make([]string, len(maps))
	var function byte
	var i int
	line := regexp.MustCompile(`(?m)^p\.([fg])(\d+) STEXT|CALL\s+runtime\.map(access2|assign)(\w*)\(SB\)`)
	for _, found := range line.FindAllStringSubmatch(run("tool", "compile", "-S", "-p=p", "-o=p.o", "p.go"), -1) {
		switch {
		case found[1] != "":
			function = found[1][0]
			fmt.Sscan(found[2], &i)
		case function == 'f' && found[3] == "access2" && access[i] == "":
			access[i] = "mapaccess2" + found[4]
		case function == 'g' && found[3] == "assign" && assign[i] == "":
			assign[i] = "mapassign" + found[4]
		default:
			t.Fatalf("%c%d calls %s", function, i, found[0])
		}
	}
	return access, assign
}

// name is how Go source names a type.
func name(t reflect.Type) string { return strings.ReplaceAll(t.String(), "layout.", "") }

func TestFastIsWhatTheCompilerChooses(t *testing.T) {
	var maps []reflect.Type
	for _, key := range keys {
		maps = append(maps, reflect.MapOf(key, typ[int]()))
	}
	for _, key := range []reflect.Type{typ[int32](), typ[uint64](), typ[*int](), typ[string](), typ[[4]byte]()} {
		for _, elem := range elems {
			maps = append(maps, reflect.MapOf(key, elem))
		}
	}
	access, assign := chosen(t, maps)
	count := map[Fast]int{}
	for i, m := range maps {
		suffix := map[Fast]string{Fast32: "_fast32", Fast32Ptr: "_fast32ptr", Fast64: "_fast64", Fast64Ptr: "_fast64ptr",
			FastStr: "_faststr"}[OfMap(m).Fast]
		count[OfMap(m).Fast]++
		isSlow := func(call string) bool { // as the way for large elements is, for us
			return call == "" || call == "_fat"
		}
		a, b := strings.TrimPrefix(access[i], "mapaccess2"), strings.TrimPrefix(assign[i], "mapassign")
		if a == access[i] || b == assign[i] {
			t.Errorf("%s: the compiler calls %q and %q", m, access[i], assign[i])
		} else if wantAccess := strings.TrimSuffix(suffix, "ptr"); suffix == "" && !(isSlow(a) && isSlow(b)) ||
			suffix != "" && (a != wantAccess || b != suffix) {
			t.Errorf("%s: the compiler calls %s and %s, not the variant %q", m, access[i], assign[i], suffix)
		}
	}
	t.Logf("%d map types: %v", len(maps), count)
	if count[Fast32] < 10 || count[Fast64] < 10 || count[Fast32Ptr]+count[Fast64Ptr] < 5 || count[FastStr] < 10 ||
		count[NotFast] < 30 {
		t.Errorf("not every variant is tried: %v", count)
	}
}

var others = []reflect.Type{
	typ[[]int](), typ[map[int]int](), typ[func()](), typ[[0]string](), typ[[3]string](), typ[[1 << 20]*int](), typ[struct{ F func() }](),
	typ[[0]func()](), typ[struct{ _ [0]func() }](), typ[struct {
		A int
		B [0]*int
	}](), typ[struct {
		A int
		B [2]struct{ C []int }
	}](),
}

func TestPlainIsWhatTheRuntimeScans(t *testing.T) {
	for _, of := range append(append(keys, elems...), others...) {
		d := Of(of)
		word := (*[2]uintptr)(d.Word) // the type's size, and how much of it holds pointers
		if d.Size != word[0] || d.Size != of.Size() {
			t.Errorf("%s has %d bytes; for the runtime %d", of, d.Size, word[0])
		}
		if d.Plain != (word[1] == 0) {
			t.Errorf("%s is plain: %t; for the runtime %d bytes hold pointers", of, d.Plain, word[1])
		}
		if Of(of) != d {
			t.Errorf("%s is described twice", of)
		}
		if of.Comparable() != (d.comparable != notHashable) {
			t.Errorf("%s can be hashed: %d; it is comparable: %t", of, d.comparable, of.Comparable())
		}
	}
}

func TestValidBools(t *testing.T) {
	type nested struct {
		A int16
		B [2]struct {
			C int8
			D bool
		}
		E bool
	}
	for _, c := range []struct {
		of    reflect.Type
		bools []int // their offsets
	}{
		{typ[bool](), []int{0}}, {typ[int](), nil}, {typ[[3]byte](), nil}, {typ[[3]bool](), []int{0, 1, 2}},
		{typ[[0]bool](), nil},
		{typ[[2][2]bool](), []int{0, 1, 2, 3}}, {typ[nested](), []int{3, 5, 6}},
		{typ[[2]nested](), []int{3, 5, 6, 11, 13, 14}},
		{typ[struct{ A, _ bool }](), []int{0, 1}}, {typ[struct {
			A [0]bool
			B int8
		}](), nil},
	} {
		isBool := map[int]bool{}
		for _, at := range c.bools {
			isBool[at] = true
		}
		for at := 0; at < int(c.of.Size()); at++ {
			for _, b := range []byte{0, 1, 2, 0x80, 0xff} {
				p := reflect.New(c.of).UnsafePointer()
				*(*byte)(unsafe.Add(p, at)) = b
				if got, want := Of(c.of).ValidBools(p), b <= 1 || !isBool[at]; got != want {
					t.Errorf("%s with %#x at %d is valid: %t", c.of, b, at, got)
				}
			}
		}
	}
}

func TestHashable(t *testing.T) {
	type holder struct {
		A int
		B any
	}
	for _, c := range []struct {
		v    any
		want bool
	}{
		{1, true}, {"s", true}, {new(int), true}, {[2]string{}, true}, {[]int(nil), false}, {map[int]int(nil), false},
		{(func())(nil), false},
		{[1][]int{}, false}, {struct{ F func() }{}, false}, {holder{}, true}, {holder{B: 1}, true},
		{holder{B: []int{}}, false},
		{holder{B: [1]any{func() {}}}, false}, {[2]any{1, "a"}, true}, {[2]any{1, []int{}}, false}, {[0]any{}, true},
		{[1]holder{{B: holder{B: 1}}}, true}, {[1]holder{{B: holder{B: map[int]int{}}}}, false},
		{[1]error{&os.PathError{}}, true},
		{struct{ e error }{errors{}}, false}, {struct{ e error }{}, true},
	} {
		p := reflect.New(reflect.TypeOf(c.v))
		p.Elem().Set(reflect.ValueOf(c.v))
		if got := Of(p.Type().Elem()).Hashable(p.UnsafePointer()); got != c.want {
			t.Errorf("%#v can be hashed: %t", c.v, got)
		}
		if panics := hashPanics(c.v); panics == c.want {
			t.Errorf("Go panics for %#v: %t", c.v, panics)
		}
	}
	for v, want := range map[*any]bool{new(any): true, ptr[any](1): true, ptr[any]([]int{}): false, ptr[any](holder{B: []int{}}): false} {
		if got := Of(typ[any]()).Hashable(unsafe.Pointer(v)); got != want {
			t.Errorf("the interface that holds %#v can be hashed: %t", *v, got)
		}
	}
}

type errors []error

func (errors) Error() string { return "" }

func ptr[T any](v T) *T { return &v }

func hashPanics(key any) (panics bool) {
	defer func() { panics = recover() != nil }()
	_ = map[any]bool{}[key]
	return
}

func TestCopy(t *testing.T) {
	n := 1
	for _, v := range []any{1, "text", [3]int16{1, 2, 3}, [0]int{}, []string{"a"}, struct {
		a int8
		b string
		c any
	}{1, "b", &n}, map[int]int{1: 1}, &n, [2]any{1, nil}, [5000]byte{4999: 1}, make(chan int), unsafe.Pointer(&n)} {
		of := reflect.TypeOf(v)
		src, dst := reflect.New(of), reflect.New(of)
		src.Elem().Set(reflect.ValueOf(v))
		Of(of).Copy(dst.UnsafePointer(), src.UnsafePointer())
		if !reflect.DeepEqual(dst.Elem().Interface(), v) {
			t.Errorf("the copy of %#v is %#v", v, dst.Elem())
		}
	}
	var from, to any = "held", nil
	Of(typ[any]()).Copy(unsafe.Pointer(&to), unsafe.Pointer(&from))
	if to != "held" {
		t.Errorf("the copy of an interface holds %v", to)
	}
	var failed, copied error = &os.PathError{Op: "op"}, nil
	Of(typ[error]()).Copy(unsafe.Pointer(&copied), unsafe.Pointer(&failed))
	if copied != failed {
		t.Errorf("the copy of an error is %v", copied)
	}
}

func TestInterface(t *testing.T) {
	text, number, instant := "text", uint64(1<<63), small{1, 2}
	for _, c := range []struct {
		p    unsafe.Pointer
		want any
	}{{unsafe.Pointer(&text), text}, {unsafe.Pointer(&number), number}, {unsafe.Pointer(&instant), instant}} {
		if got := Of(reflect.TypeOf(c.want)).Interface(c.p); got != c.want {
			t.Errorf("%#v, not %#v", got, c.want)
		}
	}
}

func TestAt(t *testing.T) {
	v := small{1, 2}
	Of(typ[small]()).At(unsafe.Pointer(&v)).Set(reflect.ValueOf(small{3, 4}))
	if v != (small{3, 4}) {
		t.Errorf("%v", v)
	}
}
