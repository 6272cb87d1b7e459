/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* What was asked for; 0 where vz shall choose. */
typedef struct {
  guint64 cpu_count;
  guint64 memory_size; /* bytes */
  guint64 disk_size; /* bytes; never 0 */
} InstallWish;

/* All that can be known before anything is written. */

/* A machine with such a disk can be made at @path: nothing is there, its folder can be written, and
 * so on. */
gboolean install_check_place (const char *path, guint64 disk_size, GError **error);
/* The wish against what this host has. */
gboolean install_check_host (const InstallWish *wish, GError **error);
/* The wish against what the image needs; fills in what vz chooses. */
gboolean install_check_image (VzRestoreImage *image, InstallWish *wish, GError **error);
/* Room for what restoring @image writes, and for the image itself if it is to be kept, or fetched
 * first. Of one that is to be composed nothing is known yet. */
gboolean install_check_space (VzRestoreImage *image, const char *path, guint64 disk_size,
                              gboolean keep_copy, GError **error);

G_END_DECLS
