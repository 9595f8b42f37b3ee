/* cpython: CPython embedded by its C API; this thread has the GIL all the time. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "../bench.h"

static PyObject *one, *add;

static PyObject *must(PyObject *object) {
    if (object) return object;
    PyErr_Print();
    fail("cpython", "an exception");
}

static PyObject *map_of(slice s) {
    return (PyObject *)(uintptr_t)s.map;
}

static PyObject *number(uint64_t n) {
    return must(PyLong_FromUnsignedLongLong(n));
}

static uint64_t taken(PyObject *n) {
    uint64_t value = PyLong_AsUnsignedLongLong(n);
    Py_DECREF(n);
    return value;
}

static PyObject *string(const char *data, size_t len) {
    return must(PyUnicode_FromStringAndSize(data, (Py_ssize_t)len));
}

static uint64_t make(int kind, int64_t hint) {
    (void)kind;
#if PY_VERSION_HEX < 0x030D0000 /* where it is in a header still */
    return (uintptr_t)must(hint ? _PyDict_NewPresized(hint) : PyDict_New());
#else
    (void)hint;
    return (uintptr_t)must(PyDict_New());
#endif
}

static void drop(uint64_t map) {
    Py_DECREF((PyObject *)(uintptr_t)map);
}

static void collect(void) {
    PyGC_Collect();
}

static uint64_t call(slice s) {
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) sum += taken(must(PyObject_CallNoArgs(one)));
    return sum;
}

static uint64_t call2(slice s) {
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        PyObject *arguments[] = {NULL, number(sum), number(i)};
        PyObject *result =
            must(PyObject_Vectorcall(add, arguments + 1, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL));
        Py_DECREF(arguments[1]);
        Py_DECREF(arguments[2]);
        sum = taken(result);
    }
    return sum;
}

/* Takes key and elem. */
static void put(PyObject *map, PyObject *key, PyObject *elem) {
    if (PyDict_SetItem(map, key, elem) != 0) must(NULL);
    Py_DECREF(key);
    Py_DECREF(elem);
}

/* Takes the key. Gives 0 where there is none. */
static uint64_t got(PyObject *map, PyObject *key) {
    PyObject *elem = PyDict_GetItemWithError(map, key);
    uint64_t value = elem ? PyLong_AsUnsignedLongLong(elem) : 0;
    Py_DECREF(key);
    return value;
}

static uint64_t put_u64(slice s) {
    for (size_t i = s.from; i < s.to; i++) put(map_of(s), number(in.keys[i]), number(i));
    return 0;
}

static uint64_t get_u64(slice s) {
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) sum += got(map_of(s), number(in.asked[i]));
    return sum;
}

static uint64_t iterate(slice s) {
    uint64_t sum = 0;
    Py_ssize_t at = 0;
    PyObject *key, *elem;
    while (PyDict_Next(map_of(s), &at, &key, &elem)) {
        sum += PyLong_AsUnsignedLongLong(key) ^ PyLong_AsUnsignedLongLong(elem);
    }
    return sum;
}

static uint64_t put_str(slice s) {
    for (size_t i = s.from; i < s.to; i++) put(map_of(s), string(string_key(i), STRING_LEN), number(i));
    return 0;
}

static uint64_t get_str(slice s) {
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) sum += got(map_of(s), string(string_key(in.order[i]), STRING_LEN));
    return sum;
}

static uint64_t echo(slice s) {
    char data[] = ECHO_STRING, out[ECHO_LEN];
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        Py_ssize_t len;
        echo_string(data, i);
        PyObject *object = string(data, ECHO_LEN);
        const char *view = PyUnicode_AsUTF8AndSize(object, &len);
        memcpy(out, view, (size_t)len);
        Py_DECREF(object);
        sum += (uint64_t)len + (uint8_t)out[7];
    }
    return sum;
}

static uint64_t count(slice s) {
    const char *at = first_word(s);
    char word[WORD_LEN];
    for (size_t i = s.from; i < s.to; i++) {
        PyObject *key = string(word, next_word(&at, word));
        put(map_of(s), key, number(got(map_of(s), Py_NewRef(key)) + 1));
    }
    return (uint64_t)PyDict_Size(map_of(s));
}

static const contender cpython = {
    .make = make,
    .drop = drop,
    .collect = collect,
    .loops = {[CALL] = call,
              [CALL2] = call2,
              [PUT_U64] = put_u64,
#if PY_VERSION_HEX < 0x030D0000
              [PUT_U64_PRESIZED] = put_u64,
#endif
              [GET_U64] = get_u64,
              [ITERATE] = iterate,
              [PUT_STR] = put_str,
              [GET_STR] = get_str,
              [ECHO] = echo,
              [COUNT] = count},
};

int main(void) {
    Py_InitializeEx(0);
    PyObject *program = must(PyImport_AddModule("__main__"));
    if (PyRun_SimpleString("def one(): return 1\ndef add(a, b): return a + b\n") != 0) must(NULL);
    one = must(PyObject_GetAttrString(program, "one"));
    add = must(PyObject_GetAttrString(program, "add"));
    serve(&cpython);
    return 0;
}
