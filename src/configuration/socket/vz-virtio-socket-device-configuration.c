/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/socket/vz-virtio-socket-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzVirtioSocketDeviceConfiguration:
 *
 * A device for sockets between programs in the guest and on the host (`AF_VSOCK`), without a
 * network. Apple: `VZVirtioSocketDeviceConfiguration`.
 *
 * Linux lets programs on the host use them by the guest's number, which follows from the machine's
 * identifier: vz_virtio_socket_device_configuration_derive_guest_cid(). A guest finds the host at
 * number 2. The host needs the kernel module `vhost_vsock`, and the user needs permission to open
 * /dev/vhost-vsock (group `kvm`); without these a machine with such a device does not start.
 *
 * QEMU: `vhost-vsock-pci`, with a descriptor that vz has opened.
 *
 * Since: 0.1
 */
struct _VzVirtioSocketDeviceConfiguration {
  VzSocketDeviceConfiguration parent_instance;
};

VZ_DEFINE_BARE_CONFIG (VzVirtioSocketDeviceConfiguration, vz_virtio_socket_device_configuration,
                       VZ_TYPE_SOCKET_DEVICE_CONFIGURATION)

/**
 * vz_virtio_socket_device_configuration_new:
 *
 * Makes a virtio socket device.
 *
 * Returns: (transfer full): the virtio socket device
 */
VzVirtioSocketDeviceConfiguration *
vz_virtio_socket_device_configuration_new (void)
{
  return g_object_new (VZ_TYPE_VIRTIO_SOCKET_DEVICE_CONFIGURATION, NULL);
}

/* 0 to 2 are the hypervisor, the loopback and the host; the highest is the wildcard. */
#define FIRST_CID 3u
#define LAST_CID (G_MAXUINT32 - 1)

/**
 * vz_virtio_socket_device_configuration_derive_guest_cid:
 * @identifier: the identifier of a machine
 *
 * Derives a guest's number, which Apple does not tell. Not in Apple's framework.
 *
 * Returns: the context identifier of the machine's guest, 3 to 4294967294
 */
guint32
vz_virtio_socket_device_configuration_derive_guest_cid (VzMachineIdentifier *identifier)
{
  g_return_val_if_fail (VZ_IS_MACHINE_IDENTIFIER (identifier), 0);
  return FIRST_CID +
         (guint32) (vz_machine_identifier_get_ecid (identifier) % (LAST_CID - FIRST_CID + 1));
}
