/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/sharing/vz-single-directory-share.h"

#include "foundation/config/vz-field.h"

/**
 * VzSingleDirectoryShare:
 *
 * One folder of the host. Apple: `VZSingleDirectoryShare`.
 *
 * QEMU: one device.
 *
 * Since: 0.1
 */
struct _VzSingleDirectoryShare {
  VzDirectoryShare parent_instance;

  VzSharedDirectory *directory;
};

static const VzField fields[] = {
  VZ_OBJECT ("directory", VzSingleDirectoryShare, directory, "the shared folder",
             vz_shared_directory_get_type, .flags = VZ_FIELD_REQUIRED),
};

VZ_DEFINE_CONFIG (VzSingleDirectoryShare, vz_single_directory_share, VZ_TYPE_DIRECTORY_SHARE)

/**
 * vz_single_directory_share_new:
 * @directory: the shared folder
 *
 * Makes a share of one folder.
 *
 * Returns: (transfer full): the share
 */
VzSingleDirectoryShare *
vz_single_directory_share_new (VzSharedDirectory *directory)
{
  return g_object_new (VZ_TYPE_SINGLE_DIRECTORY_SHARE, "directory", directory, NULL);
}

VZ_ACCESS_OBJECT (VzSharedDirectory, VzSingleDirectoryShare, vz_single_directory_share, directory)
