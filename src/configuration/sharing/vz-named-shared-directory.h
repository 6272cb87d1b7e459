/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/sharing/vz-shared-directory.h"

G_BEGIN_DECLS

#define VZ_TYPE_NAMED_SHARED_DIRECTORY (vz_named_shared_directory_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzNamedSharedDirectory, vz_named_shared_directory, VZ, NAMED_SHARED_DIRECTORY,
                      VzConfig)

VZ_PUBLIC
VzNamedSharedDirectory *vz_named_shared_directory_new (const char *name,
                                                       VzSharedDirectory *directory);

VZ_PUBLIC
const char *vz_named_shared_directory_get_name (VzNamedSharedDirectory *self);
VZ_PUBLIC
void vz_named_shared_directory_set_name (VzNamedSharedDirectory *self, const char *name);

VZ_PUBLIC
VzSharedDirectory *vz_named_shared_directory_get_directory (VzNamedSharedDirectory *self);
VZ_PUBLIC
void vz_named_shared_directory_set_directory (VzNamedSharedDirectory *self,
                                              VzSharedDirectory *directory);

G_END_DECLS
