/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/arguments/vz-arguments.h"

#include "configuration/platform/vz-mac-platform-configuration.h"
#include "configuration/storage/vz-disk-image-storage-device-attachment.h"
#include "configuration/vz-configuration-rules.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * The vmapple board has what Apple's framework shows to a Mac: macOS recognizes its machine by the
 * identifier (ECID), for which its disk is signed, and by its auxiliary storage. The disk and the
 * storage are each attached twice. Before macOS runs, its boot loader reads them through the board,
 * from the first two flash drives; macOS itself has a driver for Apple's kind of virtio disks. Both
 * ways lead to one file, so the page cache keeps them identical, and QEMU's own locks, which would
 * exclude each other, are off: the locks of the bundle and the machine are held as usual.
 *
 * Apple's header precedes the storage. It is skipped rather than removed, so that a Mac can still
 * use the bundle.
 *
 * Builds differ most in emulating the processor. What each one needs is recognized by an option
 * that only it has. */

static const char *
auxiliary_storage_of (VzArguments *self, guint64 *ret_offset, GError **error)
{
  VzMacAuxiliaryStorage *storage =
    vz_mac_platform_configuration_get_auxiliary_storage (VZ_MAC_PLATFORM_CONFIGURATION (
      vz_virtual_machine_configuration_get_platform (self->configuration)));

  if (storage == NULL)
    return vz_fail_null (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
                         "the Mac has no auxiliary storage");
  return vz_mac_auxiliary_storage_find_offset (storage, ret_offset, error)
           ? vz_mac_auxiliary_storage_get_path (storage)
           : NULL;
}

static guint
count_cpus (VzArguments *self)
{
  return vz_virtual_machine_configuration_get_cpu_count (self->configuration);
}

/* One instruction per tick, for a build whose processors are distinguished by that. */
static gboolean
counts_instructions (VzArguments *self)
{
  return self->accelerator != VZ_ACCELERATOR_KVM && count_cpus (self) > 1 &&
         vz_vmapple_has_option (self->vmapple, "tcg-smp-final-shift");
}

static gboolean
is_orchard (VzArguments *self)
{
  return g_str_equal (self->vmapple->machine, "apple-vm");
}

static void
add_screen (VzArguments *self, VzOption *machine)
{
  if (self->vmapple->has_reims)
    vz_option_set (machine, "gfx-device", "reims-vgpu-mmio");
  else if (is_orchard (self))
    vz_option_set (machine, "graphics", "off");
  else if (vz_vmapple_has_option (self->vmapple, "gfx"))
    vz_option_set (machine, "gfx", "off");
  if (vz_vmapple_has_option (self->vmapple, "research-headless"))
    vz_option_set (machine, "research-headless", "on");
}

static void
add_accelerator (VzArguments *self, VzCommandLine *line)
{
  gboolean is_single = vz_vmapple_has_option (self->vmapple, "research-headless");
  VzOption *option;

  if (self->accelerator == VZ_ACCELERATOR_KVM)
    {
      vz_command_line_add (line, "-accel", "kvm");
      return;
    }
  option = vz_command_line_add (line, "-accel", "tcg");
  if (counts_instructions (self))
    {
      option = vz_command_line_add (line, "-icount", NULL);
      vz_option_set (option, "shift", "0");
      vz_option_set (option, "align", "off");
      vz_option_set (option, "sleep", "off");
      return;
    }
  vz_option_set (option, "thread", is_single ? "single" : "multi");
  if (is_orchard (self))
    vz_option_set (option, "tb-size", "2048"); /* MiB of translated code */
}

static void
add_processor (VzArguments *self, VzCommandLine *line)
{
  const VzVmapple *qemu = self->vmapple;
  VzOption *option;

  if (self->accelerator == VZ_ACCELERATOR_KVM)
    {
      option = vz_command_line_add (line, "-cpu", "host");
      vz_option_set (option, "pmu", "off"); /* its interrupt is not connected */
      if (vz_vmapple_has_processor_option (qemu, "kvm-psci-version"))
        vz_option_set (option, "kvm-psci-version", "1.1");
      return;
    }
  if (is_orchard (self))
    return; /* it has its own processor */
  option = vz_command_line_add (line, "-cpu", "max");
  if (vz_vmapple_has_option (qemu, "tcg-smp-final-shift") ||
      !vz_vmapple_has_processor_option (qemu, "pauth-qarma5"))
    return;
  /* macOS needs the standard algorithm for pointer authentication, and Apple's clock. */
  vz_option_set (option, "pauth", "on");
  vz_option_set (option, "pauth-qarma5", "on");
  vz_option_set (option, "cntfrq", "24000000");
}

