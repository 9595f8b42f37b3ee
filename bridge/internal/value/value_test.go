package value_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// minus is the bits of -n.
func minus(n int64) uint64 { return uint64(-n) }

func TestValuesFromC(t *testing.T) {
	h := hosttest.New(t)
	n := 7
	ch := make(chan int)
	anyType, errorType := hosttest.Typ[any](), hosttest.Typ[error]()
	for _, c := range []struct {
		of   reflect.Type
		v    frame.Value
		want any
	}{
		{anyType, hosttest.Number(reflect.Bool, 0), false}, {anyType, hosttest.Number(reflect.Bool, 1), true},
		{anyType, hosttest.Number(reflect.Int, 5), 5}, {anyType, hosttest.Number(reflect.Int, minus(5)), -5},
		{anyType, hosttest.Number(reflect.Int8, 127), int8(127)}, {anyType, hosttest.Number(reflect.Int8, minus(128)), int8(-128)},
		{anyType, hosttest.Number(reflect.Int16, math.MaxInt16), int16(math.MaxInt16)},
		{anyType, hosttest.Number(reflect.Int32, minus(1<<31)), int32(math.MinInt32)},
		{anyType, hosttest.Number(reflect.Int64, 1<<63), int64(math.MinInt64)}, {anyType, hosttest.Number(reflect.Uint, 9), uint(9)},
		{anyType, hosttest.Number(reflect.Uint8, 255), uint8(255)}, {anyType, hosttest.Number(reflect.Uint16, 65535), uint16(65535)},
		{anyType, hosttest.Number(reflect.Uint32, math.MaxUint32), uint32(math.MaxUint32)},
		{anyType, hosttest.Number(reflect.Uint64, math.MaxUint64), uint64(math.MaxUint64)},
		{anyType, hosttest.Number(reflect.Uintptr, 1<<32-1), uintptr(1<<32 - 1)},
		{anyType, hosttest.Float(reflect.Float32, 1.5), float32(1.5)},
		{anyType, hosttest.Float(reflect.Float32, math.MaxFloat32), float32(math.MaxFloat32)},
		{anyType, hosttest.Float(reflect.Float32, math.Inf(-1)), float32(math.Inf(-1))},
		{anyType, hosttest.Float(reflect.Float64, math.MaxFloat64), math.MaxFloat64},
		{anyType, h.Text("s\x00\xff"), "s\x00\xff"}, {anyType, h.Bytes("b\x00\xff"), []byte("b\x00\xff")},
		{anyType, frame.Value{}, nil}, {anyType, h.Reference(time.Second), time.Second}, {anyType, h.Reference(&n), &n},
		{anyType, h.Reference(hosttest.NamedMap{"a": 1}), hosttest.NamedMap{"a": 1}},
		{anyType, h.Reference(hosttest.NamedMap(nil)), hosttest.NamedMap(nil)},
		{errorType, frame.Value{}, nil}, {errorType, h.Reference(os.ErrExist), os.ErrExist},
		{hosttest.Typ[fmt.Stringer](), h.Reference(time.March), time.March},

		{hosttest.Typ[string](), h.Text(""), ""}, {hosttest.Typ[string](), h.Text("text"), "text"},
		{hosttest.Typ[string](), frame.Value{Kind: uint32(reflect.String)}, ""},
		{hosttest.Typ[string](), h.Reference("text"), "text"}, {hosttest.Typ[hosttest.Named](), h.Text("text"), hosttest.Named("text")},
		{hosttest.Typ[hosttest.Named](), h.Reference(hosttest.Named("text")), hosttest.Named("text")}, {hosttest.Typ[[]byte](), h.Bytes("b"), []byte("b")},
		{hosttest.Typ[[]byte](), h.Bytes(""), []byte{}}, {hosttest.Typ[[]byte](), frame.Value{}, []byte(nil)},
		{hosttest.Typ[hosttest.NamedBytes](), h.Bytes("b"), hosttest.NamedBytes("b")},
		{hosttest.Typ[[]byte](), frame.Value{Kind: frame.KindBytes}, []byte{}}, {hosttest.Typ[[]byte](), h.Reference(hosttest.NamedBytes("b")), []byte("b")},
		{hosttest.Typ[[]int](), h.Reference([]int{1, 2}), []int{1, 2}}, {hosttest.Typ[[]int](), frame.Value{}, []int(nil)},
		{hosttest.Typ[hosttest.NamedMap](), h.Reference(map[string]int{"a": 1}), hosttest.NamedMap{"a": 1}},
		{hosttest.Typ[hosttest.NamedMap](), frame.Value{}, hosttest.NamedMap(nil)},
		{hosttest.Typ[*int](), h.Reference(&n), &n}, {hosttest.Typ[*int](), frame.Value{}, (*int)(nil)},
		{hosttest.Typ[<-chan int](), h.Reference(ch), (<-chan int)(ch)}, {hosttest.Typ[chan int](), frame.Value{}, (chan int)(nil)},
		{hosttest.Typ[func()](), frame.Value{}, (func())(nil)}, {hosttest.Typ[unsafe.Pointer](), frame.Value{}, unsafe.Pointer(nil)},
		{hosttest.Typ[unsafe.Pointer](), h.Reference(unsafe.Pointer(&n)), unsafe.Pointer(&n)},
		{hosttest.Typ[[1]*int](), h.Reference([1]*int{&n}), [1]*int{&n}},
		{hosttest.Typ[time.Time](), h.Reference(time.Unix(1, 2)), time.Unix(1, 2)},

		// a reference to a *T stands for the T
		{hosttest.Typ[string](), h.Reference(hosttest.Ptr("text")), "text"}, {hosttest.Typ[[]int](), h.Reference(hosttest.Ptr([]int{1})), []int{1}},
		{hosttest.Typ[*int](), h.Reference(hosttest.Ptr(&n)), &n},
		{hosttest.Typ[map[string]int](), h.Reference(hosttest.Ptr(map[string]int{"a": 1})), map[string]int{"a": 1}},
		{hosttest.Typ[time.Time](), h.Reference(hosttest.Ptr(time.Unix(3, 4))), time.Unix(3, 4)},
		{anyType, h.Reference(hosttest.Ptr("text")), hosttest.Ptr("text")},
	} {
		got, code, message := h.Store(c.of, c.v)
		want := reflect.New(c.of).Elem()
		if c.want != nil {
			want.Set(reflect.ValueOf(c.want))
		}
		if code != status.OK || !reflect.DeepEqual(got.Interface(), want.Interface()) {
			t.Errorf("%+v for a %s: %#v (status %d: %s), not %#v", c.v, c.of, got, code, message, c.want)
		}
	}
}

