package types_test

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"gobridge/bridge"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/types"
)

// parse asks for a type as C does.
func parse(h *hosttest.Host, expression string) (reflect.Type, status.Code, string) {
	h.Helper()
	p := h.Copied([]byte(expression))
	f, code, message := hosttest.Call(h, "gobridge_type_parse", frame.Frame{Slots: frame.Slots{P: p, B: uint64(len(expression))}})
	h.Forget()
	if code != status.OK {
		return nil, code, message
	}
	object, err := ref.Table.Get(frame.Ref(f.Result), "")
	if err != nil {
		h.Fatal(err)
	}
	return object.(*types.Object).Type.Type, status.OK, ""
}

var expressions = []struct {
	expression string
	want       reflect.Type
}{
	{"bool", hosttest.Typ[bool]()}, {"string", hosttest.Typ[string]()},
	{"int", hosttest.Typ[int]()}, {"int8", hosttest.Typ[int8]()}, {"int16", hosttest.Typ[int16]()}, {"int32", hosttest.Typ[int32]()},
	{"int64", hosttest.Typ[int64]()},
	{"uint", hosttest.Typ[uint]()}, {"uint8", hosttest.Typ[uint8]()}, {"uint16", hosttest.Typ[uint16]()}, {"uint32", hosttest.Typ[uint32]()},
	{"uint64", hosttest.Typ[uint64]()}, {"uintptr", hosttest.Typ[uintptr]()}, {"byte", hosttest.Typ[byte]()}, {"rune", hosttest.Typ[rune]()},
	{"float32", hosttest.Typ[float32]()}, {"float64", hosttest.Typ[float64]()}, {"complex64", hosttest.Typ[complex64]()},
	{"complex128", hosttest.Typ[complex128]()}, {"any", hosttest.Typ[any]()}, {"error", hosttest.Typ[error]()},
	{"interface{}", hosttest.Typ[any]()}, {"interface { }", hosttest.Typ[any]()}, {"unsafe.Pointer", hosttest.Typ[unsafe.Pointer]()},
	{"fmt.Stringer", hosttest.Typ[fmt.Stringer]()}, {"time.Duration", hosttest.Typ[time.Duration]()}, {"time.Time", hosttest.Typ[time.Time]()},
	{"big.Int", hosttest.Typ[big.Int]()}, {"big.Float", hosttest.Typ[big.Float]()}, {"big.Rat", hosttest.Typ[big.Rat]()},
	{"*int", hosttest.Typ[*int]()}, {"**string", hosttest.Typ[**string]()}, {"(int)", hosttest.Typ[int]()}, {"((*(int)))", hosttest.Typ[*int]()},
	{" int ", hosttest.Typ[int]()}, {"int\n", hosttest.Typ[int]()}, {"/* a */ int // b", hosttest.Typ[int]()}, {"[]\tint", hosttest.Typ[[]int]()},
	{"[]int", hosttest.Typ[[]int]()}, {"[][]byte", hosttest.Typ[[][]byte]()}, {"[]*[]time.Time", hosttest.Typ[[]*[]time.Time]()},
	{"[0]int", hosttest.Typ[[0]int]()}, {"[3]int", hosttest.Typ[[3]int]()}, {"[0x10]int", hosttest.Typ[[16]int]()}, {"[0b11]int", hosttest.Typ[[3]int]()},
	{"[0o17]int", hosttest.Typ[[15]int]()}, {"[017]int", hosttest.Typ[[15]int]()}, {"[1_000]int", hosttest.Typ[[1000]int]()},
	{"[2][3]string", hosttest.Typ[[2][3]string]()}, {"[268435456]bool", hosttest.Typ[[1 << 28]bool]()},
	{"[268435456]struct{}", hosttest.Typ[[1 << 28]struct{}]()}, {"[4]*error", hosttest.Typ[[4]*error]()},
	{"map[string]int", hosttest.Typ[map[string]int]()}, {"map[string][]int64", hosttest.Typ[map[string][]int64]()},
	{"map[any]map[[2]int]any", hosttest.Typ[map[any]map[[2]int]any]()}, {"map[*int]struct{}", hosttest.Typ[map[*int]struct{}]()},
	{"map[interface{}]func()", hosttest.Typ[map[any]func()]()}, {"map[time.Time]error", hosttest.Typ[map[time.Time]error]()},
	{"map[struct{A, B int}]string", hosttest.Typ[map[struct{ A, B int }]string]()},
	{"map[chan int]bool", hosttest.Typ[map[chan int]bool]()}, {"map[unsafe.Pointer]rune", hosttest.Typ[map[unsafe.Pointer]rune]()},
	{"chan int", hosttest.Typ[chan int]()}, {"<-chan int", hosttest.Typ[<-chan int]()}, {"chan<- int", hosttest.Typ[chan<- int]()},
	{"chan chan int", hosttest.Typ[chan chan int]()}, {"chan<- chan int", hosttest.Typ[chan<- chan int]()},
	{"chan (<-chan int)", hosttest.Typ[chan (<-chan int)]()}, {"<-chan <-chan int", hosttest.Typ[<-chan <-chan int]()},
	{"chan<- <-chan int", hosttest.Typ[chan<- <-chan int]()}, {"[]chan<- error", hosttest.Typ[[]chan<- error]()},
	{"func()", hosttest.Typ[func()]()}, {"func(int) string", hosttest.Typ[func(int) string]()},
	{"func(a, b int, c string)", hosttest.Typ[func(int, int, string)]()}, {"func(...int)", hosttest.Typ[func(...int)]()},
	{"func(f string, v ...any) (int, error)", hosttest.Typ[func(string, ...any) (int, error)]()},
	{"func() (n int, err error)", hosttest.Typ[func() (int, error)]()},
	{"func() func() func(error)", hosttest.Typ[func() func() func(error)]()},
	{"func(_ int)", hosttest.Typ[func(int)]()}, {"map[string]func(...func(bool))", hosttest.Typ[map[string]func(...func(bool))]()},
	{"struct{}", hosttest.Typ[struct{}]()}, {"struct { A int; B string }", hosttest.Typ[struct {
		A int
		B string
	}]()},
	{"struct{A, B int8; C float64}", hosttest.Typ[struct {
		A, B int8
		C    float64
	}]()},
	{"struct{A int `json:\"a\"`}", hosttest.Typ[struct {
		A int `json:"a"`
	}]()},
	{"struct{A int \"k:\\\"v\\\"\"}", hosttest.Typ[struct {
		A int `k:"v"`
	}]()},
	{"struct{\n\tA []struct{ B *int }\n}", hosttest.Typ[struct{ A []struct{ B *int } }]()},
}

