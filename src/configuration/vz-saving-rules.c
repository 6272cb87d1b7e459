/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/vz-configuration-rules.h"

#include "configuration/network/vz-nat-network-device-attachment.h"
#include "configuration/network/vz-network-device-configuration.h"
#include "configuration/vz-sound.h"

/* QEMU refuses to write a state that includes a virtio sound device, but only when asked to. */
static void
check_sound (VzVirtualMachineConfiguration *self, VzProblems *problems)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_audio_devices (self);

  for (guint i = 0; i < devices->len; i++)
    {
      g_autofree char *location = g_strdup_printf ("audio-devices[%u]", i);

      if (vz_sound_is_virtio (self, devices->pdata[i]))
        vz_problems_add_at (problems, location, devices->pdata[i], "type",
                            vz_problems_kind_of (devices->pdata[i]),
                            "must be absent: QEMU cannot save it on boards from 8.2 on");
    }
}

void
vz_check_virtual_machine_saving (VzVirtualMachineConfiguration *self, VzProblems *problems)
{
  check_sound (self, problems);
}

char *
vz_saving_dup_configuration (VzVirtualMachineConfiguration *self, const char *base)
{
  g_autoptr (VzConfig) copy = vz_config_copy (VZ_CONFIG (self));
  GPtrArray *networks =
    vz_virtual_machine_configuration_get_network_devices (VZ_VIRTUAL_MACHINE_CONFIGURATION (copy));
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  for (guint i = 0; i < networks->len; i++)
    {
      VzNetworkDeviceAttachment *attachment =
        vz_network_device_configuration_get_attachment (networks->pdata[i]);

      if (VZ_IS_NAT_NETWORK_DEVICE_ATTACHMENT (attachment))
        vz_nat_network_device_attachment_set_published_ports (
          VZ_NAT_NETWORK_DEVICE_ATTACHMENT (attachment), none);
    }
  return vz_config_to_json (copy, base);
}
