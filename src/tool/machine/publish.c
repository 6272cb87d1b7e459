/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/publish.h"

#include "foundation/vz-fail.h"

static VzNATNetworkDeviceAttachment *
find_nat (VzVirtualMachineConfiguration *configuration)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_network_devices (configuration);

  for (guint i = 0; devices != NULL && i < devices->len; i++)
    {
      VzNetworkDeviceAttachment *attachment =
        vz_network_device_configuration_get_attachment (g_ptr_array_index (devices, i));

      if (VZ_IS_NAT_NETWORK_DEVICE_ATTACHMENT (attachment))
        return VZ_NAT_NETWORK_DEVICE_ATTACHMENT (attachment);
    }
  return NULL;
}

gboolean
publish_ports (VzVirtualMachineConfiguration *configuration, const char *const *texts,
               GError **error)
{
  VzNATNetworkDeviceAttachment *nat = find_nat (configuration);
  g_autoptr (GPtrArray) ports = NULL;
  GPtrArray *present;

  if (texts == NULL || texts[0] == NULL)
    return TRUE;
  if (nat == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
                    "--publish: the machine has no network device with NAT");
  ports = g_ptr_array_new_with_free_func (g_object_unref);
  present = vz_nat_network_device_attachment_get_published_ports (nat);
  for (guint i = 0; present != NULL && i < present->len; i++)
    g_ptr_array_add (ports, g_object_ref (g_ptr_array_index (present, i)));
  for (; *texts != NULL; texts++)
    {
      VzPublishedPort *port = vz_published_port_new_from_string (*texts, error);

      if (port == NULL)
        {
          g_prefix_error (error, "--publish: ");
          return FALSE;
        }
      g_ptr_array_add (ports, port);
    }
  vz_nat_network_device_attachment_set_published_ports (nat, ports);
  return TRUE;
}
