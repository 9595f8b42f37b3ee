package bridge

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
)

// parse asks for a type as C does.
func (h *host) parse(expression string) (reflect.Type, status, string) {
	h.Helper()
	p := h.copied([]byte(expression))
	f, status, message := call(h, "gobridge_type_parse", frame{p: p, b: uint64(len(expression))})
	h.forget()
	if status != ok {
		return nil, status, message
	}
	object, err := refs.get(ref(f.result), "")
	if err != nil {
		h.Fatal(err)
	}
	return object.(*typeObject).Type.Type, ok, ""
}

func typ[T any]() reflect.Type { return reflect.TypeOf((*T)(nil)).Elem() }

var expressions = []struct {
	expression string
	want       reflect.Type
}{
	{"bool", typ[bool]()}, {"string", typ[string]()},
	{"int", typ[int]()}, {"int8", typ[int8]()}, {"int16", typ[int16]()}, {"int32", typ[int32]()},
	{"int64", typ[int64]()},
	{"uint", typ[uint]()}, {"uint8", typ[uint8]()}, {"uint16", typ[uint16]()}, {"uint32", typ[uint32]()},
	{"uint64", typ[uint64]()}, {"uintptr", typ[uintptr]()}, {"byte", typ[byte]()}, {"rune", typ[rune]()},
	{"float32", typ[float32]()}, {"float64", typ[float64]()}, {"complex64", typ[complex64]()},
	{"complex128", typ[complex128]()}, {"any", typ[any]()}, {"error", typ[error]()},
	{"interface{}", typ[any]()}, {"interface { }", typ[any]()}, {"unsafe.Pointer", typ[unsafe.Pointer]()},
	{"fmt.Stringer", typ[fmt.Stringer]()}, {"time.Duration", typ[time.Duration]()}, {"time.Time", typ[time.Time]()},
	{"big.Int", typ[big.Int]()}, {"big.Float", typ[big.Float]()}, {"big.Rat", typ[big.Rat]()},
	{"*int", typ[*int]()}, {"**string", typ[**string]()}, {"(int)", typ[int]()}, {"((*(int)))", typ[*int]()},
	{" int ", typ[int]()}, {"int\n", typ[int]()}, {"/* a */ int // b", typ[int]()}, {"[]\tint", typ[[]int]()},
	{"[]int", typ[[]int]()}, {"[][]byte", typ[[][]byte]()}, {"[]*[]time.Time", typ[[]*[]time.Time]()},
	{"[0]int", typ[[0]int]()}, {"[3]int", typ[[3]int]()}, {"[0x10]int", typ[[16]int]()}, {"[0b11]int", typ[[3]int]()},
	{"[0o17]int", typ[[15]int]()}, {"[017]int", typ[[15]int]()}, {"[1_000]int", typ[[1000]int]()},
	{"[2][3]string", typ[[2][3]string]()}, {"[268435456]bool", typ[[1 << 28]bool]()},
	{"[268435456]struct{}", typ[[1 << 28]struct{}]()}, {"[4]*error", typ[[4]*error]()},
	{"map[string]int", typ[map[string]int]()}, {"map[string][]int64", typ[map[string][]int64]()},
	{"map[any]map[[2]int]any", typ[map[any]map[[2]int]any]()}, {"map[*int]struct{}", typ[map[*int]struct{}]()},
	{"map[interface{}]func()", typ[map[any]func()]()}, {"map[time.Time]error", typ[map[time.Time]error]()},
	{"map[struct{A, B int}]string", typ[map[struct{ A, B int }]string]()},
	{"map[chan int]bool", typ[map[chan int]bool]()}, {"map[unsafe.Pointer]rune", typ[map[unsafe.Pointer]rune]()},
	{"chan int", typ[chan int]()}, {"<-chan int", typ[<-chan int]()}, {"chan<- int", typ[chan<- int]()},
	{"chan chan int", typ[chan chan int]()}, {"chan<- chan int", typ[chan<- chan int]()},
	{"chan (<-chan int)", typ[chan (<-chan int)]()}, {"<-chan <-chan int", typ[<-chan <-chan int]()},
	{"chan<- <-chan int", typ[chan<- <-chan int]()}, {"[]chan<- error", typ[[]chan<- error]()},
	{"func()", typ[func()]()}, {"func(int) string", typ[func(int) string]()},
	{"func(a, b int, c string)", typ[func(int, int, string)]()}, {"func(...int)", typ[func(...int)]()},
	{"func(f string, v ...any) (int, error)", typ[func(string, ...any) (int, error)]()},
	{"func() (n int, err error)", typ[func() (int, error)]()},
	{"func() func() func(error)", typ[func() func() func(error)]()},
	{"func(_ int)", typ[func(int)]()}, {"map[string]func(...func(bool))", typ[map[string]func(...func(bool))]()},
	{"struct{}", typ[struct{}]()}, {"struct { A int; B string }", typ[struct {
		A int
		B string
	}]()},
	{"struct{A, B int8; C float64}", typ[struct {
		A, B int8
		C    float64
	}]()},
	{"struct{A int `json:\"a\"`}", typ[struct {
		A int `json:"a"`
	}]()},
	{"struct{A int \"k:\\\"v\\\"\"}", typ[struct {
		A int `k:"v"`
	}]()},
	{"struct{\n\tA []struct{ B *int }\n}", typ[struct{ A []struct{ B *int } }]()},
}

