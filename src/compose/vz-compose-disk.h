/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "compose/vz-compose-request.h"
#include "foundation/vz-progress.h"

G_BEGIN_DECLS

/* Creates the restore image @path from the request's disk image. Errors as for
 * vz_disk_source_open(), for copying the disk and for writing the image. */
gboolean vz_compose_disk (VzComposeRequest *request, const char *path, VzProgress *progress,
                          GCancellable *cancellable, GError **error);

G_END_DECLS
