/* Streams: argument checks. */
#include <gobridge/io.h>

#include "cross.h"
#include "thread.h"

gobridge_status gobridge_reader_new(gobridge_read_callback read, void *data, void (*drop)(void *data),
                                    gobridge_ref *reader) {
    GOBRIDGE_NOT_NULL(read);
    GOBRIDGE_NOT_NULL(reader);
    gobridge_thread_share();
    gobridge_frame frame = {.op = OP_gobridge_reader_new,
                            .callback = {.call = (void (*)(void))read, .data = data, .drop = drop}};
    return gobridge_cross(&frame, reader);
}

gobridge_status gobridge_writer_new(gobridge_write_callback write, void *data, void (*drop)(void *data),
                                    gobridge_ref *writer) {
    GOBRIDGE_NOT_NULL(write);
    GOBRIDGE_NOT_NULL(writer);
    gobridge_thread_share();
    gobridge_frame frame = {.op = OP_gobridge_writer_new,
                            .callback = {.call = (void (*)(void))write, .data = data, .drop = drop}};
    return gobridge_cross(&frame, writer);
}

gobridge_status gobridge_io_read(gobridge_ref reader, uint8_t *buffer, size_t capacity, size_t *done) {
    if (capacity) {
        GOBRIDGE_NOT_NULL(buffer);
    }
    GOBRIDGE_NOT_NULL(done);
    gobridge_frame frame = {.op = OP_gobridge_io_read,
                            .io = {.stream = reader, .buffer = buffer, .len = capacity, .done = done}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_io_write(gobridge_ref writer, const uint8_t *buffer, size_t len, size_t *done) {
    if (len) {
        GOBRIDGE_NOT_NULL(buffer);
    }
    GOBRIDGE_NOT_NULL(done);
    gobridge_frame frame = {.op = OP_gobridge_io_write,
                            .io = {.stream = writer, .buffer = buffer, .len = len, .done = done}};
    return gobridge_cross(&frame, NULL);
}