func TestExpressionsDenoteGoTypes(t *testing.T) {
	h := newHost(t)
	for _, c := range expressions {
		if got, status, message := h.parse(c.expression); got != c.want {
			t.Errorf("%q is %v (status %d: %s), not %v", c.expression, got, status, message, c.want)
		}
	}
}

// Up to go1.22 reflect takes a struct with embedded fields that it makes for another type than the compiler's.
func TestEmbeddedFields(t *testing.T) {
	h := newHost(t)
	old := strings.HasPrefix(runtime.Version(), "go1.21") || strings.HasPrefix(runtime.Version(), "go1.22")
	for expression, want := range map[string]reflect.Type{
		"struct{time.Time}":  typ[struct{ time.Time }](),
		"struct{*time.Time}": typ[struct{ *time.Time }](),
		"struct{time.Duration `k:\"v\"`; N int}": typ[struct {
			time.Duration `k:"v"`
			N             int
		}](),
	} {
		got, status, message := h.parse(expression)
		if status != ok && !(old && status == errSyntax) {
			t.Errorf("%q: status %d: %s", expression, status, message)
		} else if got != want && !old {
			t.Errorf("%q is %s, not %s", expression, got, want)
		}
	}
}

// A field that is not exported belongs to a package, here to none that Go code could be in.
func TestUnexportedFields(t *testing.T) {
	h := newHost(t)
	got, status, message := h.parse("struct{a int8; b, _ string; _ [0]func()}")
	if status != ok {
		t.Fatal(message)
	}
	want := typ[struct {
		a    int8
		b, _ string
		_    [0]func()
	}]()
	if got.String() != want.String() || got == want || !got.AssignableTo(got) || got.Size() != want.Size() {
		t.Errorf("%s of %d bytes, not %s of %d", got, got.Size(), want, want.Size())
	}
	if again, _, _ := h.parse("struct { a int8; b, _ string; _ [0]func() }"); again != got {
		t.Error("the same expression denotes two types")
	}
}

