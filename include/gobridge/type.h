/* Types: Go's types by their expressions. */
#ifndef GOBRIDGE_TYPE_H
#define GOBRIDGE_TYPE_H

#include <gobridge/ref.h>

GOBRIDGE_BEGIN

/* Kinds of types and of values. The numbers up to 26 are those of Go's reflect.Kind; the last two are kinds of a
 * gobridge_value only. */
#define GOBRIDGE_KINDS(X)               \
    X(GOBRIDGE_KIND_NIL, 0)             \
    X(GOBRIDGE_KIND_BOOL, 1)            \
    X(GOBRIDGE_KIND_INT, 2)             \
    X(GOBRIDGE_KIND_INT8, 3)            \
    X(GOBRIDGE_KIND_INT16, 4)           \
    X(GOBRIDGE_KIND_INT32, 5)           \
    X(GOBRIDGE_KIND_INT64, 6)           \
    X(GOBRIDGE_KIND_UINT, 7)            \
    X(GOBRIDGE_KIND_UINT8, 8)           \
    X(GOBRIDGE_KIND_UINT16, 9)          \
    X(GOBRIDGE_KIND_UINT32, 10)         \
    X(GOBRIDGE_KIND_UINT64, 11)         \
    X(GOBRIDGE_KIND_UINTPTR, 12)        \
    X(GOBRIDGE_KIND_FLOAT32, 13)        \
    X(GOBRIDGE_KIND_FLOAT64, 14)        \
    X(GOBRIDGE_KIND_COMPLEX64, 15)      \
    X(GOBRIDGE_KIND_COMPLEX128, 16)     \
    X(GOBRIDGE_KIND_ARRAY, 17)          \
    X(GOBRIDGE_KIND_CHAN, 18)           \
    X(GOBRIDGE_KIND_FUNC, 19)           \
    X(GOBRIDGE_KIND_INTERFACE, 20)      \
    X(GOBRIDGE_KIND_MAP, 21)            \
    X(GOBRIDGE_KIND_POINTER, 22)        \
    X(GOBRIDGE_KIND_SLICE, 23)          \
    X(GOBRIDGE_KIND_STRING, 24)         \
    X(GOBRIDGE_KIND_STRUCT, 25)         \
    X(GOBRIDGE_KIND_UNSAFE_POINTER, 26) \
    X(GOBRIDGE_KIND_BYTES, 32)          \
    X(GOBRIDGE_KIND_REF, 33)

enum { /* anonymous: a kind crosses the ABI as uint32_t */
#define GOBRIDGE_KIND_NUMBER(name, number) name = number,
       GOBRIDGE_KINDS(GOBRIDGE_KIND_NUMBER)
#undef GOBRIDGE_KIND_NUMBER
};

/* Parses a type expression in Go's syntax, "map[string][]int64". It knows Go's predeclared types, error, any,
 * unsafe.Pointer, fmt.Stringer, time.Duration, time.Time, big.Int, big.Float and big.Rat (of math/big), and what the Go
 * program has named by bridge.Type, and builds arrays, slices, maps, pointers, channels, functions and structs (with tags)
 * of them. Interfaces with methods can only be named, and none can be embedded, nor can a type with methods that are not
 * exported, such as time.Time. An expression that this process has parsed before crosses nothing.
 *   expression  at most 65,536 bytes; need not end with NUL
 *   len         its length in bytes
 *   type        receives the reference; types live as long as the process
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_SYNTAX (also what Go's compiler would refuse, such as a field
 * named twice), GOBRIDGE_E_TOO_DEEP (more than 64 levels), GOBRIDGE_E_UNKNOWN_TYPE, GOBRIDGE_E_UNHASHABLE (a map's
 * key type that is not comparable), GOBRIDGE_E_LIMIT (too long, an array length that does not fit, or a type of more
 * than 256 MiB). Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_parse(const char *expression, size_t len, gobridge_ref *type);

/* The type of what a reference names: a map's, a boxed value's (its dynamic type); a type's is itself.
 * An iterator, an itab, a task and a closure have none (GOBRIDGE_E_WRONG_KIND).
 *   type  receives the reference; types live as long as the process
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_of(gobridge_ref ref, gobridge_ref *type);

/* Go's name for a type, as reflect's Type.String gives it.
 *   name  receives a NUL-terminated string that lives as long as the process
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_name(gobridge_ref type, const char **name);

/* The kind of a type, one of GOBRIDGE_KIND_BOOL to GOBRIDGE_KIND_UNSAFE_POINTER.
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_kind(gobridge_ref type, uint32_t *kind);

/* How a key or an element of this type crosses behind a void pointer.
 *   size   receives its bytes in C: Go's size where the type holds no pointers, else sizeof(gobridge_value)
 *   plain  receives 1 if those bytes are the type's own layout, 0 if they are one gobridge_value
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_layout(gobridge_ref type, uint64_t *size, uint8_t *plain);

/* The strings of the structs below end with NUL and live as long as the process, as do the types that they refer to. */

