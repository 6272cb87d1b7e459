/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/catalog/vz-catalog-entry.h"
#include "image/chunks/vz-restore-image-writer.h"
#include "image/manifest/vz-build-manifest.h"
#include "image/vz-restore-image.h"
#include "image/zip/vz-image-container.h"

G_BEGIN_DECLS

/* What a restore image is made of. */
typedef struct {
  char *url; /* owned */
  char *path; /* owned; NULL: not a local file */
  VzImageContainer *container; /* owned; NULL: only described */
  VzBuildManifest *manifest; /* owned */
  guint64 unpacked_size; /* 0: unknown */
  VzCatalogEntry *entry; /* owned: the catalog's entry for its file; NULL: none */
} VzRestoreImageParts;

void vz_restore_image_parts_clear (VzRestoreImageParts *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzRestoreImageParts, vz_restore_image_parts_clear)

/* Takes and evaluates the contents of @parts; returns a VzMacOSRestoreImage if it is one of
 * Apple's. */
VzRestoreImage *vz_restore_image_new (VzRestoreImageParts *parts);

/* An image that is not a local file yet, as described by a catalog: no path, no components. */
VzRestoreImage *vz_restore_image_new_described (const char *url,
                                                const VzRestoreImageDescription *description,
                                                VzCatalogEntry *entry);

/* The same for an image of which only the products are known: it is not supported until inspecting
 * it shows what it needs. */
VzRestoreImage *vz_restore_image_new_listed (VzCatalogEntry *entry);

/* Reads the image at @location, a path or an address, and stores its catalog entry (NULL: none). */
VzRestoreImage *vz_restore_image_load_listed (const char *location, VzCatalogEntry *entry,
                                              GCancellable *cancellable, GError **error);

/* The catalog's entry for the file; NULL: it is not from a catalog. */
const VzCatalogEntry *vz_restore_image_get_entry (VzRestoreImage *self);

/* NULL for an image described by a catalog; without a descriptor for one on a server. */
VzImageContainer *vz_restore_image_get_container (VzRestoreImage *self);

/* What a restore on this host installs: the identity behind
 * most-featureful-supported-configuration, or NULL. */
const VzBuildIdentity *vz_restore_image_get_install_identity (VzRestoreImage *self);

G_END_DECLS