func TestBadExpressions(t *testing.T) {
	h := newHost(t)
	nested := func(open, middle, end string, depth int) string {
		return strings.Repeat(open, depth) + middle + strings.Repeat(end, depth)
	}
	for _, c := range []struct {
		expression string
		want       status
	}{
		{"", errSyntax}, {" ", errSyntax}, {"int int", errSyntax}, {"int;", errSyntax}, {"[]", errSyntax},
		{"[3]", errSyntax},
		{"map[string]", errSyntax}, {"map[]int", errSyntax}, {"map", errSyntax}, {"chan", errSyntax}, {"*", errSyntax},
		{"int)", errSyntax}, {"(int", errSyntax}, {"1", errSyntax}, {"\"int\"", errSyntax}, {"int.", errSyntax},
		{"[...]int", errSyntax}, {"[n]int", errSyntax}, {"[1.5]int", errSyntax}, {"[-1]int", errSyntax},
		{"[1<<28]bool", errSyntax}, {"[08]int", errSyntax}, {"...int", errSyntax}, {"[]int{}", errSyntax},
		{"func() {}", errSyntax}, {"func(a int, string)", errSyntax}, {"func(...int, int)", errSyntax},
		{"func(a, b ...int)", errSyntax}, {"func() ...int", errSyntax}, {"func() (...int)", errSyntax},
		{"func[T any](T)", errSyntax}, {"func(int int int)", errSyntax}, {"f(int)", errSyntax}, {"a + b", errSyntax},
		{"interface{ error }", errSyntax}, {"interface{ M() }", errSyntax}, {"interface{ ~int | string }", errSyntax},
		{"struct{A int; A string}", errSyntax}, {"struct{A}", errUnknownType}, {"struct{A int", errSyntax},
		{"struct{A int B int}", errSyntax}, {"struct{[]int}", errSyntax}, {"struct{unsafe.Pointer}", errSyntax},
		{"struct{int}", errSyntax}, {"struct{error}", errSyntax},
		{"struct{any}", errSyntax},          // reflect can not build these,
		{"struct{fmt.Stringer}", errSyntax}, // nor this: go1.21 breaks the heap, later its methods panic
		{"struct{*fmt.Stringer}", errSyntax}, {"struct{**time.Time}", errSyntax},
		{"chan [65536]byte", errSyntax}, {"<-chan<- int", errSyntax}, {"map[string]T[int]", errUnknownType},
		{"int\x00", errSyntax}, {"\x00", errSyntax}, {"in\xfft", errSyntax}, {"/* int", errSyntax},
		{"// int", errSyntax},
		{"int /* \xff */", errSyntax}, {"type T int", errSyntax}, {"func(){for{}}()", errSyntax},
		{"Int", errUnknownType}, {"foo", errUnknownType}, {"time.Month", errUnknownType}, {"a.b.c", errSyntax},
		{"nil", errUnknownType}, {"true", errUnknownType}, {"_", errUnknownType}, {"int.x", errUnknownType},
		{"Duration", errUnknownType}, {"[]foo", errUnknownType}, {"map[foo]int", errUnknownType},
		{"func(foo)", errUnknownType},
		{"func() foo", errUnknownType}, {"struct{A foo}", errUnknownType}, {"chan foo", errUnknownType},
		{"*foo", errUnknownType},
		{"\u0456nt", errUnknownType}, {"comparable", errUnknownType},
		{"map[[]int]int", errUnhashable}, {"map[map[int]int]int", errUnhashable}, {"map[func()]int", errUnhashable},
		{"map[struct{A []int}]int", errUnhashable}, {"map[[0][]int]int", errUnhashable},
		{"[]map[string]map[[]byte]int", errUnhashable},
		{"[268435457]bool", errRange}, {"[268435457]struct{}", errRange}, {"[33554433]int64", errRange},
		{"[9223372036854775808]struct{}", errRange}, {"[18446744073709551615]byte", errRange},
		{"[99999999999999999999999]int", errRange}, {"[16384][16385]byte", errRange}, {"[4294967295]int64", errRange},
		{"struct{A [268435456]byte; B byte}", errRange}, {"[2]struct{A [134217728]byte; B byte}", errRange},
		{nested("[]", "int", "", 64), errTooDeep}, {nested("*", "int", "", 64), errTooDeep},
		{nested("(", "int", ")", 64), errTooDeep}, {nested("map[int]", "int", "", 64), errTooDeep},
		{nested("map[", "int", "]int", 64), errTooDeep}, {nested("func(", "int", ")", 64), errTooDeep},
		{nested("struct{A ", "int", "}", 64), errTooDeep}, {nested("chan ", "int", "", 64), errTooDeep},
	} {
		got, status, message := h.parse(c.expression)
		if status != c.want {
			t.Errorf("%q: %v, status %d, not %d: %s", c.expression, got, status, c.want, message)
		} else if !strings.HasPrefix(message, "gobridge_type_parse: expression: ") {
			t.Errorf("%q: message %q", c.expression, message)
		}
	}
	for _, deepest := range []string{nested("[]", "int", "", 63), nested("(", "int", ")", 63), nested("map[int]", "int", "", 63)} {
		if _, status, message := h.parse(deepest); status != ok {
			t.Errorf("%q: status %d: %s", deepest, status, message)
		}
	}
}

