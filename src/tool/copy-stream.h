/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* A command in the guest, and bytes that pass between it and a descriptor here. */
typedef struct {
  VzVirtualMachine *machine;
  const char *const *argv;
  int fd;               /* taken over: read from when @to_guest, else written to */
  gboolean to_guest;
  VzProgress *progress; /* told of each byte */
} CopyStream;

#define COPY_STATUS_NOT_THERE 66 /* of the command: what it was asked for is not there */

/* Runs it. A status other than 0 is an error with what the command said: NOT_FOUND for
 * COPY_STATUS_NOT_THERE, else GUEST_AGENT. */
gboolean copy_stream_run (CopyStream *self, GCancellable *cancellable, GError **error);

G_END_DECLS
