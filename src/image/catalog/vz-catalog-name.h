/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/catalog/vz-catalog-entry.h"

G_BEGIN_DECLS

/* What users call an image in a catalog; docs/catalogs.md lists the forms. */

typedef enum {
  VZ_CATALOG_NAME_LATEST, /* "latest": the newest that this host can run */
  VZ_CATALOG_NAME_PRODUCT, /* "VirtualMac2,1", and its alias "macos" */
  VZ_CATALOG_NAME_SYSTEM, /* "debian", "linux"; also a version that is a word, "stable" */
  VZ_CATALOG_NAME_VERSION, /* "15.5", "24F74" */
} VzCatalogNameKind;

typedef struct {
  VzCatalogNameKind kind;
  char *word; /* owned: product or system; NULL for the other kinds */
  char *version; /* owned: what follows '@', or the whole name; NULL: the newest */
} VzCatalogName;

void vz_catalog_name_clear (VzCatalogName *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzCatalogName, vz_catalog_name_clear)

/* INVALID_ARGUMENT if it is not a name. */
gboolean vz_catalog_name_parse (const char *text, VzCatalogName *ret_name, GError **error);

/* Whether @entry is of the specified kind, whatever its version. */
gboolean vz_catalog_name_means (const VzCatalogName *self, const VzCatalogEntry *entry);

/* How well the version of @entry, of the right kind, fits: 2 exactly, 1 within the requested major
 * version, 0 not at all. */
guint vz_catalog_name_fits (const VzCatalogName *self, const VzCatalogEntry *entry);

G_END_DECLS
