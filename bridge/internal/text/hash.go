package text

import (
	"hash/maphash"
	"math"
	"reflect"

	"gobridge/bridge/internal/status"
)

// Equal is Go's ==.
func Equal(a, b any) (same bool, err error) {
	defer func() {
		if reason := recover(); reason != nil { // the one thing that == panics for
			err = status.Errorf(status.Unhashable, "%v", reason)
		}
	}()
	return a == b, nil
}

// HashSeed is the process's own, so that hashes mean nothing elsewhere.
var HashSeed = maphash.MakeSeed()

// Hash adds to a hash all that == compares.
func Hash(h *maphash.Hash, v reflect.Value) error {
	if !v.Type().Comparable() {
		return status.Errorf(status.Unhashable, "a %s can not be hashed", v.Type())
	}
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return h.WriteByte(1)
		}
		return h.WriteByte(0)
	case reflect.Float32, reflect.Float64:
		hashFloat(h, v.Float())
	case reflect.Complex64, reflect.Complex128:
		hashFloat(h, real(v.Complex()))
		hashFloat(h, imag(v.Complex()))
	case reflect.String:
		hashNumber(h, uint64(v.Len()))
		_, _ = h.WriteString(v.String())
	case reflect.Pointer, reflect.Chan, reflect.UnsafePointer:
		hashNumber(h, uint64(v.Pointer()))
	case reflect.Interface:
		if v.IsNil() {
			return h.WriteByte(0)
		}
		_, _ = h.WriteString(v.Elem().Type().String())
		return Hash(h, v.Elem())
	case reflect.Array:
		for i := 0; i < v.Len(); i++ {
			if err := Hash(h, v.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for i := 0; i < v.NumField(); i++ {
			if v.Type().Field(i).Name == "_" {
				continue
			}
			if err := Hash(h, v.Field(i)); err != nil {
				return err
			}
		}
	default:
		if v.CanInt() {
			hashNumber(h, uint64(v.Int()))
		} else if v.CanUint() {
			hashNumber(h, v.Uint())
		}
	}
	return nil
}

func hashNumber(h *maphash.Hash, n uint64) {
	var bytes [8]byte
	for i := range bytes {
		bytes[i] = byte(n >> (8 * i))
	}
	_, _ = h.Write(bytes[:])
}

// hashFloat takes -0 for 0, which it equals.
func hashFloat(h *maphash.Hash, f float64) { hashNumber(h, math.Float64bits(f+0)) }
