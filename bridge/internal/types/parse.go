package types

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
)

const (
	MaxExpression = 65536   // bytes
	MaxDepth      = 64      // levels
	MaxTypeSize   = 1 << 28 // bytes, or elements without any; no typo may ask Go for more at once
)

// Expression returns the type that f.b bytes of C memory at f.p denote.
func Expression(f *frame.Frame) (reflect.Type, error) {
	in := frame.Args[frame.TextArgs](f)
	if in.Len > MaxExpression {
		return nil, status.Errorf(status.Limit, "it has %d bytes, more than %d", in.Len, MaxExpression)
	}
	return ParseType(string(unsafe.Slice((*byte)(in.Text), in.Len)))
}

// ParseType returns the type that an expression in Go's syntax denotes.
func ParseType(expression string) (t reflect.Type, err error) {
	defer func() {
		if reason := recover(); reason != nil { // reflect refuses what Go's compiler would
			err = status.Errorf(status.Syntax, "%s", strings.TrimPrefix(fmt.Sprint(reason), "reflect."))
		}
	}()
	node, syntax := parser.ParseExpr(expression)
	if syntax != nil {
		return nil, status.Errorf(status.Syntax, "%q: %v", expression, syntax)
	}
	return buildType(node, 1)
}

func buildType(node ast.Expr, depth int) (reflect.Type, error) {
	if depth > MaxDepth {
		return nil, status.Errorf(status.TooDeep, "nested more than %d levels deep", MaxDepth)
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
	case *ast.IndexExpr, *ast.IndexListExpr:
		if canName(node) {
			return namedType(textOf(node))
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
			return nil, status.Errorf(status.Syntax, "an interface with methods can only be named")
		}
		return namedType("any")
	}
	return nil, status.Errorf(status.Syntax, "not a type at offset %d", node.Pos()-1)
}

func buildArray(n *ast.ArrayType, depth int) (reflect.Type, error) {
	elem, err := buildType(n.Elt, depth+1)
	if err != nil || n.Len == nil {
		return sliceOf(elem), err
	}
	lit, isLit := n.Len.(*ast.BasicLit)
	if !isLit || lit.Kind != token.INT {
		return nil, status.Errorf(status.Syntax, "an array's length is an integer literal")
	}
	length, err := strconv.ParseUint(lit.Value, 0, 64)
	if err != nil {
		length = math.MaxUint64 // no other number does not parse
	}
	return arrayOf(length, elem)
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
	elem, err := buildType(n.Value, depth+1)
	if err != nil {
		return nil, err
	}
	return mapOf(key, elem)
}

func buildFunc(n *ast.FuncType, depth int) (reflect.Type, error) {
	in, variadic, err := buildParameters(n.Params, depth)
	if err != nil {
		return nil, err
	}
	out, badResult, err := buildParameters(n.Results, depth)
	if err != nil {
		return nil, err
	}
	if badResult {
		return nil, status.Errorf(status.Syntax, "... stands before a result")
	}
	return reflect.FuncOf(in, out, variadic), nil
}

// buildParameters returns the types of a parameter list and whether the last one is variadic.
func buildParameters(fields *ast.FieldList, depth int) (types []reflect.Type, variadic bool, err error) {
	if fields == nil {
		return nil, false, nil
	}
	for _, field := range fields.List {
		if variadic {
			return nil, false, status.Errorf(status.Syntax, "... stands before a parameter that is not the last")
		}
		node := field.Type
		ellipsis, isVariadic := node.(*ast.Ellipsis)
		if variadic = isVariadic; variadic {
			node = ellipsis.Elt
		}
		if variadic && len(field.Names) > 1 {
			return nil, false, status.Errorf(status.Syntax, "... stands before two parameters")
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
	for _, field := range n.Fields.List {
		t, err := buildType(field.Type, depth+1)
		if err != nil {
			return nil, err
		}
		tag := ""
		if field.Tag != nil {
			tag, _ = strconv.Unquote(field.Tag.Value)
		}
		f := reflect.StructField{Type: t, Tag: reflect.StructTag(tag), Anonymous: len(field.Names) == 0}
		if f.Anonymous {
			fields = append(fields, f)
		}
		for _, name := range field.Names {
			f.Name = name.Name
			fields = append(fields, f)
		}
	}
	t, err := structOf(fields)
	if err != nil && status.FailureOf(err).Code == status.Argument {
		return nil, status.Errorf(status.Syntax, "%v", err)
	}
	return t, err
}
