/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/manifest/vz-build-identity.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The contents of BuildManifest.plist, Apple's and ours. Immutable. */

typedef struct {
  char *product_version; /* "12.9" */
  char *build_version; /* "24F74" */
  char *operating_system; /* may be NULL */
  GStrv product_types;
  GPtrArray *identities; /* of VzBuildIdentity */
} VzBuildManifest;

#define VZ_MANIFEST_SIZE_MAX (32 * 1024 * 1024)

/* INVALID_RESTORE_IMAGE with the key's name and what is allowed; DIGEST_MISMATCH if a table of
 * chunk digests does not have the right digest. */
VzBuildManifest *vz_build_manifest_parse (GBytes *bytes, GError **error);
void vz_build_manifest_free (VzBuildManifest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzBuildManifest, vz_build_manifest_free)

G_END_DECLS
