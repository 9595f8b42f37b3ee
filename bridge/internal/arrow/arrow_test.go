package arrow_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"

	"gobridge/bridge/internal/arrow"
	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// arrowExchange is C memory that an array is exported to, and imported from.
type arrowExchange struct {
	*hosttest.Host
	schema *arrow.Schema
	array  *arrow.Array
}

func newArrowExchange(h *hosttest.Host) arrowExchange {
	return arrowExchange{h, (*arrow.Schema)(h.Alloc(unsafe.Sizeof(arrow.Schema{}))), (*arrow.Array)(h.Alloc(unsafe.Sizeof(arrow.Array{})))}
}

// frame has addresses of callbacks that no one calls here.
func (e arrowExchange) frame(a uint64) frame.Frame {
	f := frame.Frame{}
	*frame.Args[arrow.Args](&f) = arrow.Args{Schema: unsafe.Pointer(e.schema), Array: unsafe.Pointer(e.array), Ref: frame.Ref(a), ReleaseSchema: 1 << 20, ReleaseArray: 1 << 20}
	return f
}

// end releases what was exported, as the callbacks do.
func (e arrowExchange) end() {
	endArrow(e.Host, e.schema, func(s *arrow.Schema) (uintptr, int64, uintptr) { return s.Children, s.NChildren, s.PrivateData })
	endArrow(e.Host, e.array, func(a *arrow.Array) (uintptr, int64, uintptr) { return a.Children, a.NChildren, a.PrivateData })
}

func endArrow[S any](h *hosttest.Host, s *S, parts func(*S) (children uintptr, n int64, private uintptr)) {
	children, n, private := parts(s)
	for i := int64(0); i < n; i++ {
		endArrow(h, unsafe.Slice((**S)(cmem.AddressAt(&children)), n)[i], parts)
	}
	h.Release(*(*frame.Ref)(cmem.AddressAt(&private)))
}

type (
	arrowRow struct {
		Number   int8
		Text     string
		_        func()
		Truth    *bool
		Raw      []byte
		ID       [3]byte
		At       []time.Time
		For      time.Duration
		Lists    [][]*string
		Pair     [2]struct{ A, B uint16 }
		ByNumber map[int16][]bool
		Nothing  struct{}
		Far      ***float32
	}
	arrowLeaf struct{ A, B int8 }
	arrowTree struct {
		Left  *arrowTree
		Other int
	}
	arrowForest struct{ Trees []arrowForest }
	arrowLoop   *arrowLoop
	arrow2      struct{ A, B arrowLeaf }
	arrow4      struct{ A, B arrow2 }
	arrow8      struct{ A, B, C, D, E, F, G, H arrow4 }
	arrow64     struct{ A, B, C, D, E, F, G, H arrow8 }
	arrow512    struct{ A, B, C, D, E, F, G, H arrow64 }
	arrow4096   struct{ A, B, C, D, E, F, G, H arrow512 }
	arrowMany   struct{ A, B, C, D, E, F, G, H arrow4096 }
)

// notNull is what pointers lead to; not valid where that, or one of them, is nil.
func notNull(v reflect.Value) reflect.Value {
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.IsNil() {
		return reflect.Value{}
	}
	return v
}

