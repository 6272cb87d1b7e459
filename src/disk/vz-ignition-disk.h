/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether the system on a disk, of which @head has the first @size bytes, takes its settings by
 * Ignition, judging by its partitions' names. FALSE also for what is no partition table. */
gboolean vz_ignition_disk_recognise (const guint8 *head, gsize size);
/* The same of the disk in a raw image that is here. FALSE also when it cannot be read. */
gboolean vz_ignition_disk_recognise_file (const char *path);

G_END_DECLS