func TestBadValuesFromC(t *testing.T) {
	h := hosttest.New(t)
	bad := h.Bad()
	m := h.Must("gobridge_runtime_makemap_small", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(hosttest.Typ[map[string]int]())}})
	h.Own(m.NewRef)
	it := h.Own(h.Must("gobridge_reflect_mapiterinit", frame.Frame{Slots: frame.Slots{A: uint64(m.NewRef)}}).NewRef)
	raw := func(r frame.Ref) frame.Value { return frame.Value{Kind: frame.KindRef, As: uint64(r)} }
	anyType := hosttest.Typ[any]()
	type badValue struct {
		of   reflect.Type
		v    frame.Value
		want status.Code
	}
	cases := []badValue{
		{anyType, hosttest.Number(reflect.Bool, 2), status.Range}, {anyType, hosttest.Number(reflect.Int8, 128), status.Range},
		{anyType, hosttest.Number(reflect.Int8, minus(129)), status.Range}, {anyType, hosttest.Number(reflect.Int16, 1<<15), status.Range},
		{anyType, hosttest.Number(reflect.Int32, 1<<31), status.Range}, {anyType, hosttest.Number(reflect.Int32, math.MaxUint32), status.Range},
		{anyType, hosttest.Number(reflect.Uint8, 256), status.Range}, {anyType, hosttest.Number(reflect.Uint16, minus(1)), status.Range},
		{anyType, hosttest.Number(reflect.Uint32, 1<<32), status.Range},
		{anyType, hosttest.Float(reflect.Float32, math.MaxFloat64), status.Range},
		{anyType, frame.Value{Kind: uint32(reflect.Complex64)}, status.WrongType},
		{anyType, frame.Value{Kind: uint32(reflect.Struct)}, status.WrongType},
		{anyType, frame.Value{Kind: 27}, status.WrongType}, {anyType, frame.Value{Kind: 31}, status.WrongType},
		{anyType, frame.Value{Kind: 34}, status.WrongType},
		{anyType, frame.Value{Kind: math.MaxUint32}, status.WrongType},
		{anyType, frame.Value{Kind: uint32(reflect.String), Len: math.MaxInt + 1}, status.Limit},
		{anyType, frame.Value{Kind: frame.KindBytes, Len: math.MaxUint64}, status.Limit},
		{anyType, frame.Value{Kind: uint32(reflect.String), Len: 1}, status.Null},
		{anyType, frame.Value{Kind: frame.KindBytes, As: 4095, Len: 1}, status.Null},
		{hosttest.Typ[string](), frame.Value{Kind: uint32(reflect.String), Len: 1}, status.Null},
		{hosttest.Typ[[]byte](), frame.Value{Kind: frame.KindBytes, Len: 1}, status.Null},
		{hosttest.Typ[string](), frame.Value{Kind: uint32(reflect.String), Len: 1 << 63}, status.Limit},
		{hosttest.Typ[string](), frame.Value{}, status.WrongType}, {hosttest.Typ[[1]*int](), frame.Value{}, status.WrongType},
		{hosttest.Typ[time.Time](), frame.Value{}, status.WrongType},
		{hosttest.Typ[string](), h.Bytes("b"), status.WrongType}, {hosttest.Typ[string](), hosttest.Number(reflect.Int, 1), status.WrongType},
		{hosttest.Typ[[]byte](), h.Text("s"), status.WrongType}, {hosttest.Typ[[]int](), h.Bytes("b"), status.WrongType},
		{hosttest.Typ[[]int16](), h.Bytes("odd"), status.WrongType}, {hosttest.Typ[[]bool](), h.Bytes("b"), status.WrongType},
		{hosttest.Typ[[]*int](), h.Bytes("8 bytes."), status.WrongType}, {hosttest.Typ[[]string](), h.Bytes(""), status.WrongType},
		{hosttest.Typ[[]struct{}](), h.Bytes(""), status.WrongType}, {hosttest.Typ[[]int](), h.Text("8 bytes."), status.WrongType},
		{hosttest.Typ[*int](), hosttest.Number(reflect.Int, 1), status.WrongType}, {hosttest.Typ[*string](), h.Text("s"), status.WrongType},
		{hosttest.Typ[error](), h.Text("s"), status.WrongType}, {hosttest.Typ[error](), hosttest.Number(reflect.Int, 1), status.WrongType},
		{hosttest.Typ[error](), h.Reference(time.Second), status.WrongType},
		{hosttest.Typ[fmt.Stringer](), h.Reference(hosttest.Ptr(1)), status.WrongType},
		{hosttest.Typ[string](), h.Reference(hosttest.Named("s")), status.WrongType}, {hosttest.Typ[hosttest.Named](), h.Reference("s"), status.WrongType},
		{hosttest.Typ[*int](), h.Reference(1), status.WrongType}, {hosttest.Typ[*int](), h.Reference(new(int8)), status.WrongType},
		{hosttest.Typ[chan int](), h.Reference(make(<-chan int)), status.WrongType},
		{hosttest.Typ[[]int](), h.Reference([]int8{}), status.WrongType},
		{hosttest.Typ[[]int](), h.Reference(hosttest.Ptr(hosttest.Ptr([]int{}))), status.WrongType},
		{hosttest.Typ[map[string]int](), h.Reference(map[string]int8{}), status.WrongType},
		{hosttest.Typ[string](), h.Reference((*string)(nil)), status.Nil}, {hosttest.Typ[[]int](), h.Reference((*[]int)(nil)), status.Nil},
		{anyType, raw(it), status.WrongKind}, {hosttest.Typ[map[string]int](), raw(it), status.WrongKind},
		{anyType, raw(frame.Ref(hosttest.TypeRef(anyType))), status.WrongKind},
	}
	for want, r := range bad {
		cases = append(cases, badValue{anyType, raw(r), want}, badValue{hosttest.Typ[*int](), raw(r), want})
	}
	for _, flagged := range []frame.Value{{}, h.Text("s"), h.Bytes("b"), hosttest.Number(reflect.Int, 1), h.Reference(1)} {
		flagged.Flags = 1
		cases = append(cases, badValue{anyType, flagged, status.Argument}, badValue{hosttest.Typ[string](), flagged, status.Argument})
	}
	if math.MaxInt == math.MaxInt32 {
		cases = append(cases, badValue{anyType, hosttest.Number(reflect.Int, 1<<31), status.Range},
			badValue{anyType, hosttest.Number(reflect.Uintptr, 1<<32), status.Range})
	}
	for _, c := range cases {
		got, status, message := h.Store(c.of, c.v)
		if status != c.want || !strings.HasPrefix(message, "gobridge_value_store: data: ") {
			t.Errorf("%+v for a %s: status %d, not %d: %s", c.v, c.of, status, c.want, message)
		}
		if !got.IsZero() {
			t.Errorf("%+v for a %s failed and has set %v", c.v, c.of, got)
		}
	}
}