static void
add_board (VzArguments *self, VzCommandLine *line)
{
  guint64 ecid = vz_machine_identifier_get_ecid (
    vz_virtual_machine_configuration_get_identifier (self->configuration));
  guint64 memory = vz_virtual_machine_configuration_get_memory_size (self->configuration);
  VzOption *option = vz_command_line_add (line, "-machine", self->vmapple->machine);

  vz_option_set_format (option, "uuid", "%" G_GUINT64_FORMAT, ecid);
  add_screen (self, option);
  if (counts_instructions (self))
    vz_option_set (option, "tcg-smp-final-shift", "-4");
  add_accelerator (self, line);
  add_processor (self, line);
  option = vz_command_line_add (line, "-smp", NULL);
  vz_option_set_format (option, "cpus", "%u", count_cpus (self));
  option = vz_command_line_add (line, "-m", NULL);
  vz_option_set_format (option, "size", "%" G_GUINT64_FORMAT "M", memory >> 20);
  vz_command_line_add_plain (line, "-bios", self->boot_rom);
}

typedef struct {
  const char *path;
  guint64 offset; /* bytes of the file to skip */
  gboolean read_only;
  gboolean no_flush;
} Image;

/* @id: of a drive for a device; NULL: the board's next flash. @node: its node name, nullable. */
static void
add_drive (VzCommandLine *line, const char *id, const char *node, const Image *image)
{
  VzOption *drive = vz_command_line_add (line, "-drive", NULL);

  vz_option_set (drive, "if", id != NULL ? "none" : "pflash");
  if (id != NULL)
    vz_option_set (drive, "id", id);
  if (node != NULL)
    vz_option_set (drive, "node-name", node);
  vz_option_set (drive, "format", "raw");
  if (image->offset != 0)
    vz_option_set_format (drive, "offset", "%" G_GUINT64_FORMAT, image->offset);
  if (image->read_only)
    vz_option_set (drive, "readonly", "on");
  if (image->no_flush)
    vz_option_set (drive, "cache.no-flush", "on");
  vz_option_set (drive, "file.driver", "file");
  vz_option_set (drive, "file.filename", image->path);
  vz_option_set (drive, "file.locking", "off");
}

static void
add_disk (VzCommandLine *line, const char *variant, const char *node, const Image *image)
{
  VzOption *device;

  add_drive (line, variant, node, image);
  device = vz_command_line_add (line, "-device", "vmapple-virtio-blk-pci");
  vz_option_set (device, "variant", variant);
  vz_option_set (device, "drive", variant);
  vz_option_set (device, "share-rw", "on");
}

static gboolean
add_storage (VzArguments *self, VzCommandLine *line, GError **error)
{
  GPtrArray *disks = vz_virtual_machine_configuration_get_storage_devices (self->configuration);
  VzStorageDeviceAttachment *attachment =
    disks->len > 0 ? vz_storage_device_configuration_get_attachment (disks->pdata[0]) : NULL;
  VzDiskImageStorageDeviceAttachment *disk;
  Image storage = { NULL };
  Image root = { NULL };

  if (!VZ_IS_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT (attachment))
    return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
                    "the Mac has no disk image");
  disk = VZ_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT (attachment);
  storage.path = auxiliary_storage_of (self, &storage.offset, error);
  if (storage.path == NULL)
    return FALSE;
  root.path = vz_disk_image_storage_device_attachment_get_path (disk);
  root.read_only = vz_disk_image_storage_device_attachment_get_read_only (disk);
  root.no_flush = vz_disk_image_storage_device_attachment_get_synchronization_mode (disk) ==
                  VZ_DISK_IMAGE_SYNCHRONIZATION_MODE_NONE;
  add_drive (line, NULL, NULL, &storage);
  add_drive (line, NULL, NULL, &root);
  add_disk (line, "aux", NULL, &storage);
  add_disk (line, "root", "disk0", &root); /* by which other programs recognize the machine */
  return TRUE;
}

gboolean
vz_arguments_add_mac (VzArguments *self, VzCommandLine *line, GError **error)
{
  VzVirtualMachineConfiguration *configuration = self->configuration;

  if (self->overlay != NULL)
    return vz_fail (
      error, VZ_ERROR_NOT_SUPPORTED,
      "a Mac cannot be ephemeral: its boot loader and macOS must write to the same disk");
  add_board (self, line);
  vz_command_line_add_plain (line, "-display", "none");
  if (vz_virtual_machine_configuration_get_graphics_devices (configuration)->len > 0)
    vz_arguments_add_vnc (self, line);
  if (vz_virtual_machine_configuration_get_network_devices (configuration)->len == 0)
    vz_command_line_add_plain (line, "-nic", "none");
  if (!vz_arguments_add_network (self, line, error) || !add_storage (self, line, error) ||
      !vz_arguments_add_serial_line (self, line, error))
    return FALSE;
  /* The board has never been seen to survive a reset. */
  vz_command_line_add_plain (line, "-no-reboot", NULL);
  return TRUE;
}
