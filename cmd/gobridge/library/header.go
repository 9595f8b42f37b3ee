package library

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

// reserved is words that no parameter can have as its name, in C or C++, and names of macros that are widely known.
var reserved = strings.Fields(`auto break case char const continue default do double else enum extern float for goto if inline int long
register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while bool true false
alignas alignof and and_eq asm bitand bitor catch char8_t char16_t char32_t class co_await co_return co_yield compl concept const_cast
consteval constexpr constinit decltype delete dynamic_cast explicit export friend mutable namespace new noexcept not not_eq nullptr
operator or or_eq private protected public reinterpret_cast requires static_assert static_cast template this thread_local throw try
typeid typename using virtual wchar_t xor xor_eq NULL EOF stdin stdout stderr errno linux unix I
typeof typeof_unqual complex imaginary noreturn
size_t int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t gobridge_ref gobridge_value gobridge_status
args_ results_ status_ frame_ glue_call glue_cross glue_bits glue_float`)

// glueHeader is what all these C functions share.
//
//go:embed glue.h
var glueHeader string

// argument is a Go value as a parameter of a C function.
type argument struct {
	crossing
	name, length string
}

// arguments gives names to what a function takes and leaves: those of the source where C lets them stand.
func (f *Function) arguments() (takes, leaves []argument) {
	taken := map[string]bool{}
	free := func(name string) string {
		for !identifier.MatchString(name) || taken[name] || slices.Contains(reserved, name) {
			name += "_"
		}
		taken[name] = true
		return name
	}
	fill := func(crossings []crossing, params []Param, otherwise string, number bool) (all []argument) {
		for i, c := range crossings {
			name := params[i].Name
			if name == "" || name == "_" || !identifier.MatchString(name) {
				name = otherwise
				if number {
					name = fmt.Sprintf("%s%d", otherwise, i+1)
				}
			}
			a := argument{crossing: c, name: free(name)}
			if c.form == textual || c.form == binary {
				a.length = free(a.name + "_len")
			}
			all = append(all, a)
		}
		return all
	}
	takes = fill(f.takes, f.Params, "arg", true)
	return takes, fill(f.leaves, f.Results, "result", len(f.leaves) > 1)
}

// prototype is the declaration of a C function, without its end.
func (f *Function) prototype() string {
	takes, leaves := f.arguments()
	var parameters []string
	for _, a := range takes {
		switch a.form {
		case number:
			parameters = append(parameters, a.c+" "+a.name)
		case textual:
			parameters = append(parameters, "const char *"+a.name, "size_t "+a.length)
		case binary:
			parameters = append(parameters, "const uint8_t *"+a.name, "size_t "+a.length)
		case object:
			parameters = append(parameters, "gobridge_ref "+a.name)
		case anything:
			parameters = append(parameters, "const gobridge_value *"+a.name)
		}
	}
	for _, a := range leaves {
		if a.form == number {
			parameters = append(parameters, a.c+" *"+a.name)
		} else {
			parameters = append(parameters, "gobridge_value *"+a.name)
		}
	}
	if parameters == nil {
		parameters = []string{"void"}
	}
	return "gobridge_status " + f.C + "(" + strings.Join(parameters, ", ") + ")"
}

// comment is text as a comment of C.
func comment(text string) string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "*/", "* /"), "/*", "/ *")
	text = strings.ReplaceAll(text, "??/", "? ?/") // a backslash's trigraph
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(" * "+strings.TrimRight(lines[i], " \t\\"), " ")
	}
	return "/*" + strings.TrimPrefix(strings.Join(lines, "\n"), " *") + " */\n"
}

const structsComment = `
/* ---- structs without pointers ----
 * STRUCT_load reads what a reference to one, or to a pointer to one, names. STRUCT_box makes a Go value of one, for where
 * a function takes a gobridge_ref: release it once. Any other reference is GOBRIDGE_E_WRONG_TYPE, a nil pointer
 * GOBRIDGE_E_NIL, a bool that is neither 0 nor 1 GOBRIDGE_E_RANGE. */
`