func TestExpressionsDenoteGoTypes(t *testing.T) {
	h := hosttest.New(t)
	for _, c := range expressions {
		if got, status, message := parse(h, c.expression); got != c.want {
			t.Errorf("%q is %v (status %d: %s), not %v", c.expression, got, status, message, c.want)
		}
	}
}

// Up to go1.22 reflect takes a struct with embedded fields that it makes for another type than the compiler's.
func TestEmbeddedFields(t *testing.T) {
	h := hosttest.New(t)
	old := strings.HasPrefix(runtime.Version(), "go1.21") || strings.HasPrefix(runtime.Version(), "go1.22")
	for expression, want := range map[string]reflect.Type{
		"struct{time.Time}":  hosttest.Typ[struct{ time.Time }](),
		"struct{*time.Time}": hosttest.Typ[struct{ *time.Time }](),
		"struct{time.Duration `k:\"v\"`; N int}": hosttest.Typ[struct {
			time.Duration `k:"v"`
			N             int
		}](),
	} {
		got, code, message := parse(h, expression)
		if code != status.OK && !(old && code == status.Syntax) {
			t.Errorf("%q: status %d: %s", expression, code, message)
		} else if got != want && !old {
			t.Errorf("%q is %s, not %s", expression, got, want)
		}
	}
}

