/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

#define VZ_TYPE_CATALOG_ENTRY (vz_catalog_entry_get_type ())

/**
 * VzCatalogEntry:
 * @product: what the image is for, `VirtualMac2,1` or `VzGeneric-x86_64`
 * @operating_system: (nullable): the system it installs, `macOS`; %NULL when the catalog does not
 *   say
 * @product_version: its version, `15.5`; `stable` where the version is only known when the image is
 *   made
 * @build_version: its build, `24F74`
 * @url: where the image is: `https:`, `http:`, `file:`, or `compose:` for one that is composed here
 * @sha1: (nullable): 40 lower-case hex digits over the whole file
 * @sha256: (nullable): 64 lower-case hex digits over the whole file
 * @size: the size of the file in bytes; 0 when the catalog does not say
 * @unsupported_reasons: (array zero-terminated=1): why this host cannot run it, one sentence per
 *   reason; empty when it can
 * @catalog: the catalog that names it: a path or an address
 *
 * One image of a catalog. Immutable.
 */
typedef struct {
  char *product;
  char *operating_system;
  char *product_version;
  char *build_version;
  char *url;
  char *sha1;
  char *sha256;
  guint64 size;
  GStrv unsupported_reasons;
  char *catalog;
} VzCatalogEntry;

VZ_PUBLIC
GType vz_catalog_entry_get_type (void);
VZ_PUBLIC
VzCatalogEntry *vz_catalog_entry_ref (VzCatalogEntry *self);
VZ_PUBLIC
void vz_catalog_entry_unref (VzCatalogEntry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzCatalogEntry, vz_catalog_entry_unref)

VZ_PUBLIC
gboolean vz_catalog_entry_is_supported (const VzCatalogEntry *self);
VZ_PUBLIC
gboolean vz_catalog_entry_is_for_virtual_machines (const VzCatalogEntry *self);

G_END_DECLS
