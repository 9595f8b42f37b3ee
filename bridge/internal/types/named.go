package types

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"io"
	"math/big"
	"reflect"
	"sort"
	"strings"
	"sync"
	"time"
	"unsafe"

	"gobridge/bridge/internal/status"
)

// namedTypes holds the types that an expression can name; the program may add to it at any time.
var namedTypes = map[string]reflect.Type{
	"bool": reflect.TypeOf(false), "string": reflect.TypeOf(""),
	"int": reflect.TypeOf(int(0)), "int8": reflect.TypeOf(int8(0)), "int16": reflect.TypeOf(int16(0)),
	"int32": reflect.TypeOf(int32(0)), "int64": reflect.TypeOf(int64(0)),
	"uint": reflect.TypeOf(uint(0)), "uint8": reflect.TypeOf(uint8(0)), "uint16": reflect.TypeOf(uint16(0)),
	"uint32": reflect.TypeOf(uint32(0)), "uint64": reflect.TypeOf(uint64(0)), "uintptr": reflect.TypeOf(uintptr(0)),
	"byte": reflect.TypeOf(byte(0)), "rune": reflect.TypeOf(rune(0)),
	"float32": reflect.TypeOf(float32(0)), "float64": reflect.TypeOf(float64(0)),
	"complex64": reflect.TypeOf(complex64(0)), "complex128": reflect.TypeOf(complex128(0)),
	"any": reflect.TypeOf((*any)(nil)).Elem(), "error": reflect.TypeOf((*error)(nil)).Elem(),
	"unsafe.Pointer":     reflect.TypeOf(unsafe.Pointer(nil)),
	"context.Context":    reflect.TypeOf((*context.Context)(nil)).Elem(),
	"io.Closer":          reflect.TypeOf((*io.Closer)(nil)).Elem(),
	"io.ReadCloser":      reflect.TypeOf((*io.ReadCloser)(nil)).Elem(),
	"io.ReadSeeker":      reflect.TypeOf((*io.ReadSeeker)(nil)).Elem(),
	"io.ReadWriteCloser": reflect.TypeOf((*io.ReadWriteCloser)(nil)).Elem(),
	"io.ReadWriter":      reflect.TypeOf((*io.ReadWriter)(nil)).Elem(),
	"io.Reader":          reflect.TypeOf((*io.Reader)(nil)).Elem(),
	"io.Seeker":          reflect.TypeOf((*io.Seeker)(nil)).Elem(),
	"io.WriteCloser":     reflect.TypeOf((*io.WriteCloser)(nil)).Elem(),
	"io.Writer":          reflect.TypeOf((*io.Writer)(nil)).Elem(),
	"sort.Interface":     reflect.TypeOf((*sort.Interface)(nil)).Elem(),
	"fmt.Stringer":       reflect.TypeOf((*fmt.Stringer)(nil)).Elem(),
	"time.Duration":      reflect.TypeOf(time.Duration(0)),
	"time.Time":          reflect.TypeOf(time.Time{}),
	"big.Int":            reflect.TypeOf(big.Int{}),
	"big.Float":          reflect.TypeOf(big.Float{}),
	"big.Rat":            reflect.TypeOf(big.Rat{}),
}

var namedTypesMu sync.RWMutex

func namedType(name string) (reflect.Type, error) {
	namedTypesMu.RLock()
	defer namedTypesMu.RUnlock()
	if t := namedTypes[name]; t != nil {
		return t, nil
	}
	known := make([]string, 0, len(namedTypes))
	for name := range namedTypes {
		known = append(known, name)
	}
	return nil, status.Errorf(status.UnknownType, "no type is named %q%s", name, status.Nearest(name, known))
}

// SetName lets type expressions name a type. It panics if the name could not be one in Go, or names another type.
func SetName(name string, t reflect.Type) {
	node, err := parser.ParseExpr(name)
	if err != nil || !canName(node) || strings.TrimSpace(name) != name {
		panic(fmt.Sprintf("bridge: Type called with %q, which is not a name such as T or pkg.T", name))
	}
	name = textOf(node)
	namedTypesMu.Lock()
	defer namedTypesMu.Unlock()
	if old := namedTypes[name]; old != nil && old != t {
		panic(fmt.Sprintf("bridge: Type called with %q for %s, but it names %s", name, t, old))
	}
	namedTypes[name] = t
}

// canName tells whether an expression is the name of a type, or of an instance of a generic one.
func canName(node ast.Expr) bool {
	switch n := node.(type) {
	case *ast.Ident:
		return n.Name != "_"
	case *ast.SelectorExpr:
		pkg, isIdent := n.X.(*ast.Ident)
		return isIdent && canName(pkg) && canName(n.Sel)
	case *ast.IndexExpr:
		return !isInstance(n.X) && canName(n.X)
	case *ast.IndexListExpr:
		return !isInstance(n.X) && canName(n.X)
	}
	return false
}

func isInstance(node ast.Expr) bool {
	switch node.(type) {
	case *ast.IndexExpr, *ast.IndexListExpr:
		return true
	}
	return false
}

// textOf is an expression as gofmt has it, so that spaces make no other name.
func textOf(node ast.Expr) string {
	var text strings.Builder
	if err := printer.Fprint(&text, token.NewFileSet(), node); err != nil {
		return ""
	}
	return text.String()
}
