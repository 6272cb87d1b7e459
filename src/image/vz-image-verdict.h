/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/manifest/vz-build-manifest.h"
#include "image/manifest/vz-configuration-requirements.h"

G_BEGIN_DECLS

/* What this host can do with an image. */
typedef struct {
  GPtrArray *requirements; /* owned, of VzConfigurationRequirements: for virtual machines */
  GPtrArray *reasons; /* owned, of string, NULL-terminated: why not supported; empty if it is */
  const VzBuildIdentity *best; /* of the manifest; NULL: not supported */
  VzConfigurationRequirements *configuration; /* of best, of requirements; NULL: not supported */
} VzImageVerdict;

/* @manifest: must outlive it. */
void vz_image_verdict_init (VzImageVerdict *self, const VzBuildManifest *manifest);
void vz_image_verdict_clear (VzImageVerdict *self);

G_END_DECLS
