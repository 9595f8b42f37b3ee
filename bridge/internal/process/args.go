package process

import "unsafe"

// envArgs is what such a call hands in: a variable of the environment.
//
//gobridge:mirror gobridge_env_args
type envArgs struct {
	Name     unsafe.Pointer
	Value    unsafe.Pointer
	NameLen  uint64
	ValueLen uint64
}

// fatalArgs is what such a call hands in: who hears Go's last words.
//
//gobridge:mirror gobridge_fatal_args
type fatalArgs struct {
	Handler uintptr
	Data    uintptr
}
