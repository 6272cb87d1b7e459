/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "installer/vz-bundle-installer-steps.h"

G_BEGIN_DECLS

#define VZ_BUNDLE_INSTALLER_FETCHED "SourceImage" /* in the bundle, while it is made */

/* The steps of an installation from a disk image, in place of those from a restore image. */

/* Whether the claimed leftover of an interrupted installation has this disk already. */
gboolean vz_bundle_installer_disk_can_resume (VzBundleInstaller *self);
/* All that takes long, from a claimed bundle to one in its place. */
gboolean vz_bundle_installer_make_from_disk (VzBundleInstaller *self, GCancellable *cancellable,
                                             GError **error);

/* Fetches what is at the location to @destination, and sees that it is what it should be. */
gboolean vz_bundle_installer_fetch_file (VzBundleInstaller *self, const char *destination,
                                         VzProgress *progress, GCancellable *cancellable,
                                         GError **error);
/* Sees that the local file is what it should be. */
gboolean vz_bundle_installer_check_file (VzBundleInstaller *self, VzProgress *progress,
                                         GCancellable *cancellable, GError **error);

G_END_DECLS
