//go:build !gobridge_portable && !go1.28

package gort_test

import (
	"fmt"
	"reflect"
	"sort"
	"strings"
	"testing"
	"time"
	"unsafe"

	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/gort/linkname"
	"gobridge/bridge/internal/gort/portable"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
)

// question is one entry to put into a map and look for.
type question struct{ key, elem reflect.Value }

func at(v reflect.Value) unsafe.Pointer { return v.Addr().UnsafePointer() }

// answers is what a backend tells of a map that it fills with some entries, of which it then removes every other.
func answers[I any](b gort.Contract[I], t *layout.Map, asked []question) (told []string) {
	tell := func(format string, args ...any) { told = append(told, fmt.Sprintf(format, args...)) }
	found := func(elem unsafe.Pointer, found bool) {
		if found {
			tell("found %s", hosttest.Show(t.Elem.At(elem)))
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
		case layout.FastStr:
			found(b.RuntimeMapaccess2Faststr(t, m, *(*string)(at(key))))
			elem := b.ReflectMapaccessFaststr(t, m, *(*string)(at(key)))
			found(elem, elem != nil)
		}
		tell("len %d", b.ReflectMaplen(t, m))
	}
	all := func(m unsafe.Pointer, begin func(*layout.Map, unsafe.Pointer, *I), next func(*I)) {
		var entries []string
		it := new(I)
		begin(t, m, it)
		for key := b.ReflectMapiterkey(it); key != nil; key = b.ReflectMapiterkey(it) {
			entries = append(entries, hosttest.Show(t.Key.At(key))+": "+hosttest.Show(t.Elem.At(b.ReflectMapiterelem(it))))
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
			case layout.FastStr:
				b.RuntimeMapassignFaststr(t, m, *(*string)(key), elem)
				b.ReflectMapassignFaststr0(t, m, *(*string)(key), elem)
			}
		},
	}
	remove := []func(t *layout.Map, m, key unsafe.Pointer){b.RuntimeMapdelete, b.ReflectMapdelete,
		func(t *layout.Map, m, key unsafe.Pointer) {
			if t.Fast == layout.FastStr {
				b.ReflectMapdeleteFaststr(t, m, *(*string)(key))
			} else {
				b.RuntimeMapdelete(t, m, key)
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
		all(m, b.RuntimeMapiterinit, b.RuntimeMapiternext)
		clone := b.MapsClone(t, m)
		for i := 0; i < len(asked); i += 2 {
			remove[i/2%len(remove)](t, m, at(asked[i].key))
			look(m, asked[i].key)
		}
		all(m, b.ReflectMapiterinit, b.ReflectMapiternext)
		b.ReflectMapclear(t, m)
		all(m, b.ReflectMapiterinit, b.ReflectMapiternext)
		all(clone, b.ReflectMapiterinit, b.ReflectMapiternext)
		all(b.MapsClone(t, m), b.ReflectMapiterinit, b.ReflectMapiternext)
	}
	look(nil, asked[0].key)
	all(nil, b.RuntimeMapiterinit, b.RuntimeMapiternext)
	b.ReflectMapclear(t, nil)
	all(nil, b.ReflectMapiterinit, b.ReflectMapiternext)
	return told
}

func same(t *testing.T, what string, linkname, portable any) {
	t.Helper()
	if !reflect.DeepEqual(linkname, portable) {
		t.Errorf("%s: linkname tells\n%q, portable\n%q", what, linkname, portable)
	}
}

func TestBackendsAgreeOnMaps(t *testing.T) {
	g := hosttest.NewGenerator(t)
	for i, key := range hosttest.KeyTypes {
		for _, elem := range []reflect.Type{
			hosttest.KeyTypes[(i+7)%len(hosttest.KeyTypes)], hosttest.MoreTypes[i%len(hosttest.MoreTypes)], hosttest.Typ[string](), hosttest.Typ[[128]byte](), hosttest.Typ[[1024]byte]()} {
			m := layout.OfMap(reflect.MapOf(key, elem))
			var asked []question
			for j := 0; j < 30; j++ {
				asked = append(asked, question{g.Value(key, true), g.Value(elem, false)})
			}
			same(t, m.String(), answers[linkname.Iter](linkname.Backend{}, m, asked),
				answers[portable.Iter](portable.Backend{}, m, asked))
		}
	}
}

// rest is what a backend tells of the symbols that are not about maps.
func rest[I any](b gort.Contract[I]) (told []any) {
	b.RuntimeSetCrosscall2()
	told = append(told, b.RuntimeIscgo())
	for _, bits := range append(hosttest.Float32Bits, 0x7f800001) {
		told = append(told, b.MathFloat32bits(*(*float32)(unsafe.Pointer(&bits))))
	}
	for _, n := range []uint64{0, 255, 256, 1<<64 - 1} {
		told = append(told, b.RuntimeConvT64(n), b.RuntimeConvTstring(fmt.Sprint(n)), b.RuntimeConvTslice([]byte(fmt.Sprint(n))))
	}
	told = append(told, b.RuntimeConvTstring(""), b.RuntimeConvTslice([]byte{}))
	for _, inter := range []reflect.Type{hosttest.Typ[error](), hosttest.Typ[fmt.Stringer]()} {
		for _, t := range []reflect.Type{hosttest.Typ[*status.Failure](), hosttest.Typ[time.Duration](), hosttest.Typ[time.Time](), hosttest.Typ[*hosttest.PointerString](),
			hosttest.Typ[hosttest.PointerString](), hosttest.Typ[hosttest.WrongString](), hosttest.Typ[int](), hosttest.Typ[func()]()} {
			for _, canfail := range []bool{true, false} {
				func() {
					defer func() { told = append(told, recover() != nil) }()
					told = append(told, b.RuntimeGetitab(layout.Of(inter), layout.Of(t), canfail))
				}()
			}
		}
	}
	var stringer fmt.Stringer
	b.ReflectIfaceE2I(layout.Of(hosttest.Typ[fmt.Stringer]()), time.Minute, unsafe.Pointer(&stringer))
	for _, s := range []string{"", "a", "b", "aa", "ab"} {
		told = append(told, b.RuntimeMemequal(unsafe.Pointer(unsafe.StringData(s)), unsafe.Pointer(unsafe.StringData("aa")), uintptr(len(s))))
	}
	return append(told, stringer, b.RuntimeCheaprandn(1))
}

// memoryOf is what a backend tells of variables and slices of a type, into which it puts some values.
func memoryOf[I any](b gort.Contract[I], t *layout.Type, values []reflect.Value) (told []string) {
	tell := func(what string, v reflect.Value) { told = append(told, what+" "+hosttest.Show(v)) }
	tellAll := func(what string, s layout.Slice) {
		for i := 0; i < s.Len; i++ {
			tell(what, s.Of(t).Index(i))
		}
	}
	elems := layout.Slice{Data: b.ReflectUnsafeNewArray(t, len(values)), Len: len(values), Cap: len(values)}
	for i, value := range values {
		p := b.ReflectUnsafeNew(t)
		tell("new", t.At(p))
		b.ReflectTypedmemmove(t, p, at(value))
		tell("moved", t.At(p))
		elems.Of(t).Index(i).Set(t.At(p))
		b.ReflectTypedmemclr(t, p)
		tell("cleared", t.At(p))
	}
	tellAll("array", elems)
	grown := b.ReflectGrowslice(t, elems, 10)
	tellAll("grown", grown)
	grown.Len += 10
	tellAll("beyond", grown)
	part := layout.Slice{Data: elems.Data, Len: 2, Cap: 2}
	told = append(told, fmt.Sprint(b.ReflectTypedslicecopy(t, grown, part), b.ReflectTypedslicecopy(t, part, grown),
		b.ReflectTypedslicecopy(t, layout.Slice{}, elems)))
	tellAll("copied", elems)
	return told
}

func TestBackendsAgreeOnMemory(t *testing.T) {
	g := hosttest.NewGenerator(t)
	for _, typ := range append(append([]reflect.Type(nil), hosttest.KeyTypes...), hosttest.MoreTypes...) {
		var values []reflect.Value
		for i := 0; i < 5; i++ {
			values = append(values, g.Value(typ, false))
		}
		same(t, typ.String(), memoryOf[linkname.Iter](linkname.Backend{}, layout.Of(typ), values),
			memoryOf[portable.Iter](portable.Backend{}, layout.Of(typ), values))
	}
}

// chance is what both backends hold true of hashes, random numbers and clocks, which differ from one call to the next.
func chance[I any](t *testing.T, name string, b gort.Contract[I]) {
	hashes, numbers := map[uintptr]bool{}, map[uint64]bool{}
	for seed := uintptr(0); seed < 16; seed++ {
		for _, s := range append(hosttest.Texts, "aa", "ab") {
			hash := b.RuntimeStrhash(s, seed)
			if hash != b.RuntimeStrhash(strings.Clone(s), seed) ||
				hash != b.RuntimeMemhash(unsafe.Pointer(unsafe.StringData(s)), seed, uintptr(len(s))) {
				t.Errorf("%s: %q has two hashes", name, s)
			}
			hashes[hash] = true
		}
		numbers[b.RuntimeRand()] = true
		if n := b.RuntimeCheaprandn(3); n > 2 {
			t.Errorf("%s: %d is below 3", name, n)
		}
	}
	if most := 16 * (len(hosttest.Texts) + 2); len(hashes) < most-1 || len(numbers) != 16 {
		t.Errorf("%s: %d hashes of %d, %d numbers", name, len(hashes), most, len(numbers))
	}
	before := b.RuntimeNanotime()
	sec, nsec, mono := b.TimeNow()
	if after := b.RuntimeNanotime(); mono < before || after < mono {
		t.Errorf("%s: the clock says %d, %d, %d", name, before, mono, after)
	}
	if since := time.Since(time.Unix(sec, int64(nsec))); since < -time.Minute || since > time.Minute {
		t.Errorf("%s: it is %d.%09d, %v ago", name, sec, nsec, since)
	}
}

func TestChance(t *testing.T) {
	chance[linkname.Iter](t, "linkname", linkname.Backend{})
	chance[portable.Iter](t, "portable", portable.Backend{})
}

func TestBackendsAgreeOnTheRest(t *testing.T) {
	same(t, "all else", rest[linkname.Iter](linkname.Backend{}), rest[portable.Iter](portable.Backend{}))
}

func TestBackendsAgreeOnCgocall(t *testing.T) {
	fn := hosttest.CFunction(t)
	call := func(b interface {
		RuntimeCgocall(fn, arg unsafe.Pointer) int32
	}) []int32 {
		n := new(int32)
		*n = 7
		return []int32{b.RuntimeCgocall(fn, unsafe.Pointer(n)), *n}
	}
	same(t, "cgocall", call(linkname.Backend{}), call(portable.Backend{}))
}