func TestHostileExpressions(t *testing.T) {
	fill := func(part string) string { return strings.Repeat(part, maxExpression/len(part)) }
	var fields, names strings.Builder
	for i := 0; i < 6000; i++ {
		fmt.Fprintf(&fields, "F%d int;", i)
	}
	for i := 0; i < 10000; i++ {
		fmt.Fprintf(&names, "F%d,", i)
	}
	parameters := "func(" + strings.Repeat("int,", 10000) + ")"
	h := newHost(t)
	for _, c := range []struct {
		expression string
		want       status
	}{
		{fill("["), errSyntax}, {fill("("), errSyntax},
		{fill("*"), errSyntax}, {fill("map["), errSyntax},
		{fill("[]"), errSyntax}, {fill("func("), errSyntax},
		{fill("struct{A "), errSyntax}, {fill("chan "), errSyntax},
		{fill("<-"), errSyntax}, {fill("a."), errSyntax},
		{fill("\x00"), errSyntax}, {fill("\xff\xfe"), errSyntax},
		{fill("/**/"), errSyntax}, {fill("`"), errSyntax},
		{fill("1"), errSyntax}, {fill("a"), errUnknownType},
		{fill("*")[:60000] + "int", errTooDeep},
		{fill("[]")[:60000] + "int", errTooDeep},
		{"[" + fill("9")[:60000] + "]int", errRange},
		{fill("[0]")[:60000] + "int", errTooDeep},
		{strings.Repeat("[1024]", 60) + "int", errRange},
		{"struct{" + fields.String() + "}", ok},
		{"struct{" + strings.TrimSuffix(names.String(), ",") + " int8}", ok},
		{parameters, errSyntax},
		{fill("/**/")[:65532] + "int ", ok},
		{fill(" ") + " ", errRange}, // one byte too long
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		_, status, message := h.parse(c.expression)
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
	h.refuse(errRange, "expression", "gobridge_type_parse", frame{p: h.alloc(1), b: math.MaxUint64})
}

func TestTypesAnswer(t *testing.T) {
	h := newHost(t)
	for _, c := range expressions {
		f := frame{a: typeRef(c.want)}
		p := h.alloc(8)
		f.p = p
		h.must("gobridge_type_name", f)
		name := *(*[]byte)(unsafe.Pointer(&struct {
			p      unsafe.Pointer
			n, cap int
		}{*(*unsafe.Pointer)(p), 1 << 16, 1 << 16}))
		if got := text(name[:len(c.want.String())+1]); got != c.want.String() {
			t.Errorf("%q, not %q", got, c.want)
		}
		if kind := h.must("gobridge_type_kind", f).result; reflect.Kind(kind) != c.want.Kind() {
			t.Errorf("kind %d of %s", kind, c.want)
		}
		layout := h.must("gobridge_type_layout", f)
		plain, size := isPlain(c.want), c.want.Size()
		if !plain {
			size = 32
		}
		if layout.result != uint64(size) || *(*byte)(p) != map[bool]byte{true: 1}[plain] {
			t.Errorf("%s: %d bytes, plain %d, not %d, %t", c.want, layout.result, *(*byte)(p), size, plain)
		}
		if own := h.must("gobridge_type_of", f).result; own != f.a {
			t.Errorf("the type of %s is another", c.want)
		}
		h.forget()
	}
	for _, v := range []any{0, "s", []byte("b"), map[string]int{}, map[int]int(nil), new(time.Time), struct{ A int }{}} {
		if got := h.must("gobridge_type_of", frame{a: uint64(h.name(v))}).result; got != typeRef(reflect.TypeOf(v)) {
			t.Errorf("the type of a %T is another", v)
		}
	}
	h.release(ref(typeRef(typ[int]()))) // allowed, and does nothing
	h.must("gobridge_type_kind", frame{a: typeRef(typ[int]())})
}

func FuzzParseType(f *testing.F) {
	for _, c := range expressions {
		f.Add(c.expression)
	}
	for _, bad := range []string{"", "[1<<28]int", "map[[]int]int", "struct{A int; A int}", "func(a, b ...int)", "[...]x", "\x00"} {
		f.Add(bad)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		if len(expression) > maxExpression {
			return
		}
		parsed, err := parseType(expression)
		switch {
		case err != nil:
			if status := asFailure(err).status; status < errSyntax || status > errRange || status == errNil {
				t.Errorf("%q: status %d: %v", expression, status, err)
			}
		case parsed.Size() > maxTypeSize+1<<20: // padding may come on top
			t.Errorf("%q has %d bytes", expression, parsed.Size())
		default:
			if again, err := parseType(expression); again != parsed {
				t.Errorf("%q: %v, then %v, %v", expression, parsed, again, err)
			}
			if plain := isPlain(parsed); typeObjectOf(&frame{}, parsed).Plain != plain {
				t.Errorf("%q: plain is not %t", expression, plain)
			}
		}
	})
}

