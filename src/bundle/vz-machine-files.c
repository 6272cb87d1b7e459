/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bundle/vz-machine-files.h"

#include "bundle/vz-bundle-private.h"
#include "configuration/boot/vz-efi-boot-loader.h"
#include "configuration/platform/vz-mac-platform-configuration.h"
#include "configuration/storage/vz-disk-image-storage-device-attachment.h"
#include "configuration/vz-configuration-rules.h"
#include "foundation/host/vz-file-users.h"

static void
file_free (gpointer data)
{
  VzMachineFile *file = data;

  g_free (file->path);
  g_free (file);
}

static void
add (GPtrArray *files, const char *path, gboolean is_disk, gboolean is_written)
{
  VzMachineFile *file;

  if (path == NULL)
    return;
  file = g_new0 (VzMachineFile, 1);
  file->path = g_strdup (path);
  file->is_disk = is_disk;
  file->is_written = is_written;
  g_ptr_array_add (files, file);
}

GPtrArray *
vz_machine_files_list (VzVirtualMachineConfiguration *configuration)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (file_free);
  g_autoptr (GPtrArray) devices = vz_virtual_machine_configuration_list_storage (configuration);
  VzBootLoader *loader = vz_virtual_machine_configuration_get_boot_loader (configuration);
  VzPlatformConfiguration *platform = vz_virtual_machine_configuration_get_platform (configuration);

  for (guint i = 0; i < devices->len; i++)
    {
      VzDiskImageStorageDeviceAttachment *disk =
        vz_storage_device_configuration_get_disk_image (devices->pdata[i]);

      if (disk != NULL)
        add (files, vz_disk_image_storage_device_attachment_get_path (disk), TRUE,
             !vz_disk_image_storage_device_attachment_get_read_only (disk));
    }
  if (VZ_IS_EFI_BOOT_LOADER (loader))
    {
      VzEFIVariableStore *store =
        vz_efi_boot_loader_get_variable_store (VZ_EFI_BOOT_LOADER (loader));

      add (files, store != NULL ? vz_efi_variable_store_get_path (store) : NULL, FALSE, TRUE);
    }
  if (VZ_IS_MAC_PLATFORM_CONFIGURATION (platform))
    {
      VzMacAuxiliaryStorage *storage = vz_mac_platform_configuration_get_auxiliary_storage (
        VZ_MAC_PLATFORM_CONFIGURATION (platform));

      add (files, storage != NULL ? vz_mac_auxiliary_storage_get_path (storage) : NULL, FALSE,
           TRUE);
    }
  return files;
}

gboolean
vz_machine_files_check_users (VzVirtualMachineConfiguration *configuration, gboolean ephemeral,
                              GError **error)
{
  g_autoptr (GPtrArray) files = vz_machine_files_list (configuration);

  for (guint i = 0; i < files->len; i++)
    {
      const VzMachineFile *file = files->pdata[i];

      if (!vz_file_check_users (file->path,
                                file->is_written && !ephemeral ? VZ_FILE_USE_WRITE
                                                               : VZ_FILE_USE_READ,
                                error))
        return FALSE;
    }
  return TRUE;
}

gboolean
vz_bundle_files_check_users (const char *directory, gboolean for_writing, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      /* The identifier has the bundle's lock, which is a separate matter. */
      if (*name == '.' || g_str_equal (name, VZ_BUNDLE_MACHINE_IDENTIFIER))
        continue;
      if (!vz_file_check_users (path, for_writing ? VZ_FILE_USE_WRITE : VZ_FILE_USE_READ, error))
        return FALSE;
    }
  return TRUE;
}
