/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/catalog/vz-catalog-name.h"

G_BEGIN_DECLS

/* A catalog that this host is configured for. The files are described in docs/catalogs.md. */
typedef struct {
  char *path; /* of the file that says so */
  char *location; /* a path or an address */
  GStrv products; /* patterns of what it may have, "VirtualMac*" */
} VzCatalogSource;

void vz_catalog_source_free (VzCatalogSource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzCatalogSource, vz_catalog_source_free)

/* In the order in which they count, an array of VzCatalogSource. A file that is wrong is passed
 * over, with a note, so that one mistake does not take all catalogs away. */
GPtrArray *vz_catalog_source_list (GStrvBuilder *notes);

/* FALSE when nothing of what is meant can be in it, so that it need not be loaded. */
gboolean vz_catalog_source_may_have (const VzCatalogSource *self, const VzCatalogName *name);

G_END_DECLS
