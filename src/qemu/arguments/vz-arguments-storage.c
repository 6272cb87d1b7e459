/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/arguments/vz-arguments.h"

#include "configuration/storage/vz-disk-image-storage-device-attachment.h"
#include "configuration/storage/vz-nvm-express-controller-device-configuration.h"
#include "configuration/storage/vz-usb-mass-storage-device-configuration.h"
#include "configuration/storage/vz-virtio-block-device-configuration.h"
#include "foundation/config/vz-problems.h"
#include "foundation/vz-fail.h"

/* What the guest writes goes into an image on top of the disk, and lasts no longer than the
 * machine, so that nothing need be flushed. */
static void
add_overlay (VzCommandLine *line, guint index, int fd)
{
  g_autofree char *path = vz_arguments_add_fd (line, fd);
  VzOption *node = vz_command_line_add (line, "-blockdev", NULL);

  vz_option_set (node, "driver", "qcow2");
  vz_option_set_format (node, "node-name", "disk%u", index);
  vz_option_set_format (node, "backing", "disk%u-base", index);
  vz_option_set_bool (node, "cache.no-flush", TRUE);
  vz_option_set (node, "discard", "unmap");
  vz_option_set (node, "detect-zeroes", "unmap");
  vz_option_set (node, "file.driver", "file");
  vz_option_set (node, "file.filename", path);
}

/* The image is never probed: a guest writes its own disk, and must not be able to make the host
 * read it as some other format. */
static void
add_node (VzArguments *self, VzCommandLine *line, guint index,
          VzDiskImageStorageDeviceAttachment *image)
{
  int overlay = self->overlay != NULL ? g_array_index (self->overlay->disks, int, index) : -1;
  VzDiskImageCachingMode caching = vz_disk_image_storage_device_attachment_get_caching_mode (image);
  VzDiskImageSynchronizationMode synchronization =
    vz_disk_image_storage_device_attachment_get_synchronization_mode (image);
  VzOption *node = vz_command_line_add (line, "-blockdev", NULL);

  vz_option_set (node, "driver", "raw");
  vz_option_set_format (node, "node-name", overlay >= 0 ? "disk%u-base" : "disk%u", index);
  vz_option_set_bool (node, "read-only",
                      overlay >= 0 ||
                        vz_disk_image_storage_device_attachment_get_read_only (image));
  vz_option_set_bool (node, "cache.direct", caching == VZ_DISK_IMAGE_CACHING_MODE_UNCACHED);
  vz_option_set_bool (node, "cache.no-flush",
                      synchronization == VZ_DISK_IMAGE_SYNCHRONIZATION_MODE_NONE);
  /* The image stays sparse: what the guest trims or fills with zeros gives its space back. */
  vz_option_set (node, "discard", "unmap");
  vz_option_set (node, "detect-zeroes", "unmap");
  vz_option_set (node, "file.driver", "file");
  vz_option_set (node, "file.filename", vz_disk_image_storage_device_attachment_get_path (image));
  vz_option_set (node, "file.aio", self->has_io_uring ? "io_uring" : "threads");
  if (overlay >= 0)
    add_overlay (line, index, overlay);
}

static gboolean
add_device (VzArguments *self, VzCommandLine *line, guint index,
            VzStorageDeviceConfiguration *storage, GError **error)
{
  gboolean on_pci = TRUE;
  gboolean can_stop = TRUE;
  VzOption *device;

  if (VZ_IS_VIRTIO_BLOCK_DEVICE_CONFIGURATION (storage))
    {
      const char *serial = vz_virtio_block_device_configuration_get_block_device_identifier (
        VZ_VIRTIO_BLOCK_DEVICE_CONFIGURATION (storage));

      device = vz_command_line_add (line, "-device", "virtio-blk-pci");
      if (serial != NULL && *serial != '\0')
        vz_option_set (device, "serial", serial);
    }
  else if (VZ_IS_NVM_EXPRESS_CONTROLLER_DEVICE_CONFIGURATION (storage))
    {
      device = vz_command_line_add (line, "-device", "nvme");
      vz_option_set_format (device, "serial", "vz-nvme-%u", index); /* the standard wants one */
      can_stop = FALSE;
    }
  else if (VZ_IS_USB_MASS_STORAGE_DEVICE_CONFIGURATION (storage))
    {
      device = vz_command_line_add (line, "-device", "usb-storage");
      vz_option_set (device, "bus", "usb.0");
      on_pci = FALSE;
    }
  else
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "QEMU does not support a %s",
                    vz_problems_kind_of (storage));
  vz_option_set_format (device, "drive", "disk%u", index);
  /* A write that fails pauses the guest, and is done again when it is resumed. */
  if (can_stop)
    vz_option_set (device, "werror", "stop");
  /* Firmware tries disks in their order; 0 is the kernel's of a direct boot. */
  vz_option_set_format (device, "bootindex", "%u", index + 1);
  return !on_pci || vz_arguments_place (self, device, VZ_SLOT_STORAGE, error);
}

gboolean
vz_arguments_add_storage (VzArguments *self, VzCommandLine *line, GError **error)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_storage_devices (self->configuration);

  for (guint i = 0; i < devices->len; i++)
    {
      VzStorageDeviceConfiguration *storage = g_ptr_array_index (devices, i);
      VzDiskImageStorageDeviceAttachment *image =
        vz_storage_device_configuration_get_disk_image (storage);

      if (image == NULL)
        return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
                        "storage device %u has no disk image", i);
      add_node (self, line, i, image);
      if (!add_device (self, line, i, storage, error))
        return FALSE;
    }
  return TRUE;
}
