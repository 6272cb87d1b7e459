/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* QEMU's monitors. Each serves one client at a time, so there are several, and a client holds a
 * lock on a file beside the socket of the one it uses: `qmp.sock`, `qmp1.sock`, ... in the runtime
 * directory. The last ones are only lent for one command at a time, so that there is always a way
 * in, however many clients there are. */

#define VZ_N_MONITORS 9
#define VZ_MONITOR_OWNER 0
#define VZ_MONITOR_SHARED 6 /* the first of those */

char *vz_monitor_dup_name (guint index); /* "qmp", "qmp1", ... */
char *vz_monitor_dup_socket_path (const char *runtime_dir, guint index);
/* A connection to a monitor already taken; -1 with @error, NOT_FOUND if its QEMU has ended. */
int vz_monitor_connect (const char *runtime_dir, guint index, GError **error);

/* Takes a monitor for as long as the descriptor is open; -1 if another program has it. */
int vz_monitor_take (const char *runtime_dir, guint index);
/* Takes any free one that may be kept; -1 if there is none. */
int vz_monitor_take_own (const char *runtime_dir, guint *ret_index);
/* Takes one for a command, waiting for up to @timeout_ms. BUSY names the holders. */
int vz_monitor_take_shared (const char *runtime_dir, int timeout_ms, guint *ret_index,
                            GCancellable *cancellable, GError **error);

G_END_DECLS
