/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/arguments/vz-arguments.h"

#include "configuration/storage/vz-disk-image-storage-device-attachment.h"
#include "configuration/storage/vz-nvm-express-controller-device-configuration.h"
#include "configuration/storage/vz-usb-mass-storage-device-configuration.h"
#include "configuration/storage/vz-virtio-block-device-configuration.h"
#include "configuration/usb/vz-usb-device-configuration.h"
#include "configuration/vz-configuration-rules.h"
#include "foundation/config/vz-problems.h"
#include "foundation/vz-fail.h"

/* Devices of USB controllers come and go, so their names are derived from their UUIDs. */
char *
vz_arguments_dup_usb_name (const char *uuid)
{
  return g_strdup_printf ("usb-%s", uuid);
}

/* QEMU limits node names to 31 characters, and one may end in "-base". */
#define NODE_DIGITS 20

char *
vz_arguments_dup_usb_node_name (const char *uuid)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, uuid, -1);

  return g_strdup_printf ("usb-%.*s", NODE_DIGITS, digest);
}

char *
vz_arguments_dup_disk_node_name (VzVirtualMachineConfiguration *configuration, guint index)
{
  g_autoptr (GPtrArray) all = vz_virtual_machine_configuration_list_storage (configuration);

  if (index < vz_virtual_machine_configuration_get_storage_devices (configuration)->len)
    return g_strdup_printf ("disk%u", index);
  return vz_arguments_dup_usb_node_name (vz_usb_device_configuration_get_uuid (all->pdata[index]));
}

/* The guest's writes go to an image on top of the disk, which does not outlive the machine, so
 * nothing need be flushed. */
static void
add_overlay (VzCommandLine *line, const char *name, const char *base, int fd)
{
  g_autofree char *path = vz_arguments_add_fd (line, fd);
  VzOption *node = vz_command_line_add (line, "-blockdev", NULL);

  vz_option_set (node, "driver", "qcow2");
  vz_option_set (node, "node-name", name);
  vz_option_set (node, "backing", base);
  vz_option_set_bool (node, "cache.no-flush", TRUE);
  vz_option_set (node, "discard", "unmap");
  vz_option_set (node, "detect-zeroes", "unmap");
  vz_option_set (node, "file.driver", "file");
  vz_option_set (node, "file.filename", path);
}

/* The image is never probed: a guest writes its own disk, and must not be able to make the host
 * read it as a different format. */
static void
set_image (VzOption *node, VzDiskImageStorageDeviceAttachment *image, gboolean read_only,
           gboolean has_io_uring)
{
  VzDiskImageCachingMode caching = vz_disk_image_storage_device_attachment_get_caching_mode (image);
  VzDiskImageSynchronizationMode synchronization =
    vz_disk_image_storage_device_attachment_get_synchronization_mode (image);

  vz_option_set_bool (node, "read-only",
                      read_only || vz_disk_image_storage_device_attachment_get_read_only (image));
  vz_option_set_bool (node, "cache.direct", caching == VZ_DISK_IMAGE_CACHING_MODE_UNCACHED);
  vz_option_set_bool (node, "cache.no-flush",
                      synchronization == VZ_DISK_IMAGE_SYNCHRONIZATION_MODE_NONE);
  /* The image stays sparse: space that the guest trims or fills with zeros is freed. */
  vz_option_set (node, "discard", "unmap");
  vz_option_set (node, "detect-zeroes", "unmap");
  vz_option_set (node, "file.driver", "file");
  vz_option_set (node, "file.filename", vz_disk_image_storage_device_attachment_get_path (image));
  vz_option_set (node, "file.aio", has_io_uring ? "io_uring" : "threads");
}

gboolean
vz_arguments_set_node (VzOption *node, const char *name, VzStorageDeviceConfiguration *storage,
                       gboolean read_only, gboolean has_io_uring, GError **error)
{
  VzDiskImageStorageDeviceAttachment *image =
    vz_storage_device_configuration_get_disk_image (storage);

  if (image == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
                    "the %s has no disk image", vz_problems_kind_of (storage));
  vz_option_set (node, "driver", "raw");
  vz_option_set (node, "node-name", name);
  set_image (node, image, read_only, has_io_uring);
  return TRUE;
}

