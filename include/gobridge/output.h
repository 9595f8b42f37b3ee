/* What Go code prints, to a writer of the host's: its logger, its console, a string. */
#ifndef GOBRIDGE_OUTPUT_H
#define GOBRIDGE_OUTPUT_H

#include <gobridge/ref.h>

GOBRIDGE_BEGIN

/* The streams, numbered as their descriptors are. */
#define GOBRIDGE_STDOUT UINT32_C(1) /* os.Stdout: fmt.Println */
#define GOBRIDGE_STDERR \
    UINT32_C(2) /* os.Stderr, and with it log and log/slog, unless they have another output already */

/* Has what Go code prints from now on go to a writer. Go's variables then name a pipe, out of which a goroutine feeds the writer, in
 * order, so what was printed arrives a little later, and what is in the pipe when the process ends is lost. A writer that
 * fails loses what it was given; while it takes its time, who prints waits, so it must not wait for Go code that prints. What the
 * runtime itself says (println, a panic that ends the process: fatal.h), and what C prints, goes where it went before.
 *   stream  GOBRIDGE_STDOUT or GOBRIDGE_STDERR
 *   writer  a reference to any io.Writer, as gobridge_writer_new makes; it may be released then. 0 for what was there first
 * Returns GOBRIDGE_OK, GOBRIDGE_E_ARGUMENT if stream is none, GOBRIDGE_E_SYSTEM if the system has no pipe. In a batch it is done at
 * once. Go: os.Stdout, os.Stderr, log.SetOutput. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_set_output(uint32_t stream, gobridge_ref writer);

GOBRIDGE_END

#endif
