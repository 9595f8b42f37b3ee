package bridge

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math/big"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

const (
	maxExpression = 65536   // bytes
	maxDepth      = 64      // levels
	maxTypeSize   = 1 << 28 // bytes; no typo may ask Go for more at once
)

// namedTypes holds the types that an expression can name.
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
	"unsafe.Pointer": reflect.TypeOf(unsafe.Pointer(nil)),
	"fmt.Stringer":   reflect.TypeOf((*fmt.Stringer)(nil)).Elem(),
	"time.Duration":  reflect.TypeOf(time.Duration(0)),
	"time.Time":      reflect.TypeOf(time.Time{}),
	"big.Int":        reflect.TypeOf(big.Int{}),
	"big.Float":      reflect.TypeOf(big.Float{}),
	"big.Rat":        reflect.TypeOf(big.Rat{}),
}

// typeObject is what a reference to a type names. There is one for each type, and it stays.
type typeObject struct {
	*layout.Type
	ref  ref
	name []byte // NUL-terminated, pinned for C
}

var (
	typesMu     sync.Mutex
	typeObjects = map[reflect.Type]*typeObject{}
	typePinner  runtime.Pinner
)

// typeObjectOf gives the object of a type.
func typeObjectOf(f *frame, t reflect.Type) *typeObject {
	f.lock(&typesMu)
	defer f.unlock(&typesMu)
	object := typeObjects[t]
	if object == nil {
		object = &typeObject{Type: layout.Of(t), name: append([]byte(t.String()), 0)}
		object.ref = refs.make(f, object)
		typePinner.Pin(&object.name[0])
		typeObjects[t] = object
	}
	return object
}

// typeAt gives the type that a reference names.
func typeAt(r ref, argument string) (*typeObject, error) {
	object, err := refs.get(r, argument)
	if err != nil {
		return nil, err
	}
	t, isType := object.(*typeObject)
	if !isType {
		return nil, failf(errWrongKind, "%s is %s, not a type", argument, describe(object))
	}
	return t, nil
}

func typeParse(f *frame) error {
	if f.b > maxExpression {
		return failf(errRange, "expression has %d bytes, more than %d", f.b, maxExpression)
	}
	t, err := parseType(string(unsafe.Slice((*byte)(f.p), f.b)))
	if err != nil {
		return about("expression", err)
	}
	f.result = uint64(typeObjectOf(f, t).ref)
	return nil
}

// parseType gives the type that an expression in Go's syntax denotes.
func parseType(expression string) (t reflect.Type, err error) {
	defer func() {
		if reason := recover(); reason != nil { // reflect refuses what Go's compiler would
			err = failf(errSyntax, "%s", strings.TrimPrefix(fmt.Sprint(reason), "reflect."))
		}
	}()
	node, syntax := parser.ParseExpr(expression)
	if syntax != nil {
		return nil, failf(errSyntax, "%q: %v", expression, syntax)
	}
	return buildType(node, 1)
}

func buildType(node ast.Expr, depth int) (reflect.Type, error) {
	if depth > maxDepth {
		return nil, failf(errTooDeep, "nested more than %d levels deep", maxDepth)
	}
	switch n := node.(type) {
	case *ast.ParenExpr:
		return buildType(n.X, depth+1)
	case *ast.Ident:
		return namedType(n.Name)
	case *ast.SelectorExpr:
		if pkg, isIdent := n.X.(*ast.Ident); isIdent {
			return namedType(pkg.Name + "." + n.Sel.Name)
		}
	case *ast.StarExpr:
		elem, err := buildType(n.X, depth+1)
		if err != nil {
			return nil, err
		}
		return reflect.PointerTo(elem), nil
	case *ast.ArrayType:
		return buildArray(n, depth)
	case *ast.MapType:
		return buildMap(n, depth)
	case *ast.ChanType:
		elem, err := buildType(n.Value, depth+1)
		if err != nil {
			return nil, err
		}
		direction := map[ast.ChanDir]reflect.ChanDir{
			ast.SEND: reflect.SendDir, ast.RECV: reflect.RecvDir, ast.SEND | ast.RECV: reflect.BothDir}[n.Dir]
		return reflect.ChanOf(direction, elem), nil
	case *ast.FuncType:
		return buildFunc(n, depth)
	case *ast.StructType:
		return buildStruct(n, depth)
	case *ast.InterfaceType:
		if len(n.Methods.List) > 0 {
			return nil, failf(errSyntax, "an interface with methods can only be named")
		}
		return namedTypes["any"], nil
	}
	return nil, failf(errSyntax, "not a type at offset %d", node.Pos()-1)
}

func namedType(name string) (reflect.Type, error) {
	if t := namedTypes[name]; t != nil {
		return t, nil
	}
	return nil, failf(errUnknownType, "no type is named %q", name)
}

