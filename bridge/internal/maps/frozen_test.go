package maps_test

import (
	"fmt"
	"reflect"
	"testing"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/maps"
)

// What Go says that the records take is what it writes, and with less room it writes nothing behind that.
func TestFreezeRoom(t *testing.T) {
	h := hosttest.New(t)
	for _, m := range []any{
		map[string]string{}, map[string]string{"": "a", "key": "elem", "long key": ""},
		map[uint16]string{1: "one", 2: "two"}, map[string]uint64{"seven": 7}, map[int32][3]int8{5: {1, 2, 3}, 6: {}},
	} {
		r := uint64(h.NewRef(m))
		to := (*maps.Freezing)(h.Alloc(unsafe.Sizeof(maps.Freezing{})))
		*to = maps.Freezing{}
		h.Must("gobridge_map_freeze", frame.Frame{Slots: frame.Slots{A: r, P: unsafe.Pointer(to)}})
		want := *to
		if n := uint64(reflect.ValueOf(m).Len()); want.Count != n || want.Size < n*(want.Key+want.Elem) {
			t.Errorf("%v: %+v", m, want)
		}
		to.Records = h.Alloc(uintptr(want.Size + 1))
		all := unsafe.Slice((*byte)(to.Records), want.Size+1)
		for room := uint64(0); room <= want.Size; room++ {
			copy(all, hosttest.AllGarbage)
			to.Capacity = room
			h.Must("gobridge_map_freeze", frame.Frame{Slots: frame.Slots{A: r, P: unsafe.Pointer(to)}})
			if to.Size != want.Size || to.Count != want.Count {
				t.Errorf("%v with room for %d: %+v", m, room, *to)
			}
			for i := room; i <= want.Size; i++ {
				if all[i] != hosttest.Garbage {
					t.Fatalf("%v with room for %d: wrote at %d", m, room, i)
				}
			}
		}
		if text := fmt.Sprintf("%q", all[:want.Size]); want.Size > 0 && text == fmt.Sprintf("%q", hosttest.AllGarbage[:want.Size]) {
			t.Errorf("%v: nothing was written", m)
		}
	}
}
