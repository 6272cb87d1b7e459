/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/sharing/vz-directory-share.h"
#include "configuration/sharing/vz-shared-directory.h"

G_BEGIN_DECLS

#define VZ_TYPE_SINGLE_DIRECTORY_SHARE (vz_single_directory_share_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzSingleDirectoryShare, vz_single_directory_share, VZ, SINGLE_DIRECTORY_SHARE,
                      VzDirectoryShare)

VZ_PUBLIC
VzSingleDirectoryShare *vz_single_directory_share_new (VzSharedDirectory *directory);

VZ_PUBLIC
VzSharedDirectory *vz_single_directory_share_get_directory (VzSingleDirectoryShare *self);
VZ_PUBLIC
void vz_single_directory_share_set_directory (VzSingleDirectoryShare *self,
                                              VzSharedDirectory *directory);

G_END_DECLS
