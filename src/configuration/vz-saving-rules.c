/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/vz-configuration-rules.h"

#include "configuration/vz-sound.h"

/* QEMU refuses to write a state with a virtio sound device in it, and only when it is asked. */
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
                            "must not be there: QEMU cannot save it on boards from 8.2 on");
    }
}

void
vz_check_virtual_machine_saving (VzVirtualMachineConfiguration *self, VzProblems *problems)
{
  check_sound (self, problems);
}
