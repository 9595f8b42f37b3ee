/* What goes on while the host does something else: channels and tasks. */
#ifndef GOBRIDGE_ASYNC_H
#define GOBRIDGE_ASYNC_H

#include <gobridge/chan.h>
#include <gobridge/task.h>

#endif
