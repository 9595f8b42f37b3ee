package text

import (
	"fmt"
	"strings"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/value"
)

func refList(f *frame.Frame) error {
	in := frame.Args[frame.OutArgs](f)
	var text strings.Builder
	places := map[uintptr]string{}
	list, live := ref.Table.List(f)
	for _, l := range list {
		fmt.Fprintf(&text, "%#x: %s, from %s\n", uint64(l.Ref), ref.Describe(l.Object), l.Origin.Describe(places))
	}
	if live > len(list) {
		fmt.Fprintf(&text, "... and %d more\n", live-len(list))
	}
	value.ReturnText(f, text.String(), in.Out)
	return nil
}
