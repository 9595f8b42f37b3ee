/* The linkname set: symbols of Go 1.24 that outsiders may pull with //go:linkname, each behind a C function of its
 * name. docs/linkname-set.md lists all that may be pulled, and says why the others are not here.
 *
 * Every one that names no other range was verified on go1.21 to go1.27; on a release outside that range, or built
 * with the tag gobridge_portable, Go's reflect answers the same (gobridge_symbols tells). All are since 1.0.
 *
 * Keys and elements are in the C layout of value.h, are copied where Go would keep them, and need no alignment of
 * more than their type's. A map remembers its type, so only its making names one. Every access to a map through this
 * library takes that map's own lock, so threads may share one; Go code that uses the same map at the same time is
 * outside that lock.
 *
 * Statuses that many give, beside those in gobridge.h:
 *   GOBRIDGE_E_WRONG_TYPE   a key or element in a gobridge_value does not fit the map's type
 *   GOBRIDGE_E_RANGE        a bool that is neither 0 nor 1, or a number that does not fit its kind
 *   GOBRIDGE_E_UNHASHABLE   a key in an interface holds a slice, a map or a func
 *   GOBRIDGE_E_TOO_DEEP     a key in an interface holds arrays and interfaces more than 10,000 levels deep; one of more
 *                           than 256 MiB in all fails with GOBRIDGE_E_LIMIT
 *   GOBRIDGE_E_NIL          the map is nil and would be written to (reading a nil map finds nothing, as in Go)
 *   GOBRIDGE_E_NOT_FAST     the compiler would not choose this fast variant for the map's type
 *
 * Variables cross as references to pointers. Like maps, they are guarded by locks of this library's. */
#ifndef GOBRIDGE_LINKNAME_H
#define GOBRIDGE_LINKNAME_H

#include <gobridge/value.h>

GOBRIDGE_BEGIN

/* ---- the runtime itself ---- */

/* Whether cgo is part of the program: always 1 here.
 *   iscgo  receives 0 or 1
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL.
 * Go: runtime.iscgo, var bool. */
GOBRIDGE_API gobridge_status gobridge_runtime_iscgo(uint8_t *iscgo);

/* Sets runtime/cgo's pointer to crosscall2 once more, as the runtime did when it started; harmless at any time.
 * Returns GOBRIDGE_OK.
 * Go: runtime.set_crosscall2, var func(). The portable backend has nothing left to do here. */
GOBRIDGE_API gobridge_status gobridge_runtime_set_crosscall2(void);

/* Calls a C function from Go: on this thread, with Go's scheduler told that it may take long. What fn itself calls of this
 * library takes some 15 ns less each than outside, up to go1.26: a call from outside has the runtime ask, under a lock,
 * whether Go has started. Go code that calls runtime.Goexit in there ends this call too, with GOBRIDGE_E_GOEXIT, and fn is
 * left as by longjmp.
 *   fn      called once with arg; may call this library. It must return: longjmp, a C++ exception or
 *           pthread_exit across Go is undefined
 *   arg     handed to fn as it is, any pointer or number but 0
 *   result  receives what fn returned
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_GOEXIT, GOBRIDGE_E_UNSUPPORTED in a batch. Go: runtime.cgocall,
 * func(fn, arg unsafe.Pointer) int32. */
GOBRIDGE_API gobridge_status gobridge_runtime_cgocall(int32_t (*fn)(void *), void *arg, int32_t *result);

/* The bits of a float32, NaN payloads included.
 *   f     any float
 *   bits  receives its IEEE 754 bits
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL.
 * Go: math.Float32bits, func(f float32) uint32. */
GOBRIDGE_API gobridge_status gobridge_math_Float32bits(float f, uint32_t *bits);

/* ---- making maps ---- */

/* Makes a map for at most 8 entries, which grows like any other.
 *   type  a map type
 *   map   receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL.
 * Go: runtime.makemap_small, func() *maps.Map. */
GOBRIDGE_API gobridge_status gobridge_runtime_makemap_small(gobridge_ref type, gobridge_ref *map);

/* Makes a map with room for some entries.
 *   type  a map type
 *   hint  entries to make room for, 0 or more; the map may grow past it
 *   map   receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_ARGUMENT if hint is negative, GOBRIDGE_E_LIMIT if it would take more than 1 GiB at once.
 * Go: runtime.makemap, func(t *abi.MapType, hint int, m *maps.Map) *maps.Map. */