// ofC is headers of C's and of POSIX, which a library's own stands before in a host's search path.
var ofC = strings.Fields(`aio alloca assert complex cpio ctype dirent dlfcn elf endian err errno error fcntl features fenv float fmtmsg
fnmatch ftw getopt glob grp iconv inttypes iso646 langinfo libgen limits link locale malloc math memory monetary mqueue netdb nl_types
poll pthread pwd regex resolv sched search semaphore setjmp signal spawn stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib
stdnoreturn string strings syslog tar termios tgmath threads time uchar ulimit unistd utime utmpx wchar wctype wordexp`)

// header is NAME.h.
func (d *Description) header() string {
	guard := "GOBRIDGE_LIBRARY_" + d.Name + "_H"
	var b strings.Builder
	if slices.Contains(ofC, d.Name) { // as a system's header it may say include_next
		fmt.Fprintf(&b, "/* Who includes C's %[1]s.h gets that, too. */\n#pragma GCC system_header\n#include_next <%[1]s.h>\n\n", d.Name)
	}
	fmt.Fprintf(&b, `/* Made by gobridge build: the functions of lib%[1]s.
 *
 * Each returns GOBRIDGE_OK; GOBRIDGE_E_RETURNED if the Go function returned an error, GOBRIDGE_E_PANIC if it panicked
 * (gobridge_last_error tells why); or what gobridge_call returns for its arguments. Results are written on GOBRIDGE_OK only.
 * Strings and bytes are copied, or read where they are until the function returns. A gobridge_ref or gobridge_value that is handed in stays the caller's; 0 is nil. A
 * gobridge_value that is received is released with gobridge_value_release. Any thread may call. */
#ifndef %[2]s
#define %[2]s

#include <gobridge.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What this library holds, as JSON (share/%[1]s/%[1]s.json): the text is the library's, not NUL-terminated. */
gobridge_status %[1]s_description(const char **json, size_t *len);

/* gobridge's own functions as this library has them, for hosts that have others too: gobridge_api_get of this one. */
gobridge_status %[1]s_api(uint32_t version, const gobridge_api **api);
`, d.Name, guard)
	if len(d.structs) > 0 {
		b.WriteString(structsComment)
	}
	for i := range d.structs {
		b.WriteString(d.structs[i].declaration())
	}
	for i := range d.Packages {
		p := &d.Packages[i]
		fmt.Fprintf(&b, "\n/* ---- %s ---- */\n", p.Path)
		for _, c := range p.Constants {
			if c.C != "" {
				b.WriteString("\n" + comment(p.Name+"."+c.Name+". "+c.Doc) + "#define " + c.C + " " + c.literal + "\n")
			}
		}
		one := &Description{Packages: d.Packages[i : i+1]}
		one.functions(func(_ *Package, f *Function) {
			b.WriteString("\n" + comment(f.Registered+" "+f.Signature+"\n"+f.Doc) + f.prototype() + ";\n")
		})
	}
	b.WriteString("\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n")
	return b.String()
}

// glue is the C functions themselves. They are compiled with gobridge's own C layer, so that a call is one crossing.
func (d *Description) glue() string {
	var b, names strings.Builder
	count := 0
	fmt.Fprintf(&b, "/* Made by gobridge build. */\n#include \"cross.h\"\n#include \"%s.h\"\n#include \"glue.h\"\n\n", d.Name)
	d.functions(func(_ *Package, f *Function) {
		fmt.Fprintf(&names, "    %s,\n", quoted(f.Registered))
		f.write(&b, count)
		count++
	})
	for i := range d.structs {
		b.WriteString(d.structs[i].glue())
	}
	fmt.Fprintf(&b, "const char *const gobridge_glue_names[] = {\n%s    0,\n};\ngobridge_ref gobridge_glue_functions[%d];\n", names.String(), count+1)
	fmt.Fprintf(&b, `
extern const char gobridge_glue_description[], gobridge_glue_description_end[];

GOBRIDGE_API gobridge_status gobridge_description(const char **json, size_t *len) {
    GOBRIDGE_NOT_NULL(json);
    GOBRIDGE_NOT_NULL(len);
    *json = gobridge_glue_description;
    *len = (size_t)(gobridge_glue_description_end - gobridge_glue_description);
    return GOBRIDGE_OK;
}

gobridge_status %[1]s_description(const char **json, size_t *len) { return gobridge_description(json, len); }

gobridge_status %[1]s_api(uint32_t version, const gobridge_api **api) { return gobridge_api_get(version, api); }
`, d.Name)
	return b.String()
}

