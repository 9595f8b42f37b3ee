/* What Go code prints: argument checks. */
#include <gobridge/output.h>

#include "cross.h"
#include "thread.h"

gobridge_status gobridge_set_output(uint32_t stream, gobridge_ref writer) {
    gobridge_thread_share(); /* a goroutine feeds it */
    gobridge_frame frame = {.op = OP_gobridge_set_output, .io = {.stream = writer, .len = stream}};
    return gobridge_cross(&frame, NULL);
}