// A field that is not exported belongs to a package, here to none that Go code could be in.
func TestUnexportedFields(t *testing.T) {
	h := hosttest.New(t)
	got, code, message := parse(h, "struct{a int8; b, _ string; _ [0]func()}")
	if code != status.OK {
		t.Fatal(message)
	}
	want := hosttest.Typ[struct {
		a    int8
		b, _ string
		_    [0]func()
	}]()
	if got.String() != want.String() || got == want || !got.AssignableTo(got) || got.Size() != want.Size() {
		t.Errorf("%s of %d bytes, not %s of %d", got, got.Size(), want, want.Size())
	}
	if again, _, _ := parse(h, "struct { a int8; b, _ string; _ [0]func() }"); again != got {
		t.Error("the same expression denotes two types")
	}
}

func TestBadExpressions(t *testing.T) {
	h := hosttest.New(t)
	nested := func(open, middle, end string, depth int) string {
		return strings.Repeat(open, depth) + middle + strings.Repeat(end, depth)
	}
	for _, c := range []struct {
		expression string
		want       status.Code
	}{
		{"", status.Syntax}, {" ", status.Syntax}, {"int int", status.Syntax}, {"int;", status.Syntax}, {"[]", status.Syntax},
		{"[3]", status.Syntax},
		{"map[string]", status.Syntax}, {"map[]int", status.Syntax}, {"map", status.Syntax}, {"chan", status.Syntax}, {"*", status.Syntax},
		{"int)", status.Syntax}, {"(int", status.Syntax}, {"1", status.Syntax}, {"\"int\"", status.Syntax}, {"int.", status.Syntax},
		{"[...]int", status.Syntax}, {"[n]int", status.Syntax}, {"[1.5]int", status.Syntax}, {"[-1]int", status.Syntax},
		{"[1<<28]bool", status.Syntax}, {"[08]int", status.Syntax}, {"...int", status.Syntax}, {"[]int{}", status.Syntax},
		{"func() {}", status.Syntax}, {"func(a int, string)", status.Syntax}, {"func(...int, int)", status.Syntax},
		{"func(a, b ...int)", status.Syntax}, {"func() ...int", status.Syntax}, {"func() (...int)", status.Syntax},
		{"func[T any](T)", status.Syntax}, {"func(int int int)", status.Syntax}, {"f(int)", status.Syntax}, {"a + b", status.Syntax},
		{"interface{ error }", status.Syntax}, {"interface{ M() }", status.Syntax}, {"interface{ ~int | string }", status.Syntax},
		{"struct{A int; A string}", status.Syntax}, {"struct{A}", status.UnknownType}, {"struct{A int", status.Syntax},
		{"struct{A int B int}", status.Syntax}, {"struct{[]int}", status.Syntax}, {"struct{unsafe.Pointer}", status.Syntax},
		{"struct{int}", status.Syntax}, {"struct{error}", status.Syntax},
		{"struct{any}", status.Syntax},          // reflect can not build these,
		{"struct{fmt.Stringer}", status.Syntax}, // nor this: go1.21 breaks the heap, later its methods panic
		{"struct{*fmt.Stringer}", status.Syntax}, {"struct{**time.Time}", status.Syntax},
		{"chan [65536]byte", status.Syntax}, {"<-chan<- int", status.Syntax}, {"map[string]T[int]", status.UnknownType},
		{"int\x00", status.Syntax}, {"\x00", status.Syntax}, {"in\xfft", status.Syntax}, {"/* int", status.Syntax},
		{"// int", status.Syntax},
		{"int /* \xff */", status.Syntax}, {"type T int", status.Syntax}, {"func(){for{}}()", status.Syntax},
		{"Int", status.UnknownType}, {"foo", status.UnknownType}, {"time.Month", status.UnknownType}, {"a.b.c", status.Syntax},
		{"nil", status.UnknownType}, {"true", status.UnknownType}, {"_", status.UnknownType}, {"int.x", status.UnknownType},
		{"Duration", status.UnknownType}, {"[]foo", status.UnknownType}, {"map[foo]int", status.UnknownType},
		{"func(foo)", status.UnknownType},
		{"func() foo", status.UnknownType}, {"struct{A foo}", status.UnknownType}, {"chan foo", status.UnknownType},
		{"*foo", status.UnknownType},
		{"\u0456nt", status.UnknownType}, {"comparable", status.UnknownType},
		{"map[[]int]int", status.Unhashable}, {"map[map[int]int]int", status.Unhashable}, {"map[func()]int", status.Unhashable},
		{"map[struct{A []int}]int", status.Unhashable}, {"map[[0][]int]int", status.Unhashable},
		{"[]map[string]map[[]byte]int", status.Unhashable},
		{"[268435457]bool", status.Limit}, {"[268435457]struct{}", status.Limit}, {"[33554433]int64", status.Limit},
		{"[9223372036854775808]struct{}", status.Limit}, {"[18446744073709551615]byte", status.Limit},
		{"[99999999999999999999999]int", status.Limit}, {"[16384][16385]byte", status.Limit}, {"[4294967295]int64", status.Limit},
		{"struct{A [268435456]byte; B byte}", status.Limit}, {"[2]struct{A [134217728]byte; B byte}", status.Limit},
		{nested("[]", "int", "", 64), status.TooDeep}, {nested("*", "int", "", 64), status.TooDeep},
		{nested("(", "int", ")", 64), status.TooDeep}, {nested("map[int]", "int", "", 64), status.TooDeep},
		{nested("map[", "int", "]int", 64), status.TooDeep}, {nested("func(", "int", ")", 64), status.TooDeep},
		{nested("struct{A ", "int", "}", 64), status.TooDeep}, {nested("chan ", "int", "", 64), status.TooDeep},
	} {
		got, status, message := parse(h, c.expression)
		if status != c.want {
			t.Errorf("%q: %v, status %d, not %d: %s", c.expression, got, status, c.want, message)
		} else if !strings.HasPrefix(message, "gobridge_type_parse: expression: ") {
			t.Errorf("%q: message %q", c.expression, message)
		}
	}
	for _, deepest := range []string{nested("[]", "int", "", 63), nested("(", "int", ")", 63), nested("map[int]", "int", "", 63)} {
		if _, code, message := parse(h, deepest); code != status.OK {
			t.Errorf("%q: status %d: %s", deepest, code, message)
		}
	}
}