func TestValuesToC(t *testing.T) {
	h := hosttest.New(t)
	n := 1
	for _, c := range []struct {
		pointer any
		kind    uint32
		as      uint64
		shown   string
	}{
		{hosttest.Ptr("text\x00\xff"), uint32(reflect.String), 0, "text\x00\xff"}, {hosttest.Ptr(""), uint32(reflect.String), 0, ""},
		{hosttest.Ptr(hosttest.Named("n")), uint32(reflect.String), 0, "n"}, {hosttest.Ptr([]byte("b")), frame.KindBytes, 0, "b"},
		{hosttest.Ptr([]byte{}), frame.KindBytes, 0, ""},
		{hosttest.Ptr([]byte(nil)), 0, 0, ""}, {hosttest.Ptr([]int(nil)), 0, 0, ""}, {hosttest.Ptr([]int{}), frame.KindRef, 0, ""},
		{hosttest.Ptr((*int)(nil)), 0, 0, ""},
		{hosttest.Ptr(&n), frame.KindRef, 0, ""}, {hosttest.Ptr(hosttest.NamedMap(nil)), 0, 0, ""}, {hosttest.Ptr(hosttest.NamedMap{}), frame.KindRef, 0, ""},
		{hosttest.Ptr((func())(nil)), 0, 0, ""},
		{hosttest.Ptr((chan int)(nil)), 0, 0, ""}, {hosttest.Ptr(unsafe.Pointer(nil)), 0, 0, ""}, {hosttest.Ptr([1]*int{}), frame.KindRef, 0, ""},
		{hosttest.Ptr(time.Time{}), frame.KindRef, 0, ""}, {hosttest.Ptr(any(nil)), 0, 0, ""}, {hosttest.Ptr(error(nil)), 0, 0, ""},
		{hosttest.Ptr(os.ErrExist), frame.KindRef, 0, ""},
		{hosttest.Ptr(any(true)), uint32(reflect.Bool), 1, ""}, {hosttest.Ptr(any(false)), uint32(reflect.Bool), 0, ""},
		{hosttest.Ptr(any(-1)), uint32(reflect.Int), math.MaxUint64, ""},
		{hosttest.Ptr(any(int8(-2))), uint32(reflect.Int8), minus(2), ""},
		{hosttest.Ptr(any(uint8(200))), uint32(reflect.Uint8), 200, ""},
		{hosttest.Ptr(any(uint64(1 << 63))), uint32(reflect.Uint64), 1 << 63, ""},
		{hosttest.Ptr(any(float32(1.5))), uint32(reflect.Float32), math.Float64bits(1.5), ""},
		{hosttest.Ptr(any(-0.5)), uint32(reflect.Float64), math.Float64bits(-0.5), ""},
		{hosttest.Ptr(any("s")), uint32(reflect.String), 0, "s"},
		{hosttest.Ptr(any([]byte("b"))), frame.KindBytes, 0, "b"}, {hosttest.Ptr(any(1i)), frame.KindRef, 0, ""},
		{hosttest.Ptr(any(time.Second)), frame.KindRef, 0, ""},
		{hosttest.Ptr(any(hosttest.Named("n"))), frame.KindRef, 0, ""}, {hosttest.Ptr(any(hosttest.NamedBytes("n"))), frame.KindRef, 0, ""},
		{hosttest.Ptr(any((*int)(nil))), frame.KindRef, 0, ""},
		{hosttest.Ptr(any([2]int{})), frame.KindRef, 0, ""}, {hosttest.Ptr(fmt.Stringer(time.Second)), frame.KindRef, 0, ""},
	} {
		v, shown := h.Load("gobridge_value_load", h.NewRef(c.pointer))
		if v.Kind != c.kind || shown != c.shown || v.Len != uint64(len(c.shown)) || v.Flags != 0 {
			t.Errorf("%#v comes out as %+v, %q", reflect.ValueOf(c.pointer).Elem(), v, shown)
		}
		switch {
		case v.Kind == frame.KindRef:
			if v.Owner == 0 || uint64(v.Owner) != v.As {
				t.Errorf("%#v comes out as %+v, which does not own itself", c.pointer, v)
			}
		case v.Kind == uint32(reflect.String), v.Kind == frame.KindBytes:
			if v.As == 0 || v.Owner == 0 && v.Len > 0 {
				t.Errorf("%#v comes out as %+v", c.pointer, v)
			}
		case v.As != c.as || v.Owner != 0:
			t.Errorf("%#v comes out as %+v, not %#x", c.pointer, v, c.as)
		}
	}
}

