/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The last good copy of a catalog from the network: $XDG_CACHE_HOME/vz/catalogs. */
typedef struct {
  GBytes *body;
  char *etag; /* NULL: the server sent none */
  char *last_modified; /* NULL: the server sent none */
  gint64 time; /* when it was last known to be the newest: seconds since the epoch */
} VzCatalogCopy;

void vz_catalog_copy_clear (VzCatalogCopy *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzCatalogCopy, vz_catalog_copy_clear)

/* FALSE if there is no usable copy. */
gboolean vz_catalog_copy_read (const char *url, VzCatalogCopy *ret_copy);

/* Stores @copy, ignoring its @time. The file has either the new copy or the old. */
gboolean vz_catalog_copy_write (const char *url, const VzCatalogCopy *copy, GError **error);

/* The copy is still the newest. */
void vz_catalog_copy_confirm (const char *url);

G_END_DECLS
