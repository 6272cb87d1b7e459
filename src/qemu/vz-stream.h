/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-deadline.h"

G_BEGIN_DECLS

/* Connects to the Unix socket @path; the descriptor is nonblocking. NOT_FOUND if nobody listens. */
int vz_stream_connect (const char *path, GError **error);

/* A listening Unix socket at @path, replacing whatever had the name. */
int vz_stream_listen (const char *path, GError **error);

/* Waits until @fd has one of @events (POLLIN, POLLOUT). TIMED_OUT, or G_IO_ERROR_CANCELLED. */
gboolean vz_stream_wait (int fd, short events, gint64 deadline, GCancellable *cancellable,
                         GError **error);

/* Writes everything to a nonblocking socket, without SIGPIPE. */
gboolean vz_stream_write (int fd, const void *data, gsize size, gint64 deadline,
                          GCancellable *cancellable, GError **error);

/* Writes one byte, and with it a copy of the descriptor @passed, to a Unix socket. */
gboolean vz_stream_write_fd (int fd, char byte, int passed, gint64 deadline,
                             GCancellable *cancellable, GError **error);

/* Collects bytes into lines. Grows up to @max bytes: a peer that sends a longer line is faulty, and
 * the reader fails rather than exhaust the host's memory. */
typedef struct {
  GByteArray *bytes;
  gsize scanned; /* no newline before this */
  gsize max;
} VzLineBuffer;

void vz_line_buffer_init (VzLineBuffer *self, gsize max);
void vz_line_buffer_clear (VzLineBuffer *self);

/* Appends what is available from @fd: bytes read, 0 at the end of the stream, -1 with @error. */
gssize vz_line_buffer_fill (VzLineBuffer *self, int fd, GError **error);

/* The next complete line without its newline, or NULL if there is none yet. */
char *vz_line_buffer_take (VzLineBuffer *self, gsize *ret_size);

G_END_DECLS
