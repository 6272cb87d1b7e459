/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/socket/vz-socket-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzSocketDeviceConfiguration:
 *
 * A socket device. Apple: `VZSocketDeviceConfiguration`.
 *
 * QEMU: see its subclass.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzSocketDeviceConfiguration, vz_socket_device_configuration)
