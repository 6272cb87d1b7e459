/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "installer/vz-bundle-installer-steps.h"

G_BEGIN_DECLS

/* The steps of installing from an installer's CD, instead of those for a restore image. */

/* Everything that takes long, from a claimed bundle to one in its place. */
gboolean vz_bundle_installer_make_from_iso (VzBundleInstaller *self, GCancellable *cancellable,
                                            GError **error);

/* For an installer that asks nothing; for any other they do nothing. */

void vz_bundle_installer_clear_unattended (VzBundleInstaller *self);
/* Checks that there is a script for the CD image @iso, and everything that it needs. */
gboolean vz_bundle_installer_check_unattended (VzBundleInstaller *self, const char *iso,
                                               GCancellable *cancellable, GError **error);
/* Writes what the installer is started with, for the prepared machine. */
gboolean vz_bundle_installer_prepare_unattended (VzBundleInstaller *self, const char *iso,
                                                 GCancellable *cancellable, GError **error);
/* Removes that; returns whether the new system has user, keys and host name. */
gboolean vz_bundle_installer_finish_unattended (VzBundleInstaller *self, GError **error);

G_END_DECLS
