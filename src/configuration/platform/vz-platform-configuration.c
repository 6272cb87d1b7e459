/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/platform/vz-platform-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzPlatformConfiguration:
 *
 * The board of a machine. Apple: `VZPlatformConfiguration`.
 *
 * QEMU: see its subclasses.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzPlatformConfiguration, vz_platform_configuration)