func TestHostileExpressions(t *testing.T) {
	fill := func(part string) string { return strings.Repeat(part, types.MaxExpression/len(part)) }
	var fields, names strings.Builder
	for i := 0; i < 6000; i++ {
		fmt.Fprintf(&fields, "F%d int;", i)
	}
	for i := 0; i < 10000; i++ {
		fmt.Fprintf(&names, "F%d,", i)
	}
	parameters := "func(" + strings.Repeat("int,", 10000) + ")"
	h := hosttest.New(t)
	for _, c := range []struct {
		expression string
		want       status.Code
	}{
		{fill("["), status.Syntax}, {fill("("), status.Syntax},
		{fill("*"), status.Syntax}, {fill("map["), status.Syntax},
		{fill("[]"), status.Syntax}, {fill("func("), status.Syntax},
		{fill("struct{A "), status.Syntax}, {fill("chan "), status.Syntax},
		{fill("<-"), status.Syntax}, {fill("a."), status.Syntax},
		{fill("\x00"), status.Syntax}, {fill("\xff\xfe"), status.Syntax},
		{fill("/**/"), status.Syntax}, {fill("`"), status.Syntax},
		{fill("1"), status.Syntax}, {fill("a"), status.UnknownType},
		{fill("*")[:60000] + "int", status.TooDeep},
		{fill("[]")[:60000] + "int", status.TooDeep},
		{"[" + fill("9")[:60000] + "]int", status.Limit},
		{fill("[0]")[:60000] + "int", status.TooDeep},
		{strings.Repeat("[1024]", 60) + "int", status.Limit},
		{"struct{" + fields.String() + "}", status.OK},
		{"struct{" + strings.TrimSuffix(names.String(), ",") + " int8}", status.OK},
		{parameters, status.Syntax},
		{fill("/**/")[:65532] + "int ", status.OK},
		{fill(" ") + " ", status.Limit}, // one byte too long
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		_, status, message := parse(h, c.expression)
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		short := c.expression[:min(len(c.expression), 12)]
		if status != c.want {
			t.Errorf("%q...: status %d: %s", short, status, message)
		}
		if took > 20*time.Second {
			t.Errorf("%q...: took %v", short, took)
		}
		if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 64<<20 {
			t.Errorf("%q...: allocated %d bytes", short, allocated)
		}
	}
	h.Refuse(status.Limit, "expression", "gobridge_type_parse", frame.Frame{Slots: frame.Slots{P: h.Alloc(1), B: math.MaxUint64}})
}