GOBRIDGE_API gobridge_status gobridge_runtime_makemap(gobridge_ref type, int64_t hint, gobridge_ref *map);

/* As gobridge_runtime_makemap, through reflect's symbol.
 *   type  a map type
 *   cap   entries to make room for, 0 or more
 *   map   receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_ARGUMENT if cap is negative, GOBRIDGE_E_LIMIT if it would take more than 1 GiB at once.
 * Go: reflect.makemap, func(t *abi.MapType, cap int) *maps.Map. */
GOBRIDGE_API gobridge_status gobridge_reflect_makemap(gobridge_ref type, int64_t cap, gobridge_ref *map);

/* ---- maps of any type ---- */

/* Looks a key up: Go's elem, found = map[key].
 *   key    in C layout
 *   elem   receives the element in C layout, Go's zero value if there is none; NULL if only found is wanted
 *   found  receives 0 or 1
 * Returns GOBRIDGE_OK (found or not), GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, _RANGE, _UNHASHABLE, GOBRIDGE_E_NIL,
 * GOBRIDGE_E_TOO_DEEP. Go: runtime.mapaccess2, func(t *abi.MapType, m *maps.Map, key unsafe.Pointer) (unsafe.Pointer,
 * bool). */
GOBRIDGE_API gobridge_status gobridge_runtime_mapaccess2(gobridge_ref map, const void *key, void *elem,
                                                         uint8_t *found);

/* As gobridge_runtime_mapaccess2, through reflect's symbol.
 *   key    in C layout
 *   elem   receives the element in C layout, Go's zero value if there is none; NULL if only found is wanted
 *   found  receives 0 or 1
 * Returns GOBRIDGE_OK (found or not), GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, _RANGE, _UNHASHABLE, GOBRIDGE_E_NIL,
 * GOBRIDGE_E_TOO_DEEP. Go: reflect.mapaccess, func(t *abi.MapType, m *maps.Map, key unsafe.Pointer) unsafe.Pointer. */
GOBRIDGE_API gobridge_status gobridge_reflect_mapaccess(gobridge_ref map, const void *key, void *elem,
                                                        uint8_t *found);

/* Sets the element of a key: Go's map[key] = elem.
 *   key   in C layout; copied
 *   elem  in C layout; copied
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_WRONG_TYPE, _RANGE, _UNHASHABLE,
 * GOBRIDGE_E_TOO_DEEP. Go: runtime.mapassign, func(t *abi.MapType, m *maps.Map, key unsafe.Pointer) unsafe.Pointer. */
GOBRIDGE_API gobridge_status gobridge_runtime_mapassign(gobridge_ref map, const void *key, const void *elem);

/* As gobridge_runtime_mapassign, through reflect's symbol.
 *   key   in C layout; copied
 *   elem  in C layout; copied
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_WRONG_TYPE, _RANGE, _UNHASHABLE,
 * GOBRIDGE_E_TOO_DEEP. Go: reflect.mapassign0, func(t *abi.MapType, m *maps.Map, key, elem unsafe.Pointer). */
GOBRIDGE_API gobridge_status gobridge_reflect_mapassign0(gobridge_ref map, const void *key, const void *elem);

/* Removes a key: Go's delete(map, key). A key that is not there, or a nil map, is no failure.
 *   key  in C layout
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, _RANGE, _UNHASHABLE, GOBRIDGE_E_NIL,
 * GOBRIDGE_E_TOO_DEEP. Go: runtime.mapdelete, func(t *abi.MapType, m *maps.Map, key unsafe.Pointer). */
GOBRIDGE_API gobridge_status gobridge_runtime_mapdelete(gobridge_ref map, const void *key);

/* The number of entries: Go's len(map), 0 for a nil map.
 *   len  receives it
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL.
 * Go: reflect.maplen, func(m *maps.Map) int. */
GOBRIDGE_API gobridge_status gobridge_reflect_maplen(gobridge_ref map, int64_t *len);

