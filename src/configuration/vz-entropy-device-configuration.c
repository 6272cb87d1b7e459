/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/vz-entropy-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzEntropyDeviceConfiguration:
 *
 * A device that gives the guest random numbers. Apple: `VZEntropyDeviceConfiguration`.
 *
 * QEMU: see its subclasses.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzEntropyDeviceConfiguration, vz_entropy_device_configuration)
