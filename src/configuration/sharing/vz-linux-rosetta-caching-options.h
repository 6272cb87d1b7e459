/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_LINUX_ROSETTA_CACHING_OPTIONS (vz_linux_rosetta_caching_options_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzLinuxRosettaCachingOptions, vz_linux_rosetta_caching_options, VZ,
                          LINUX_ROSETTA_CACHING_OPTIONS, VzConfig)

/**
 * VzLinuxRosettaCachingOptionsClass:
 *
 * The class of #VzLinuxRosettaCachingOptions.
 */
struct _VzLinuxRosettaCachingOptionsClass {
  VzConfigClass parent_class;
};

G_END_DECLS