/* As gobridge_runtime_mapdelete, through reflect's symbol.
 *   key  in C layout
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, _RANGE, _UNHASHABLE, GOBRIDGE_E_NIL,
 * GOBRIDGE_E_TOO_DEEP. Go: reflect.mapdelete, func(t *abi.MapType, m *maps.Map, key unsafe.Pointer). */
GOBRIDGE_API gobridge_status gobridge_reflect_mapdelete(gobridge_ref map, const void *key);

/* Removes all entries, also those whose keys are NaNs and can be removed in no other way: Go's clear(map). A nil map
 * is no failure.
 * Returns GOBRIDGE_OK.
 * Go: reflect.mapclear, func(t *abi.MapType, m *maps.Map). */
GOBRIDGE_API gobridge_status gobridge_reflect_mapclear(gobridge_ref map);

/* Copies a map, not what its keys and elements point to: Go's maps.Clone(map).
 *   clone  receives a reference to a map of the same type, nil where the map is; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL.
 * Go: maps.clone, func(m any) any; go1.22 to go1.27. In go1.21 it may read past a map that has grown in place. */
GOBRIDGE_API gobridge_status gobridge_maps_clone(gobridge_ref map, gobridge_ref *clone);

/* ---- maps for which the compiler has fast variants ----
 * A key type is fast when Go compares it as 4 or 8 bytes of memory (an integer of that size, or a struct or array that
 * fills it without padding, floats, strings or interfaces) and the element is at most 128 bytes. */

/* Looks a key of 4 bytes up.
 *   key    the key's 4 bytes as a number of this machine's byte order
 *   elem   receives the element in C layout, Go's zero value if there is none; NULL if only found is wanted
 *   found  receives 0 or 1
 * Returns GOBRIDGE_OK (found or not), GOBRIDGE_E_NULL, GOBRIDGE_E_NOT_FAST (also for a map keyed by 4-byte pointers,
 * which no number names: use gobridge_runtime_mapaccess2), GOBRIDGE_E_RANGE.
 * Go: runtime.mapaccess2_fast32, func(t *abi.MapType, m *maps.Map, key uint32) (unsafe.Pointer, bool). */
GOBRIDGE_API gobridge_status gobridge_runtime_mapaccess2_fast32(gobridge_ref map, uint32_t key, void *elem,
                                                                uint8_t *found);

/* Sets the element of a key of 4 bytes that holds no pointer.
 *   key   the key's 4 bytes as a number of this machine's byte order
 *   elem  in C layout; copied
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_NOT_FAST, GOBRIDGE_E_WRONG_TYPE, _RANGE.
 * Go: runtime.mapassign_fast32, func(t *abi.MapType, m *maps.Map, key uint32) unsafe.Pointer. */
GOBRIDGE_API gobridge_status gobridge_runtime_mapassign_fast32(gobridge_ref map, uint32_t key,
                                                               const void *elem);

/* Sets the element of a 4-byte pointer (pointer, channel or unsafe.Pointer), on platforms that have them.
 *   key   a reference to the pointer
 *   elem  in C layout; copied
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_UNSUPPORTED on a 64-bit platform, GOBRIDGE_E_NIL,
 * GOBRIDGE_E_NOT_FAST, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE.
 * Go: runtime.mapassign_fast32ptr, func(t *abi.MapType, m *maps.Map, key unsafe.Pointer) unsafe.Pointer, on 386. */
GOBRIDGE_API gobridge_status gobridge_runtime_mapassign_fast32ptr(gobridge_ref map, gobridge_ref key,
                                                                  const void *elem);

/* Looks a key of 8 bytes up.
 *   key    the key's 8 bytes as a number of this machine's byte order; for a map keyed by 8-byte pointers, a
 *          gobridge_ref to the pointer
 *   elem   receives the element in C layout, Go's zero value if there is none; NULL if only found is wanted
 *   found  receives 0 or 1
 * Returns GOBRIDGE_OK (found or not), GOBRIDGE_E_NULL, GOBRIDGE_E_NOT_FAST, GOBRIDGE_E_RANGE, GOBRIDGE_E_WRONG_TYPE,
 * GOBRIDGE_E_NIL. Go: runtime.mapaccess2_fast64, func(t *abi.MapType, m *maps.Map, key uint64) (unsafe.Pointer, bool). */
