package ref

import (
	"os"

	"gobridge/bridge/internal/frame"
)

// Origin is the call that made a reference.
type Origin struct {
	op   uint32
	from frame.Backtrace
}

// originsIfWanted turns debug mode on.
func originsIfWanted() map[frame.Ref]*Origin {
	if os.Getenv("GOBRIDGE_DEBUG") == "refs" {
		return map[frame.Ref]*Origin{}
	}
	return nil
}

// Debugs tells whether debug mode is on.
func (t *refTable) Debugs() bool { return t.Origins != nil }

// PlaceOf says where in the host an address lies; nil where there is no C.
var PlaceOf func(uintptr) string

// Describe says who made a reference, from where. It looks each place up once, for that takes long.
func (o *Origin) Describe(places map[uintptr]string) string {
	if o == nil {
		return "a call that was not noted (GOBRIDGE_DEBUG=refs notes them)"
	}
	text, between := frame.Ops[o.op].Name, " at "
	for _, address := range o.from {
		if address == 0 {
			break
		}
		if places[address] == "" {
			places[address] = PlaceOf(address)
		}
		text += between + places[address]
		between = " < "
	}
	return text
}
