/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/vz-configuration-rules.h"

#include "configuration/platform/vz-mac-platform-configuration.h"
#include "configuration/storage/vz-disk-image-storage-device-attachment.h"
#include "configuration/storage/vz-virtio-block-device-configuration.h"
#include "foundation/config/vz-field.h"
#include "foundation/host/vz-vmapple.h"

/* QEMU's board for macOS is known to work with one disk, a network, and its own keyboard, pointer
 * and serial line. What has never been seen to work is refused rather than left out. */

#define MAX_CPUS 32

static void
check_disk (VzVirtualMachineConfiguration *self, VzProblems *problems)
{
  GPtrArray *disks = vz_virtual_machine_configuration_get_storage_devices (self);
  VzStorageDeviceAttachment *attachment;
  g_autofree char *found = g_strdup_printf ("%u", disks->len);

  if (disks->len != 1)
    {
      vz_problems_add (problems, VZ_CONFIG (self), "storage-devices", found,
                       "must be 1, the disk that macOS starts from");
      return;
    }
  if (!VZ_IS_VIRTIO_BLOCK_DEVICE_CONFIGURATION (disks->pdata[0]))
    vz_problems_add_at (problems, "storage-devices[0]", disks->pdata[0], "type",
                        vz_problems_kind_of (disks->pdata[0]),
                        "must be a virtio block device on QEMU's board for macOS");
  attachment = vz_storage_device_configuration_get_attachment (disks->pdata[0]);
  if (attachment != NULL && !VZ_IS_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT (attachment))
    vz_problems_add_at (problems, "storage-devices[0]", disks->pdata[0], "attachment",
                        vz_problems_kind_of (attachment),
                        "must be a disk image on QEMU's board for macOS");
  /* The disk is opened twice, and only the page cache is common to both. */
  if (VZ_IS_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT (attachment) &&
      vz_disk_image_storage_device_attachment_get_caching_mode (
        VZ_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT (attachment)) ==
        VZ_DISK_IMAGE_CACHING_MODE_UNCACHED)
    vz_problems_add_at (problems, "storage-devices[0].attachment", VZ_CONFIG (attachment),
                        "caching-mode", "uncached",
                        "must be automatic or cached on QEMU's board for macOS");
}

static void
check_count (VzVirtualMachineConfiguration *self, VzProblems *problems, const char *property,
             guint count, guint max)
{
  g_autofree char *found = g_strdup_printf ("%u", count);
  g_autofree char *most = max > 0 ? g_strdup_printf ("at most %u", max) : g_strdup ("none");

  if (count > max)
    vz_problems_add (problems, VZ_CONFIG (self), property, found,
                     "must be %s on QEMU's board for macOS", most);
}

static guint
max_of (const char *property)
{
  static const char *const any[] = { "storage-devices", /* see check_disk () */
                                     "network-devices", "graphics-devices", "pointing-devices",
                                     "keyboards",       "usb-controllers",  NULL };

  if (g_strv_contains (any, property))
    return G_MAXUINT;
  return g_str_equal (property, "serial-ports") ? 1 : 0;
}

/* A new kind of device is refused until it has been seen to work. */
static void
check_lists (VzVirtualMachineConfiguration *self, VzProblems *problems)
{
  guint n_fields;
  const VzField *fields =
    vz_config_class_get_fields (VZ_CONFIG_GET_CLASS (VZ_CONFIG (self)), &n_fields);

  for (guint i = 0; i < n_fields; i++)
    if (fields[i].kind == VZ_KIND_ARRAY)
      check_count (self, problems, fields[i].name,
                   ((GPtrArray *) vz_field_get_pointer (VZ_CONFIG (self), &fields[i]))->len,
                   max_of (fields[i].name));
}

void
vz_check_mac_rules (VzVirtualMachineConfiguration *self, VzProblems *problems)
{
  g_autoptr (VzVmapple) qemu = NULL;

  if (!VZ_IS_MAC_PLATFORM_CONFIGURATION (vz_virtual_machine_configuration_get_platform (self)) ||
      (qemu = vz_vmapple_find (NULL)) == NULL)
    return;
  check_disk (self, problems);
  check_count (self, problems, "cpu-count", vz_virtual_machine_configuration_get_cpu_count (self),
               MAX_CPUS);
  check_lists (self, problems);
}
