/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Writes large pieces to a disk image as fast as its disk takes them. Any thread may use it. */
typedef struct _VzDiskWriter VzDiskWriter;

#define VZ_DISK_WRITER_ALIGNMENT 4096
#define VZ_DISK_WRITER_WAITING 4 /* threads in addition to one per core that keep the disk busy */

/* @fd is borrowed. */
VzDiskWriter *vz_disk_writer_new (int fd);
void vz_disk_writer_free (VzDiskWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzDiskWriter, vz_disk_writer_free)

/* @data should be aligned to VZ_DISK_WRITER_ALIGNMENT. */
gboolean vz_disk_writer_write (VzDiskWriter *self, const guint8 *data, gsize size, guint64 position,
                               GError **error);

/* Records how long a thread computed for a piece that it writes, in microseconds. */
void vz_disk_writer_add_computing (VzDiskWriter *self, gint64 microseconds);

G_END_DECLS