// identical tells whether two values are the same to the bit, in all that is exported.
func identical(a, b reflect.Value) bool {
	if a, b = notNull(a), notNull(b); !a.IsValid() || !b.IsValid() {
		return a.IsValid() == b.IsValid()
	}
	switch a.Kind() {
	case reflect.Float32, reflect.Float64:
		return string(bitsOf(a)) == string(bitsOf(b))
	case reflect.Slice, reflect.Array:
		for i := 0; i < a.Len(); i++ {
			if b.Len() != a.Len() || !identical(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return b.Len() == a.Len()
	case reflect.Map:
		for entries := a.MapRange(); entries.Next(); {
			if elem := b.MapIndex(entries.Key()); !elem.IsValid() || !identical(entries.Value(), elem) {
				return false
			}
		}
		return b.Len() == a.Len()
	case reflect.Struct:
		if t, isTime := a.Interface().(time.Time); isTime {
			return t.Equal(b.Interface().(time.Time))
		}
		for i := 0; i < a.NumField(); i++ {
			if a.Type().Field(i).IsExported() && !identical(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	}
	return a.Interface() == b.Interface()
}

func bitsOf(v reflect.Value) []byte {
	return unsafe.Slice((*byte)(hosttest.Addressable(v).Addr().UnsafePointer()), v.Type().Size())
}

// Random values of all types come back as they were, whole and in part.
func TestArrowThereAndBack(t *testing.T) {
	g := hosttest.NewGenerator(t)
	for _, elem := range hosttest.TypesOf(int8(0), uint16(0), int64(0), 0, uintptr(0), float32(0), 0.0, false, "", hosttest.Named(""), []byte(nil),
		[4]byte{}, [0]byte{}, time.Second, time.March, [2]bool{}, [3][2]string{}, []int32(nil), [][]string(nil), (*int)(nil),
		(**string)(nil), (*[]bool)(nil), arrowLeaf{}, arrow2{}, struct{}{}, []struct{}(nil), map[int8]string(nil),
		map[[2]bool]map[string]*int8(nil), arrowRow{}, (*arrowRow)(nil), time.Time{}) {
		h, done := hosttest.New(t), 0
		for try := 0; try < 1000 && done < 10; try++ {
			slice := reflect.MakeSlice(reflect.SliceOf(elem), 0, 0)
			for i := g.Intn(8); i > 0; i-- {
				slice = reflect.Append(slice, g.Value(elem, false))
			}
			e, r := newArrowExchange(h), h.NewRef(slice.Interface())
			if _, s, message := hosttest.Call(t, "gobridge_arrow_export", e.frame(uint64(r))); s != status.OK {
				if s != status.Syntax || !strings.Contains(message, "UTF-8") { // which some random strings are not
					t.Fatalf("%s: %s", elem, message)
				}
				continue
			}
			for from := 0; from <= slice.Len(); from++ {
				part := slice.Slice(from, slice.Len())
				e.array.Offset, e.array.Length, e.array.NullCount = int64(from), int64(part.Len()), -1
				r := h.Must("gobridge_arrow_import", e.frame(hosttest.TypeRef(slice.Type()))).NewRef
				if back, _ := value.At(&frame.Frame{}, r, ""); !identical(part, back) {
					t.Errorf("%#v came back as %#v", part, back)
				}
				h.Release(r)
			}
			e.end()
			done++
		}
		if done < 5 {
			t.Errorf("%s: of few values all strings were valid", elem)
		}
	}
}

// A type that holds itself, and one that has too many columns, is refused before it is walked through.
func TestArrowTypesWithoutEnd(t *testing.T) {
	h := hosttest.New(t)
	e := newArrowExchange(h)
	for _, c := range []struct {
		v     any
		want  status.Code
		words string
	}{
		{[]arrowTree{}, status.TooDeep, "value[].Left.Left.Left"}, {[]arrowForest{}, status.TooDeep, "value[].Trees[].Trees[]"},
		{map[string]arrowTree{}, status.TooDeep, "value[value].Left.Left"},
		{[]arrowLoop{}, status.WrongType, "value[] is a arrow_test.arrowLoop"}, {[]arrowMany{}, status.Limit, "65536 columns"},
	} {
		h.Refuse(c.want, c.words, "gobridge_arrow_export", e.frame(uint64(h.NewRef(c.v))))
	}
}

// What is lent is the slice's own memory, also from its middle.
func TestArrowLends(t *testing.T) {
	h := hosttest.New(t)
	numbers, pairs := make([]int32, 100), make([][2][3]float64, 7)
	for _, c := range []struct {
		v    any
		at   unsafe.Pointer
		rows int64
	}{
		{numbers, unsafe.Pointer(&numbers[0]), 100}, {numbers[51:90], unsafe.Pointer(&numbers[51]), 39},
		{pairs[2:], unsafe.Pointer(&pairs[2]), 5}, {&pairs[1], unsafe.Pointer(&pairs[1]), 2},
	} {
		e := newArrowExchange(h)
		h.Must("gobridge_arrow_export", e.frame(uint64(h.NewRef(c.v))))
		a := e.array
		if a.Length != c.rows {
			t.Errorf("%T: %d rows", c.v, a.Length)
		}
		for a.NChildren > 0 {
			a = *(**arrow.Array)(cmem.AddressAt(&a.Children))
		}
		if buffers := *(*[2]unsafe.Pointer)(cmem.AddressAt(&a.Buffers)); buffers[1] != c.at {
			t.Errorf("%T: the buffer is at %p, the slice at %p", c.v, buffers[1], c.at)
		}
		e.end()
	}
}

// As many columns as there may be are imported in a moment, though each looks for its field.
func TestArrowManyColumns(t *testing.T) {
	h := hosttest.New(t)
	fields := make([]reflect.StructField, 20000)
	for i := range fields {
		fields[i] = reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: reflect.TypeOf(uint8(0))}
	}
	e, begun := newArrowExchange(h), time.Now()
	h.Must("gobridge_arrow_export", e.frame(uint64(h.NewRef(reflect.MakeSlice(reflect.SliceOf(reflect.StructOf(fields)), 3, 3).Interface()))))
	h.Own(h.Must("gobridge_arrow_import", e.frame(0)).NewRef)
	e.end()
	t.Log(time.Since(begun))
}

// docs/arrow.md has the figures.
func BenchmarkArrow(b *testing.B) {
	numbers, texts, counts, words := make([]int64, 1e6), make([]string, 1e5), map[uint64]uint64{}, map[string]uint64{}
	for i := range texts {
		texts[i] = fmt.Sprintf("word number %d", i)
		words[texts[i]] = uint64(i)
	}
	for i := uint64(0); i < 1e6; i++ {
		counts[i*0x9E3779B97F4A7C15] = i
	}
	rows := make([]struct {
		Name string
		Rate float64
		Tags []string
	}, 1e5)
	for i := range rows {
		rows[i].Name, rows[i].Rate, rows[i].Tags = texts[i], float64(i), texts[i:i+i%3]
	}
	for _, v := range []any{numbers, texts, rows, words, counts} {
		h := hosttest.New(b)
		e, r := newArrowExchange(h), uint64(h.NewRef(v))
		t := reflect.TypeOf(v)
		b.Run(fmt.Sprintf("export/%.30s", t), func(b *testing.B) {
			for i := 0; i < b.N; i++ {
				h.Must("gobridge_arrow_export", e.frame(r))
				e.end()
			}
		})
		h.Must("gobridge_arrow_export", e.frame(r))
		b.Run(fmt.Sprintf("import/%.30s", t), func(b *testing.B) {
			for i := 0; i < b.N; i++ {
				h.Release(h.Must("gobridge_arrow_import", e.frame(hosttest.TypeRef(t))).NewRef)
			}
		})
		e.end()
	}
}
