/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_BOOT_LOADER (vz_boot_loader_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzBootLoader, vz_boot_loader, VZ, BOOT_LOADER, VzConfig)

/**
 * VzBootLoaderClass:
 *
 * The class of #VzBootLoader.
 */
struct _VzBootLoaderClass {
  VzConfigClass parent_class;
};

G_END_DECLS
