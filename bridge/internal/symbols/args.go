package symbols

import "unsafe"

// cgocallArgs is what such a call hands in: a C function and its argument.
//
//gobridge:mirror gobridge_cgocall_args
type cgocallArgs struct {
	Function unsafe.Pointer
	Argument unsafe.Pointer
}

// nowArgs is what such a call hands in: where the parts of the time go that are not the result.
//
//gobridge:mirror gobridge_now_args
type nowArgs struct {
	Nanoseconds *int32
	Monotonic   *int64
}

// realArgs is what such a call hands in: a number of 32 bits.
//
//gobridge:mirror gobridge_real_args
type realArgs struct {
	_     unsafe.Pointer
	_     unsafe.Pointer
	Value float32
}

// hashArgs is what such a call hands in: bytes, and what they are compared with or hashed by.
//
//gobridge:mirror gobridge_hash_args
type hashArgs struct {
	Data  unsafe.Pointer
	Other unsafe.Pointer
	Seed  uint64
	Size  uint64
}
