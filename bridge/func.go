// Package bridge is the Go side of gobridge, the Go runtime as a C library. A Go program that imports it and is built
// with -buildmode=c-archive or c-shared has the C functions that include/gobridge.h declares.
package bridge

import (
	"fmt"
	"reflect"

	"gobridge/bridge/internal/callback"
	"gobridge/bridge/internal/calls"
)

// Func makes a Go function callable from C by a name, which is its own as a rule: "strings.ToUpper". It may be called at
// any time. Functions of the common shapes of one kind of value, such as func(int64, int64) int64 or func(string) (string,
// error), are called without reflect, and on amd64 all others whose arguments and results fit into registers; [Func1],
// [Func2] and [Func3] do so for any others. Func panics when fn is no function or nil, or when the name is empty or taken.
func Func(name string, fn any) {
	v := reflect.ValueOf(fn)
	if v.Kind() != reflect.Func || v.IsNil() {
		panic(fmt.Sprintf("bridge.Func: %q: %T is no function, or nil", name, fn))
	}
	calls.Register(name, v, calls.DirectOf(fn))
}

// Func1 is [Func] for a function of one parameter, called without reflect whatever the types are.
func Func1[A, R any](name string, fn func(A) R) {
	calls.Register(name, reflect.ValueOf(fn), calls.Direct1(fn))
}

// Func2 is [Func] for a function of two parameters, called without reflect whatever the types are.
func Func2[A, B, R any](name string, fn func(A, B) R) {
	calls.Register(name, reflect.ValueOf(fn), calls.Direct2(fn))
}

// Func3 is [Func] for a function of three parameters, called without reflect whatever the types are.
func Func3[A, B, C, R any](name string, fn func(A, B, C) R) {
	calls.Register(name, reflect.ValueOf(fn), calls.Direct3(fn))
}

// Reads is for programs that gobridge build generates. It says of a function that is registered, or will be, that it only reads
// what these parameters, strings or slices without pointers, show while it runs: it keeps none of it, hands none of it on and changes
// none of it, as the Go compiler has found out. So it is given C's own memory, not a copy.
func Reads(name string, params ...int) { calls.RegisterReads(name, params) }

// Numbers is for programs that gobridge build generates: their C functions call functions of at most two numbers by a number,
// with the bits of what they take and return. It is called by init functions alone.
func Numbers(function int, call func(x, y uint64) uint64) { calls.RegisterNumbers(function, call) }

// Typed is likewise for functions of any numbers, strings and bytes: it takes the arguments out of a [TypedCall], and puts the
// results into it.
func Typed(function int, call func(TypedCall) error) { calls.RegisterTyped(function, call) }

// TypedCall is such a call.
type TypedCall = calls.Typed

// Object makes all exported methods of a value, and its exported fields that hold functions, callable from C: as
// name.Method and name.Field. It panics where there are none, and where [Func] would.
func Object(name string, v any) {
	of, found := reflect.ValueOf(v), false
	for i := 0; of.IsValid() && i < of.NumMethod(); i++ {
		method, receiver := of.Type().Method(i), reflect.New(of.Type())
		receiver.Elem().Set(of)
		calls.Register(name+"."+method.Name, reflect.ValueOf(of.Method(i).Interface()),
			calls.PlanOf(method.Type).Direct(method.Func, receiver.UnsafePointer(), 0))
		found = true
	}
	fields := reflect.Indirect(of)
	for i := 0; fields.Kind() == reflect.Struct && i < fields.NumField(); i++ {
		t, field := fields.Type().Field(i), fields.Field(i)
		if t.IsExported() && field.Kind() == reflect.Func && !field.IsNil() {
			Func(name+"."+t.Name, field.Interface())
			found = true
		}
	}
	if !found {
		panic(fmt.Sprintf("bridge.Object: %q: a %T has no exported methods and functions", name, v))
	}
}

// Host returns a function by the name that the host has registered it by with gobridge_func_register, or this program with
// [Func]. It is false where there is none, or one of another type.
func Host[F any](name string) (fn F, found bool) {
	registered, _ := calls.Lookup(name)
	fn, found = registered.(F)
	return fn, found
}

// Methods is what the host implements an interface with: a func for each method, by its name and of its type.
type Methods = callback.Methods

// Adapter lets C implement an interface: gobridge_iface_new makes a value of it by make, from functions of the host's. For
// error, fmt.Stringer, sort.Interface and the interfaces of io there are adapters already. It may be called at any time:
//
//	bridge.Adapter(func(m bridge.Methods) http.Handler {
//		return http.HandlerFunc(m["ServeHTTP"].(func(http.ResponseWriter, *http.Request)))
//	})
func Adapter[I any](make func(Methods) I) {
	if t := reflect.TypeOf((*I)(nil)).Elem(); t.Kind() != reflect.Interface {
		panic(fmt.Sprintf("bridge.Adapter: %s is no interface", t))
	}
	callback.Adapt(make)
}
