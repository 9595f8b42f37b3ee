package bridge

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"syscall"
	"testing"
	"unsafe"
)

// negate is the code of int32_t negate(void *p) { int32_t n = *(int32_t *)p; *(int32_t *)p = 0; return -n; }: tests can
// not contain C.
var negate = map[string][]byte{
	"amd64": {0x8b, 0x07, 0xf7, 0xd8, 0xc7, 0x07, 0, 0, 0, 0, 0xc3},
	"386":   {0x8b, 0x4c, 0x24, 0x04, 0x8b, 0x01, 0xf7, 0xd8, 0xc7, 0x01, 0, 0, 0, 0, 0xc3},
}

// cFunction gives the address of negate.
func cFunction(t *testing.T) unsafe.Pointer {
	code := negate[runtime.GOARCH]
	if code == nil || !(backend{}).RuntimeIscgo() {
		t.Skip("no C function to call")
	}
	page, err := syscall.Mmap(-1, 0, 4096, syscall.PROT_READ|syscall.PROT_WRITE|syscall.PROT_EXEC,
		syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	copy(page, code)
	return unsafe.Pointer(&page[0])
}

func TestCgocall(t *testing.T) {
	fn := cFunction(t)
	h := newHost(t)
	for _, n := range []int32{1, -1, math.MaxInt32, math.MinInt32} {
		arg := h.alloc(4)
		*(*int32)(arg) = n
		f := h.must("gobridge_runtime_cgocall", frame{p: fn, q: arg})
		if int32(f.result) != -n || *(*int32)(arg) != 0 {
			t.Errorf("negate(%d) is %d and leaves %d", n, int32(f.result), *(*int32)(arg))
		}
	}
}

func TestFloat32bits(t *testing.T) {
	h := newHost(t)
	for _, bits := range append(float32Bits, 0x7f800001, math.Float32bits(math.MaxFloat32)) {
		if f := h.must("gobridge_math_Float32bits", frame{a: uint64(bits)}); f.result != uint64(bits) {
			t.Errorf("%#x, not %#x", f.result, bits)
		}
	}
}

func TestTheRuntimeItself(t *testing.T) {
	h := newHost(t)
	h.must("gobridge_runtime_set_crosscall2", frame{})
	if f := h.must("gobridge_runtime_iscgo", frame{}); f.result == 1 != hasDoor {
		t.Errorf("iscgo %d in a program with cgo %t", f.result, hasDoor)
	}
}

// Where the host's Go code makes a profile of its own, no file is touched.
func TestProfileOfTheHostsOwn(t *testing.T) {
	h := newHost(t)
	path := filepath.Join(t.TempDir(), "profile")
	call := frame{p: h.copied([]byte(path)), a: uint64(len(path))}
	var own bytes.Buffer
	if err := pprof.StartCPUProfile(&own); err != nil {
		t.Skip(err) // go test -cpuprofile
	}
	h.refuse(errBusy, "already in use", "gobridge_go_profile_cpu", call)
	h.must("gobridge_go_profile_cpu_stop", frame{})
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Error(err)
	}
	if own.Len() > 0 {
		t.Error("the host's profile was stopped")
	}
	pprof.StopCPUProfile()
	h.must("gobridge_go_profile_cpu", call)
	h.must("gobridge_go_profile_cpu_stop", frame{})
	if profile, err := os.ReadFile(path); err != nil || len(profile) == 0 {
		t.Errorf("%d bytes, %v", len(profile), err)
	}
}
