/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "compose/vz-compose-request.h"
#include "foundation/vz-progress.h"

G_BEGIN_DECLS

/* Makes the restore image @path of the request's disk image. Errors as of vz_disk_source_open(), of
 * copying the disk and of writing the image. */
gboolean vz_compose_disk (VzComposeRequest *request, const char *path, VzProgress *progress,
                          GCancellable *cancellable, GError **error);

G_END_DECLS
