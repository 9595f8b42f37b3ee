package bridge

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
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

// typeOps answers the calls about types.
var typeOps = []op{
	{name: "gobridge_type_parse", run: typeParse},
	{name: "gobridge_type_of", run: typeOf},
	{name: "gobridge_type_name", run: typeName},
	{name: "gobridge_type_kind", run: typeKind},
	{name: "gobridge_type_layout", run: typeLayout},
	{name: "gobridge_type_describe", run: typeDescribe},
	{name: "gobridge_type_field", run: typeField},
	{name: "gobridge_type_method", run: typeMethod},
	{name: "gobridge_type_parameter", run: typeOfSignature("parameter", reflect.Type.NumIn, reflect.Type.In)},
	{name: "gobridge_type_result", run: typeOfSignature("result", reflect.Type.NumOut, reflect.Type.Out)},
}

const (
	maxExpression = 65536   // bytes
	maxDepth      = 64      // levels
	maxTypeSize   = 1 << 28 // bytes, or elements without any; no typo may ask Go for more at once
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
	"unsafe.Pointer": reflect.TypeOf(unsafe.Pointer(nil)),
	"fmt.Stringer":   reflect.TypeOf((*fmt.Stringer)(nil)).Elem(),
	"time.Duration":  reflect.TypeOf(time.Duration(0)),
	"time.Time":      reflect.TypeOf(time.Time{}),
	"big.Int":        reflect.TypeOf(big.Int{}),
	"big.Float":      reflect.TypeOf(big.Float{}),
	"big.Rat":        reflect.TypeOf(big.Rat{}),
}

var namedTypesMu sync.RWMutex

// typeObject is what a reference to a type names. There is one for each type, and it stays.
type typeObject struct {
	Handle
	*layout.Type
	ref  ref
	name *byte // for C
}

func (t *typeObject) describe() string { return "the type " + t.String() }

func (*typeObject) immortal() {}

var (
	typesMu     sync.Mutex
	typeObjects = map[reflect.Type]*typeObject{}
)

// typeObjectOf gives the object of a type.
func typeObjectOf(f *frame, t reflect.Type) *typeObject {
	f.lock(&typesMu)
	defer f.unlock(&typesMu)
	object := typeObjects[t]
	if object == nil {
		object = &typeObject{Type: layout.Of(t), name: lasting(f, t.String())}
		object.ref = refs.make(f, object)
		typeObjects[t] = object
	}
	return object
}

// lastingTexts holds what C may read for as long as the process lives: NUL-terminated, pinned, each text once.
var (
	textsMu      sync.Mutex
	lastingTexts = map[string]*byte{}
	textPinner   runtime.Pinner
)

// lasting gives the text for C of a name or a tag.
func lasting(f *frame, s string) *byte {
	f.lock(&textsMu)
	defer f.unlock(&textsMu)
	p := lastingTexts[s]
	if p == nil {
		p = &append([]byte(s), 0)[0]
		textPinner.Pin(p)
		lastingTexts[s] = p
	}
	return p
}

// typeAt gives the type that a reference names.
func typeAt(f *frame, r ref, argument string) (*typeObject, error) {
	object, err := f.object(r, argument)
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
	t, err := f.expression()
	if err != nil {
		return about("expression", err)
	}
	f.result = uint64(typeObjectOf(f, t).ref)
	return nil
}

// expression gives the type that f.b bytes of C memory at f.p denote.
func (f *frame) expression() (reflect.Type, error) {
	if f.b > maxExpression {
		return nil, failf(errRange, "it has %d bytes, more than %d", f.b, maxExpression)
	}
	return parseType(string(unsafe.Slice((*byte)(f.p), f.b)))
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
			return nil, failf(errSyntax, "an interface with methods can only be named")
		}
		return namedType("any")
	}
	return nil, failf(errSyntax, "not a type at offset %d", node.Pos()-1)
}

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
	return nil, failf(errUnknownType, "no type is named %q%s", name, nearest(name, known))
}

// Type lets C name the type T, which may be an interface type: gobridge_type_parse knows it as name from then on, alone
// and in expressions such as []name. It may be called at any time and by any goroutine, usually by an init function.
//
// The name is one that Go code could have for a type: "T", "pkg.T" or, of a generic type, "pkg.T[string, int]". Type panics
// where it is not, or names another type.
func Type[T any](name string) { nameType(name, reflect.TypeOf((*T)(nil)).Elem()) }

func nameType(name string, t reflect.Type) {
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
	if err != nil || length > maxTypeSize || float64(length)*max(1, weight(elem)) > maxTypeSize {
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
	size, promoted := 0.0, 0
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
			generic, _, _ := strings.Cut(base.Name(), "[")
			names = []*ast.Ident{ast.NewIdent(generic)}
			promoted += t.NumMethod()
		}
		for _, name := range names {
			f := reflect.StructField{
				Name: name.Name, Type: t, Tag: reflect.StructTag(tag), Anonymous: len(field.Names) == 0}
			if !name.IsExported() {
				f.PkgPath = "gobridge"
			}
			fields = append(fields, f)
			if size += weight(t); size > maxTypeSize {
				return nil, failf(errRange, "a struct would be larger than %d bytes", maxTypeSize)
			}
		}
	}
	t := reflect.StructOf(fields)
	if t.NumMethod() > promoted { // it took unexported methods too, and whoever asks for their types ends the process
		return nil, failf(errSyntax, "a %s can not be embedded: reflect does not promote its methods rightly", fields[0].Type)
	}
	return t, nil
}

