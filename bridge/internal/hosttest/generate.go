package hosttest

import (
	"errors"
	"math"
	"math/rand"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
	"unsafe"
)

// Generator makes random Go values of any type.
type Generator struct {
	*rand.Rand
	hashable bool
}

// NewGenerator takes its seed from GOBRIDGE_SEED, or from the clock.
func NewGenerator(t testing.TB) Generator {
	seed, err := strconv.ParseInt(os.Getenv("GOBRIDGE_SEED"), 10, 64)
	if err != nil {
		seed = time.Now().UnixNano()
	}
	t.Logf("GOBRIDGE_SEED=%d", seed)
	return Generator{Rand: rand.New(rand.NewSource(seed))}
}

var (
	Float32Bits = []uint32{0, 1 << 31, 0x7fc00000, 0x7fc00001, 0xffc00000, 0x7f800000, 0x3fc00000, 1}
	float64Bits = []uint64{0, 1 << 63, 0x7ff8 << 48, 0x7ff8<<48 | 1, 0xfff8 << 48, 0x7ff << 52, 0x3ff8 << 48, 1}
	Texts       = []string{"", "a", "b", "k\x00\xff", "\u00e9\u4e16", strings.Repeat("long ", 40)}
	// What interfaces hold: there are values that are equal but for their types, and the last types are not hashable.
	dynamicTypes = TypesOf(false, 0, int8(0), int64(0), uint8(0), uint64(0), uintptr(0), float32(0), 0.0, 0i, "",
		time.Second, time.Time{}, [2]int16{}, struct{ A, B any }{}, new(int), make(chan int), Named(""),
		[]byte(nil), []int(nil), map[string]any(nil), func() {})
	unhashable = 4
	errorTypes = TypesOf(errors.New(""), &os.PathError{})
	stringers  = TypesOf(time.Second, time.March, time.Time{}, (*time.Location)(nil))
)

func TypesOf(values ...any) (types []reflect.Type) {
	for _, v := range values {
		types = append(types, reflect.TypeOf(v))
	}
	return types
}

// Value makes a value of a type: for a key, one that Go can hash whatever its interfaces hold.
func (g Generator) Value(t reflect.Type, forKey bool) reflect.Value {
	v := reflect.New(t).Elem()
	g.hashable = forKey
	g.fill(v, 4)
	return v
}

// fill sets a variable that is zero.
func (g Generator) fill(v reflect.Value, depth int) {
	p, t := v.Addr().UnsafePointer(), v.Type()
	switch {
	case t == reflect.TypeOf(time.Time{}):
		zones := []*time.Location{time.UTC, time.Local, time.FixedZone("z", 3600)}
		v.Set(reflect.ValueOf(time.Unix(g.Int63n(3), g.Int63n(2)).In(zones[g.Intn(3)])))
	case v.CanInt():
		v.SetInt(int64(g.number()))
	case v.CanUint():
		v.SetUint(g.number())
	case t.Kind() == reflect.Bool:
		v.SetBool(g.Intn(2) == 1)
	case t.Kind() == reflect.Float32, t.Kind() == reflect.Complex64:
		for i := uintptr(0); i < t.Size(); i += 4 {
			*(*uint32)(unsafe.Add(p, i)) = Float32Bits[g.Intn(len(Float32Bits))]
		}
	case t.Kind() == reflect.Float64, t.Kind() == reflect.Complex128:
		for i := uintptr(0); i < t.Size(); i += 8 {
			*(*uint64)(unsafe.Add(p, i)) = float64Bits[g.Intn(len(float64Bits))]
		}
	case t.Kind() == reflect.String:
		v.SetString(Texts[g.Intn(len(Texts))])
	case t.Kind() == reflect.Array && t.Elem().Kind() == reflect.Uint8:
		g.Read(v.Bytes())
	case t.Kind() == reflect.Array:
		for i := 0; i < t.Len(); i++ {
			g.fill(v.Index(i), depth)
		}
	case t.Kind() == reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			f := t.Field(i) // not v.Field: reflect sets no field that is not exported
			g.fill(reflect.NewAt(f.Type, unsafe.Add(p, f.Offset)).Elem(), depth)
		}
	case depth > 0 && g.Intn(4) > 0: // else nil
		g.point(v, depth-1)
	}
}

// number is small more often than not.
func (g Generator) number() uint64 {
	return []uint64{0, 1, 2, math.MaxUint64, 1 << 63, g.Uint64(), g.Uint64() >> 32}[g.Intn(7)]
}

// point sets a variable that could be nil.
func (g Generator) point(v reflect.Value, depth int) {
	t := v.Type()
	switch t.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		if t.Elem().PkgPath() == "" { // what a package keeps for itself stays as it is
			g.fill(v.Elem(), depth)
		}
	case reflect.UnsafePointer:
		v.SetPointer(unsafe.Pointer(new(int64)))
	case reflect.Chan:
		made := reflect.MakeChan(reflect.ChanOf(reflect.BothDir, t.Elem()), 1)
		v.Set(made.Convert(t))
	case reflect.Func:
		v.Set(reflect.MakeFunc(t, func([]reflect.Value) []reflect.Value { panic("called") }))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(t, g.Intn(4), 4))
		for i := 0; i < v.Len(); i++ {
			g.fill(v.Index(i), depth)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(t))
		for i := g.Intn(3); i > 0; i-- {
			elem := reflect.New(t.Elem()).Elem()
			g.fill(elem, depth)
			v.SetMapIndex(Generator{g.Rand, true}.Value(t.Key(), true), elem)
		}
	case reflect.Interface:
		types := dynamicTypes
		switch {
		case t == reflect.TypeOf((*error)(nil)).Elem():
			types = errorTypes
		case t.NumMethod() > 0:
			types = stringers
		case g.hashable:
			types = types[:len(types)-unhashable]
		}
		held := reflect.New(types[g.Intn(len(types))]).Elem()
		g.fill(held, depth)
		if held.Type() != reflect.TypeOf([]byte(nil)) || !held.IsNil() {
			v.Set(held)
		}
	}
}

// Show tells a value exactly: the bits of numbers, the types in interfaces, what pointers point to by its address.
func Show(v reflect.Value) string {
	p, t := Addressable(v).Addr().UnsafePointer(), v.Type()
	switch t.Kind() {
	case reflect.Struct, reflect.Array:
		if t.Kind() == reflect.Array && t.Elem().Kind() <= reflect.Complex128 {
			break
		}
		var parts []string
		for i := uintptr(0); t.Kind() == reflect.Array && i < uintptr(t.Len()); i++ {
			parts = append(parts, Show(reflect.NewAt(t.Elem(), unsafe.Add(p, i*t.Elem().Size())).Elem()))
		}
		for i := 0; t.Kind() == reflect.Struct && i < t.NumField(); i++ {
			parts = append(parts, Show(reflect.NewAt(t.Field(i).Type, unsafe.Add(p, t.Field(i).Offset)).Elem()))
		}
		return "{" + strings.Join(parts, " ") + "}"
	case reflect.String:
		return strconv.Itoa(v.Len()) + ":" + v.String()
	case reflect.Interface:
		if v.IsNil() {
			return "nil"
		}
		return v.Elem().Type().String() + " " + Show(v.Elem())
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 && !v.IsNil() { // these cross as a copy
			return "bytes " + string(v.Bytes())
		}
	}
	return string(unsafe.Slice((*byte)(p), t.Size()))
}