func TestValueGet(t *testing.T) {
	h := hosttest.New(t)
	for _, c := range []struct {
		v     any
		kind  uint32
		as    uint64
		shown string
	}{
		{time.Second, uint32(reflect.Int64), uint64(time.Second), ""}, {uint64(3), uint32(reflect.Uint64), 3, ""},
		{true, uint32(reflect.Bool), 1, ""}, {2.5, uint32(reflect.Float64), math.Float64bits(2.5), ""},
		{"text", uint32(reflect.String), 0, "text"}, {hosttest.Named("n"), uint32(reflect.String), 0, "n"},
		{"", uint32(reflect.String), 0, ""},
		{[]byte("b"), frame.KindBytes, 0, "b"}, {[]byte{}, frame.KindBytes, 0, ""}, {hosttest.NamedBytes("n"), frame.KindBytes, 0, "n"},
		{1i, frame.KindRef, 0, ""}, {[]byte(nil), frame.KindRef, 0, ""}, {[]int{1}, frame.KindRef, 0, ""}, {map[int]int{}, frame.KindRef, 0, ""},
		{new(int), frame.KindRef, 0, ""},
	} {
		r := h.NewRef(c.v)
		v, shown := h.Load("gobridge_value_get", r)
		if v.Kind != c.kind || shown != c.shown || v.Len != uint64(len(c.shown)) {
			t.Errorf("%#v is %+v, %q", c.v, v, shown)
		}
		if v.Kind == frame.KindRef && (v.As != uint64(r) || v.Owner != 0) || c.as != 0 && v.As != c.as {
			t.Errorf("%#v of %#x is %+v", c.v, uint64(r), v)
		}
	}
}