func TestTypesAnswer(t *testing.T) {
	h := hosttest.New(t)
	for _, c := range expressions {
		f := frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(c.want)}}
		p := h.Alloc(8)
		f.P = p
		h.Must("gobridge_type_name", f)
		name := *(*[]byte)(unsafe.Pointer(&struct {
			p      unsafe.Pointer
			n, cap int
		}{*(*unsafe.Pointer)(p), 1 << 16, 1 << 16}))
		if got := hosttest.Text(name[:len(c.want.String())+1]); got != c.want.String() {
			t.Errorf("%q, not %q", got, c.want)
		}
		if kind := h.Must("gobridge_type_kind", f).Result; reflect.Kind(kind) != c.want.Kind() {
			t.Errorf("kind %d of %s", kind, c.want)
		}
		layout := h.Must("gobridge_type_layout", f)
		plain, size := hosttest.IsPlain(c.want), c.want.Size()
		if !plain {
			size = 32
		}
		if layout.Result != uint64(size) || *(*byte)(p) != map[bool]byte{true: 1}[plain] {
			t.Errorf("%s: %d bytes, plain %d, not %d, %t", c.want, layout.Result, *(*byte)(p), size, plain)
		}
		if own := h.Must("gobridge_type_of", f).Result; own != f.A {
			t.Errorf("the type of %s is another", c.want)
		}
		h.Forget()
	}
	for _, v := range []any{0, "s", []byte("b"), map[string]int{}, map[int]int(nil), new(time.Time), struct{ A int }{}} {
		if got := h.Must("gobridge_type_of", frame.Frame{Slots: frame.Slots{A: uint64(h.NewRef(v))}}).Result; got != hosttest.TypeRef(reflect.TypeOf(v)) {
			t.Errorf("the type of a %T is another", v)
		}
	}
	h.Release(frame.Ref(hosttest.TypeRef(hosttest.Typ[int]()))) // allowed, and does nothing
	h.Must("gobridge_type_kind", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[int]())}})
}

func FuzzParseType(f *testing.F) {
	for _, c := range expressions {
		f.Add(c.expression)
	}
	for _, bad := range []string{"", "[1<<28]int", "map[[]int]int", "struct{A int; A int}", "func(a, b ...int)", "[...]x", "\x00"} {
		f.Add(bad)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		if len(expression) > types.MaxExpression {
			return
		}
		parsed, err := types.ParseType(expression)
		switch {
		case err != nil:
			if code := status.FailureOf(err).Code; (code < status.Syntax || code > status.Unhashable) && code != status.Limit {
				t.Errorf("%q: status %d: %v", expression, code, err)
			}
		case parsed.Size() > types.MaxTypeSize+1<<20: // padding may come on top
			t.Errorf("%q has %d bytes", expression, parsed.Size())
		default:
			if again, err := types.ParseType(expression); again != parsed {
				t.Errorf("%q: %v, then %v, %v", expression, parsed, again, err)
			}
			if plain := hosttest.IsPlain(parsed); types.Of(&frame.Frame{}, parsed).Plain != plain {
				t.Errorf("%q: plain is not %t", expression, plain)
			}
		}
	})
}

