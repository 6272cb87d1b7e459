/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk/vz-disk-source.h"
#include "image/vz-restore-image.h"

G_BEGIN_DECLS

/* The size of a new machine, and all that can be checked of it before anything is written. Errors
 * name the property that is out of range. */
typedef struct {
  guint64 cpu_count; /* 0: chosen by the image and this host */
  guint64 memory_size; /* bytes; 0: likewise */
  guint64 disk_size; /* bytes; never 0 */
} VzMachineSize;

/* Whether a bundle with such a disk can be created at @path: nothing exists there, its folder is
 * writable, and so on. */
gboolean vz_machine_size_check_place (const VzMachineSize *self, const char *path, GError **error);
/* Checks against what this host has. */
gboolean vz_machine_size_check_host (const VzMachineSize *self, GError **error);
/* Checks against a system's needs, where 0 means none; fills in what is left to vz. @whose: for the
 * end of a message, " for this image". */
gboolean vz_machine_size_check_needs (VzMachineSize *self, const VzMachineSize *needs,
                                      const char *whose, GError **error);
/* Checks against the image's needs; fills in what is left to vz. */
gboolean vz_machine_size_check_image (VzMachineSize *self, VzRestoreImage *image, GError **error);
/* Checks that there is room for what restoring @image writes at @path, and for the image itself if
 * it is to be kept or fetched first. For one yet to be composed, nothing is known. */
gboolean vz_machine_size_check_space (const VzMachineSize *self, VzRestoreImage *image,
                                      const char *path, gboolean keep_copy, GError **error);
/* Checks against a disk image, and for room for what it writes at @path; fills in what is left to
 * vz. */
gboolean vz_machine_size_check_disk (VzMachineSize *self, VzDiskSource *disk, const char *path,
                                     GError **error);
/* The same for an image that is still on a server and has @fetched bytes, or 0. */
gboolean vz_machine_size_check_fetched (VzMachineSize *self, guint64 fetched, const char *path,
                                        GError **error);

G_END_DECLS
