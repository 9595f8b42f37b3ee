/* Streams: an io.Reader or io.Writer made of C functions, and Go's from C. */
#ifndef GOBRIDGE_IO_H
#define GOBRIDGE_IO_H

#include <gobridge/callback.h>

GOBRIDGE_BEGIN

/* Reads for Go. Threads, data and failures are as callback.h says.
 *   buffer    room for capacity bytes, at least one; borrowed
 *   done      0 before; receives how many bytes it has put there. 0 with GOBRIDGE_OK is the end, also if there was more to come
 * Returns GOBRIDGE_OK or a failure, which is the error that Read returns beside the bytes done. More than capacity is a failure. */
typedef gobridge_status (*gobridge_read_callback)(void *data, uint8_t *buffer, size_t capacity, size_t *done);

/* Writes for Go.
 *   buffer  len bytes, at least one; borrowed
 *   done    0 before; receives how many it has taken. Fewer than len with GOBRIDGE_OK is io.ErrShortWrite, more a failure
 * Returns GOBRIDGE_OK or a failure, which is the error that Write gives. */
typedef gobridge_status (*gobridge_write_callback)(void *data, const uint8_t *buffer, size_t len,
                                                   size_t *done);

/* Makes an io.Reader of a C function.
 *   read    the C function
 *   data    what it gets in each call; may be NULL
 *   drop    gets data at the end (callback.h); may be NULL
 *   reader  receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. In a batch it is made at once. Go: io.Reader. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_reader_new(gobridge_read_callback read, void *data,
                                                 void (*drop)(void *data), gobridge_ref *reader);

/* Makes an io.Writer of a C function, as gobridge_reader_new does a reader. Go: io.Writer. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_writer_new(gobridge_write_callback write, void *data,
                                                 void (*drop)(void *data), gobridge_ref *writer);

/* Reads from a Go reader into C memory, once. It may wait, and call the host back.
 *   reader    a reference to any value with the method Read
 *   buffer    receives the bytes; Read may use all of it meanwhile
 *   capacity  its size in bytes
 *   done      receives how many bytes have come, also if the call fails; 0 with GOBRIDGE_OK is the end (or capacity was 0)
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_RETURNED with the error's message, GOBRIDGE_E_LIMIT if no Go slice is that long,
 * GOBRIDGE_E_ARGUMENT if the reader says that it has read more than it was given room for, GOBRIDGE_E_INTERRUPTED (thread.h) if
 * it has the method SetReadDeadline, as files of pipes and sockets have, and nothing was read, GOBRIDGE_E_UNSUPPORTED in a batch.
 * Go: io.Reader. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_io_read(gobridge_ref reader, uint8_t *buffer, size_t capacity,
                                              size_t *done);

/* Writes C memory to a Go writer, as gobridge_io_read reads.
 *   writer  a reference to any value with the method Write, which must not keep the memory
 *   buffer  the bytes
 *   len     how many
 *   done    receives how many were written, also if the call fails
 * Returns as gobridge_io_read. Go: io.Writer. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_io_write(gobridge_ref writer, const uint8_t *buffer, size_t len,
                                               size_t *done);

GOBRIDGE_END

#endif
