package library

import (
	"fmt"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// structure is a struct type without pointers, which is a C struct too.
type structure struct {
	c, of   string // its name in C, and for gobridge_type_parse
	members string
	layout  string // C code that fails to compile where C lays it out in another way than Go
}

// readStructs adds the C structs of all types that are structs without pointers, each after those that it holds.
func (r *reader) readStructs() {
	known := map[*types.TypeName]*Type{}
	for i := range r.out.Packages {
		for j := range r.out.Packages[i].Types {
			if t := &r.out.Packages[i].Types[j]; t.named != nil {
				known[t.named.Obj()] = t
				t.inC = r.cName(&r.out.Packages[i], t.Name)
			}
		}
	}
	var add func(t *Type) bool
	var members func(of *types.Struct) (string, bool)
	// member declares a variable of a type.
	var member func(t types.Type, name string) (string, bool)
	member = func(t types.Type, name string) (string, bool) {
		if named, is := types.Unalias(t).(*types.Named); is {
			if inner := known[named.Obj()]; inner != nil && add(inner) {
				return inner.C + " " + name + ";", true
			}
		}
		switch of := t.Underlying().(type) {
		case *types.Basic:
			c, is := numbers[of.Kind()]
			switch of.Kind() {
			case types.Int, types.Uint, types.Uintptr: // as many bits as they have in Go
				c.c = strings.Replace(c.c, "64", strconv.FormatInt(8*r.sizes.Sizeof(of), 10), 1)
			}
			return c.c + " " + name + ";", is
		case *types.Array:
			if of.Len() > 0 {
				return member(of.Elem(), fmt.Sprintf("%s[%d]", name, of.Len()))
			}
		case *types.Struct:
			inner, ok := members(of)
			return "struct {" + inner + " } " + name + ";", ok
		}
		return "", false
	}
	members = func(of *types.Struct) (string, bool) {
		var all string
		for i := 0; i < of.NumFields(); i++ {
			one, ok := member(of.Field(i).Type(), fieldName(of, i))
			if !ok || !identifier.MatchString(fieldName(of, i)) {
				return "", false
			}
			all += " " + one
		}
		return all, of.NumFields() > 0
	}
	done := map[*Type]bool{}
	add = func(t *Type) bool {
		of, is := t.named.Underlying().(*types.Struct)
		if !is || done[t] {
			return t.C != ""
		}
		done[t] = true
		all, ok := members(of)
		if !ok {
			return false
		}
		t.C = t.inC
		s := structure{c: t.C, of: t.Type, members: all, layout: fmt.Sprintf("_Static_assert(sizeof(%s) == %d, \"size\");\n", t.C, r.sizes.Sizeof(of))}
		for i, offset := range r.sizes.Offsetsof(fieldsOf(of)) {
			s.layout += fmt.Sprintf("_Static_assert(offsetof(%s, %s) == %d, \"offset\");\n", t.C, fieldName(of, i), offset)
		}
		r.out.structs = append(r.out.structs, s)
		return true
	}
	for i := range r.out.Packages {
		for j := range r.out.Packages[i].Types {
			if t := &r.out.Packages[i].Types[j]; t.named != nil {
				add(t)
			}
		}
	}
}

// fieldName is a field's name in C.
func fieldName(of *types.Struct, i int) string {
	name := of.Field(i).Name()
	if name == "_" {
		return fmt.Sprintf("blank%d_", i)
	}
	for own := name; slices.Contains(reserved, name) || name != own && hasField(of, name); {
		name += "_"
	}
	return name
}

func hasField(of *types.Struct, name string) bool {
	return slices.ContainsFunc(fieldsOf(of), func(field *types.Var) bool { return field.Name() == name })
}

func fieldsOf(of *types.Struct) (all []*types.Var) {
	for i := 0; i < of.NumFields(); i++ {
		all = append(all, of.Field(i))
	}
	return all
}

// declaration is the struct and its functions, as the header has them.
func (s *structure) declaration() string {
	return fmt.Sprintf("\n/* The Go type %[1]s. */\ntypedef struct %[2]s {%[3]s } %[2]s;\n%[4]s;\n%[5]s;\n", s.of, s.c, s.members, s.load(), s.box())
}

func (s *structure) load() string {
	return fmt.Sprintf("gobridge_status %[1]s_load(gobridge_ref ref, %[1]s *to)", s.c)
}

func (s *structure) box() string {
	return fmt.Sprintf("gobridge_status %[1]s_box(const %[1]s *from, gobridge_ref *boxed)", s.c)
}

// glue is the functions.
func (s *structure) glue() string {
	return fmt.Sprintf(`%[1]sstatic glue_types %[2]s_types = {.pointer = "*%[3]s"};
%[4]s {
    return glue_load(__func__, &%[2]s_types, ref, to);
}
%[5]s {
    return glue_box(__func__, &%[2]s_types, from, boxed);
}

`, s.layout, s.c, s.of, s.load(), s.box())
}
