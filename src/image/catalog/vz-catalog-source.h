/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/catalog/vz-catalog-name.h"

G_BEGIN_DECLS

/* A catalog configured on this host. docs/catalogs.md describes the files. */
typedef struct {
  char *path; /* of the file that configures it */
  char *location; /* a path or an address */
  GStrv products; /* patterns of products that it may contain, "VirtualMac*" */
} VzCatalogSource;

void vz_catalog_source_free (VzCatalogSource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzCatalogSource, vz_catalog_source_free)

/* In order of priority, an array of VzCatalogSource. A faulty file is skipped with a note, so that
 * one mistake does not disable all catalogs. */
GPtrArray *vz_catalog_source_list (GStrvBuilder *notes);

/* FALSE if it cannot contain anything with that name, so that it need not be loaded. */
gboolean vz_catalog_source_may_have (const VzCatalogSource *self, const VzCatalogName *name);

G_END_DECLS
