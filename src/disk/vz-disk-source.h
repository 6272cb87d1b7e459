/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk/vz-disk-format.h"

G_BEGIN_DECLS

#define VZ_TYPE_DISK_SOURCE (vz_disk_source_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzDiskSource, vz_disk_source, VZ, DISK_SOURCE, GObject)

VZ_PUBLIC
VzDiskSource *vz_disk_source_open (const char *path, GCancellable *cancellable, GError **error);
VZ_PUBLIC
gboolean vz_disk_source_has_usual_name (const char *location);

VZ_PUBLIC
const char *vz_disk_source_get_path (VzDiskSource *self);
VZ_PUBLIC
VzDiskFormat vz_disk_source_get_format (VzDiskSource *self);
VZ_PUBLIC
VzDiskWrapping vz_disk_source_get_wrapping (VzDiskSource *self);
VZ_PUBLIC
guint64 vz_disk_source_get_disk_size (VzDiskSource *self);
VZ_PUBLIC
guint64 vz_disk_source_get_data_size (VzDiskSource *self);
VZ_PUBLIC
const char *vz_disk_source_get_architecture (VzDiskSource *self);
VZ_PUBLIC
gboolean vz_disk_source_get_takes_ignition (VzDiskSource *self);

G_END_DECLS