func typeOf(f *frame) error {
	object, err := f.object(ref(f.a), "ref")
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
	t, err := typeAt(f, ref(f.a), "type")
	if err == nil {
		*(*uintptr)(f.p) = uintptr(unsafe.Pointer(t.name))
	}
	return err
}

func typeKind(f *frame) error {
	t, err := typeAt(f, ref(f.a), "type")
	if err == nil {
		f.result = uint64(t.Kind())
	}
	return err
}

func typeLayout(f *frame) error {
	t, err := typeAt(f, ref(f.a), "type")
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

// typeInfo, fieldInfo and methodInfo are the mirrors of gobridge_type_info, gobridge_type_field_info and
// gobridge_type_method_info.
//
//gobridge:mirror gobridge_type_info
type typeInfo struct {
	size, kind                         uint32
	plain, named, comparable, variadic bool
	canReceive, canSend                bool
	align, fields, methods             uint32
	parameters, results                uint32
	bytes, len                         uint64
	key, elem                          ref
	name, packagePath                  uintptr
}

//gobridge:mirror gobridge_type_field_info
type fieldInfo struct {
	size               uint32
	exported, embedded bool
	name, tag          uintptr
	typ                ref
	offset             uint64
}

//gobridge:mirror gobridge_type_method_info
type methodInfo struct {
	size     uint32
	exported bool
	name     uintptr
	typ      ref
}

// giveInfo fills a struct of C's that begins with its size, which C has set. It may have members that are newer.
func giveInfo[T any](p unsafe.Pointer, argument string, info T) error {
	size, want := *(*uint32)(p), unsafe.Sizeof(info)
	if uintptr(size) < want {
		return failf(errTooSmall, "%s->size is %d, less than %d: set it to sizeof *%[1]s", argument, size, want)
	}
	*(*uint32)(unsafe.Pointer(&info)) = size
	*(*T)(p) = info
	return nil
}

func typeDescribe(f *frame) error {
	t, err := typeAt(f, ref(f.a), "type")
	if err != nil {
		return err
	}
	info := typeInfo{
		kind:        uint32(t.Kind()),
		bytes:       uint64(t.Size),
		align:       uint32(t.Align()),
		name:        uintptr(unsafe.Pointer(t.name)),
		packagePath: uintptr(unsafe.Pointer(lasting(f, t.PkgPath()))),
		methods:     uint32(t.NumMethod()),
		comparable:  t.Comparable(),
		named:       t.Name() != "",
		plain:       t.Plain,
	}
	switch t.Kind() {
	case reflect.Array:
		info.len = uint64(t.Len())
		info.elem = typeObjectOf(f, t.Elem()).ref
	case reflect.Map:
		info.key = typeObjectOf(f, t.Key()).ref
		info.elem = typeObjectOf(f, t.Elem()).ref
	case reflect.Chan:
		info.canReceive = t.ChanDir()&reflect.RecvDir != 0
		info.canSend = t.ChanDir()&reflect.SendDir != 0
		info.elem = typeObjectOf(f, t.Elem()).ref
	case reflect.Pointer, reflect.Slice:
		info.elem = typeObjectOf(f, t.Elem()).ref
	case reflect.Func:
		info.parameters, info.results = uint32(t.NumIn()), uint32(t.NumOut())
		info.variadic = t.IsVariadic()
	case reflect.Struct:
		info.fields = uint32(t.NumField())
	}
	return giveInfo(f.p, "info", info)
}

// partOf gives a type of a kind that has numbered parts, where it has one with the number that the call has as index.
func partOf(f *frame, kind reflect.Kind, parts string, count func(reflect.Type) int) (*typeObject, error) {
	t, err := typeAt(f, ref(f.a), "type")
	if err != nil {
		return nil, err
	}
	if kind != reflect.Invalid && t.Kind() != kind {
		return nil, failf(errWrongKind, "type is %s, not a %s type", describe(t), kind)
	}
	if n := count(t.Type.Type); f.b >= uint64(n) {
		return nil, failf(errRange, "index is %d; %s has %d %ss", f.b, t, n, parts)
	}
	return t, nil
}

func typeField(f *frame) error {
	t, err := partOf(f, reflect.Struct, "field", reflect.Type.NumField)
	if err != nil {
		return err
	}
	field := t.Field(int(f.b))
	return giveInfo(f.p, "field", fieldInfo{
		exported: field.IsExported(),
		embedded: field.Anonymous,
		name:     uintptr(unsafe.Pointer(lasting(f, field.Name))),
		tag:      uintptr(unsafe.Pointer(lasting(f, string(field.Tag)))),
		typ:      typeObjectOf(f, field.Type).ref,
		offset:   uint64(field.Offset),
	})
}

func typeMethod(f *frame) error {
	t, err := partOf(f, reflect.Invalid, "method", reflect.Type.NumMethod)
	if err != nil {
		return err
	}
	method := t.Method(int(f.b))
	signature := method.Type
	if t.Kind() != reflect.Interface { // it has the receiver as its first parameter
		signature = reflect.Zero(t.Type.Type).Method(method.Index).Type()
	}
	return giveInfo(f.p, "method", methodInfo{
		exported: method.IsExported(),
		name:     uintptr(unsafe.Pointer(lasting(f, method.Name))),
		typ:      typeObjectOf(f, signature).ref,
	})
}

// typeOfSignature gives the types that a func type's parameters or results have.
func typeOfSignature(parts string, count func(reflect.Type) int, at func(reflect.Type, int) reflect.Type) func(*frame) error {
	return func(f *frame) error {
		t, err := partOf(f, reflect.Func, parts, count)
		if err == nil {
			f.result = uint64(typeObjectOf(f, at(t.Type.Type, int(f.b))).ref)
		}
		return err
	}
}
