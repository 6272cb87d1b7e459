/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/network.h"

#include <string.h>

#define ADDRESS_SIZE 6

/* The same at every start, so that the guest recognizes its interface. */
static VzMACAddress *
derive_address (VzMachineIdentifier *identifier, const char *name)
{
  g_autofree char *machine = vz_machine_identifier_to_string (identifier);
  g_autofree char *text = g_strdup_printf ("%s %s", machine, name);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize size = sizeof digest;

  g_checksum_update (sum, (const guchar *) text, -1);
  g_checksum_get_digest (sum, digest, &size);
  digest[0] = (guint8) ((digest[0] & ~1u) | 2u); /* unicast, locally administered */
  return vz_mac_address_new_from_bytes (digest);
}

void
network_join (VzVirtualMachineConfiguration *configuration, VzMachineIdentifier *identifier,
              const char *const *names)
{
  GPtrArray *present = vz_virtual_machine_configuration_get_network_devices (configuration);
  g_autoptr (GPtrArray)
    devices = g_ptr_array_copy (present, (GCopyFunc) (void *) g_object_ref, NULL);

  if (names == NULL)
    return;
  for (; *names != NULL; names++)
    {
      VzNetworkDeviceConfiguration *device =
        VZ_NETWORK_DEVICE_CONFIGURATION (vz_virtio_network_device_configuration_new ());
      g_autoptr (VzVmnetNetworkDeviceAttachment)
        network = vz_vmnet_network_device_attachment_new (*names);
      g_autoptr (VzMACAddress) address = derive_address (identifier, *names);

      vz_network_device_configuration_set_attachment (device,
                                                      VZ_NETWORK_DEVICE_ATTACHMENT (network));
      vz_network_device_configuration_set_mac_address (device, address);
      g_ptr_array_add (devices, device);
    }
  vz_virtual_machine_configuration_set_network_devices (configuration, devices);
}
