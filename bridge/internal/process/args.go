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
