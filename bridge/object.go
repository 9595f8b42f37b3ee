package bridge

import "reflect"

// Handle is embedded in what a reference can name beside Go values. No other type has its method, whatever methods the
// values of a program have.
type Handle struct{}

func (Handle) handle() {}

// valued is a handle that stands for a Go value.
type valued interface {
	handle()
	goValue() reflect.Value
}

// described is a handle that stands for no Go value.
type described interface {
	handle()
	describe() string // with its article, for messages
}

// releasable is a handle that must be told when its reference is released.
type releasable interface {
	handle()
	released()
}

// immortal is a handle whose reference stays forever: C may ask for it again at any time.
type immortal interface {
	handle()
	immortal()
}

func isImmortal(object any) bool {
	_, is := object.(immortal)
	return is
}

// goValue gives the Go value that an object stands for.
func goValue(object any, argument string) (reflect.Value, error) {
	switch o := object.(type) {
	case valued:
		return o.goValue(), nil
	case described:
		return reflect.Value{}, failf(errWrongKind, "%s is %s, not a value", argument, o.describe())
	}
	return reflect.ValueOf(object), nil
}

// describe says what an object is, for messages.
func describe(object any) string {
	if o, is := object.(described); is {
		return o.describe()
	}
	v, _ := goValue(object, "")
	return "a " + v.Type().String()
}
