/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "import/vz-import-linux.h"

#include <string.h>

#include "bundle/vz-bundle.h"
#include "configuration/graphics/vz-virtio-graphics-device-configuration.h"
#include "configuration/graphics/vz-virtio-graphics-scanout-configuration.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-size.h"
#include "import/vz-import-networks.h"
#include "installer/vz-bundle-installer-steps.h"

/* How this works
 *
 * The machine is installed from its own disk, as `vz install` does from a disk image, and the guest
 * is left unchanged. So another program's disk is read by qemu-img in its sandbox, and an
 * interrupted import can be continued. Before the disk is written, vz's usual configuration gets
 * what the other program specifies: addresses, display, firmware variables. */

#define VARIABLES_MAX (G_GUINT64_CONSTANT (64) << 20)
/* In the header of a firmware volume: UEFI Platform Initialization, volume 3. */
#define VOLUME_LENGTH_AT 32
#define VOLUME_SIGNATURE_AT 40

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

/* A firmware volume with variables, of the same size as our firmware's. */
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
  vz_foreign_machine_leave_out (
    machine, "'%s': these are not variables of vz's firmware; the machine gets new ones",
    machine->storage);
  return TRUE;
}

static gboolean
customize (VzBundle *bundle, VzVirtualMachineConfiguration *configuration, gpointer data,
           GError **error)
{
  VzForeignMachine *machine = data;
  GPtrArray *usual = vz_virtual_machine_configuration_get_network_devices (configuration);

  /* The usual one publishes the guest's SSH server. */
  vz_import_set_networks (configuration, machine, g_ptr_array_index (usual, 0));
  set_screen (configuration, machine);
  return set_variables (bundle, machine, error);
}

/* Adjusts what this host does not have; a different size is no reason to refuse the machine. */
static void
fit_into_host (VzForeignMachine *machine)
{
  guint max_cpus = vz_virtual_machine_configuration_get_maximum_allowed_cpu_count ();
  guint64 max_memory = vz_virtual_machine_configuration_get_maximum_allowed_memory_size ();

  if (machine->cpu_count > max_cpus)
    {
      vz_foreign_machine_leave_out (machine,
                                    "%" G_GUINT64_FORMAT
                                    " processors: the machine gets %u, as many as this host has",
                                    machine->cpu_count, max_cpus);
      machine->cpu_count = max_cpus;
    }
  if (machine->memory_size > max_memory)
    {
      g_autofree char *wanted = vz_size_format (machine->memory_size);
      g_autofree char *given = vz_size_format (max_memory);

      vz_foreign_machine_leave_out (
        machine, "%s of memory: the machine gets %s, as much as this host can give", wanted, given);
      machine->memory_size = max_memory;
    }
}

gboolean
vz_import_linux (VzForeignMachine *machine, const char *destination, VzProgress *progress,
                 GCancellable *cancellable, GError **error)
{
  g_autoptr (VzBundleInstaller) installer = vz_bundle_installer_new (destination);
  const VzForeignDisk foreign = { machine->backing, customize, machine };

  fit_into_host (machine);
  vz_bundle_installer_set_size (installer, (guint) machine->cpu_count, machine->memory_size, 0);
  vz_bundle_installer_set_leave_guest (installer, TRUE);
  vz_bundle_installer_set_foreign (installer, &foreign);
  if (progress != NULL)
    vz_bundle_installer_report_to (installer, progress);
  return vz_bundle_installer_check (installer, error) &&
         vz_bundle_installer_set_disk (installer, machine->disk, NULL, cancellable, error) &&
         vz_bundle_installer_install (installer, cancellable, error);
}
