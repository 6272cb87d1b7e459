/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/identity/vz-machine-identifier.h"
#include "configuration/socket/vz-socket-device-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_SOCKET_DEVICE_CONFIGURATION \
  (vz_virtio_socket_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioSocketDeviceConfiguration, vz_virtio_socket_device_configuration, VZ,
                      VIRTIO_SOCKET_DEVICE_CONFIGURATION, VzSocketDeviceConfiguration)

VZ_PUBLIC
VzVirtioSocketDeviceConfiguration *vz_virtio_socket_device_configuration_new (void);
VZ_PUBLIC
guint32 vz_virtio_socket_device_configuration_derive_guest_cid (VzMachineIdentifier *identifier);

G_END_DECLS
