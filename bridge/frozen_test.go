package bridge

import (
	"fmt"
	"reflect"
	"testing"
	"time"
	"unsafe"
)

func TestEqualByBytes(t *testing.T) {
	for _, row := range []struct {
		value any
		equal bool
	}{
		{true, true}, {int8(0), true}, {uint64(0), true}, {uintptr(0), true}, {time.Duration(0), true},
		{[3]int16{}, true}, {[0]float64{}, true}, {struct{}{}, true},
		{struct{ a, b int32 }{}, true}, {struct{ a [2]struct{ b bool } }{}, true},
		{0.5, false}, {float32(0), false}, {complex(0, 0), false}, {[1]float32{}, false},
		{struct{ a float64 }{}, false}, {"", false}, {[2]string{}, false}, {new(int), false},
		{struct {
			a int8
			b int16
		}{}, false},
		{struct {
			a int16
			b int8
		}{}, false},
		{struct{ a, _ int8 }{}, false},
	} {
		if typ := reflect.TypeOf(row.value); equalByBytes(typ) != row.equal {
			t.Errorf("%s: %t", typ, !row.equal)
		}
	}
}

// What Go says that the records take is what it writes, and with less room it writes nothing behind that.
func TestFreezeRoom(t *testing.T) {
	h := newHost(t)
	for _, m := range []any{
		map[string]string{}, map[string]string{"": "a", "key": "elem", "long key": ""},
		map[uint16]string{1: "one", 2: "two"}, map[string]uint64{"seven": 7}, map[int32][3]int8{5: {1, 2, 3}, 6: {}},
	} {
		r := uint64(h.name(m))
		to := (*freezing)(h.alloc(unsafe.Sizeof(freezing{})))
		*to = freezing{}
		h.must("gobridge_map_freeze", frame{a: r, p: unsafe.Pointer(to)})
		want := *to
		if n := uint64(reflect.ValueOf(m).Len()); want.count != n || want.size < n*(want.key+want.elem) {
			t.Errorf("%v: %+v", m, want)
		}
		to.records = h.alloc(uintptr(want.size + 1))
		all := unsafe.Slice((*byte)(to.records), want.size+1)
		for room := uint64(0); room <= want.size; room++ {
			copy(all, allGarbage)
			to.room = room
			h.must("gobridge_map_freeze", frame{a: r, p: unsafe.Pointer(to)})
			if to.size != want.size || to.count != want.count {
				t.Errorf("%v with room for %d: %+v", m, room, *to)
			}
			for i := room; i <= want.size; i++ {
				if all[i] != garbage {
					t.Fatalf("%v with room for %d: wrote at %d", m, room, i)
				}
			}
		}
		if text := fmt.Sprintf("%q", all[:want.size]); want.size > 0 && text == fmt.Sprintf("%q", allGarbage[:want.size]) {
			t.Errorf("%v: nothing was written", m)
		}
	}
}