// write is a C function of the library, the index-th.
func (f *Function) write(b *strings.Builder, index int) {
	takes, leaves := f.arguments()
	fmt.Fprintf(b, "%s {\n", f.prototype())
	for _, a := range leaves {
		fmt.Fprintf(b, "    GOBRIDGE_NOT_NULL(%s);\n", a.name)
	}
	for _, a := range takes {
		if a.form == anything {
			fmt.Fprintf(b, "    GOBRIDGE_NOT_NULL(%s);\n", a.name)
		}
	}
	if f.numbers != "" {
		f.writeNumbers(b, index, takes, leaves)
		return
	}
	args, results := "NULL", "NULL"
	if len(takes) > 0 {
		args = "args_"
		fmt.Fprintf(b, "    const gobridge_value args_[] = {\n")
		for _, a := range takes {
			switch a.form {
			case number:
				value := a.name
				if a.kind == "BOOL" {
					value = a.name + " != 0"
				}
				fmt.Fprintf(b, "        {.kind = GOBRIDGE_KIND_%s, .as.%s = %s},\n", a.kind, a.member, value)
			case textual, binary:
				fmt.Fprintf(b, "        {.kind = GOBRIDGE_KIND_%s, .as.%s = %s, .len = %s},\n", a.kind, a.member, a.name, a.length)
			case object:
				fmt.Fprintf(b, "        {.kind = %s ? GOBRIDGE_KIND_REF : GOBRIDGE_KIND_NIL, .as.ref = %[1]s},\n", a.name)
			case anything:
				fmt.Fprintf(b, "        *%s,\n", a.name)
			}
		}
		b.WriteString("    };\n")
	}
	if len(leaves) > 0 {
		results = "results_"
		fmt.Fprintf(b, "    gobridge_value results_[%d];\n", len(leaves))
	}
	op := "OP_gobridge_typed_call"
	if f.Variadic {
		op += "_spread"
	}
	if f.plain != "" {
		fmt.Fprintf(b, "    gobridge_frame frame_ = {.op = OP_gobridge_typed_plain, .typed = {.args = %s, .results = %s, .function = %d, .nresults = %d}};\n"+
			"    const gobridge_status status_ = glue_cross(__func__, &frame_);\n", args, results, index, len(leaves))
	} else {
		fmt.Fprintf(b, "    const gobridge_status status_ = glue_call(__func__, %s, %d, %s, %d, %s, %d);\n", op, index, args, len(takes), results, len(leaves))
	}
	if len(leaves) > 0 {
		b.WriteString("    if (status_ == GOBRIDGE_OK) {\n")
		for i, a := range leaves {
			if a.form == number {
				fmt.Fprintf(b, "        *%s = (%s)results_[%d].as.%s;\n", a.name, a.c, i, a.member)
			} else {
				fmt.Fprintf(b, "        *%s = results_[%d];\n", a.name, i)
			}
		}
		b.WriteString("    }\n")
	}
	b.WriteString("    return status_;\n}\n\n")
}

// writeNumbers is the rest of a C function of plain numbers.
func (f *Function) writeNumbers(b *strings.Builder, index int, takes, leaves []argument) {
	fmt.Fprintf(b, "    gobridge_frame frame_ = {.op = OP_gobridge_typed_numbers, .numbers = {.function = %d", index)
	for i, a := range takes {
		value := "(uint64_t)" + a.name
		switch {
		case a.member == "f":
			value = "glue_bits(" + a.name + ")"
		case a.kind == "BOOL":
			value = a.name + " != 0"
		}
		fmt.Fprintf(b, ", .%c = %s", "xy"[i], value)
	}
	b.WriteString("}};\n    const gobridge_status status_ = glue_cross(__func__, &frame_);\n")
	for _, a := range leaves {
		value := "frame_.result"
		if a.member == "f" {
			value = "glue_float(frame_.result)"
		}
		fmt.Fprintf(b, "    if (status_ == GOBRIDGE_OK) {\n        *%s = (%s)%s;\n    }\n", a.name, a.c, value)
	}
	b.WriteString("    return status_;\n}\n\n")
}
