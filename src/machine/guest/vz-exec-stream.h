/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define VZ_EXEC_MARK_SIZE 32

/* An output stream of a command in the guest, from its port to one of the caller's descriptors. It
 * ends with a mark that is generated only after the command has ended, so nothing that the command
 * wrote can be one. */
typedef struct {
  int socket; /* owned; -1: none */
  int target; /* the caller's */
  const char *mark; /* NULL until it is generated */
  guint8 *data;
  gsize at, ready, size; /* at..ready goes to the target; ready..size may begin the mark */
  gboolean found; /* the mark */
  gboolean over; /* and everything before it is written */
  gboolean unwanted; /* nobody reads from the target; the rest is discarded */
} VzExecStream;

void vz_exec_stream_init (VzExecStream *self, int target);
void vz_exec_stream_clear (VzExecStream *self);
/* Whether it is waiting for the target rather than the guest. */
gboolean vz_exec_stream_has_ready (const VzExecStream *self);
/* Reads from the port. FALSE without an error at its end: QEMU is gone. */
gboolean vz_exec_stream_take (VzExecStream *self);
/* Writes some data to the target, which poll() found to be writable. */
gboolean vz_exec_stream_give (VzExecStream *self, GError **error);
/* Reads from the ports of @n streams for @timeout_ms and discards it. FALSE: nothing arrived. */
gboolean vz_exec_streams_drain (VzExecStream *streams, guint n, int timeout_ms);

G_END_DECLS