/* What a type is. Members that the type's kind has no use for are 0. */
typedef struct gobridge_type_info {
    uint32_t size;            /* in: sizeof(gobridge_type_info); out: how much of it is filled */
    uint32_t kind;            /* GOBRIDGE_KIND_BOOL to GOBRIDGE_KIND_UNSAFE_POINTER */
    uint8_t plain;            /* as gobridge_type_layout has it */
    uint8_t named;            /* 1 if it has a name of its own, as predeclared types have */
    uint8_t comparable;       /* 1 if Go can compare two values by == (an interface's may still panic) */
    uint8_t variadic;         /* 1 if a func's last parameter is ...T; its type is then []T */
    uint8_t can_receive;      /* 1 if a channel can be received from */
    uint8_t can_send;         /* 1 if a channel can be sent to */
    uint32_t align;           /* of a variable in Go, in bytes */
    uint32_t fields;          /* of a struct, how many */
    uint32_t methods;         /* exported ones, of an interface all */
    uint32_t parameters;      /* of a func */
    uint32_t results;         /* of a func */
    uint64_t bytes;           /* of a variable in Go */
    int64_t len;              /* elements of an array */
    gobridge_ref key;         /* a map's key type */
    gobridge_ref elem;        /* the type of what an array, channel, map, pointer or slice holds */
    const char *name;         /* as gobridge_type_name has it: "time.Duration" */
    const char *package_path; /* of a named type's package: "net/url"; "" if there is none */
} gobridge_type_info;

/* A field of a struct type. */
typedef struct gobridge_type_field_info {
    uint32_t size;     /* in: sizeof(gobridge_type_field_info); out: how much of it is filled */
    uint8_t exported;  /* 1 if C can get and set it */
    uint8_t embedded;  /* 1 if its own fields and methods are the struct's too */
    const char *name;  /* an embedded one's is that of its type, without the package */
    const char *tag;   /* without the quotes; "" if there is none */
    gobridge_ref type; /* of the field */
    uint64_t offset;   /* in the struct, in bytes */
} gobridge_type_field_info;

/* A method of a type. */
typedef struct gobridge_type_method_info {
    uint32_t size;     /* in: sizeof(gobridge_type_method_info); out: how much of it is filled */
    uint8_t exported;  /* 0 is found in interfaces only */
    const char *name;  /* "String" */
    gobridge_ref type; /* its func type, without the receiver: func() string */
} gobridge_type_method_info;

/* All that is known of a type but its parts.
 *   info  its size is set; receives the rest
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_TOO_SMALL if info->size is less than that of 1.0. Go:
 * reflect.Type. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_describe(gobridge_ref type, gobridge_type_info *info);

/* A field of a struct type.
 *   index  from 0, in the order of the declaration
 *   field  its size is set; receives the rest
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_INDEX if there is none with the index, GOBRIDGE_E_TOO_SMALL as
 * above. Go: reflect.Type.Field. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_field(gobridge_ref type, uint32_t index,
                                                 gobridge_type_field_info *field);

/* A method of any type: the exported ones of a T or a *T (a *T has those of T too), all of an interface.
 *   index   from 0, in the order of the names
 *   method  its size is set; receives the rest
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_INDEX if there is none with the index, GOBRIDGE_E_TOO_SMALL as
 * above. Go: reflect.Type.Method. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_method(gobridge_ref type, uint32_t index,
                                                  gobridge_type_method_info *method);

/* The type of a func type's parameter.
 *   index      from 0
 *   parameter  receives the type
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_INDEX if there is none with the index. Go: reflect.Type.In.
 * Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_parameter(gobridge_ref type, uint32_t index,
                                                     gobridge_ref *parameter);

/* The type of a func type's result; as gobridge_type_parameter. Go: reflect.Type.Out. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_result(gobridge_ref type, uint32_t index, gobridge_ref *result);

/* ---- types made of types ---- */