func TestVariables(t *testing.T) {
	h := hosttest.New(t)
	for _, of := range append(hosttest.KeyTypes, hosttest.MoreTypes...) {
		g := hosttest.NewGenerator(t)
		variable := h.Own(h.Must("gobridge_value_new", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(of)}}).NewRef)
		load := func(r frame.Ref) reflect.Value {
			f := frame.Frame{Slots: frame.Slots{A: uint64(r), P: h.Room(of)}}
			h.Must("gobridge_value_load", f)
			return h.Out(of, f.P)
		}
		if got := load(variable); !got.IsZero() {
			t.Errorf("a new %s is %q", of, hosttest.Show(got))
		}
		v := g.Value(of, false)
		h.Must("gobridge_value_store", frame.Frame{Slots: frame.Slots{A: uint64(variable), P: h.In(v)}})
		h.Forget()
		if got := load(variable); hosttest.Show(got) != hosttest.Show(v) {
			t.Errorf("%s holds %q, not %q", of, hosttest.Show(got), hosttest.Show(v))
		}
		made := h.Must("gobridge_value_box", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(of), P: h.In(v)}}).NewRef
		h.Forget()
		if made == 0 {
			if of.Kind() != reflect.Interface || !v.IsNil() {
				t.Errorf("the box of %s %q is 0", of, hosttest.Show(v))
			}
			continue
		}
		h.Own(made)
		if of.Kind() == reflect.Interface {
			v = v.Elem()
			of = v.Type()
		}
		if v.Kind() == reflect.Pointer { // of a *T, the T is loaded
			continue
		}
		if got := load(made); hosttest.Show(got) != hosttest.Show(v) {
			t.Errorf("the box of %s holds %q, not %q", of, hosttest.Show(got), hosttest.Show(v))
		}
		h.Refuse(status.WrongKind, "pointer", "gobridge_value_store", frame.Frame{Slots: frame.Slots{A: uint64(made), P: h.Alloc(64)}})
	}
	for _, call := range []string{"gobridge_value_load", "gobridge_value_store"} {
		h.Refuse(status.Nil, "nil *int", call, frame.Frame{Slots: frame.Slots{A: uint64(h.NewRef((*int)(nil))), P: h.Alloc(64)}})
	}
}

