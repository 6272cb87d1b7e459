/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/vz-configuration-rules.h"

#include "configuration/platform/vz-mac-platform-configuration.h"
#include "configuration/sharing/vz-linux-rosetta-directory-share.h"
#include "configuration/sharing/vz-virtio-file-system-device-configuration.h"
#include "foundation/host/vz-translator.h"

static gboolean
is_of_mac (VzVirtualMachineConfiguration *self)
{
  VzPlatformConfiguration *platform = vz_virtual_machine_configuration_get_platform (self);

  return platform != NULL && VZ_IS_MAC_PLATFORM_CONFIGURATION (platform);
}

static gboolean
is_translator (VzVirtioFileSystemDeviceConfiguration *device)
{
  VzDirectoryShare *share = vz_virtio_file_system_device_configuration_get_share (device);

  return share != NULL && VZ_IS_LINUX_ROSETTA_DIRECTORY_SHARE (share);
}

gboolean
vz_configuration_shares_translator (VzVirtualMachineConfiguration *self)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_directory_sharing_devices (self);

  for (guint i = 0; i < devices->len; i++)
    if (is_translator (devices->pdata[i]))
      return TRUE;
  return FALSE;
}

void
vz_check_translator_rules (VzVirtualMachineConfiguration *self, VzProblems *problems)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_directory_sharing_devices (self);

  for (guint i = 0; i < devices->len && is_of_mac (self); i++)
    {
      g_autofree char *location = g_strdup_printf ("directory-sharing-devices[%u]", i);

      if (is_translator (devices->pdata[i]))
        vz_problems_add_at (
          problems, location, devices->pdata[i], "share",
          vz_problems_kind_of_type (VZ_TYPE_LINUX_ROSETTA_DIRECTORY_SHARE),
          "must be a different share with a Mac platform: this one translates programs for Linux");
    }
}

gboolean
vz_check_translator_for_host (VzVirtualMachineConfiguration *self, GError **error)
{
  g_autofree char *program = NULL;

  if (is_of_mac (self) || !vz_configuration_shares_translator (self))
    return TRUE;
  program = vz_translator_find (vz_virtual_machine_configuration_get_architecture (self), error);
  return program != NULL;
}
