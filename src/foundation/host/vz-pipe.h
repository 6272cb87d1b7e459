/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/* write() that fails with EPIPE where nobody reads any more, instead of ending the whole program by
 * SIGPIPE. What the program does with that signal is left as it is. For descriptors that callers
 * hand in; what is known to be a socket takes send() with MSG_NOSIGNAL. */
ssize_t vz_pipe_write (int fd, const void *data, size_t size);

/* Another open description of the pipe or terminal that @fd is, on which nothing blocks, while @fd
 * itself stays as it is for those who share it. @mode: O_RDONLY or O_WRONLY. -1 where there can be
 * none: sockets, which have MSG_DONTWAIT, and files, which would begin anew. */
int vz_pipe_open_nonblocking (int fd, int mode);

G_END_DECLS
