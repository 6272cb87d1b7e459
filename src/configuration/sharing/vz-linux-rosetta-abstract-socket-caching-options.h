/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/sharing/vz-linux-rosetta-caching-options.h"

G_BEGIN_DECLS

#define VZ_TYPE_LINUX_ROSETTA_ABSTRACT_SOCKET_CACHING_OPTIONS \
  (vz_linux_rosetta_abstract_socket_caching_options_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzLinuxRosettaAbstractSocketCachingOptions,
                      vz_linux_rosetta_abstract_socket_caching_options, VZ,
                      LINUX_ROSETTA_ABSTRACT_SOCKET_CACHING_OPTIONS, VzLinuxRosettaCachingOptions)

VZ_PUBLIC
VzLinuxRosettaAbstractSocketCachingOptions *
vz_linux_rosetta_abstract_socket_caching_options_new (const char *name, GError **error);
VZ_PUBLIC
guint vz_linux_rosetta_abstract_socket_caching_options_get_maximum_name_length (void);

VZ_PUBLIC
const char *vz_linux_rosetta_abstract_socket_caching_options_get_name (
  VzLinuxRosettaAbstractSocketCachingOptions *self);
VZ_PUBLIC
void vz_linux_rosetta_abstract_socket_caching_options_set_name (
  VzLinuxRosettaAbstractSocketCachingOptions *self, const char *name);

G_END_DECLS
