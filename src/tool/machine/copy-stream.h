/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* A command in the guest, and bytes transferred between it and a descriptor here. */
typedef struct {
  VzVirtualMachine *machine;
  const char *const *argv;
  int fd; /* taken over: read from if @to_guest, else written to */
  gboolean to_guest;
  VzProgress *progress; /* counts each byte; may be NULL */
  guint64 limit; /* of bytes to the guest; 0: none */
  gboolean broken; /* after it ran: the descriptor lost its reader */
} CopyStream;

#define COPY_STATUS_NOT_THERE 66 /* of the command: the requested file does not exist */

/* Runs it. A status other than 0 is an error with the command's message: NOT_FOUND for
 * COPY_STATUS_NOT_THERE, else GUEST_AGENT. */
gboolean copy_stream_run (CopyStream *self, GCancellable *cancellable, GError **error);

/* A program's output in the file behind @fd, as one line of UTF-8. */
char *copy_stream_dup_said (int fd);

/* Runs @argv in the guest for its output, which is short. */
char *copy_stream_ask (VzVirtualMachine *machine, const char *const *argv,
                       GCancellable *cancellable, GError **error);

G_END_DECLS
