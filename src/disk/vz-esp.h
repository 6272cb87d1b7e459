/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* Finds the EFI system partition in a disk's partition table (GPT or MBR); @head is the first @size
 * bytes, @disk_size the disk's size. INVALID_DISK_IMAGE for partitions beyond the end;
 * NOT_SUPPORTED if there is none, since the firmware of vz's machines starts nothing else. */
gboolean vz_esp_find (const guint8 *head, gsize size, guint64 disk_size, guint64 *ret_offset,
                      guint64 *ret_size, GError **error);

/* The architecture ("x86_64", "aarch64") whose boot loader is on the file system at @offset in @fd;
 * this host's if there are several. NOT_SUPPORTED if there is none that a machine of vz could
 * start. Static. */
const char *vz_esp_get_architecture (int fd, guint64 offset, GCancellable *cancellable,
                                     GError **error);

/* Whether the file system at @offset in @fd has a boot loader of any name, as an installed system
 * does. FALSE without an error: it has none. */
gboolean vz_esp_has_loader (int fd, guint64 offset, GCancellable *cancellable, GError **error);

G_END_DECLS
