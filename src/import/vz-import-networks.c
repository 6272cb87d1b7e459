/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "import/vz-import-networks.h"

#include "configuration/network/vz-nat-network-device-attachment.h"
#include "configuration/network/vz-virtio-network-device-configuration.h"

static VzNetworkDeviceConfiguration *
new_device (void)
{
  VzNetworkDeviceConfiguration *device =
    VZ_NETWORK_DEVICE_CONFIGURATION (vz_virtio_network_device_configuration_new ());
  g_autoptr (VzNATNetworkDeviceAttachment) nat = vz_nat_network_device_attachment_new ();

  vz_network_device_configuration_set_attachment (device, VZ_NETWORK_DEVICE_ATTACHMENT (nat));
  return device;
}

void
vz_import_set_networks (VzVirtualMachineConfiguration *configuration,
                        const VzForeignMachine *machine, VzNetworkDeviceConfiguration *first)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);

  if (machine->has_network && machine->addresses->len == 0)
    return;
  for (guint i = 0; i < machine->addresses->len; i++)
    {
      VzNetworkDeviceConfiguration *device = i == 0 && first != NULL ? g_object_ref (first)
                                                                     : new_device ();

      vz_network_device_configuration_set_mac_address (device, machine->addresses->pdata[i]);
      g_ptr_array_add (devices, device);
    }
  vz_virtual_machine_configuration_set_network_devices (configuration, devices);
}
