package symbols_test

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"runtime/pprof"
	"testing"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/status"
)

func TestCgocall(t *testing.T) {
	fn := hosttest.CFunction(t)
	h := hosttest.New(t)
	for _, n := range []int32{1, -1, math.MaxInt32, math.MinInt32} {
		arg := h.Alloc(4)
		*(*int32)(arg) = n
		f := h.Must("gobridge_runtime_cgocall", frame.Frame{Slots: frame.Slots{P: fn, Q: arg}})
		if int32(f.Result) != -n || *(*int32)(arg) != 0 {
			t.Errorf("negate(%d) is %d and leaves %d", n, int32(f.Result), *(*int32)(arg))
		}
	}
}

func TestFloat32bits(t *testing.T) {
	h := hosttest.New(t)
	for _, bits := range append(hosttest.Float32Bits, 0x7f800001, math.Float32bits(math.MaxFloat32)) {
		if f := h.Must("gobridge_math_Float32bits", frame.Frame{Slots: frame.Slots{A: uint64(bits)}}); f.Result != uint64(bits) {
			t.Errorf("%#x, not %#x", f.Result, bits)
		}
	}
}

func TestTheRuntimeItself(t *testing.T) {
	h := hosttest.New(t)
	h.Must("gobridge_runtime_set_crosscall2", frame.Frame{})
	if f := h.Must("gobridge_runtime_iscgo", frame.Frame{}); f.Result == 1 != hosttest.HasDoor {
		t.Errorf("iscgo %d in a program with cgo %t", f.Result, hosttest.HasDoor)
	}
}

// Where the host's Go code makes a profile of its own, no file is touched.
func TestProfileOfTheHostsOwn(t *testing.T) {
	h := hosttest.New(t)
	path := filepath.Join(t.TempDir(), "profile")
	call := frame.Frame{Slots: frame.Slots{P: h.Copied([]byte(path)), B: uint64(len(path))}}
	var own bytes.Buffer
	if err := pprof.StartCPUProfile(&own); err != nil {
		t.Skip(err) // go test -cpuprofile
	}
	h.Refuse(status.Busy, "already in use", "gobridge_go_profile_cpu", call)
	h.Must("gobridge_go_profile_cpu_stop", frame.Frame{})
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Error(err)
	}
	if own.Len() > 0 {
		t.Error("the host's profile was stopped")
	}
	pprof.StopCPUProfile()
	h.Must("gobridge_go_profile_cpu", call)
	h.Must("gobridge_go_profile_cpu_stop", frame.Frame{})
	if profile, err := os.ReadFile(path); err != nil || len(profile) == 0 {
		t.Errorf("%d bytes, %v", len(profile), err)
	}
}
