/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/catalog/vz-catalog-entry.h"

G_BEGIN_DECLS

VzCatalogEntry *vz_catalog_entry_new (void);

/* Negative if @a is older than @b, by version and then by build. */
int vz_catalog_entry_compare_age (const VzCatalogEntry *a, const VzCatalogEntry *b);

/* By product; within a product, the newest first. */
int vz_catalog_entry_compare (const VzCatalogEntry *a, const VzCatalogEntry *b);

/* The same image: product, version and build. */
gboolean vz_catalog_entry_is_same (const VzCatalogEntry *a, const VzCatalogEntry *b);

/* Takes missing digests and size from another entry with the same address. */
void vz_catalog_entry_complete (VzCatalogEntry *self, const VzCatalogEntry *other);

G_END_DECLS
