/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/sharing/vz-directory-sharing-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzDirectorySharingDeviceConfiguration:
 *
 * A device through which the guest reaches folders of the host. Apple:
 * `VZDirectorySharingDeviceConfiguration`.
 *
 * QEMU: see its subclasses.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzDirectorySharingDeviceConfiguration,
                           vz_directory_sharing_device_configuration)
