/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/sharing/vz-linux-rosetta-caching-options.h"

G_BEGIN_DECLS

#define VZ_TYPE_LINUX_ROSETTA_UNIX_SOCKET_CACHING_OPTIONS \
  (vz_linux_rosetta_unix_socket_caching_options_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzLinuxRosettaUnixSocketCachingOptions,
                      vz_linux_rosetta_unix_socket_caching_options, VZ,
                      LINUX_ROSETTA_UNIX_SOCKET_CACHING_OPTIONS, VzLinuxRosettaCachingOptions)

VZ_PUBLIC
VzLinuxRosettaUnixSocketCachingOptions *
vz_linux_rosetta_unix_socket_caching_options_new (const char *path, GError **error);
VZ_PUBLIC
guint vz_linux_rosetta_unix_socket_caching_options_get_maximum_path_length (void);

VZ_PUBLIC
const char *vz_linux_rosetta_unix_socket_caching_options_get_path (
  VzLinuxRosettaUnixSocketCachingOptions *self);
VZ_PUBLIC
void
vz_linux_rosetta_unix_socket_caching_options_set_path (VzLinuxRosettaUnixSocketCachingOptions *self,
                                                       const char *path);

G_END_DECLS