// What comes out of an interface goes back in with the same dynamic type.
func TestInterfacesKeepTheirTypes(t *testing.T) {
	h := hosttest.New(t)
	n := 1
	for _, held := range []any{
		nil, true, -1, int8(-1), int16(-1), int32(-1), int64(-1), uint(1), uint8(1), uint16(1), uint32(1), uint64(1), uintptr(1),
		float32(1.5), math.Copysign(0, -1), math.Inf(1), complex64(1i), 1i, "", "s", "\x00\xff", []byte{}, []byte("b"), []byte(nil),
		hosttest.Named("n"), hosttest.NamedBytes("n"), hosttest.NamedBytes(nil), hosttest.NamedMap{"a": 1}, hosttest.NamedMap(nil), time.Second, time.Month(2), time.Unix(1, 2),
		[2]int{1, 2}, [0]int{}, struct{}{}, struct{ A any }{1}, &n, (*int)(nil), []int(nil), []int{1}, []any{nil, 1},
		map[string]int{"a": 1}, map[string]int(nil), (chan int)(nil), errors.New("an error"), unsafe.Pointer(&n), unsafe.Pointer(nil),
		reflect.TypeOf(0), hosttest.Ptr(any(1)),
	} {
		from := hosttest.Ptr(held)
		p := h.Alloc(unsafe.Sizeof(frame.Value{}))
		h.Must("gobridge_value_load", frame.Frame{Slots: frame.Slots{A: uint64(h.NewRef(from)), P: p}})
		v := *(*frame.Value)(p)
		back, code, message := h.Store(hosttest.Typ[any](), v)
		if code != status.OK || !reflect.DeepEqual(back.Interface(), held) {
			t.Errorf("%#v comes back as %#v (status %d: %s)", held, back.Interface(), code, message)
		}
		if v.Owner != 0 {
			h.Release(v.Owner)
		}
		h.Forget()
	}
}

