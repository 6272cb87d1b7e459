/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bundle/vz-machine-files.h"

#include "configuration/vz-disk-image-storage-device-attachment.h"
#include "configuration/vz-efi-boot-loader.h"

static void
file_free (gpointer data)
{
  VzMachineFile *file = data;

  g_free (file->path);
  g_free (file);
}

static void
add (GPtrArray *files, const char *path, gboolean is_written)
{
  VzMachineFile *file;

  if (path == NULL)
    return;
  file = g_new0 (VzMachineFile, 1);
  file->path = g_strdup (path);
  file->is_written = is_written;
  g_ptr_array_add (files, file);
}

GPtrArray *
vz_machine_files_list (VzVirtualMachineConfiguration *configuration)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (file_free);
  GPtrArray *devices = vz_virtual_machine_configuration_get_storage_devices (configuration);
  VzBootLoader *loader = vz_virtual_machine_configuration_get_boot_loader (configuration);

  for (guint i = 0; i < devices->len; i++)
    {
      VzStorageDeviceAttachment *attachment =
        vz_storage_device_configuration_get_attachment (devices->pdata[i]);
      VzDiskImageStorageDeviceAttachment *disk;

      if (!VZ_IS_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT (attachment))
        continue;
      disk = VZ_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT (attachment);
      add (files, vz_disk_image_storage_device_attachment_get_path (disk),
           !vz_disk_image_storage_device_attachment_get_read_only (disk));
    }
  if (VZ_IS_EFI_BOOT_LOADER (loader))
    {
      VzEFIVariableStore *store =
        vz_efi_boot_loader_get_variable_store (VZ_EFI_BOOT_LOADER (loader));

      add (files, store != NULL ? vz_efi_variable_store_get_path (store) : NULL, TRUE);
    }
  return files;
}
