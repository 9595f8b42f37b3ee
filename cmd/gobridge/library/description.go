// Package library makes C libraries of Go packages: what gobridge build does. It reads what the packages export, writes a
// Go main package that registers it and C functions that call it, and has the go command and a C compiler build them.
package library

import "go/types"

// Description is what a library holds, as its NAME.json says it (docs/library.md) and bindings read it.
type Description struct {
	Schema   int       `json:"schema"` // 1
	Name     string    `json:"name"`
	Go       string    `json:"go"` // the release that built it
	Packages []Package `json:"packages"`
	LeftOut  []LeftOut `json:"left_out"`

	structs   []structure
	libraries []string // that the packages' own C and C++ needs, as a linker's flags
}

// Package is what one Go package exports.
type Package struct {
	Path      string     `json:"path"`
	Name      string     `json:"name"` // in C, and in registered names
	Doc       string     `json:"doc"`
	Functions []Function `json:"functions"`
	Types     []Type     `json:"types"`
	Constants []Constant `json:"constants"`
	Variables []Variable `json:"variables"`

	imported string // by what name the generated program has it
}

// Function is a function, or a method as a function whose first parameter is the receiver.
type Function struct {
	Name       string  `json:"name"`
	C          string  `json:"c"`          // its C function
	Registered string  `json:"registered"` // its name for gobridge_func_find
	Doc        string  `json:"doc"`
	Signature  string  `json:"signature"`
	Pointer    bool    `json:"pointer,omitempty"` // of a method: its receiver is a pointer
	Variadic   bool    `json:"variadic"`
	Params     []Param `json:"params"`
	Results    []Param `json:"results"`

	expression    string // what the generated program registers; "" if the program's own main package does
	takes, leaves []crossing
	fails         bool             // the last result is an error
	signature     *types.Signature // of a function that C may call with nothing boxed
	opaque        bool             // what is called is not the function that its parameters stand at
	numbers       string           // of a function of at most two plain numbers: a Go func of their bits
	plain         string           // of others of numbers, strings and bytes: a Go func of the call
}

// Param is a parameter or a result.
type Param struct {
	Name string `json:"name"`
	Type string `json:"type"`

	// The function only reads it while it runs, so that it is given C's memory and not a copy.
	InPlace bool `json:"in_place,omitempty"`

	variable *types.Var
	returned bool // the function only reads it, but its results may show it
}

// Type is a defined type.
type Type struct {
	Name    string     `json:"name"`
	Type    string     `json:"type"` // for gobridge_type_parse
	Kind    string     `json:"kind"` // struct, interface, int ...
	Doc     string     `json:"doc"`
	Fields  []Field    `json:"fields"`
	Methods []Function `json:"methods"`
	C       string     `json:"c,omitempty"` // the C struct, if it is a struct without pointers

	expression string
	named      *types.Named // nil for an alias, and what is described by its name alone
	inC        string       // what the C struct would be called
	stranger   bool         // gobridge knows another type by its name
}

// Field is an exported field of a struct.
type Field struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Doc  string `json:"doc"`
}

// Constant is a constant; its value is as Go writes it.
type Constant struct {
	Name  string `json:"name"`
	C     string `json:"c"` // the macro; "" if C has no such constant
	Type  string `json:"type"`
	Value string `json:"value"`
	Doc   string `json:"doc"`

	literal string
}

// Variable is a variable; the function returns a pointer to it.
type Variable struct {
	Name       string `json:"name"`
	Type       string `json:"type"`
	Registered string `json:"registered"`
	Doc        string `json:"doc"`

	pointer Function
}

// LeftOut is what does not cross, and why.
type LeftOut struct {
	Package string `json:"package"`
	Name    string `json:"name"`
	Reason  string `json:"reason"`
}

// functions calls do for each C function of the library.
func (d *Description) functions(do func(p *Package, f *Function)) {
	for i := range d.Packages {
		p := &d.Packages[i]
		for j := range p.Functions {
			do(p, &p.Functions[j])
		}
		for j := range p.Types {
			for k := range p.Types[j].Methods {
				do(p, &p.Types[j].Methods[k])
			}
		}
		for j := range p.Variables {
			do(p, &p.Variables[j].pointer)
		}
	}
}