func buildArray(n *ast.ArrayType, depth int) (reflect.Type, error) {
	elem, err := buildType(n.Elt, depth+1)
	if err != nil || n.Len == nil {
		return sliceOf(elem), err
	}
	lit, isLit := n.Len.(*ast.BasicLit)
	if !isLit || lit.Kind != token.INT {
		return nil, failf(errSyntax, "an array's length is an integer literal")
	}
	length, err := strconv.ParseUint(lit.Value, 0, 64)
	if err != nil || length > maxTypeSize || length*uint64(elem.Size()) > maxTypeSize {
		return nil, failf(errRange, "an array of %s would be larger than %d bytes", lit.Value, maxTypeSize)
	}
	return reflect.ArrayOf(int(length), elem), nil
}

func sliceOf(elem reflect.Type) reflect.Type {
	if elem == nil {
		return nil
	}
	return reflect.SliceOf(elem)
}

func buildMap(n *ast.MapType, depth int) (reflect.Type, error) {
	key, err := buildType(n.Key, depth+1)
	if err != nil {
		return nil, err
	}
	if !key.Comparable() {
		return nil, failf(errUnhashable, "a %s can not be a map's key", key)
	}
	elem, err := buildType(n.Value, depth+1)
	if err != nil {
		return nil, err
	}
	return reflect.MapOf(key, elem), nil
}

func buildFunc(n *ast.FuncType, depth int) (reflect.Type, error) {
	if n.TypeParams != nil {
		return nil, failf(errSyntax, "a func type has no type parameters")
	}
	in, variadic, err := buildParameters(n.Params, depth)
	if err != nil {
		return nil, err
	}
	out, badResult, err := buildParameters(n.Results, depth)
	if err != nil {
		return nil, err
	}
	if badResult {
		return nil, failf(errSyntax, "... stands before a result")
	}
	return reflect.FuncOf(in, out, variadic), nil
}

// buildParameters gives the types of a parameter list and whether the last one is variadic.
func buildParameters(fields *ast.FieldList, depth int) (types []reflect.Type, variadic bool, err error) {
	if fields == nil {
		return nil, false, nil
	}
	for _, field := range fields.List {
		if variadic {
			return nil, false, failf(errSyntax, "... stands before a parameter that is not the last")
		}
		node := field.Type
		ellipsis, isVariadic := node.(*ast.Ellipsis)
		if variadic = isVariadic; variadic {
			node = ellipsis.Elt
		}
		if variadic && len(field.Names) > 1 {
			return nil, false, failf(errSyntax, "... stands before two parameters")
		}
		t, err := buildType(node, depth+1)
		if err != nil {
			return nil, false, err
		}
		if variadic {
			t = reflect.SliceOf(t)
		}
		for i := 0; i < max(1, len(field.Names)); i++ {
			types = append(types, t)
		}
	}
	return types, variadic, nil
}

func buildStruct(n *ast.StructType, depth int) (reflect.Type, error) {
	var fields []reflect.StructField
	size := uintptr(0)
	for _, field := range n.Fields.List {
		t, err := buildType(field.Type, depth+1)
		if err != nil {
			return nil, err
		}
		tag := ""
		if field.Tag != nil {
			tag, _ = strconv.Unquote(field.Tag.Value)
		}
		names := field.Names
		if len(names) == 0 {
			base := t
			if t.Kind() == reflect.Pointer {
				base = t.Elem()
			}
			// reflect builds structs that embed an interface, and calling its methods then breaks the heap.
			if k := base.Kind(); base.Name() == "" || k == reflect.UnsafePointer || k == reflect.Interface {
				return nil, failf(errSyntax, "a %s can not be embedded", t)
			}
			names = []*ast.Ident{ast.NewIdent(base.Name())}
		}
		for _, name := range names {
			f := reflect.StructField{
				Name: name.Name, Type: t, Tag: reflect.StructTag(tag), Anonymous: len(field.Names) == 0}
			if !name.IsExported() {
				f.PkgPath = "gobridge"
			}
			fields = append(fields, f)
			if size += t.Size(); size > maxTypeSize {
				return nil, failf(errRange, "a struct would be larger than %d bytes", maxTypeSize)
			}
		}
	}
	return reflect.StructOf(fields), nil
}

func typeOf(f *frame) error {
	object, err := refs.get(ref(f.a), "ref")
	if err != nil {
		return err
	}
	t, isType := object.(*typeObject)
	if !isType {
		v, err := goValue(object, "ref")
		if err != nil {
			return err
		}
		t = typeObjectOf(f, v.Type())
	}
	f.result = uint64(t.ref)
	return nil
}

func typeName(f *frame) error {
	t, err := typeAt(ref(f.a), "type")
	if err == nil {
		*(*uintptr)(f.p) = uintptr(unsafe.Pointer(&t.name[0]))
	}
	return err
}

func typeKind(f *frame) error {
	t, err := typeAt(ref(f.a), "type")
	if err == nil {
		f.result = uint64(t.Kind())
	}
	return err
}

func typeLayout(f *frame) error {
	t, err := typeAt(ref(f.a), "type")
	if err != nil {
		return err
	}
	f.result = uint64(t.Size)
	if !t.Plain {
		f.result = uint64(unsafe.Sizeof(value{}))
	}
	*(*bool)(f.p) = t.Plain
	return nil
}
