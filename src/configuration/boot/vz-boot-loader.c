/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/boot/vz-boot-loader.h"

/**
 * VzBootLoader:
 *
 * How a machine boots. Apple: `VZBootLoader`.
 */
G_DEFINE_ABSTRACT_TYPE (VzBootLoader, vz_boot_loader, VZ_TYPE_CONFIG)

static void
vz_boot_loader_class_init (VzBootLoaderClass *klass)
{
}

static void
vz_boot_loader_init (VzBootLoader *self)
{
}
