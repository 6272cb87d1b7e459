/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* Writes the file @name ("boot/linux") on the CD image @iso to the new file @path, where it is at
 * most @max bytes. NOT_FOUND when the CD has none; INVALID_DISK_IMAGE for one that is larger or
 * damaged. */
gboolean vz_iso_extract (const char *iso, const char *name, guint64 max, const char *path,
                         GCancellable *cancellable, GError **error);

G_END_DECLS
