/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/sharing/vz-directory-share.h"
#include "configuration/sharing/vz-named-shared-directory.h"

G_BEGIN_DECLS

#define VZ_TYPE_MULTIPLE_DIRECTORY_SHARE (vz_multiple_directory_share_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzMultipleDirectoryShare, vz_multiple_directory_share, VZ,
                      MULTIPLE_DIRECTORY_SHARE, VzDirectoryShare)

VZ_PUBLIC
VzMultipleDirectoryShare *vz_multiple_directory_share_new (void);

VZ_PUBLIC
GPtrArray *vz_multiple_directory_share_get_directories (VzMultipleDirectoryShare *self);
VZ_PUBLIC
void vz_multiple_directory_share_set_directories (VzMultipleDirectoryShare *self,
                                                  GPtrArray *directories);

VZ_PUBLIC
gboolean vz_multiple_directory_share_validate_name (const char *name, GError **error);
VZ_PUBLIC
char *vz_multiple_directory_share_canonicalize_name (const char *name);

G_END_DECLS
