/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/* write() that fails with EPIPE if nobody reads any more, instead of killing the whole program with
 * SIGPIPE. The program's handling of that signal is left alone. For descriptors from callers; a
 * known socket uses send() with MSG_NOSIGNAL. */
ssize_t vz_pipe_write (int fd, const void *data, size_t size);

/* A separate, nonblocking open description of the pipe or terminal @fd; @fd itself is unchanged for
 * those who share it. @mode: O_RDONLY or O_WRONLY. -1 if impossible: sockets, which have
 * MSG_DONTWAIT, and files, which would start from the beginning. */
int vz_pipe_open_nonblocking (int fd, int mode);

G_END_DECLS