// A Go pointer may come from C and lead nowhere: what its variable was to be written to stays as it is.
func TestPointersThatLeadNowhere(t *testing.T) {
	h := hosttest.New(t)
	page, err := syscall.Mmap(-1, 0, os.Getpagesize(), syscall.PROT_NONE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Munmap(page) }()
	nowhere := unsafe.Pointer(unsafe.SliceData(page))
	before := frame.Value{Kind: uint32(reflect.Int64), As: 42}
	for _, pointer := range []any{(*int64)(nowhere), (*string)(nowhere), (*hosttest.Point)(nowhere), (*any)(nowhere), (*map[string]int)(nowhere)} {
		out := (*frame.Value)(h.Alloc(unsafe.Sizeof(before)))
		*out = before
		h.Refuse(status.Address, "nothing lies", "gobridge_value_follow",
			frame.Frame{Slots: frame.Slots{A: uint64(h.NewRef(pointer)), P: unsafe.Pointer(out)}})
		if *out != before {
			t.Errorf("%T: %+v", pointer, *out)
		}
	}
	// Calls that are given no C memory, so that nothing but the pointer can fault.
	to, from := h.NewRef((*int64)(nowhere)), h.NewRef(hosttest.Ptr(int64(42)))
	for _, call := range []struct {
		name     string
		dst, src frame.Ref
	}{
		{"gobridge_reflect_typedmemclr", to, 0},
		{"gobridge_reflect_typedmemmove", to, from},
		{"gobridge_reflect_typedmemmove", from, to},
	} {
		h.Refuse(status.Address, "nothing lies", call.name,
			frame.Frame{Slots: frame.Slots{A: uint64(call.dst), B: uint64(call.src)}})
	}
}

// What C reads stays where it is and is not freed, though Go has forgotten it, until the value is released. Where
// Go frees memory, GODEBUG=clobberfree=1 has it overwritten.
func TestViewsLast(t *testing.T) {
	if !strings.Contains(os.Getenv("GODEBUG"), "clobberfree=1") {
		// Where the test is for another processor than the machine's, the build says what runs it.
		command := append(strings.Fields(os.Getenv("GOBRIDGE_EMULATOR")), os.Args[0], "-test.run=^TestViewsLast$", "-test.v")
		again := exec.Command(command[0], command[1:]...)
		again.Env = append(os.Environ(), "GODEBUG=clobberfree=1,"+os.Getenv("GODEBUG"), "GOGC=1")
		output, err := again.CombinedOutput()
		if err != nil || !bytes.Contains(output, []byte("--- PASS: TestViewsLast")) {
			t.Fatalf("%v\n%s", err, output)
		}
		return
	}
	h := hosttest.New(t)
	const views = 1000
	want := func(i int) string { return strings.Repeat(fmt.Sprint(i, "\x00"), 1+i%200) }
	var shown []frame.Value
	for i := 0; i < views; i++ {
		var variable any = hosttest.Ptr(want(i))
		if i%2 == 1 {
			variable = hosttest.Ptr(any([]byte(want(i))))
		}
		p := h.Alloc(unsafe.Sizeof(frame.Value{}))
		r := value.NewRef(&frame.Frame{}, variable)
		h.Must("gobridge_value_load", frame.Frame{Slots: frame.Slots{A: uint64(r), P: p}})
		shown = append(shown, *(*frame.Value)(p))
		object, err := ref.Table.Get(h.Own(shown[i].Owner), "")
		view, is := object.(*value.View) // the first short ones are in the thread's own places
		if err != nil || is && reflect.ValueOf(&view.Pins.Pinner).Elem().Field(0).IsNil() {
			t.Fatalf("view %d is not pinned, %v", i, err)
		}
		h.Release(r)
		h.Forget()
	}
	for round := 0; round < 3; round++ {
		hosttest.Collect()
		for i := range shown {
			if got := hosttest.Shown(&shown[i]); got != want(i) {
				t.Fatalf("view %d shows %q, not %q", i, got, want(i))
			}
		}
	}
}

