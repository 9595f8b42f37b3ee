/* Arrow's PyCapsule interface: Go slices and maps as Arrow arrays, and back, whichever library of Arrow is at the other end. */
#include "core.h"

static const char *const schema_name = "arrow_schema", *const array_name = "arrow_array";

/* One that was taken over has no release any more. What Go has must not be released once the process ends. */
static void free_schema(PyObject *capsule) {
    struct ArrowSchema *schema = PyCapsule_GetPointer(capsule, schema_name);
    if (schema->release != NULL && !atomic_load(&core_ending)) schema->release(schema);
    PyMem_Free(schema);
}

static void free_array(PyObject *capsule) {
    struct ArrowArray *array = PyCapsule_GetPointer(capsule, array_name);
    if (array->release != NULL && !atomic_load(&core_ending)) array->release(array);
    PyMem_Free(array);
}

/* A capsule of an empty struct, which is freed with it. */
static PyObject *capsule(size_t size, const char *name, PyCapsule_Destructor destructor, void *made) {
    void *memory = PyMem_Calloc(1, size);
    if (memory == NULL) return PyErr_NoMemory();
    PyObject *capsule = PyCapsule_New(memory, name, destructor);
    if (capsule == NULL) PyMem_Free(memory);
    memcpy(made, &memory, sizeof memory);
    return capsule;
}

PyObject *core_arrow_export(PyObject *self, PyObject *Py_UNUSED(args)) {
    core_object *object = (core_object *)self;
    if (!core_live(object)) return NULL;
    struct ArrowSchema *schema = NULL;
    struct ArrowArray *array = NULL;
    PyObject *schemas = capsule(sizeof *schema, schema_name, free_schema, &schema);
    PyObject *arrays = schemas != NULL ? capsule(sizeof *array, array_name, free_array, &array) : NULL;
    bool ok = arrays != NULL;
    if (ok) {
        gobridge_status status;
        CROSS_LONG(status, object->type->library, arrow_export, object->ref, schema, array);
        if (status != GOBRIDGE_OK) ok = core_raise(object->type->library, status, NULL) != NULL;
    }
    PyObject *both = ok ? PyTuple_Pack(2, schemas, arrays) : NULL;
    Py_XDECREF(schemas);
    Py_XDECREF(arrays);
    return both;
}

gobridge_ref core_arrow_import(core_library *library, core_type *type, PyObject *schemas, PyObject *arrays) {
    struct ArrowSchema *schema = PyCapsule_GetPointer(schemas, schema_name);
    struct ArrowArray *array = schema != NULL ? PyCapsule_GetPointer(arrays, array_name) : NULL;
    gobridge_ref made = 0;
    gobridge_status status;
    if (array == NULL) return 0;
    CROSS_LONG(status, library, arrow_import, schema, array, type != NULL ? type->ref : 0, &made);
    if (status != GOBRIDGE_OK) core_raise(library, status, NULL);
    return made;
}
