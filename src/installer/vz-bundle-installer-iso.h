/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "installer/vz-bundle-installer-steps.h"

G_BEGIN_DECLS

/* The steps of an installation by an installer's CD, in place of those from a restore image. */

/* All that takes long, from a claimed bundle to one in its place. */
gboolean vz_bundle_installer_make_from_iso (VzBundleInstaller *self, GCancellable *cancellable,
                                            GError **error);

G_END_DECLS