// A short string's place serves again once its reference is released, and not before: what was released is stale, and what
// Go code or another reference has of it is a copy.
func TestShortStringsComeAgain(t *testing.T) {
	h := hosttest.New(t)
	var read []frame.Value
	get := func(text string) frame.Value {
		p := h.Alloc(unsafe.Sizeof(frame.Value{}))
		r := value.NewRef(&frame.Frame{}, text)
		h.Must("gobridge_value_get", frame.Frame{Slots: frame.Slots{A: uint64(r), P: p}})
		h.Release(r)
		return *(*frame.Value)(p)
	}
	for i := 0; i < 100; i++ { // more than there are places for
		read = append(read, get(fmt.Sprint("text ", i)))
	}
	for i := range read {
		if got := hosttest.Shown(&read[i]); got != fmt.Sprint("text ", i) {
			t.Errorf("text %d is %q", i, got)
		}
	}
	dup := h.Must("gobridge_ref_dup", frame.Frame{Slots: frame.Slots{A: uint64(read[0].Owner)}}).NewRef
	for i := range read {
		h.Release(read[i].Owner)
		h.Refuse(status.StaleRef, "ref", "gobridge_release", frame.Frame{Slots: frame.Slots{A: uint64(read[i].Owner)}})
	}
	places := map[uint64]bool{}
	for i := 0; i < 1000; i++ {
		again := get("another")
		places[again.As] = true
		h.Refuse(status.StaleRef, "ref", "gobridge_release", frame.Frame{Slots: frame.Slots{A: uint64(read[0].Owner)}})
		h.Release(again.Owner)
	}
	if len(places) > 16 {
		t.Errorf("%d places for strings of which one was live", len(places))
	}
	held, served := get("held"), 0
	for i := 0; i < 100; i++ {
		again := get("another")
		if again.Owner.IsKept() {
			served++
		}
		h.Release(again.Owner)
	}
	if served < 80 {
		t.Errorf("beside a string that is held, places served %d of 100 times", served)
	}
	if got := hosttest.Shown(&held); got != "held" {
		t.Errorf("it is %q", got)
	}
	h.Release(held.Owner)
	kept, err := value.At(&frame.Frame{}, dup, "")
	if err != nil || kept.String() != "text 0" {
		t.Errorf("what was duplicated is %v, %v", kept, err)
	}
	h.Release(dup)
}

// Text of the program itself is not on the heap, and can not be pinned.
func TestViewOfAConstant(t *testing.T) {
	h := hosttest.New(t)
	constant := "constant"
	if _, shown := h.Load("gobridge_value_load", h.NewRef(&constant)); shown != "constant" {
		t.Errorf("it shows %q", shown)
	}
}

type (
	octet    byte
	octets   []octet
	celsius  []float32
	position struct {
		X, Y int16
		_    [4]byte
	}
)

// The memory of elements without pointers is a slice of them, a copy.
func TestBytesAreElements(t *testing.T) {
	h := hosttest.New(t)
	const memory = "one two three, four five"
	for _, of := range []reflect.Type{hosttest.Typ[[]int64](), hosttest.Typ[[]int8](), hosttest.Typ[[]uint16](), hosttest.Typ[[]complex64](),
		hosttest.Typ[octets](), hosttest.Typ[celsius](), hosttest.Typ[[]position](), hosttest.Typ[[][3]uint32]()} {
		for _, len := range []int{24, 0} {
			v := h.Bytes(memory[:len])
			got, status, message := h.Store(of, v)
			if status != 0 || got.IsNil() || got.Len() != len/int(of.Elem().Size()) {
				t.Errorf("%s of %d bytes: %v, status %d: %s", of, len, got, status, message)
				continue
			}
			if len > 0 && (uint64(got.Pointer()) == v.As || unsafe.String((*byte)(got.UnsafePointer()), len) != memory) {
				t.Errorf("%s: %v", of, got)
			}
		}
	}
}
