/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* Writes the file @name ("boot/linux") from the CD image @iso to the new file @path; at most @max
 * bytes. NOT_FOUND if the CD has no such file; INVALID_DISK_IMAGE if it is larger or damaged. */
gboolean vz_iso_extract (const char *iso, const char *name, guint64 max, const char *path,
                         GCancellable *cancellable, GError **error);

G_END_DECLS
