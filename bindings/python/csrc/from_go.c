/* What Go's values become. */
#include "core.h"

PyObject *core_text(const char *text, size_t len) {
    return PyUnicode_DecodeUTF8(text, (Py_ssize_t)len,
                                "surrogateescape"); /* a Go string may hold any bytes */
}

static PyObject *object_of(core_library *library, core_type *type, gobridge_value *value) {
    gobridge_ref ref = value->as.ref, type_ref;
    gobridge_status status = GOBRIDGE_OK;
    if (value->owner != ref) { /* borrowed, as a callback's arguments are */
        QUICK(status, library, ref_dup, value->as.ref, &ref);
        if (status != GOBRIDGE_OK) return core_raise(library, status, NULL);
    }
    if (type == NULL || type->info.kind == GOBRIDGE_KIND_INTERFACE) {
        QUICK(status, library, type_of, ref, &type_ref);
        if (status != GOBRIDGE_OK) return (core_forget(library, ref), core_raise(library, status, NULL));
        if ((type = core_type_get(library, type_ref)) == NULL) return (core_forget(library, ref), NULL);
    }
    PyObject *object = core_object_new(type, ref);
    if (object == NULL || type->from_go == NULL) return object;
    PyObject *made = PyObject_CallFunctionObjArgs(type->from_go, object, NULL);
    Py_DECREF(object);
    return made;
}

PyObject *core_from_go(core_library *library, core_type *type, gobridge_value *value) {
    PyObject *object;
    switch (value->kind) {
    case GOBRIDGE_KIND_NIL: return Py_NewRef(Py_None);
    case GOBRIDGE_KIND_BOOL: object = PyBool_FromLong((long)value->as.u); break;
    case GOBRIDGE_KIND_INT:
    case GOBRIDGE_KIND_INT8:
    case GOBRIDGE_KIND_INT16:
    case GOBRIDGE_KIND_INT32:
    case GOBRIDGE_KIND_INT64: object = PyLong_FromLongLong(value->as.i); break;
    case GOBRIDGE_KIND_UINT:
    case GOBRIDGE_KIND_UINT8:
    case GOBRIDGE_KIND_UINT16:
    case GOBRIDGE_KIND_UINT32:
    case GOBRIDGE_KIND_UINT64:
    case GOBRIDGE_KIND_UINTPTR: object = PyLong_FromUnsignedLongLong(value->as.u); break;
    case GOBRIDGE_KIND_FLOAT32:
    case GOBRIDGE_KIND_FLOAT64: object = PyFloat_FromDouble(value->as.f); break;
    case GOBRIDGE_KIND_STRING: object = core_text(value->as.s, value->len); break;
    case GOBRIDGE_KIND_BYTES:
        object = PyBytes_FromStringAndSize((const char *)value->as.b, (Py_ssize_t)value->len);
        break;
    case GOBRIDGE_KIND_REF: return object_of(library, type, value);
    default: return PyErr_Format(PyExc_SystemError, "a value of kind %u", value->kind);
    }
    if (value->owner != 0) core_forget(library, value->owner);
    if (object == NULL || type == NULL || type->from_go == NULL || type->info.kind == GOBRIDGE_KIND_INTERFACE)
        return object;
    PyObject *made = PyObject_CallFunctionObjArgs(type->from_go, object, NULL);
    Py_DECREF(object);
    return made;
}
