/* References: how C holds a Go object, and scopes that release many at once. */
#ifndef GOBRIDGE_REF_H
#define GOBRIDGE_REF_H

#include <gobridge/status.h>

GOBRIDGE_BEGIN

/* Names one Go object and keeps it alive: a map, a func, a type, an iterator, a task or any other Go value. 0 is nil.
 * It holds a slot and a generation, so a released one is told from a live one and never harms, and one that another Go
 * runtime in the process gave is told from those of this one. A reference may be used in any thread. Types and registered functions are never collected: releasing one
 * is allowed and does nothing. */
typedef uint64_t gobridge_ref;

struct gobridge_value; /* of gobridge/value.h */

/* Releases a reference; its object lives on while Go or another reference holds it. One to a number or bool, or to at most
 * 4096 bytes of text, crosses nothing: it is gone at once, but its memory is freed with this thread's next call that
 * crosses, or when 256 are waiting, or when the thread ends. In debug mode (gobridge_ref_list) all cross.
 * Returns GOBRIDGE_OK, or what a bad reference gives. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_release(gobridge_ref ref);

/* Releases many references: gobridge_release for each that is not 0, which is what gobridge_value_box_n leaves where an item
 * failed. Those that cross nothing are gone at once up to the first that must cross; from that one on all go in one crossing.
 *   refs   count references. May be NULL if count is 0
 *   count  at most 268,435,456
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_LIMIT if there are too many, or what the first bad one gives; the
 * message names it, "refs[7]: ...", and all others are released. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_release_n(const gobridge_ref *refs, size_t count);

/* Releases a reference with this thread's next call that crosses into Go, or when 256 are waiting, or when the thread ends:
 * it costs no crossing of its own. From here on the reference is not to be used. It is not looked up: one that was
 * released before, also by a scope, or never was one, is no failure, and neither is 0.
 *   ref  of a value the owner, where the value itself is not used any more
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NO_MEMORY, or where 256 were waiting and could not be released what any function that
 * needs Go may return. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_release_later(gobridge_ref ref);

/* Frees what waits in this thread since it was released with no crossing of its own.
 * Returns GOBRIDGE_OK. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_ref_flush(void);

/* How many references are live in the process, types and registered functions not counted. Those that wait in other
 * threads are.
 *   live  receives the number
 * Returns GOBRIDGE_OK or GOBRIDGE_E_NULL. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_ref_count(uint64_t *live);

/* Lists the live references of the process, types not counted, a line for each: the reference, what it names, and which
 * function gave it to the host, and where. That is known only in debug mode, which the environment variable
 * GOBRIDGE_DEBUG=refs turns on when Go starts:
 *   0x200000001: a map[string]int64, from gobridge_runtime_makemap at fill+0x2c (libhost.so) < 0x11d4 (host)
 * A place is a function and an offset into it, or the offset in the program or library, which addr2line takes, where its
 * dynamic symbols do not name the function; behind each < is what called it. Debug mode costs each call a few
 * microseconds, and has the list printed on stderr when the process exits, if anything is live then.
 *   text  receives a STRING of at most 10,000 lines and one that counts the others; release it with
 *         gobridge_value_release
 * Returns GOBRIDGE_OK or GOBRIDGE_E_NULL. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_ref_list(struct gobridge_value *text);

/* Names what a reference names once more: each of the two is released by itself.
 *   ref  of a value; a type or a registered function gives itself, as releasing it does nothing
 *   dup  receives the reference; release it once
 * A number that is kept beside a reference, by who does not own it, is a weak one: this makes it a strong one, or fails with
 * GOBRIDGE_E_STALE_REF once its owner has released it. (None is weak for Go's collector: docs/abi.md.)
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_STALE_REF, GOBRIDGE_E_WRONG_KIND for a task or an iterator, which end with their reference.
 * Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_ref_dup(gobridge_ref ref, gobridge_ref *dup);

/* The kind of the value that a reference names, without asking for its type.
 *   kind  receives GOBRIDGE_KIND_BOOL to GOBRIDGE_KIND_UNSAFE_POINTER
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_KIND if it is no value. Go: reflect.Value.Kind. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_ref_kind(gobridge_ref ref, uint32_t *kind);

/* A number that references to the same map, channel, func or variable have in common, and no others: Go's == for them. It is
 * theirs as long as one of them is live. Variables without memory ([0]int, struct{}) may share one.
 *   identity  receives the number; 0 for nil
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_KIND for what has none: numbers, strings, slices, structs, arrays.
 * Go: reflect.Value.Pointer. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_ref_identity(gobridge_ref ref, uint64_t *identity);

/* Opens a scope in this thread: every reference that this thread is given from here on, also as the owner of a
 * gobridge_value, is released when the scope is closed, unless it was released or kept before. Scopes nest; one that
 * is open when its thread ends is never closed, and its references stay live.
 *   scope  receives what closes it
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL or GOBRIDGE_E_NO_MEMORY. Crosses nothing. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_scope_open(uint64_t *scope);

/* Closes this thread's innermost scope and releases its references in one crossing.
 *   scope  what gobridge_scope_open gave
 * Returns GOBRIDGE_OK, or GOBRIDGE_E_SCOPE if it is not the innermost open one of this thread. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_scope_close(uint64_t scope);

/* Takes a reference out of this thread's scopes, so that it lives until it is released.
 *   ref  one that this thread was given since its innermost scope was opened
 * Returns GOBRIDGE_OK, or GOBRIDGE_E_SCOPE if the innermost scope does not hold it. Crosses nothing. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_scope_keep(gobridge_ref ref);

GOBRIDGE_END

#endif