GOBRIDGE_API gobridge_status gobridge_runtime_mapaccess2_fast64(gobridge_ref map, uint64_t key, void *elem,
                                                                uint8_t *found);

/* Sets the element of a key of 8 bytes that holds no pointer.
 *   key   the key's 8 bytes as a number of this machine's byte order
 *   elem  in C layout; copied
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_NOT_FAST, GOBRIDGE_E_WRONG_TYPE, _RANGE.
 * Go: runtime.mapassign_fast64, func(t *abi.MapType, m *maps.Map, key uint64) unsafe.Pointer. */
GOBRIDGE_API gobridge_status gobridge_runtime_mapassign_fast64(gobridge_ref map, uint64_t key,
                                                               const void *elem);

/* Sets the element of an 8-byte pointer (pointer, channel or unsafe.Pointer), on platforms that have them.
 *   key   a reference to the pointer
 *   elem  in C layout; copied
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_UNSUPPORTED on a 32-bit platform, GOBRIDGE_E_NIL,
 * GOBRIDGE_E_NOT_FAST, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE.
 * Go: runtime.mapassign_fast64ptr, func(t *abi.MapType, m *maps.Map, key unsafe.Pointer) unsafe.Pointer, on 64-bit
 * platforms. */
GOBRIDGE_API gobridge_status gobridge_runtime_mapassign_fast64ptr(gobridge_ref map, gobridge_ref key,
                                                                  const void *elem);

/* ---- maps by strings ----
 * The compiler has fast variants for them too: where the key is a string, or a struct or array of one string alone,
 * and the element is at most 128 bytes. */

/* Looks a string up.
 *   key    len bytes, any
 *   len    in bytes
 *   elem   receives the element in C layout, Go's zero value if there is none; NULL if only found is wanted
 *   found  receives 0 or 1
 * Returns GOBRIDGE_OK (found or not), GOBRIDGE_E_NULL, GOBRIDGE_E_NOT_FAST, GOBRIDGE_E_LIMIT if no Go string has
 * that length.
 * Go: runtime.mapaccess2_faststr, func(t *abi.MapType, m *maps.Map, key string) (unsafe.Pointer, bool). */
GOBRIDGE_API gobridge_status gobridge_runtime_mapaccess2_faststr(gobridge_ref map, const char *key,
                                                                 size_t len, void *elem, uint8_t *found);

/* As gobridge_runtime_mapaccess2_faststr, through reflect's symbol.
 *   key    len bytes, any
 *   len    in bytes
 *   elem   receives the element in C layout, Go's zero value if there is none; NULL if only found is wanted
 *   found  receives 0 or 1
 * Returns GOBRIDGE_OK (found or not), GOBRIDGE_E_NULL, GOBRIDGE_E_NOT_FAST, GOBRIDGE_E_LIMIT if no Go string has
 * that length.
 * Go: reflect.mapaccess_faststr, func(t *abi.MapType, m *maps.Map, key string) unsafe.Pointer. */
GOBRIDGE_API gobridge_status gobridge_reflect_mapaccess_faststr(gobridge_ref map, const char *key, size_t len,
                                                                void *elem, uint8_t *found);

/* Sets the element of a string.
 *   key   len bytes, any; copied
 *   len   in bytes
 *   elem  in C layout; copied
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_NOT_FAST, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE,
 * GOBRIDGE_E_LIMIT if no Go string has that length.
 * Go: runtime.mapassign_faststr, func(t *abi.MapType, m *maps.Map, key string) unsafe.Pointer. */
GOBRIDGE_API gobridge_status gobridge_runtime_mapassign_faststr(gobridge_ref map, const char *key, size_t len,
                                                                const void *elem);

/* As gobridge_runtime_mapassign_faststr, through reflect's symbol.
 *   key   len bytes, any; copied
 *   len   in bytes
 *   elem  in C layout; copied
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_NOT_FAST, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE,
 * GOBRIDGE_E_LIMIT if no Go string has that length.
 * Go: reflect.mapassign_faststr0, func(t *abi.MapType, m *maps.Map, key string, elem unsafe.Pointer). */
GOBRIDGE_API gobridge_status gobridge_reflect_mapassign_faststr0(gobridge_ref map, const char *key,
                                                                 size_t len, const void *elem);

