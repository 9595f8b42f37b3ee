package columns

import (
	"reflect"
	"runtime"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/ref"
)

// keeper is what a reference to the owner of a column names.
type keeper struct {
	ref.Handle
	used   bool
	pieces cmem.Arena
	pinner runtime.Pinner
	refs   []frame.Ref
}

// show returns a string that stays where it is until the keeper is released.
func (k *keeper) show(text string) string {
	if len(text) == 0 {
		return unsafe.String(&cmem.Empty, 0)
	}
	k.used = true
	if len(text) > cmem.MaxShared {
		k.pin(unsafe.StringData(text))
		return text
	}
	text, fresh := k.pieces.Clone(text)
	if fresh {
		k.pin(unsafe.StringData(text))
	}
	return text
}

// string makes a value that shows a string.
func (k *keeper) string(text string) frame.Value {
	text = k.show(text)
	return frame.Value{Kind: uint32(reflect.String), As: uint64(uintptr(unsafe.Pointer(unsafe.StringData(text)))), Len: uint64(len(text))}
}

// own takes over what a value owns.
func (k *keeper) own(v frame.Value) frame.Value {
	if v.Owner != 0 {
		k.refs = append(k.refs, v.Owner)
		k.used = true
		v.Owner = 0
	}
	return v
}

// pin is view's pin.
func (k *keeper) pin(p *byte) {
	defer func() { _ = recover() }()
	k.pinner.Pin(p)
}

// Describe names it in messages.
func (*keeper) Describe() string { return "what a column shows" }

// Released unpins what the column shows, and releases what its values own.
func (k *keeper) Released() {
	k.pinner.Unpin()
	for _, r := range k.refs {
		_ = ref.Release(&frame.Frame{}, r, "owner")
	}
}
