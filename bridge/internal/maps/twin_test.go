package maps_test

import (
	"reflect"
	"testing"

	"gobridge/bridge/internal/hosttest"
)

func TestEveryTypeAsGoHasIt(t *testing.T) {
	g := hosttest.NewGenerator(t)
	elemTypes := append(hosttest.KeyTypes[:len(hosttest.KeyTypes):len(hosttest.KeyTypes)], hosttest.MoreTypes...)
	for i, key := range hosttest.KeyTypes {
		t.Run(key.String(), func(t *testing.T) {
			h := hosttest.New(t)
			h.Alone = uint32(i % 2)
			for j, elem := range elemTypes {
				h.NewTwin(g, reflect.MapOf(key, elem), hosttest.Makers[(i+j)%3]).Run(30)
				if t.Failed() {
					t.Fatalf("map[%s]%s", key, elem)
				}
			}
			h.NewTwin(g, reflect.MapOf(key, reflect.TypeOf("")), hosttest.Makers[i%3]).Run(1000) // so that it grows
		})
	}
}