func TestNamedByTheProgram(t *testing.T) {
	h := hosttest.New(t)
	if _, code, _ := parse(h, "geo.Shape"); code != status.UnknownType {
		t.Fatalf("status %d", code)
	}
	bridge.Type[hosttest.Shape]("geo.Shape")
	bridge.Type[hosttest.List[string]]("Words")
	bridge.Type[*hosttest.Point]("geo.Pointer")
	bridge.Type[hosttest.Point]("geo.Point") // again
	bridge.Type[time.Month]("time.Month2")
	bridge.Type[uint8]("byte")
	bridge.Type[hosttest.Point]("\u0442\u043e\u0447\u043a\u0430")
	bridge.Type[Pair[string, int]]("geo.Pair[string,int]")
	bridge.Type[Pair[string, int]]("geo.Pair[string, int]") // again
	bridge.Type[hosttest.List[map[string]any]]("List[map[string]any]")
	for expression, want := range map[string]reflect.Type{
		"geo.Point": hosttest.Typ[hosttest.Point](), "geo.Shape": hosttest.Typ[hosttest.Shape](), "Words": hosttest.Typ[hosttest.List[string]](), "*geo.Point": hosttest.Typ[*hosttest.Point](),
		"geo.Pointer": hosttest.Typ[*hosttest.Point](), "map[geo.Point][]geo.Shape": hosttest.Typ[map[hosttest.Point][]hosttest.Shape](),
		"func(geo.Point, ...Words) geo.Shape": hosttest.Typ[func(hosttest.Point, ...hosttest.List[string]) hosttest.Shape](), "time.Month2": hosttest.Typ[time.Month](),
		"\u0442\u043e\u0447\u043a\u0430": hosttest.Typ[hosttest.Point](), "struct{A geo.Point}": hosttest.Typ[struct{ A hosttest.Point }](),
		"[]geo.Pair[ string,int ]": hosttest.Typ[[]Pair[string, int]](), "List[map[string]any]": hosttest.Typ[hosttest.List[map[string]any]](),
		"struct{geo.Pair[string, int]}": reflect.StructOf([]reflect.StructField{
			{Name: "Pair", Type: hosttest.Typ[Pair[string, int]](), Anonymous: true}}),
	} {
		if got, status, message := parse(h, expression); got != want {
			t.Errorf("%q is %v (status %d: %s), not %v", expression, got, status, message, want)
		}
	}
	_, code, message := parse(h, "geo.Pint")
	if code != status.UnknownType || !strings.Contains(message, `no type is named "geo.Pint"; the nearest known are "geo.Point", `) {
		t.Errorf("status %d: %s", code, message)
	}
}

type Pair[K comparable, V any] struct {
	Key   K
	Value V
}

func TestNamesThatAreRefused(t *testing.T) {
	for name, part := range map[string]string{
		"": "not a name", ".": "not a name", "a.": "not a name", ".a": "not a name", "a.b.c": "not a name", "a b": "not a name",
		"[]int": "not a name", "*T": "not a name", "func": "not a name", "map.T": "not a name", "1": "not a name", "_": "not a name",
		"a._": "not a name", "a\x00": "not a name", " a": "not a name", "T[int][int]": "not a name", "T[": "not a name",
		"int": "it names int", "string": "it names string", "any": "it names interface {}", "error": "it names error",
		"time.Time": "it names time.Time", "geo.Point": "it names hosttest.Point",
	} {
		func() {
			defer func() {
				reason, _ := recover().(string)
				if !strings.HasPrefix(reason, "bridge: Type called with ") || !strings.Contains(reason, part) {
					t.Errorf("%q: %q", name, reason)
				}
			}()
			bridge.Type[chan hosttest.Point](name)
		}()
	}
	h := hosttest.New(t) // and nothing has changed, nor is anything locked
	if got, _, _ := parse(h, "geo.Point"); got != hosttest.Typ[hosttest.Point]() {
		t.Errorf("geo.Point is %v", got)
	}
}

// Names may be given while C parses.
func TestNamingWhileParsing(t *testing.T) {
	h := hosttest.New(t)
	var wait sync.WaitGroup
	for i := 0; i < 4; i++ {
		wait.Add(1)
		go func(i int) {
			defer wait.Done()
			for n := 0; n < 500; n++ {
				bridge.Type[hosttest.Point](fmt.Sprintf("while.P%d", n))
			}
		}(i)
	}
	for n := 0; n < 500; n++ {
		parse(h, fmt.Sprintf("map[string]while.P%d", n))
	}
	wait.Wait()
	if got, _, _ := parse(h, "[]while.P499"); got != hosttest.Typ[[]hosttest.Point]() {
		t.Errorf("%v", got)
	}
}

// reflect's StructOf promotes methods that are not exported, whose types the linker may have left out: whoever asks for
// such a type ends the process.
func TestWhatReflectPromotesWronglyIsRefused(t *testing.T) {
	h := hosttest.New(t)
	for _, expression := range []string{"struct{time.Time; A int}", "struct{*time.Time `x:\"y\"`}"} {
		if _, code, message := parse(h, expression); code != status.Syntax {
			t.Errorf("%q: status %d: %s", expression, code, message)
		}
	}
}

