/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/catalog/vz-catalog-entry.h"

G_BEGIN_DECLS

#define VZ_CATALOG_SIZE_MAX (4 * 1024 * 1024)

/* The images of a catalog, an array of VzCatalogEntry, sorted, without duplicates. @location: the
 * URI of the catalog, the base for relative addresses in it; @name: for users.
 * INVALID_RESTORE_IMAGE_CATALOG with the product and the faulty key. */
GPtrArray *vz_catalog_read (GBytes *bytes, const char *location, const char *name, GError **error);

/* Sorts entries; of those for the same image, the first one stays and takes the digests and size
 * that others have for the same file. */
void vz_catalog_merge (GPtrArray *entries);

G_END_DECLS
