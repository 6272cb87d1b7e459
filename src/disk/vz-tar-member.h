/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* The position of the only disk in an uncompressed tar archive (.ova), so that it need not be
 * unpacked: the member whose name ends like a disk's, else the largest. INVALID_DISK_IMAGE for
 * names that lead elsewhere, several disks, none, or a missing end. */
gboolean vz_tar_find_disk (int fd, guint64 length, guint64 *ret_offset, guint64 *ret_size,
                           GError **error);

G_END_DECLS