func lastingText(p uintptr) string {
	for n := 0; ; n++ {
		if *(*byte)(unsafe.Add(*(*unsafe.Pointer)(unsafe.Pointer(&p)), n)) == 0 {
			return unsafe.String(*(**byte)(unsafe.Pointer(&p)), n)
		}
	}
}

func refOf(t reflect.Type) frame.Ref { return frame.Ref(hosttest.TypeRef(t)) }

func TestDescriptions(t *testing.T) {
	h := hosttest.New(t)
	types_ := []reflect.Type{hosttest.Typ[hosttest.Point](), hosttest.Typ[*hosttest.Point](), hosttest.Typ[hosttest.Shape](), hosttest.Typ[hosttest.Outer](), hosttest.Typ[*hosttest.Outer](), hosttest.Typ[hosttest.List[int]](),
		hosttest.Typ[reflect.Type](), hosttest.Typ[time.Month](), hosttest.Typ[*strings.Builder]()}
	for _, c := range expressions {
		types_ = append(types_, c.want)
	}
	for _, of := range types_ {
		p := (*types.TypeInfo)(h.Alloc(unsafe.Sizeof(types.TypeInfo{})))
		p.Size = uint32(unsafe.Sizeof(*p))
		h.Must("gobridge_type_describe", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(of), P: unsafe.Pointer(p)}})
		info := *p
		if info.Kind != uint32(of.Kind()) || info.Bytes != uint64(of.Size()) || info.Align != uint32(of.Align()) ||
			lastingText(info.Name) != of.String() || lastingText(info.PackagePath) != of.PkgPath() ||
			info.Comparable != of.Comparable() || info.Named != (of.Name() != "") || info.Plain != hosttest.IsPlain(of) ||
			info.Methods != uint32(of.NumMethod()) {
			t.Errorf("%s is %+v", of, info)
		}
		for i := 0; i < of.NumMethod(); i++ {
			checkMethod(h, of, i)
		}
		if of.Kind() == reflect.Struct {
			if info.Fields != uint32(of.NumField()) {
				t.Errorf("%s has %d fields", of, info.Fields)
			}
			for i := 0; i < of.NumField(); i++ {
				checkField(h, of, i)
			}
		}
		h.Forget()
	}
}

func checkField(h *hosttest.Host, of reflect.Type, i int) {
	h.Helper()
	p := (*types.FieldInfo)(h.Alloc(unsafe.Sizeof(types.FieldInfo{})))
	p.Size = uint32(unsafe.Sizeof(*p))
	h.Must("gobridge_type_field", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(of), B: uint64(i), P: unsafe.Pointer(p)}})
	want := of.Field(i)
	if lastingText(p.Name) != want.Name || lastingText(p.Tag) != string(want.Tag) || p.Type != refOf(want.Type) ||
		p.Offset != uint64(want.Offset) || p.Exported != want.IsExported() || p.Embedded != want.Anonymous {
		h.Errorf("%s of %s is %+v", want.Name, of, *p)
	}
}

func checkMethod(h *hosttest.Host, of reflect.Type, i int) {
	h.Helper()
	p := (*types.MethodInfo)(h.Alloc(unsafe.Sizeof(types.MethodInfo{})))
	p.Size = uint32(unsafe.Sizeof(*p))
	h.Must("gobridge_type_method", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(of), B: uint64(i), P: unsafe.Pointer(p)}})
	want := of.Method(i)
	signature := want.Type
	if of.Kind() != reflect.Interface {
		var in, out []reflect.Type
		for i := 1; i < signature.NumIn(); i++ {
			in = append(in, signature.In(i))
		}
		for i := 0; i < signature.NumOut(); i++ {
			out = append(out, signature.Out(i))
		}
		signature = reflect.FuncOf(in, out, signature.IsVariadic())
	}
	if lastingText(p.Name) != want.Name || p.Type != refOf(signature) || p.Exported != want.IsExported() {
		h.Errorf("%s of %s is %+v", want.Name, of, *p)
	}
}
