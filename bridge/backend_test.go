//go:build !gobridge_portable && !go1.28

package bridge

import (
	"fmt"
	"reflect"
	"sort"
	"testing"
	"time"
	"unsafe"

	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/linkname"
	"gobridge/bridge/internal/portable"
)

// question is one entry to put into a map and look for.
type question struct{ key, elem reflect.Value }

func at(v reflect.Value) unsafe.Pointer { return v.Addr().UnsafePointer() }

// answers is what a backend tells of a map that it fills with some entries, of which it then removes every other.
func answers[I any](b contract[I], t *layout.Map, asked []question) (told []string) {
	tell := func(format string, args ...any) { told = append(told, fmt.Sprintf(format, args...)) }
	found := func(elem unsafe.Pointer, found bool) {
		if found {
			tell("found %s", show(t.Elem.At(elem)))
		} else {
			tell("not found")
		}
	}
	look := func(m unsafe.Pointer, key reflect.Value) {
		found(b.RuntimeMapaccess2(t, m, at(key)))
		elem := b.ReflectMapaccess(t, m, at(key))
		found(elem, elem != nil)
		switch t.Fast {
		case layout.Fast32:
			found(b.RuntimeMapaccess2Fast32(t, m, *(*uint32)(at(key))))
		case layout.Fast64:
			found(b.RuntimeMapaccess2Fast64(t, m, *(*uint64)(at(key))))
		case layout.Fast64Ptr:
			found(b.RuntimeMapaccess2Fast64(t, m, uint64(*(*uintptr)(at(key)))))
		}
		tell("len %d", b.ReflectMaplen(t, m))
	}
	all := func(m unsafe.Pointer, next func(*I)) {
		var entries []string
		it := new(I)
		b.ReflectMapiterinit(t, m, it)
		for key := b.ReflectMapiterkey(it); key != nil; key = b.ReflectMapiterkey(it) {
			entries = append(entries, show(t.Key.At(key))+": "+show(t.Elem.At(b.ReflectMapiterelem(it))))
			next(it)
		}
		sort.Strings(entries)
		tell("%q, then %v", entries, b.ReflectMapiterkey(it))
	}
	assign := []func(m, key, elem unsafe.Pointer){
		func(m, key, elem unsafe.Pointer) { b.RuntimeMapassign(t, m, key, elem) },
		func(m, key, elem unsafe.Pointer) { b.ReflectMapassign0(t, m, key, elem) },
		func(m, key, elem unsafe.Pointer) {
			switch t.Fast {
			case layout.NotFast:
				b.RuntimeMapassign(t, m, key, elem)
			case layout.Fast32:
				b.RuntimeMapassignFast32(t, m, *(*uint32)(key), elem)
			case layout.Fast32Ptr:
				b.RuntimeMapassignFast32ptr(t, m, *(*unsafe.Pointer)(key), elem)
			case layout.Fast64:
				b.RuntimeMapassignFast64(t, m, *(*uint64)(key), elem)
			case layout.Fast64Ptr:
				b.RuntimeMapassignFast64ptr(t, m, *(*unsafe.Pointer)(key), elem)
			}
		},
	}
	for _, m := range []unsafe.Pointer{
		b.RuntimeMakemapSmall(t), b.RuntimeMakemap(t, 0), b.RuntimeMakemap(t, 100), b.ReflectMakemap(t, 9)} {
		for i, q := range asked {
			look(m, q.key)
			assign[i%len(assign)](m, at(q.key), at(q.elem))
			look(m, q.key)
		}
		all(m, b.RuntimeMapiternext)
		for i := 0; i < len(asked); i += 2 {
			b.RuntimeMapdelete(t, m, at(asked[i].key))
			look(m, asked[i].key)
		}
		all(m, b.ReflectMapiternext)
	}
	look(nil, asked[0].key)
	all(nil, b.ReflectMapiternext)
	return told
}

func same(t *testing.T, what string, linkname, portable any) {
	t.Helper()
	if !reflect.DeepEqual(linkname, portable) {
		t.Errorf("%s: linkname tells\n%q, portable\n%q", what, linkname, portable)
	}
}

func TestBackendsAgreeOnMaps(t *testing.T) {
	g := newGenerator(t)
	for i, key := range keyTypes {
		for _, elem := range []reflect.Type{
			keyTypes[(i+7)%len(keyTypes)], moreTypes[i%len(moreTypes)], typ[string](), typ[[128]byte](), typ[[1024]byte]()} {
			m := layout.OfMap(reflect.MapOf(key, elem))
			var asked []question
			for j := 0; j < 30; j++ {
				asked = append(asked, question{g.value(key, true), g.value(elem, false)})
			}
			same(t, m.String(), answers[linkname.Iter](linkname.Backend{}, m, asked),
				answers[portable.Iter](portable.Backend{}, m, asked))
		}
	}
}

// rest is what a backend tells of the symbols that are not about maps.
func rest[I any](b contract[I]) (told []any) {
	b.RuntimeSetCrosscall2()
	told = append(told, b.RuntimeIscgo())
	for _, bits := range append(float32Bits, 0x7f800001) {
		told = append(told, b.MathFloat32bits(*(*float32)(unsafe.Pointer(&bits))))
	}
	for _, n := range []uint64{0, 255, 256, 1<<64 - 1} {
		told = append(told, b.RuntimeConvT64(n), b.RuntimeConvTstring(fmt.Sprint(n)), b.RuntimeConvTslice([]byte(fmt.Sprint(n))))
	}
	told = append(told, b.RuntimeConvTstring(""), b.RuntimeConvTslice([]byte{}))
	for _, inter := range []reflect.Type{typ[error](), typ[fmt.Stringer]()} {
		for _, t := range []reflect.Type{typ[*failure](), typ[time.Duration](), typ[time.Time](), typ[*pointerString](),
			typ[pointerString](), typ[wrongString](), typ[int](), typ[func()]()} {
			for _, canfail := range []bool{true, false} {
				func() {
					defer func() { told = append(told, recover() != nil) }()
					told = append(told, b.RuntimeGetitab(layout.Of(inter), layout.Of(t), canfail))
				}()
			}
		}
	}
	return told
}

func TestBackendsAgreeOnTheRest(t *testing.T) {
	same(t, "all else", rest[linkname.Iter](linkname.Backend{}), rest[portable.Iter](portable.Backend{}))
}

func TestBackendsAgreeOnCgocall(t *testing.T) {
	fn := cFunction(t)
	call := func(b interface {
		RuntimeCgocall(fn, arg unsafe.Pointer) int32
	}) []int32 {
		n := new(int32)
		*n = 7
		return []int32{b.RuntimeCgocall(fn, unsafe.Pointer(n)), *n}
	}
	same(t, "cgocall", call(linkname.Backend{}), call(portable.Backend{}))
}
