/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/vz-entropy-device-configuration.h"

/**
 * VzEntropyDeviceConfiguration:
 *
 * A device that gives the guest random numbers. Apple: `VZEntropyDeviceConfiguration`.
 */
G_DEFINE_ABSTRACT_TYPE (VzEntropyDeviceConfiguration, vz_entropy_device_configuration,
                        VZ_TYPE_CONFIG)

static void
vz_entropy_device_configuration_class_init (VzEntropyDeviceConfigurationClass *klass)
{
}

static void
vz_entropy_device_configuration_init (VzEntropyDeviceConfiguration *self)
{
}
