/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk/vz-disk-source.h"
#include "image/vz-restore-image.h"

G_BEGIN_DECLS

/* How large a new machine is to be, and all that can be known of that before anything is written.
 * Errors name the property that is out of its range. */
typedef struct {
  guint64 cpu_count; /* 0: chosen by the image and this host */
  guint64 memory_size; /* bytes; 0: chosen likewise */
  guint64 disk_size; /* bytes; never 0 */
} VzMachineSize;

/* A bundle with such a disk can be made at @path: nothing is there, its folder can be written, and
 * so on. */
gboolean vz_machine_size_check_place (const VzMachineSize *self, const char *path, GError **error);
/* Against what this host has. */
gboolean vz_machine_size_check_host (const VzMachineSize *self, GError **error);
/* Against what a system needs, where 0 is nothing; fills in what is left to vz. @whose: for the end
 * of a message, " for this image". */
gboolean vz_machine_size_check_needs (VzMachineSize *self, const VzMachineSize *needs,
                                      const char *whose, GError **error);
/* Against what the image needs; fills in what is left to vz. */
gboolean vz_machine_size_check_image (VzMachineSize *self, VzRestoreImage *image, GError **error);
/* Room for what restoring @image writes at @path, and for the image itself if it is to be kept, or
 * fetched first. Nothing is known yet of one that is to be composed. */
gboolean vz_machine_size_check_space (const VzMachineSize *self, VzRestoreImage *image,
                                      const char *path, gboolean keep_copy, GError **error);
/* Against a disk image, and the room for what it writes at @path; fills in what is left to vz. */
gboolean vz_machine_size_check_disk (VzMachineSize *self, VzDiskSource *disk, const char *path,
                                     GError **error);
/* The same without an image: it is on a server yet, and has @fetched bytes, or 0. */
gboolean vz_machine_size_check_fetched (VzMachineSize *self, guint64 fetched, const char *path,
                                        GError **error);

G_END_DECLS