// ---- names that the program gives ----

type (
	point       struct{ X, Y int }
	Shape       interface{ Area() float64 }
	list[T any] []T
)

func init() { Type[point]("geo.Point") } // as a program would; no C has called yet

func TestNamedByTheProgram(t *testing.T) {
	h := newHost(t)
	if _, status, _ := h.parse("geo.Shape"); status != errUnknownType {
		t.Fatalf("status %d", status)
	}
	Type[Shape]("geo.Shape")
	Type[list[string]]("Words")
	Type[*point]("geo.Pointer")
	Type[point]("geo.Point") // again
	Type[time.Month]("time.Month2")
	Type[uint8]("byte")
	Type[point]("\u0442\u043e\u0447\u043a\u0430")
	Type[Pair[string, int]]("geo.Pair[string,int]")
	Type[Pair[string, int]]("geo.Pair[string, int]") // again
	Type[list[map[string]any]]("List[map[string]any]")
	for expression, want := range map[string]reflect.Type{
		"geo.Point": typ[point](), "geo.Shape": typ[Shape](), "Words": typ[list[string]](), "*geo.Point": typ[*point](),
		"geo.Pointer": typ[*point](), "map[geo.Point][]geo.Shape": typ[map[point][]Shape](),
		"func(geo.Point, ...Words) geo.Shape": typ[func(point, ...list[string]) Shape](), "time.Month2": typ[time.Month](),
		"\u0442\u043e\u0447\u043a\u0430": typ[point](), "struct{A geo.Point}": typ[struct{ A point }](),
		"[]geo.Pair[ string,int ]": typ[[]Pair[string, int]](), "List[map[string]any]": typ[list[map[string]any]](),
		"struct{geo.Pair[string, int]}": reflect.StructOf([]reflect.StructField{
			{Name: "Pair", Type: typ[Pair[string, int]](), Anonymous: true}}),
	} {
		if got, status, message := h.parse(expression); got != want {
			t.Errorf("%q is %v (status %d: %s), not %v", expression, got, status, message, want)
		}
	}
	_, status, message := h.parse("geo.Pint")
	if status != errUnknownType || !strings.Contains(message, `no type is named "geo.Pint"; the nearest known are "geo.Point", `) {
		t.Errorf("status %d: %s", status, message)
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
		"time.Time": "it names time.Time", "geo.Point": "it names bridge.point",
	} {
		func() {
			defer func() {
				reason, _ := recover().(string)
				if !strings.HasPrefix(reason, "bridge: Type called with ") || !strings.Contains(reason, part) {
					t.Errorf("%q: %q", name, reason)
				}
			}()
			Type[chan point](name)
		}()
	}
	h := newHost(t) // and nothing has changed, nor is anything locked
	if got, _, _ := h.parse("geo.Point"); got != typ[point]() {
		t.Errorf("geo.Point is %v", got)
	}
}