/* Removes a string. One that is not there, or a nil map, is no failure.
 *   key  len bytes, any
 *   len  in bytes
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NOT_FAST, GOBRIDGE_E_LIMIT if no Go string has that length.
 * Go: reflect.mapdelete_faststr, func(t *abi.MapType, m *maps.Map, key string). */
GOBRIDGE_API gobridge_status gobridge_reflect_mapdelete_faststr(gobridge_ref map, const char *key,
                                                                size_t len);

/* ---- iterating ----
 * An iterator holds the entry it stands on, as the loop variables of Go's range do: deleting that entry does not change
 * what it shows. The map may change while it is iterated, with range's own rules: an entry removed before it is reached
 * is not visited, one added may or may not be. The order is random. An iterator lives until it is released, but answers
 * GOBRIDGE_E_MAP_RELEASED once the reference that it was made from is. */

/* Makes an iterator that stands on the first entry, or past the end of an empty or nil map.
 *   iterator  receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL.
 * Go: reflect.mapiterinit, func(t *abi.MapType, m *maps.Map, it *linknameIter). */
GOBRIDGE_API gobridge_status gobridge_reflect_mapiterinit(gobridge_ref map, gobridge_ref *iterator);

/* As gobridge_reflect_mapiterinit, through the runtime's symbol.
 *   iterator  receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL.
 * Go: runtime.mapiterinit, func(t *abi.MapType, m *maps.Map, it *linknameIter). */
GOBRIDGE_API gobridge_status gobridge_runtime_mapiterinit(gobridge_ref map, gobridge_ref *iterator);

/* Moves to the next entry, or past the end.
 * Returns GOBRIDGE_OK, GOBRIDGE_E_ITERATOR_END if it is past the end already, GOBRIDGE_E_MAP_RELEASED.
 * Go: runtime.mapiternext, func(it *linknameIter). */
GOBRIDGE_API gobridge_status gobridge_runtime_mapiternext(gobridge_ref iterator);

/* As gobridge_runtime_mapiternext, through reflect's symbol.
 * Returns GOBRIDGE_OK, GOBRIDGE_E_ITERATOR_END if it is past the end already, GOBRIDGE_E_MAP_RELEASED.
 * Go: reflect.mapiternext, func(it *linknameIter). */
GOBRIDGE_API gobridge_status gobridge_reflect_mapiternext(gobridge_ref iterator);

/* The key that the iterator stands on.
 *   key    receives it in C layout; left alone past the end
 *   found  receives 1, or 0 past the end
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_MAP_RELEASED.
 * Go: reflect.mapiterkey, func(it *linknameIter) unsafe.Pointer. */
GOBRIDGE_API gobridge_status gobridge_reflect_mapiterkey(gobridge_ref iterator, void *key, uint8_t *found);

/* The element that the iterator stands on.
 *   elem   receives it in C layout; left alone past the end
 *   found  receives 1, or 0 past the end
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_MAP_RELEASED.
 * Go: reflect.mapiterelem, func(it *linknameIter) unsafe.Pointer. */
GOBRIDGE_API gobridge_status gobridge_reflect_mapiterelem(gobridge_ref iterator, void *elem, uint8_t *found);

/* ---- interfaces and boxes ---- */

/* Finds the itab of an interface type and a concrete type: what Go puts beside a value of the one in the other.
 *   interface_type  an interface type with methods (any has no itab: GOBRIDGE_E_WRONG_KIND)
 *   type            a type that is no interface
 *   canfail         0 or 1: whether a type that does not implement the interface is no failure
 *   itab            receives a reference, or 0 if canfail is 1 and there is none; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NOT_IMPLEMENTED (the message names the missing method),
 * GOBRIDGE_E_ARGUMENT if canfail is neither 0 nor 1.
 * Go: runtime.getitab, func(inter *interfacetype, typ *_type, canfail bool) *itab. */
GOBRIDGE_API gobridge_status gobridge_runtime_getitab(gobridge_ref interface_type, gobridge_ref type,
                                                      uint8_t canfail, gobridge_ref *itab);

/* Boxes a number as Go does to put a uint64 into an interface.
 *   boxed  receives a reference to the uint64; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL.
 * Go: runtime.convT64, func(val uint64) unsafe.Pointer. */
