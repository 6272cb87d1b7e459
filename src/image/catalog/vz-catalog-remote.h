/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/catalog/vz-catalog-entry.h"

G_BEGIN_DECLS

/* The images of the catalog at an http or https address, as from vz_catalog_read(): from the newest
 * catalog or, with a note, from the last good copy if the newest cannot be fetched. Without a copy
 * the error is RESTORE_IMAGE_CATALOG_LOAD_FAILED, or INVALID_RESTORE_IMAGE_CATALOG if the server
 * sent something else. */
GPtrArray *vz_catalog_remote_load (const char *url, GStrvBuilder *notes, GCancellable *cancellable,
                                   GError **error);

G_END_DECLS