static gboolean
add_block_device (VzArguments *self, VzCommandLine *line, const char *name,
                  VzDiskBlockDeviceStorageDeviceAttachment *attachment, gboolean below_overlay,
                  GError **error)
{
  gboolean read_only = below_overlay ||
                       vz_disk_block_device_storage_device_attachment_get_read_only (attachment);
  int fd = self->open_block_device (attachment, read_only, self->user_data, error);
  g_autofree char *path = fd >= 0 ? vz_arguments_add_fd (line, fd) : NULL;
  VzOption *node;

  if (path == NULL)
    return FALSE;
  node = vz_command_line_add (line, "-blockdev", NULL);
  vz_option_set (node, "driver", "raw");
  vz_option_set (node, "node-name", name);
  vz_option_set_bool (node, "read-only", read_only);
  vz_option_set_bool (node, "cache.no-flush",
                      vz_disk_block_device_storage_device_attachment_get_synchronization_mode (
                        attachment) == VZ_DISK_SYNCHRONIZATION_MODE_NONE);
  vz_option_set (node, "discard", "unmap");
  vz_option_set (node, "detect-zeroes", "unmap");
  vz_option_set (node, "file.driver", "host_device");
  vz_option_set (node, "file.filename", path);
  vz_option_set (node, "file.aio", self->has_io_uring ? "io_uring" : "threads");
  return TRUE;
}

/* @index: among all disks of the machine. */
static gboolean
add_node (VzArguments *self, VzCommandLine *line, guint index, const char *name,
          VzStorageDeviceConfiguration *storage, GError **error)
{
  int overlay = self->overlay != NULL ? g_array_index (self->overlay->disks, int, index) : -1;
  g_autofree char *base = g_strdup_printf ("%s-base", name);
  VzNetworkBlockDeviceStorageDeviceAttachment *nbd = vz_arguments_get_nbd (storage);
  VzStorageDeviceAttachment *attachment = vz_storage_device_configuration_get_attachment (storage);
  const char *below = overlay >= 0 ? base : name;
  gboolean done;

  if (nbd != NULL)
    return vz_arguments_add_nbd (self, line, name, nbd, error);
  if (VZ_IS_DISK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (attachment))
    done = add_block_device (self, line, below,
                             VZ_DISK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (attachment),
                             overlay >= 0, error);
  else
    done = vz_arguments_set_node (vz_command_line_add (line, "-blockdev", NULL), below, storage,
                                  overlay >= 0, self->has_io_uring, error);
  if (!done)
    return FALSE;
  if (overlay >= 0)
    add_overlay (line, name, base, overlay);
  return TRUE;
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
      vz_option_set_format (device, "serial", "vz-nvme-%u", index); /* required by the standard */
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
  /* A failed write pauses the guest, and is retried when it is resumed. */
  if (can_stop)
    vz_option_set (device, "werror", "stop");
  if (can_stop && vz_arguments_get_nbd (storage) != NULL)
    vz_option_set (device, "rerror", "stop"); /* its server may come back */
  /* Firmware tries disks in this order; 0 is for the kernel of a direct boot. */
  vz_option_set_format (device, "bootindex", "%u", index + 1);
  return !on_pci || vz_arguments_place (self, device, VZ_SLOT_STORAGE, error);
}

/* Of the first controller: keyboard, pointer and USB disks of the machine's own list. */
static guint
count_first_ports (VzVirtualMachineConfiguration *configuration)
{
  GPtrArray *disks = vz_virtual_machine_configuration_get_storage_devices (configuration);
  guint n_keyboards = vz_virtual_machine_configuration_get_keyboards (configuration)->len;
  guint n_pointers = vz_virtual_machine_configuration_get_pointing_devices (configuration)->len;
  guint n = MIN (n_keyboards, 1) + MIN (n_pointers, 1);

  for (guint i = 0; i < disks->len; i++)
    n += VZ_IS_USB_MASS_STORAGE_DEVICE_CONFIGURATION (disks->pdata[i]);
  return n;
}

/* Ports are given from the last one down: QEMU gives keyboards and the like the first ones. They
 * are named always, since a saved state knows a device by its port, and QEMU tells only of those
 * that were named. */
