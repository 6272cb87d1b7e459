/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "installer/vz-bundle-installer-steps.h"

G_BEGIN_DECLS

/* The steps of an installation by an installer's CD, in place of those from a restore image. */

/* All that takes long, from a claimed bundle to one in its place. */
gboolean vz_bundle_installer_make_from_iso (VzBundleInstaller *self, GCancellable *cancellable,
                                            GError **error);

/* Of an installer that is to ask nothing; they do nothing for another one. */

void vz_bundle_installer_clear_unattended (VzBundleInstaller *self);
/* Finds out whether there is a script for the CD image @iso, and all it needs. */
gboolean vz_bundle_installer_check_unattended (VzBundleInstaller *self, const char *iso,
                                               GCancellable *cancellable, GError **error);
/* Writes what the installer is started with, for the machine that is prepared. */
gboolean vz_bundle_installer_prepare_unattended (VzBundleInstaller *self, const char *iso,
                                                 GCancellable *cancellable, GError **error);
/* Removes that; tells whether the new system has user, keys and host name. */
gboolean vz_bundle_installer_finish_unattended (VzBundleInstaller *self, GError **error);

G_END_DECLS
