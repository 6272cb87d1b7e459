/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/boot/vz-boot-loader.h"

#include "foundation/config/vz-field.h"

/**
 * VzBootLoader:
 *
 * How a machine boots. Apple: `VZBootLoader`.
 *
 * QEMU: see its subclasses.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzBootLoader, vz_boot_loader)