/* A type that is made of others lives as long as the process, like any type, and its name is that of the expression that
 * gobridge_type_parse takes. What is made is refused with GOBRIDGE_E_LIMIT where it would be larger than 256 MiB or its
 * name longer than 65,536 bytes, and with GOBRIDGE_E_TOO_DEEP where it would be nested more than 64 levels deep. */

/* The type *elem.
 *   elem  any type
 *   type  receives the type
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_LIMIT, GOBRIDGE_E_TOO_DEEP. Go: reflect.PointerTo. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_pointer_to(gobridge_ref elem, gobridge_ref *type);

/* The type []elem; as gobridge_type_pointer_to. Go: reflect.SliceOf. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_slice_of(gobridge_ref elem, gobridge_ref *type);

/* The type [len]elem; as gobridge_type_pointer_to, with GOBRIDGE_E_LIMIT also for a negative len. Go: reflect.ArrayOf. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_array_of(gobridge_ref elem, int64_t len, gobridge_ref *type);

/* The type map[key]elem.
 *   key   a type that Go can compare
 *   elem  any type
 *   type  receives the type
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_UNHASHABLE, GOBRIDGE_E_LIMIT, GOBRIDGE_E_TOO_DEEP. Go: reflect.MapOf.
 * Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_map_of(gobridge_ref key, gobridge_ref elem, gobridge_ref *type);

enum { GOBRIDGE_CHAN_RECEIVE = 1, GOBRIDGE_CHAN_SEND = 2 };

/* The type chan elem, or one that is only received from or sent to.
 *   elem        any type of less than 64 KiB
 *   directions  GOBRIDGE_CHAN_RECEIVE, GOBRIDGE_CHAN_SEND, or both
 *   type        receives the type
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_ARGUMENT (no such directions), GOBRIDGE_E_LIMIT, GOBRIDGE_E_TOO_DEEP.
 * Go: reflect.ChanOf. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_chan_of(gobridge_ref elem, uint32_t directions,
                                                   gobridge_ref *type);

/* A func type.
 *   parameters  the types of its parameters; may be NULL if nparameters is 0
 *   results     the types of its results; may be NULL if nresults is 0
 *   nparameters, nresults  how many, at most 128
 *   variadic    1 if the last parameter, a slice type, is ...T
 *   type        receives the type
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_ARGUMENT (a variadic one whose last parameter is no slice),
 * GOBRIDGE_E_LIMIT, GOBRIDGE_E_TOO_DEEP. Go: reflect.FuncOf. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_func_of(const gobridge_ref *parameters, size_t nparameters,
                                                   const gobridge_ref *results, size_t nresults,
                                                   uint8_t variadic, gobridge_ref *type);

/* A field of a struct type that is made. */
typedef struct gobridge_struct_field {
    const char *name;    /* begins with an upper-case letter; of an embedded field it is ignored */
    size_t name_len;     /* in bytes */
    const char *tag;     /* NULL for none */
    size_t tag_len;      /* in bytes */
    gobridge_ref type;   /* of the field */
    uint8_t embedded;    /* 1 if its fields and methods are the struct's too */
    uint8_t reserved[7]; /* 0 */
} gobridge_struct_field;

/* A struct type.
 *   fields  in their order; may be NULL if count is 0
 *   count   how many, at most 16,384
 *   type    receives the type
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_ARGUMENT (two fields of one name, a name that is none, a type that Go can
 * not embed: the message says which), GOBRIDGE_E_UNEXPORTED (a name that Go would not export), GOBRIDGE_E_LIMIT,
 * GOBRIDGE_E_TOO_DEEP. Go: reflect.StructOf. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_struct_of(const gobridge_struct_field *fields, size_t count,
                                                     gobridge_ref *type);

/* Tells whether a value of one type can be assigned to a variable of another: Go's to = from.
 *   assignable  receives 0 or 1
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Go: reflect.Type.AssignableTo. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_assignable(gobridge_ref from, gobridge_ref to,
                                                      uint8_t *assignable);

/* Tells whether a value of one type can be converted to another: Go's to(from). A slice may still be too short for an array.
 *   convertible  receives 0 or 1
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Go: reflect.Type.ConvertibleTo. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_convertible(gobridge_ref from, gobridge_ref to,
                                                       uint8_t *convertible);

GOBRIDGE_END

#endif
