package portable

import (
	"encoding/binary"
	"hash/maphash"
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

func (Backend) ReflectUnsafeNew(t *layout.Type) unsafe.Pointer {
	return reflect.New(t.Type).UnsafePointer()
}

func (Backend) ReflectUnsafeNewArray(t *layout.Type, n int) unsafe.Pointer {
	return reflect.MakeSlice(reflect.SliceOf(t.Type), n, n).UnsafePointer()
}

func (Backend) ReflectTypedmemmove(t *layout.Type, dst, src unsafe.Pointer) { t.Copy(dst, src) }

func (Backend) ReflectTypedmemclr(t *layout.Type, p unsafe.Pointer) { t.At(p).SetZero() }

func (Backend) ReflectTypedslicecopy(t *layout.Type, dst, src layout.Slice) int {
	return reflect.Copy(dst.Of(t), src.Of(t))
}

func (Backend) ReflectGrowslice(t *layout.Type, old layout.Slice, num int) layout.Slice {
	old.Of(t).Grow(num)
	return old
}

func (Backend) RuntimeMemequal(a, b unsafe.Pointer, size uintptr) bool {
	return unsafe.String((*byte)(a), size) == unsafe.String((*byte)(b), size)
}

// secret is this process's own.
var secret = maphash.MakeSeed()

func (b Backend) RuntimeMemhash(p unsafe.Pointer, seed, size uintptr) uintptr {
	return b.RuntimeStrhash(unsafe.String((*byte)(p), size), seed)
}

func (Backend) RuntimeStrhash(s string, seed uintptr) uintptr {
	var hash maphash.Hash
	hash.SetSeed(secret)
	hash.Write(binary.LittleEndian.AppendUint64(nil, uint64(seed)))
	hash.WriteString(s)
	return uintptr(hash.Sum64())
}