guint
vz_arguments_find_usb_port (VzVirtualMachineConfiguration *configuration, guint controller)
{
  GPtrArray *controllers = vz_virtual_machine_configuration_get_usb_controllers (configuration);
  GPtrArray *devices =
    vz_usb_controller_configuration_get_usb_devices (controllers->pdata[controller]);
  guint n_first = controller == 0 ? count_first_ports (configuration) : 0;
  guint32 used = 0;

  for (guint i = 0; i < devices->len; i++)
    used |= 1u << vz_usb_mass_storage_device_configuration_get_port (devices->pdata[i]);
  for (guint port = VZ_USB_PORTS; port > n_first; port--)
    if ((used & (1u << port)) == 0)
      return port;
  return 0;
}

void
vz_arguments_set_usb_device (VzOption *device, const char *bus, guint port, const char *uuid)
{
  g_autofree char *name = vz_arguments_dup_usb_name (uuid);
  g_autofree char *node = vz_arguments_dup_usb_node_name (uuid);

  vz_option_set (device, "id", name);
  vz_option_set (device, "bus", bus);
  vz_option_set_format (device, "port", "%u", port);
  vz_option_set (device, "drive", node);
  vz_option_set (device, "werror", "stop");
}

char *
vz_arguments_dup_usb_bus (guint controller)
{
  return controller == 0 ? g_strdup ("usb.0") : g_strdup_printf ("usb%u.0", controller);
}

static gboolean
add_usb_device (VzArguments *self, VzCommandLine *line, guint index, guint controller,
                VzUSBMassStorageDeviceConfiguration *configuration, GError **error)
{
  const char *uuid = vz_usb_mass_storage_device_configuration_get_uuid (configuration);
  guint port = vz_usb_mass_storage_device_configuration_get_port (configuration);
  g_autofree char *bus = vz_arguments_dup_usb_bus (controller);
  g_autofree char *node = vz_arguments_dup_usb_node_name (uuid);
  VzOption *device;

  if (!add_node (self, line, index, node, VZ_STORAGE_DEVICE_CONFIGURATION (configuration), error))
    return FALSE;
  device = vz_command_line_add (line, "-device", "usb-storage");
  vz_arguments_set_usb_device (device, bus, port, uuid);
  vz_option_set_format (device, "bootindex", "%u", index + 1);
  return TRUE;
}

/* @first: the number of disks before these. */
static gboolean
add_usb_devices (VzArguments *self, VzCommandLine *line, guint first, GError **error)
{
  g_autoptr (VzConfig) copy = vz_config_copy (VZ_CONFIG (self->configuration)); /* with ports */
  VzVirtualMachineConfiguration *configuration = VZ_VIRTUAL_MACHINE_CONFIGURATION (copy);
  GPtrArray *controllers = vz_virtual_machine_configuration_get_usb_controllers (configuration);
  guint index = first;

  for (guint i = 0; i < controllers->len; i++)
    {
      GPtrArray *devices = vz_usb_controller_configuration_get_usb_devices (controllers->pdata[i]);

      for (guint n = 0; n < devices->len; n++, index++)
        {
          VzUSBMassStorageDeviceConfiguration *device = devices->pdata[n];

          if (vz_usb_mass_storage_device_configuration_get_port (device) == 0)
            vz_usb_mass_storage_device_configuration_set_port (
              device, vz_arguments_find_usb_port (configuration, i));
          if (!add_usb_device (self, line, index, i, device, error))
            return FALSE;
        }
    }
  return TRUE;
}

static void
add_traces (VzCommandLine *line, GPtrArray *devices)
{
  for (guint i = 0; i < devices->len; i++)
    if (vz_arguments_get_nbd (devices->pdata[i]) != NULL)
      {
        vz_command_line_add_plain (line, "-trace", VZ_NBD_TRACE_CONNECTED);
        vz_command_line_add_plain (line, "-trace", VZ_NBD_TRACE_ATTEMPT);
        return;
      }
}

gboolean
vz_arguments_add_storage (VzArguments *self, VzCommandLine *line, GError **error)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_storage_devices (self->configuration);

  for (guint i = 0; i < devices->len; i++)
    {
      VzStorageDeviceConfiguration *storage = g_ptr_array_index (devices, i);
      g_autofree char *name = vz_arguments_dup_disk_node_name (self->configuration, i);

      if (!add_node (self, line, i, name, storage, error) ||
          !add_device (self, line, i, storage, error))
        return FALSE;
    }
  add_traces (line, devices);
  return add_usb_devices (self, line, devices->len, error);
}
