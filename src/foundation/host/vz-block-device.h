/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Opens a block device so that nothing else can mount it or open it this way while the descriptor
 * exists, even in another process. It is opened by @path or, if that is NULL, as @fd, which stays
 * the caller's; if its file may not be opened again, the descriptor is duplicated, and not all
 * other users of the device are known. BUSY says how it is used: mounted, as swap, by a device on
 * top of it, by another process. */
int vz_block_device_open (const char *path, int fd, gboolean read_only, GError **error);

/* In bytes; 0: not a block device. */
guint64 vz_block_device_get_size (int fd);

G_END_DECLS
