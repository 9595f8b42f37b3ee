package arrow

import (
	"reflect"
	"runtime"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/seq"
	"gobridge/bridge/internal/value"
)

// parcel is what a reference of an exported struct names. Until that is released it keeps where it is what the struct
// points to, and itself.
type parcel struct {
	ref.Handle
	ref    frame.Ref // ArrowArray.private_data is its address
	pinner runtime.Pinner
}

// Describe names it in messages.
func (*parcel) Describe() string { return "a part of what was exported to Arrow" }

// Released lets go of what C could read.
func (p *parcel) Released() { p.pinner.Unpin() }

// send returns the address of memory that C reads.
func (p *parcel) send(memory unsafe.Pointer) uintptr {
	cmem.Pin(&p.pinner, memory)
	return uintptr(memory)
}

func (p *parcel) sendText(text string) uintptr {
	return p.send(unsafe.Pointer(unsafe.StringData(text + "\x00")))
}

// sendChildren makes room for the structs of children, to which C has an array of pointers.
func sendChildren[S any](p *parcel, n int) (children []S, pointers uintptr) {
	if n == 0 {
		return nil, 0
	}
	children = make([]S, n)
	first, all := p.send(unsafe.Pointer(&children[0])), make([]uintptr, n)
	for i := range children {
		all[i] = first + uintptr(i)*unsafe.Sizeof(children[0])
	}
	return children, p.send(unsafe.Pointer(&all[0]))
}

// seal makes the reference, and returns private_data.
func (p *parcel) seal(f *frame.Frame) uintptr {
	p.ref = ref.Table.Make(f, p)
	return p.send(unsafe.Pointer(&p.ref))
}

func (t *rowType) send(f *frame.Frame, release uintptr) Schema {
	p := &parcel{}
	to := Schema{Format: p.sendText(t.format), Name: p.sendText(t.name), NChildren: int64(len(t.children)), Release: release}
	if t.nullable() {
		to.Flags = nullable
	}
	var children []Schema
	children, to.Children = sendChildren[Schema](p, len(t.children))
	for i := range children {
		children[i] = t.children[i].send(f, release)
	}
	to.PrivateData = p.seal(f)
	return to
}

func (c *column) send(f *frame.Frame, release uintptr) Array {
	p := &parcel{}
	to := Array{Length: int64(c.rows), NullCount: int64(c.nulls), NBuffers: partsOfForm[c.form].buffers,
		NChildren: int64(len(c.children)), Release: release}
	buffers := make([]uintptr, to.NBuffers)
	if c.valid != nil {
		buffers[0] = p.send(unsafe.Pointer(unsafe.SliceData(c.valid)))
	}
	last := len(buffers) - 1
	if len(c.data) > 0 {
		buffers[last] = p.send(unsafe.Pointer(unsafe.SliceData(c.data)))
	}
	if c.ends != nil {
		buffers[1] = p.send(unsafe.Pointer(unsafe.SliceData(c.ends)))
	}
	to.Buffers = p.send(unsafe.Pointer(unsafe.SliceData(buffers)))
	var children []Array
	children, to.Children = sendChildren[Array](p, len(c.children))
	for i := range children {
		children[i] = c.children[i].send(f, release)
	}
	to.PrivateData = p.seal(f)
	return to
}

func export(f *frame.Frame) error {
	in := frame.Args[arrowArgs](f)
	schema, array := (*Schema)(in.Schema), (*Array)(in.Array)
	cmem.TouchOut(in.Schema, unsafe.Sizeof(*schema))
	cmem.TouchOut(in.Array, unsafe.Sizeof(*array))
	object, err := ref.Object(f, in.Ref, "value")
	if err != nil {
		return err
	}
	var rows *column
	if g, isMap := object.(*value.Map); isMap {
		rows, err = ofMap(f, g)
	} else {
		rows, err = ofSlice(f)
	}
	f.Unlock()
	if err == nil {
		*schema, *array = rows.rowType.send(f, in.ReleaseSchema), rows.send(f, in.ReleaseArray)
	}
	return err
}

func ofMap(f *frame.Frame, g *value.Map) (*column, error) {
	budget := newBudget()
	t, err := budget.pairsOf(g.T.Type.Type, "value", 1)
	if err != nil {
		return nil, err
	}
	lasts := func(t *layout.Type) bool { return t.Plain || t.Kind() == reflect.String }
	if lasts(g.T.Key) && lasts(g.T.Elem) {
		f.LockStripe(g.Stripe)
	} else {
		f.LockAll()
	}
	rows := budget.columnOf(t)
	return rows, rows.addPairs(g.T, g.M)
}

func ofSlice(f *frame.Frame) (*column, error) {
	in := frame.Args[arrowArgs](f)
	v, err := seq.SliceOrArray(f, in.Ref, "value")
	if err != nil {
		return nil, err
	}
	if v.Kind() == reflect.Array {
		held := reflect.New(v.Type()).Elem()
		held.Set(v)
		v = held.Slice(0, held.Len())
	}
	budget := newBudget()
	t, err := budget.typeOf(v.Type().Elem(), "", "value[]", 1)
	if err != nil {
		return nil, err
	}
	rows := budget.columnOf(t)
	if rows.lend(v.UnsafePointer(), v.Len()) {
		return rows, nil
	}
	if !layout.Of(v.Type().Elem()).Plain {
		f.LockAll()
	}
	return rows, rows.add(v.UnsafePointer(), v.Type().Elem().Size(), v.Len())
}
