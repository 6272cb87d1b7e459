/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/* A point in monotonic time; VZ_NO_DEADLINE never comes. */
#define VZ_NO_DEADLINE G_MAXINT64
gint64 vz_deadline_after (int timeout_ms); /* negative: VZ_NO_DEADLINE */
int vz_deadline_remaining_ms (gint64 deadline); /* for poll(): -1 forever, 0 if past */
gboolean vz_deadline_is_past (gint64 deadline);

/* Waits for @ms milliseconds; FALSE with @error as soon as @cancellable is cancelled. For things
 * that must be polled since they do not signal changes: locks of other processes, jobs of QEMU, a
 * server that did not answer. Nothing else in the library sleeps. */
gboolean vz_pause (int ms, GCancellable *cancellable, GError **error);

G_END_DECLS
