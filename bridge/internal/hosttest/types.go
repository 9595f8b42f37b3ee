package hosttest

import (
	"fmt"
	"math"
	"reflect"
	"time"
	"unsafe"

	"gobridge/bridge"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/types"
)

type Named string

type WrongString struct{}

func (WrongString) String() int { return 0 }

type PointerString struct{}

func (*PointerString) String() string { return "" }

// Words is how Go lays out a value of an interface type with methods.
type Words struct{ Itab, _ unsafe.Pointer }

type (
	Inner struct {
		A int8
		B int64
	}
	Embedding struct {
		Inner
		*time.Time
		C bool
	}
)

// made returns types that no Go code names, so that reflect makes them, with what the runtime needs to hash and scan them.
func made(expressions ...string) (types_ []reflect.Type) {
	for _, expression := range expressions {
		t, err := types.ParseType(expression)
		if err != nil {
			panic(err)
		}
		types_ = append(types_, t)
	}
	return types_
}

// KeyTypes and MoreTypes cover what a type expression can name, by kind and by what it holds.
var (
	KeyTypes = append(append(TypesOf(false, 0, int8(0), int16(0), int32(0), int64(0), uint(0), uint8(0), uint16(0), uint32(0),
		uint64(0), uintptr(0), float32(0), 0.0, complex64(0), 0i, "", Named(""), time.Second, time.Time{},
		[0]int{}, struct{}{}, [1]int32{}, [3]int16{}, [4]bool{}, [4]byte{}, [8]byte{}, [2]float32{}, [2]string{},
		[128]byte{}, [129]byte{}, [1024]byte{}, [5000]byte{}, Inner{}, [2]Inner{},
		struct{ a, b int32 }{}, struct {
			A int32
			_ int32
			B int64
		}{}, struct {
			A int32
			_ [0]int32
		}{}, struct {
			S string
			I any
		}{}, Embedding{}, new(int), new(*string), make(chan int), make(<-chan string), unsafe.Pointer(nil),
		[1]*int{}, struct{ P *int }{}, [2]any{}),
		Typ[any](), Typ[error](), Typ[fmt.Stringer]()),
		made("struct{a int32}", "struct{a, b int16}", "struct{a [2]int32}", "struct{a struct{b uint64}}", "struct{a *int}",
			"[2]struct{a int16}", "[1]struct{a chan int}", "struct{a int8; b int64}", "struct{a int32; _ int32}",
			"struct{a float32}", "struct{a string; b any}", "*struct{a int}", "chan struct{a int}", "[1][2][1]int16")...)
	MoreTypes = append(TypesOf([]byte{}, []int64{}, []string{}, [][]byte{}, []any{}, map[string]int{}, map[any][]any{},
		func() {}, func(int, ...string) error { return nil }, make(chan<- []int), [640]*int{}, [2][]byte{},
		struct {
			B bool
			S []int
			M map[int]int
			F func()
		}{}, &Embedding{}), made("[]struct{a int}", "struct{a int8; b []int; c [3]string}", "map[struct{a int32}]struct{b any}",
		"[20]struct{a bool; b *int}", "func(struct{a int})")...)
)

type (
	base struct {
		Base   string
		Hidden int
		own    int
	}
	Middle struct {
		*base
		Hidden string // hides base's
		Both   int
	}
	Other struct{ Both, Only int }
	Outer struct {
		Middle
		*Other
		time.Time
		error
		Named  Named
		Next   *Outer
		Any    any
		Inline struct{ Deep []int }
		_      int
		own    string
	}
)

func NewOuter() *Outer {
	return &Outer{
		Middle: Middle{base: &base{Base: "base", Hidden: 1, own: 2}, Hidden: "middle"},
		Other:  &Other{Only: 7},
		Named:  "named",
		Next:   &Outer{Named: "next"},
		Any:    Other{Only: 8},
		own:    "own",
	}
}

func Typ[T any]() reflect.Type { return reflect.TypeOf((*T)(nil)).Elem() }

type (
	Point       struct{ X, Y int }
	Shape       interface{ Area() float64 }
	List[T any] []T
)

func init() { bridge.Type[Point]("geo.Point") } // as a program would; no C has called yet

func Number(of reflect.Kind, as uint64) frame.Value { return frame.Value{Kind: uint32(of), As: as} }

func Float(of reflect.Kind, f float64) frame.Value { return Number(of, math.Float64bits(f)) }

type (
	NamedBytes []byte
	NamedMap   map[string]int
)

func Ptr[T any](v T) *T { return &v }
