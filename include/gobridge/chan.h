/* Channels: Go's queues between threads, of C's and of Go's.
 *
 * A channel is a reference to any Go value of a channel type. timeout_ns is how long a call may wait, in nanoseconds:
 * below 0 forever, at 0 not at all. What can be done at once is done whatever the timeout. */
#ifndef GOBRIDGE_CHAN_H
#define GOBRIDGE_CHAN_H

#include <gobridge/value.h>

GOBRIDGE_BEGIN

/* Makes a channel.
 *   type      a channel type of both directions; GOBRIDGE_E_WRONG_KIND for any other
 *   capacity  how many values it holds that were sent and not received yet
 *   chan      receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_ARGUMENT if capacity is below 0, GOBRIDGE_E_LIMIT if it would take more than 1 GiB.
 * Go: reflect.MakeChan. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_chan_new(gobridge_ref type, int64_t capacity, gobridge_ref *chan);

/* How many values a channel holds, 0 if it is nil.
 *   len  receives the number
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Go: len. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_chan_len(gobridge_ref chan, int64_t *len);

/* How many values a channel can hold, 0 if it is nil.
 *   cap  receives the number
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Go: cap. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_chan_cap(gobridge_ref chan, int64_t *cap);

/* Sends a value: Go's chan <- value.
 *   chan        a channel that can be sent to; GOBRIDGE_E_WRONG_KIND for a <-chan
 *   value       what is sent, for the channel's element type; copied
 *   timeout_ns  how long to wait until it has room or someone receives
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE, GOBRIDGE_E_CLOSED if the channel
 * is closed or is closed meanwhile, GOBRIDGE_E_TIMEOUT, GOBRIDGE_E_INTERRUPTED, GOBRIDGE_E_NIL if it is nil and the wait would never end,
 * GOBRIDGE_E_UNSUPPORTED in a batch. Go: reflect.Select. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_chan_send(gobridge_ref chan, const gobridge_value *value,
                                                int64_t timeout_ns);

/* Receives a value: Go's value, open = <-chan.
 *   chan        a channel that can be received from; GOBRIDGE_E_WRONG_KIND for a chan<-
 *   timeout_ns  how long to wait until there is a value or the channel is closed
 *   value       receives it; release it with gobridge_value_release. Of a closed channel that is empty it is the zero
 *               value of the element type
 *   open        receives 1 if the value was sent, 0 if the channel is closed and empty
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_TIMEOUT, GOBRIDGE_E_INTERRUPTED, GOBRIDGE_E_NIL if the channel is nil and the wait would
 * never end, GOBRIDGE_E_UNSUPPORTED in a batch. Go: reflect.Select. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_chan_receive(gobridge_ref chan, int64_t timeout_ns,
                                                   gobridge_value *value, uint8_t *open);

/* Closes a channel, which wakes all that wait for it.
 *   chan  a channel that can be sent to; GOBRIDGE_E_WRONG_KIND for a <-chan
 * Returns GOBRIDGE_OK, GOBRIDGE_E_CLOSED if it is closed, GOBRIDGE_E_NIL if it is nil. Go: close. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_chan_close(gobridge_ref chan);

/* One case of a select. */
typedef struct gobridge_select_case {
    gobridge_ref chan;          /* a nil channel is never ready */
    const gobridge_value *send; /* what to send; NULL to receive */
} gobridge_select_case;

/* Does the one of some sends and receives that is ready first, at random where several are.
 *   cases       the cases; 0 to 65,535
 *   timeout_ns  how long to wait until one is ready
 *   chosen      receives the index of the one that was done
 *   received    receives the value as in gobridge_chan_receive, NIL if the case sends; release it
 *   open        receives 1 if a value was received that was sent, else 0
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE, GOBRIDGE_E_LIMIT for more cases,
 * GOBRIDGE_E_CLOSED if a case that sends was chosen and its channel is closed, GOBRIDGE_E_TIMEOUT, GOBRIDGE_E_INTERRUPTED, GOBRIDGE_E_NIL
 * if there is no channel but nil ones and the wait would never end, GOBRIDGE_E_UNSUPPORTED in a batch. Go:
 * reflect.Select. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_chan_select(const gobridge_select_case *cases, size_t count,
                                                  int64_t timeout_ns, size_t *chosen,
                                                  gobridge_value *received, uint8_t *open);

GOBRIDGE_END

#endif
