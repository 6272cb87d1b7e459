/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/sharing/vz-directory-sharing-device-configuration.h"

/**
 * VzDirectorySharingDeviceConfiguration:
 *
 * A device through which the guest reaches folders of the host. Apple:
 * `VZDirectorySharingDeviceConfiguration`.
 */
G_DEFINE_ABSTRACT_TYPE (VzDirectorySharingDeviceConfiguration,
                        vz_directory_sharing_device_configuration, VZ_TYPE_CONFIG)

static void
vz_directory_sharing_device_configuration_class_init (VzDirectorySharingDeviceConfigurationClass
                                                        *klass)
{
}

static void
vz_directory_sharing_device_configuration_init (VzDirectorySharingDeviceConfiguration *self)
{
}