// Names may be given while C parses.
func TestNamingWhileParsing(t *testing.T) {
	h := newHost(t)
	var wait sync.WaitGroup
	for i := 0; i < 4; i++ {
		wait.Add(1)
		go func(i int) {
			defer wait.Done()
			for n := 0; n < 500; n++ {
				Type[point](fmt.Sprintf("while.P%d", n))
			}
		}(i)
	}
	for n := 0; n < 500; n++ {
		h.parse(fmt.Sprintf("map[string]while.P%d", n))
	}
	wait.Wait()
	if got, _, _ := h.parse("[]while.P499"); got != typ[[]point]() {
		t.Errorf("%v", got)
	}
}

// reflect's StructOf promotes methods that are not exported, whose types the linker may have left out: whoever asks for
// such a type ends the process.
func TestWhatReflectPromotesWronglyIsRefused(t *testing.T) {
	h := newHost(t)
	for _, expression := range []string{"struct{time.Time; A int}", "struct{*time.Time `x:\"y\"`}"} {
		if _, status, message := h.parse(expression); status != errSyntax {
			t.Errorf("%q: status %d: %s", expression, status, message)
		}
	}
}

// ---- what types are made of ----

func lastingText(p uintptr) string {
	for n := 0; ; n++ {
		if *(*byte)(unsafe.Add(*(*unsafe.Pointer)(unsafe.Pointer(&p)), n)) == 0 {
			return unsafe.String(*(**byte)(unsafe.Pointer(&p)), n)
		}
	}
}

func refOf(t reflect.Type) ref { return ref(typeRef(t)) }

func TestDescriptions(t *testing.T) {
	h := newHost(t)
	types := []reflect.Type{typ[point](), typ[*point](), typ[Shape](), typ[outer](), typ[*outer](), typ[list[int]](),
		typ[reflect.Type](), typ[time.Month](), typ[*strings.Builder]()}
	for _, c := range expressions {
		types = append(types, c.want)
	}
	for _, of := range types {
		p := (*typeInfo)(h.alloc(unsafe.Sizeof(typeInfo{})))
		p.size = uint32(unsafe.Sizeof(*p))
		h.must("gobridge_type_describe", frame{a: typeRef(of), p: unsafe.Pointer(p)})
		info := *p
		if info.kind != uint32(of.Kind()) || info.bytes != uint64(of.Size()) || info.align != uint32(of.Align()) ||
			lastingText(info.name) != of.String() || lastingText(info.packagePath) != of.PkgPath() ||
			info.comparable != of.Comparable() || info.named != (of.Name() != "") || info.plain != isPlain(of) ||
			info.methods != uint32(of.NumMethod()) {
			t.Errorf("%s is %+v", of, info)
		}
		for i := 0; i < of.NumMethod(); i++ {
			h.checkMethod(of, i)
		}
		if of.Kind() == reflect.Struct {
			if info.fields != uint32(of.NumField()) {
				t.Errorf("%s has %d fields", of, info.fields)
			}
			for i := 0; i < of.NumField(); i++ {
				h.checkField(of, i)
			}
		}
		h.forget()
	}
}

func (h *host) checkField(of reflect.Type, i int) {
	h.Helper()
	p := (*fieldInfo)(h.alloc(unsafe.Sizeof(fieldInfo{})))
	p.size = uint32(unsafe.Sizeof(*p))
	h.must("gobridge_type_field", frame{a: typeRef(of), b: uint64(i), p: unsafe.Pointer(p)})
	want := of.Field(i)
	if lastingText(p.name) != want.Name || lastingText(p.tag) != string(want.Tag) || p.typ != refOf(want.Type) ||
		p.offset != uint64(want.Offset) || p.exported != want.IsExported() || p.embedded != want.Anonymous {
		h.Errorf("%s of %s is %+v", want.Name, of, *p)
	}
}

func (h *host) checkMethod(of reflect.Type, i int) {
	h.Helper()
	p := (*methodInfo)(h.alloc(unsafe.Sizeof(methodInfo{})))
	p.size = uint32(unsafe.Sizeof(*p))
	h.must("gobridge_type_method", frame{a: typeRef(of), b: uint64(i), p: unsafe.Pointer(p)})
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
	if lastingText(p.name) != want.Name || p.typ != refOf(signature) || p.exported != want.IsExported() {
		h.Errorf("%s of %s is %+v", want.Name, of, *p)
	}
}
