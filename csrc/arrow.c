/* Arrow's C data interface: argument checks, one frame each, and the callbacks that release what was exported. */
#include "cross.h"
#include "thread.h"

/* Releases a struct that Go filled: the children that no one has moved, and then, by its reference, its own memory. That is
 * where the children lie. */
#define RELEASE(name, type)                                            \
    static void name(struct type *exported) {                          \
        const gobridge_ref *owner = exported->private_data;            \
        for (int64_t i = 0; i < exported->n_children; i++) {           \
            if (exported->children[i]->release) {                      \
                exported->children[i]->release(exported->children[i]); \
            }                                                          \
        }                                                              \
        exported->release = NULL;                                      \
        gobridge_release(*owner);                                      \
    }
RELEASE(release_schema, ArrowSchema)
RELEASE(release_array, ArrowArray)

gobridge_status gobridge_arrow_export(gobridge_ref value, struct ArrowSchema *schema,
                                      struct ArrowArray *array) {
    GOBRIDGE_NOT_NULL(schema);
    GOBRIDGE_NOT_NULL(array);
    gobridge_frame frame = {.op = OP_gobridge_arrow_export,
                            .arrow = {.ref = value,
                                      .release_schema = release_schema,
                                      .release_array = release_array,
                                      .schema = schema,
                                      .array = array}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_arrow_import(struct ArrowSchema *schema, struct ArrowArray *array, gobridge_ref type,
                                      gobridge_ref *made) {
    GOBRIDGE_NOT_NULL(schema);
    GOBRIDGE_NOT_NULL(array);
    GOBRIDGE_NOT_NULL(made);
    gobridge_frame frame = {.op = OP_gobridge_arrow_import,
                            .arrow = {.ref = type, .schema = schema, .array = array}};
    gobridge_status status = gobridge_enter(&frame, NULL);
    if (!status) {
        array->release(array);
        schema->release(schema);
        *made = frame.new_ref;
    }
    return status;
}
