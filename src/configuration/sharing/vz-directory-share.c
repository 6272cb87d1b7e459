/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/sharing/vz-directory-share.h"

/**
 * VzDirectoryShare:
 *
 * What a directory sharing device shows to the guest. Apple: `VZDirectoryShare`.
 */
G_DEFINE_ABSTRACT_TYPE (VzDirectoryShare, vz_directory_share, VZ_TYPE_CONFIG)

static void
vz_directory_share_class_init (VzDirectoryShareClass *klass)
{
}

static void
vz_directory_share_init (VzDirectoryShare *self)
{
}
