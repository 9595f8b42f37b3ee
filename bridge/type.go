package bridge

import (
	"reflect"

	"gobridge/bridge/internal/types"
)

// Type lets C name the type T, which may be an interface type: gobridge_type_parse knows it as name from then on, alone
// and in expressions such as []name. It may be called at any time and by any goroutine, usually by an init function.
//
// The name is one that Go code could have for a type: "T", "pkg.T" or, of a generic type, "pkg.T[string, int]". Type panics
// where it is not, or names another type.
func Type[T any](name string) { types.SetName(name, reflect.TypeOf((*T)(nil)).Elem()) }
