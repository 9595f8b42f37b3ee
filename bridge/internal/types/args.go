package types

import (
	"unsafe"

	"gobridge/bridge/internal/frame"
)

// queryArgs is what such a call hands in: a query of a type.
//
//gobridge:mirror gobridge_type_args
type queryArgs struct {
	Out   unsafe.Pointer
	_     unsafe.Pointer
	Type  frame.Ref
	Index uint64
}

// typesArgs is what such a call hands in: two types, a new one's key and elem or from which to which, and a length or flags.
//
//gobridge:mirror gobridge_types_args
type typesArgs struct {
	_      unsafe.Pointer
	_      unsafe.Pointer
	First  frame.Ref
	Second frame.Ref
	Number uint64
}

// funcTypeArgs is what such a call hands in: a new func type.
//
//gobridge:mirror gobridge_func_type_args
type funcTypeArgs struct {
	Parameters  *frame.Ref
	Results     *frame.Ref
	NParameters uint64
	NResults    uint64
	Variadic    uint64
}

// structTypeArgs is what such a call hands in: a new struct type.
//
//gobridge:mirror gobridge_struct_type_args
type structTypeArgs struct {
	Fields *structField
	_      unsafe.Pointer
	Count  uint64
}

// structField is the mirror of gobridge_struct_field.
//
//gobridge:mirror gobridge_struct_field
type structField struct {
	Name     unsafe.Pointer
	NameLen  uint
	Tag      unsafe.Pointer
	TagLen   uint
	Type     frame.Ref
	Embedded uint8
	Reserved [7]byte
}