GOBRIDGE_API gobridge_status gobridge_runtime_convT64(uint64_t value, gobridge_ref *boxed);

/* Boxes a string.
 *   data   len bytes, any (NUL and invalid UTF-8 are kept); copied
 *   boxed  receives a reference to the string; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_LIMIT if no Go string has that length.
 * Go: runtime.convTstring, func(val string) unsafe.Pointer. */
GOBRIDGE_API gobridge_status gobridge_runtime_convTstring(const char *data, size_t len, gobridge_ref *boxed);

/* Boxes a slice of bytes.
 *   data   len bytes; copied
 *   boxed  receives a reference to the []byte; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_LIMIT if no Go slice has that length.
 * Go: runtime.convTslice, func(val []byte) unsafe.Pointer. */
GOBRIDGE_API gobridge_status gobridge_runtime_convTslice(const uint8_t *data, size_t len,
                                                         gobridge_ref *boxed);

/* Sets a variable of an interface type to a value that implements it: Go's *dst = value.(I).
 *   value  any but NIL, which no assertion takes
 *   dst    a reference to a pointer to a variable of an interface type with methods (to one of type any, use
 *          gobridge_value_set: GOBRIDGE_E_WRONG_KIND)
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NOT_IMPLEMENTED (the message names the missing method),
 * GOBRIDGE_E_NIL if value is NIL or dst a nil pointer, GOBRIDGE_E_ARGUMENT if value is none, GOBRIDGE_E_WRONG_TYPE.
 * Go: reflect.ifaceE2I, func(inter *interfacetype, e eface, dst *iface). */
GOBRIDGE_API gobridge_status gobridge_reflect_ifaceE2I(const gobridge_value *value, gobridge_ref dst);

/* ---- variables and slices ---- */

/* Makes a variable that holds the zero value of its type: Go's new(T).
 *   type     any type
 *   pointer  receives a reference to the pointer to it; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL.
 * Go: reflect.unsafe_New, func(typ *_type) unsafe.Pointer. */
GOBRIDGE_API gobridge_status gobridge_reflect_unsafe_New(gobridge_ref type, gobridge_ref *pointer);

/* Makes variables in a row, each of which holds the zero value: Go's make([]T, n).
 *   type   of each, any type
 *   n      how many, 0 or more
 *   slice  receives a reference to the slice of them; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_ARGUMENT if n is negative, GOBRIDGE_E_LIMIT if they would take more than 1 GiB.
 * Go: reflect.unsafe_NewArray, func(typ *_type, n int) unsafe.Pointer. */
GOBRIDGE_API gobridge_status gobridge_reflect_unsafe_NewArray(gobridge_ref type, int64_t n,
                                                              gobridge_ref *slice);

/* Sets a variable to what another one of its type holds: Go's *dst = *src.
 *   dst  a reference to a pointer
 *   src  a reference to a pointer of the same type
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NIL if a pointer is nil, GOBRIDGE_E_WRONG_TYPE if the types differ.
 * Go: reflect.typedmemmove, func(typ *_type, dst, src unsafe.Pointer). */
GOBRIDGE_API gobridge_status gobridge_reflect_typedmemmove(gobridge_ref dst, gobridge_ref src);

/* Sets a variable to the zero value of its type: Go's *pointer = T{}.
 *   pointer  a reference to a pointer
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NIL if the pointer is nil.
 * Go: reflect.typedmemclr, func(typ *_type, ptr unsafe.Pointer). */
GOBRIDGE_API gobridge_status gobridge_reflect_typedmemclr(gobridge_ref pointer);

/* Copies elements from one slice to another, as many as the shorter one has: Go's copy(dst, src). They may overlap.
 *   dst     a reference to a slice, or to a pointer to a slice or an array
 *   src     the same, with the same type of elements
 *   copied  receives how many
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL if a pointer is nil, GOBRIDGE_E_WRONG_TYPE if the types
 * of the elements differ.
 * Go: reflect.typedslicecopy, func(elemType *_type, dst, src slice) int. */
GOBRIDGE_API gobridge_status gobridge_reflect_typedslicecopy(gobridge_ref dst, gobridge_ref src,
                                                             int64_t *copied);

