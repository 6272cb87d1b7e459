/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "installer/vz-bundle-installer-steps.h"

G_BEGIN_DECLS

/* The steps of an installation from a disk image, in place of those from a restore image. */

/* Whether the claimed leftover of an interrupted installation has this disk already. */
gboolean vz_bundle_installer_disk_can_resume (VzBundleInstaller *self);
/* All that takes long, from a claimed bundle to one in its place. */
gboolean vz_bundle_installer_make_from_disk (VzBundleInstaller *self, GCancellable *cancellable,
                                             GError **error);

G_END_DECLS
