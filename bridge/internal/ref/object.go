package ref

import (
	"reflect"

	"gobridge/bridge/internal/status"
)

// Handle is embedded in what a reference can name beside Go values. No other type has its method, whatever methods the
// values of a program have.
type Handle struct{}

//lint:ignore U1000 the interfaces below ask for it, of types in other packages
func (Handle) handle() {}

// valued is a handle that stands for a Go value.
type valued interface {
	handle()
	GoValue() reflect.Value
}

// described is a handle that stands for no Go value.
type described interface {
	handle()
	Describe() string // with its article, for messages
}

// releasable is a handle that must be told when its reference is released.
type releasable interface {
	handle()
	Released()
}

// immortal is a handle whose reference stays forever: C may ask for it again at any time.
type immortal interface {
	handle()
	Immortal()
}

// IsImmortal tells whether releasing an object's reference does nothing.
func IsImmortal(object any) bool {
	_, is := object.(immortal)
	return is
}

// ValueOf returns the Go value that an object stands for.
func ValueOf(object any, argument string) (reflect.Value, error) {
	switch o := object.(type) {
	case valued:
		return o.GoValue(), nil
	case described:
		return reflect.Value{}, status.Errorf(status.WrongKind, "%s is %s, not a value", argument, o.Describe())
	}
	return reflect.ValueOf(object), nil
}

// Describe says what an object is, for messages.
func Describe(object any) string {
	if o, is := object.(described); is {
		return o.Describe()
	}
	v, _ := ValueOf(object, "")
	return "a " + v.Type().String()
}
