/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "import/vz-import-linux.h"

#include <string.h>

#include "bundle/vz-bundle.h"
#include "configuration/graphics/vz-virtio-graphics-device-configuration.h"
#include "configuration/graphics/vz-virtio-graphics-scanout-configuration.h"
#include "configuration/network/vz-nat-network-device-attachment.h"
#include "configuration/network/vz-virtio-network-device-configuration.h"
#include "disk/vz-disk-source-private.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "installer/vz-bundle-installer-steps.h"

/* How this works
 *
 * The machine is installed from its own disk, as `vz install` does it from a disk image, and the
 * guest is left as it is. So a disk of another program is read by qemu-img in its sandbox, and what
 * an interruption leaves is gone on with. Before the disk is written, the configuration of vz's
 * usual machine gets what the other program says: addresses, display, firmware variables. */

#define MIB (G_GUINT64_CONSTANT (1) << 20)
#define VARIABLES_MAX (64 * MIB)
#define VOLUME_LENGTH_AT \
  32 /* in the header of a firmware volume: UEFI Platform Initialization, vol. 3 */
#define VOLUME_SIGNATURE_AT 40

static void
set_networks (VzVirtualMachineConfiguration *configuration, const VzForeignMachine *machine)
{
  GPtrArray *usual = vz_virtual_machine_configuration_get_network_devices (configuration);
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);

  if (machine->has_network && machine->addresses->len == 0)
    return; /* the usual one, whose address follows from the identifier */
  for (guint i = 0; i < machine->addresses->len; i++)
    {
      VzNetworkDeviceConfiguration *device;

      if (i == 0) /* leads to the guest's SSH server */
        device = g_object_ref (g_ptr_array_index (usual, 0));
      else
        {
          g_autoptr (VzNATNetworkDeviceAttachment) nat = vz_nat_network_device_attachment_new ();

          device = VZ_NETWORK_DEVICE_CONFIGURATION (vz_virtio_network_device_configuration_new ());
          vz_network_device_configuration_set_attachment (device,
                                                          VZ_NETWORK_DEVICE_ATTACHMENT (nat));
        }
      vz_network_device_configuration_set_mac_address (device, machine->addresses->pdata[i]);
      g_ptr_array_add (devices, device);
    }
  vz_virtual_machine_configuration_set_network_devices (configuration, devices);
}

static void
set_screen (VzVirtualMachineConfiguration *configuration, const VzForeignMachine *machine)
{
  g_autoptr (GPtrArray) scanouts = NULL;
  GPtrArray *graphics = vz_virtual_machine_configuration_get_graphics_devices (configuration);

  if (!machine->has_display)
    return;
  scanouts = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (scanouts,
                   vz_virtio_graphics_scanout_configuration_new ((guint) machine->width,
                                                                 (guint) machine->height));
  vz_virtio_graphics_device_configuration_set_scanouts (
    VZ_VIRTIO_GRAPHICS_DEVICE_CONFIGURATION (g_ptr_array_index (graphics, 0)), scanouts);
}

/* A firmware volume with variables, of the size that our firmware has. */
static gboolean
fits (GBytes *ours, GBytes *theirs)
{
  gsize size, their_size;
  const guint8 *data = g_bytes_get_data (ours, &size);
  const guint8 *other = g_bytes_get_data (theirs, &their_size);

  return size == their_size && size > VOLUME_SIGNATURE_AT + 4 &&
         memcmp (data + VOLUME_LENGTH_AT, other + VOLUME_LENGTH_AT,
                 VOLUME_SIGNATURE_AT + 4 - VOLUME_LENGTH_AT) == 0;
}

static gboolean
set_variables (VzBundle *bundle, VzForeignMachine *machine, GError **error)
{
  g_autofree char *path = vz_bundle_dup_auxiliary_storage_path (bundle);
  g_autoptr (GBytes) ours = NULL;
  g_autoptr (GBytes) theirs = NULL;
  g_autoptr (GError) cause = NULL;

  if (machine->storage == NULL)
    return TRUE;
  theirs = vz_file_read (machine->storage, VARIABLES_MAX, &cause);
  ours = theirs != NULL ? vz_file_read (path, VARIABLES_MAX, error) : NULL;
  if (theirs != NULL && ours == NULL)
    return FALSE;
  if (ours != NULL && fits (ours, theirs))
    return vz_file_write (path, theirs, 0600, error);
  vz_foreign_machine_leave_out (machine,
                                "'%s': not the variables of a firmware as vz has it; the machine "
                                "gets new ones",
                                machine->storage);
  return TRUE;
}

static gboolean
customize (VzBundle *bundle, VzVirtualMachineConfiguration *configuration, gpointer data,
           GError **error)
{
  VzForeignMachine *machine = data;

  set_networks (configuration, machine);
  set_screen (configuration, machine);
  return set_variables (bundle, machine, error);
}

/* The machine's disk keeps its size. */
static gboolean
measure_disk (const VzForeignMachine *machine, guint64 *ret_size, GCancellable *cancellable,
              GError **error)
{
  g_autoptr (VzDiskSource)
    disk = vz_disk_source_open_on (machine->disk, machine->backing, cancellable, error);

  if (disk == NULL)
    return FALSE;
  *ret_size = (vz_disk_source_get_disk_size (disk) + MIB - 1) / MIB * MIB;
  return TRUE;
}

gboolean
vz_import_linux (VzForeignMachine *machine, const char *destination, VzProgress *progress,
                 GCancellable *cancellable, GError **error)
{
  g_autoptr (VzBundleInstaller) installer = vz_bundle_installer_new (destination);
  guint64 disk_size = 0;

  if (!measure_disk (machine, &disk_size, cancellable, error))
    return FALSE;
  vz_bundle_installer_set_size (installer, (guint) machine->cpu_count, machine->memory_size,
                                disk_size);
  vz_bundle_installer_set_leave_guest (installer, TRUE);
  installer->backing_location = g_strdup (machine->backing);
  vz_bundle_installer_customize (installer, customize, machine);
  if (progress != NULL)
    vz_bundle_installer_report_to (installer, progress);
  return vz_bundle_installer_check (installer, error) &&
         vz_bundle_installer_set_disk (installer, machine->disk, NULL, cancellable, error) &&
         vz_bundle_installer_install (installer, cancellable, error);
}
