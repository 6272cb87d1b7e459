/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether the system on a disk, of which @head has the first @size bytes, takes its settings by
 * Ignition, judging by its partitions' names. FALSE also if there is no partition table. */
gboolean vz_ignition_disk_recognize (const guint8 *head, gsize size);
/* The same for the disk in a raw image. FALSE also if it cannot be read. */
gboolean vz_ignition_disk_recognize_file (const char *path);

G_END_DECLS
