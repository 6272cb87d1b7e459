/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_SHARED_DIRECTORY (vz_shared_directory_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzSharedDirectory, vz_shared_directory, VZ, SHARED_DIRECTORY, VzConfig)

VZ_PUBLIC
VzSharedDirectory *vz_shared_directory_new (const char *path, gboolean read_only);

VZ_PUBLIC
const char *vz_shared_directory_get_path (VzSharedDirectory *self);
VZ_PUBLIC
void vz_shared_directory_set_path (VzSharedDirectory *self, const char *path);
VZ_PUBLIC
gboolean vz_shared_directory_get_read_only (VzSharedDirectory *self);
VZ_PUBLIC
void vz_shared_directory_set_read_only (VzSharedDirectory *self, gboolean read_only);

G_END_DECLS
