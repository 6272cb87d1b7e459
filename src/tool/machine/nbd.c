/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/nbd.h"

gboolean
nbd_add (VzVirtualMachineConfiguration *configuration, const char *const *urls, GError **error)
{
  GPtrArray *present = vz_virtual_machine_configuration_get_storage_devices (configuration);
  g_autoptr (GPtrArray)
    devices = g_ptr_array_copy (present, (GCopyFunc) (void *) g_object_ref, NULL);

  for (; urls != NULL && *urls != NULL; urls++)
    {
      g_autoptr (VzNetworkBlockDeviceStorageDeviceAttachment)
        attachment = vz_network_block_device_storage_device_attachment_new (*urls);

      if (!vz_network_block_device_storage_device_attachment_validate_url (*urls, error))
        {
          g_prefix_error (error, "--nbd: ");
          return FALSE;
        }
      g_ptr_array_add (devices, vz_virtio_block_device_configuration_new (
                                  VZ_STORAGE_DEVICE_ATTACHMENT (attachment)));
    }
  vz_virtual_machine_configuration_set_storage_devices (configuration, devices);
  return TRUE;
}
