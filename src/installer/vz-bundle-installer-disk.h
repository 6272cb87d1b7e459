/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "installer/vz-bundle-installer-steps.h"

G_BEGIN_DECLS

#define VZ_BUNDLE_INSTALLER_FETCHED "SourceImage" /* in the bundle, during installation */

/* The steps of installing from a disk image, instead of those for a restore image. */

/* Whether the claimed leftover of an interrupted installation already has this disk. */
gboolean vz_bundle_installer_disk_can_resume (VzBundleInstaller *self);
/* Everything that takes long, from a claimed bundle to one in its place. */
gboolean vz_bundle_installer_make_from_disk (VzBundleInstaller *self, GCancellable *cancellable,
                                             GError **error);

/* Fetches the file at the location to @destination, and verifies it. */
gboolean vz_bundle_installer_fetch_file (VzBundleInstaller *self, const char *destination,
                                         VzProgress *progress, GCancellable *cancellable,
                                         GError **error);
/* Verifies the local file. */
gboolean vz_bundle_installer_check_file (VzBundleInstaller *self, VzProgress *progress,
                                         GCancellable *cancellable, GError **error);

G_END_DECLS
