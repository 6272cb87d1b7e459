/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/sharing/vz-directory-share.h"
#include "configuration/sharing/vz-linux-rosetta-caching-options.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VzLinuxRosettaAvailability:
 * @VZ_LINUX_ROSETTA_AVAILABILITY_NOT_SUPPORTED: there is no translator for the host's processor
 * @VZ_LINUX_ROSETTA_AVAILABILITY_NOT_INSTALLED: the host could have a translator, but has none
 * @VZ_LINUX_ROSETTA_AVAILABILITY_INSTALLED: the host has one
 *
 * Whether programs of another architecture can be translated in guests. Apple:
 * `VZLinuxRosettaAvailability`.
 */
typedef enum {
  VZ_LINUX_ROSETTA_AVAILABILITY_NOT_SUPPORTED,
  VZ_LINUX_ROSETTA_AVAILABILITY_NOT_INSTALLED,
  VZ_LINUX_ROSETTA_AVAILABILITY_INSTALLED,
} VzLinuxRosettaAvailability;

#define VZ_TYPE_LINUX_ROSETTA_DIRECTORY_SHARE (vz_linux_rosetta_directory_share_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzLinuxRosettaDirectoryShare, vz_linux_rosetta_directory_share, VZ,
                      LINUX_ROSETTA_DIRECTORY_SHARE, VzDirectoryShare)

VZ_PUBLIC
VzLinuxRosettaDirectoryShare *vz_linux_rosetta_directory_share_new (GError **error);

VZ_PUBLIC
VzLinuxRosettaAvailability vz_linux_rosetta_directory_share_get_availability (void);
VZ_PUBLIC
gboolean vz_linux_rosetta_directory_share_install_rosetta (GCancellable *cancellable,
                                                           GError **error);
VZ_PUBLIC
void vz_linux_rosetta_directory_share_install_rosetta_async (GCancellable *cancellable,
                                                             GAsyncReadyCallback callback,
                                                             gpointer user_data);
VZ_PUBLIC
gboolean vz_linux_rosetta_directory_share_install_rosetta_finish (GAsyncResult *result,
                                                                  GError **error);

VZ_PUBLIC
VzLinuxRosettaCachingOptions *
vz_linux_rosetta_directory_share_get_options (VzLinuxRosettaDirectoryShare *self);
VZ_PUBLIC
void vz_linux_rosetta_directory_share_set_options (VzLinuxRosettaDirectoryShare *self,
                                                   VzLinuxRosettaCachingOptions *options);

G_END_DECLS