/* Gives a slice of the same length and elements that has room for more: Go's slices.Grow(slice, num). It shares the
 * slice's memory if there is room already, else it has memory of its own.
 *   slice  a reference to a slice, or to a pointer to a slice or an array
 *   num    for how many more, 0 or more
 *   grown  receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL if a pointer is nil, GOBRIDGE_E_ARGUMENT if num is negative, GOBRIDGE_E_LIMIT if it is so
 * or the elements would take more than 1 GiB.
 * Go: reflect.growslice, func(et *_type, old slice, num int) slice. */
GOBRIDGE_API gobridge_status gobridge_reflect_growslice(gobridge_ref slice, int64_t num, gobridge_ref *grown);

/* ---- memory of C's ---- */

/* Whether two pieces of memory hold the same bytes.
 *   a, b   size bytes each
 *   size   in bytes
 *   equal  receives 0 or 1
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_LIMIT if no Go value has that size.
 * Go: runtime.memequal, func(a, b unsafe.Pointer, size uintptr) bool. */
GOBRIDGE_API gobridge_status gobridge_runtime_memequal(const void *a, const void *b, size_t size,
                                                       uint8_t *equal);

/* Hashes bytes as Go's maps do: fast, and with a secret of this process, so that nobody can choose keys that collide.
 * The same bytes and seed have the same hash as long as the process lives, and another one in the next.
 *   data  size bytes
 *   seed  any number, of which a 32-bit platform takes the low half
 *   size  in bytes
 *   hash  receives it, below 2^32 on a 32-bit platform
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_LIMIT if no Go value has that size.
 * Go: runtime.memhash, func(p unsafe.Pointer, h, s uintptr) uintptr. */
GOBRIDGE_API gobridge_status gobridge_runtime_memhash(const void *data, uint64_t seed, size_t size,
                                                      uint64_t *hash);

/* Hashes a string: to what gobridge_runtime_memhash returns for its bytes.
 *   data  len bytes
 *   len   in bytes
 *   seed  any number, of which a 32-bit platform takes the low half
 *   hash  receives it, below 2^32 on a 32-bit platform
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_LIMIT if no Go string has that length.
 * Go: runtime.strhash, func(p unsafe.Pointer, h uintptr) uintptr. */
GOBRIDGE_API gobridge_status gobridge_runtime_strhash(const char *data, size_t len, uint64_t seed,
                                                      uint64_t *hash);

/* ---- clocks and random numbers ---- */

/* Reads Go's monotonic clock, which nobody sets and which never goes back.
 *   ns  receives nanoseconds since a moment that is the same as long as the process lives
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL.
 * Go: runtime.nanotime, func() int64. */
GOBRIDGE_API gobridge_status gobridge_runtime_nanotime(int64_t *ns);

/* Reads both of Go's clocks at one moment.
 *   sec   receives the seconds since 1970 in UTC
 *   nsec  receives the nanoseconds since then, 0 to 999,999,999
 *   mono  receives what gobridge_runtime_nanotime would
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL.
 * Go: time.now, func() (sec int64, nsec int32, mono int64). */
GOBRIDGE_API gobridge_status gobridge_time_now(int64_t *sec, int32_t *nsec, int64_t *mono);

/* Gives a random number, each as likely as any other. For keys and other secrets use the operating system's.
 *   random  receives it
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL.
 * Go: runtime.rand, func() uint64; go1.22 to go1.27. It follows runtime.fastrand64, which go1.21 has. */
GOBRIDGE_API gobridge_status gobridge_runtime_rand(uint64_t *random);

/* Gives a random number faster; who sees some may guess the next.
 *   random  receives it
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL.
 * Go: runtime.cheaprand, func() uint32; go1.22 to go1.27. It follows runtime.fastrand, which go1.21 has. */
GOBRIDGE_API gobridge_status gobridge_runtime_cheaprand(uint32_t *random);

/* Gives such a number below another one.
 *   n       1 or more
 *   random  receives it, 0 to n - 1
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_ARGUMENT if n is 0.
 * Go: runtime.cheaprandn, func(n uint32) uint32; go1.22 to go1.27. It follows runtime.fastrandn, which go1.21 has. */
GOBRIDGE_API gobridge_status gobridge_runtime_cheaprandn(uint32_t n, uint32_t *random);

GOBRIDGE_END

#endif
