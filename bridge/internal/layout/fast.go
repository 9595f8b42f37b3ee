package layout

import (
	"reflect"
	"runtime"
	"unsafe"
)

// maxFastElem is the largest element that the compiler's fast variants take: cmd/compile's mapfast.
const maxFastElem = 128

// needsAlignment holds where the compiler compares memory as a whole word only if it is aligned as one
// (sys.Arch.Alignment in cmd/internal/sys).
var needsAlignment = map[string]int{"arm": 4, "mips": 4, "mipsle": 4, "mips64": 8, "mips64le": 8, "riscv64": 8}

// fast decides as cmd/compile/internal/walk.mapfast does. A wrong answer here would let a caller corrupt a map.
func fast(key, elem *Type) Fast {
	switch {
	case elem.Size > maxFastElem:
		return NotFast
	case isString(key.Type):
		return FastStr
	case !isMemory(key.Type):
		return NotFast
	}
	if key.Align() < needsAlignment[runtime.GOARCH] && uintptr(key.Align()) < key.Size {
		return NotFast
	}
	switch {
	case key.Size == 4 && key.Plain:
		return Fast32
	case key.Size == 4:
		return Fast32Ptr
	case key.Size == 8 && key.Plain:
		return Fast64
	case key.Size == 8 && unsafe.Sizeof(uintptr(0)) == 8:
		return Fast64Ptr
	}
	return NotFast
}

// isString tells whether the compiler compares a type as a string: types.AlgType is ASTRING.
func isString(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String:
		return true
	case reflect.Array:
		return t.Len() == 1 && isString(t.Elem())
	case reflect.Struct:
		return t.NumField() == 1 && t.Field(0).Name != "_" && isString(t.Field(0).Type)
	}
	return false
}

// isMemory tells whether the compiler compares a type as plain memory: types.AlgType is AMEM.
func isMemory(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128, reflect.String, reflect.Interface,
		reflect.Slice, reflect.Map, reflect.Func:
		return false
	case reflect.Array:
		return t.Len() == 0 || isMemory(t.Elem())
	case reflect.Struct:
		end := uintptr(0)
		for i := 0; i < t.NumField(); i++ {
			f := t.Field(i)
			if f.Name == "_" || f.Offset != end || !isMemory(f.Type) {
				return false
			}
			end += f.Type.Size()
		}
		return end == t.Size()
	}
	return true
}
