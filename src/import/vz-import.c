/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "import/vz-import.h"

#include <string.h>

#include "bundle/vz-bundle-contents.h"
#include "bundle/vz-bundle-private.h"
#include "configuration/graphics/vz-mac-graphics-device-configuration.h"
#include "configuration/graphics/vz-mac-graphics-display-configuration.h"
#include "configuration/input/vz-mac-keyboard-configuration.h"
#include "configuration/input/vz-mac-trackpad-configuration.h"
#include "configuration/input/vz-usb-keyboard-configuration.h"
#include "configuration/input/vz-usb-screen-coordinate-pointing-device-configuration.h"
#include "configuration/platform/vz-mac-auxiliary-storage-private.h"
#include "foundation/file/vz-file.h"
#include "foundation/host/vz-file-users.h"
#include "foundation/vz-async.h"
#include "foundation/vz-fail.h"
#include "import/vz-foreign-machine.h"
#include "import/vz-import-linux.h"
#include "import/vz-import-networks.h"

/* How this works
 *
 * A reader for each program describes its machine in one common form. The bundle is made from that
 * like any other: in a locked folder beside its final path, renamed once complete. The disk and the
 * storage share their blocks with the originals where the file system can. The original is only
 * opened for reading.
 *
 * A Mac's configuration starts as that of Apple's sample code, from which these programs grew; a
 * Linux machine is made in vz-import-linux.c. */

#define SECTOR 512
#define MIB (G_GUINT64_CONSTANT (1) << 20)

static GPtrArray *
new_list (void)
{
  return g_ptr_array_new_with_free_func (g_object_unref);
}

static void
set_screen (VzVirtualMachineConfiguration *configuration, const VzForeignMachine *machine)
{
  VzMacGraphicsDeviceConfiguration *graphics;
  g_autoptr (GPtrArray) displays = new_list ();
  g_autoptr (GPtrArray) devices = new_list ();

  if (!machine->has_display)
    return;
  graphics = vz_mac_graphics_device_configuration_new ();
  g_ptr_array_add (displays,
                   vz_mac_graphics_display_configuration_new ((guint) machine->width,
                                                              (guint) machine->height,
                                                              (guint) machine->pixels_per_inch));
  vz_mac_graphics_device_configuration_set_displays (graphics, displays);
  g_ptr_array_add (devices, graphics);
  vz_virtual_machine_configuration_set_graphics_devices (configuration, devices);
}

static void
set_input (VzVirtualMachineConfiguration *configuration, const VzForeignMachine *machine)
{
  g_autoptr (GPtrArray) keyboards = new_list ();
  g_autoptr (GPtrArray) pointers = new_list ();

  if (machine->has_usb_keyboard)
    g_ptr_array_add (keyboards, vz_usb_keyboard_configuration_new ());
  if (machine->has_mac_keyboard)
    g_ptr_array_add (keyboards, vz_mac_keyboard_configuration_new ());
  if (machine->has_usb_pointer)
    g_ptr_array_add (pointers, vz_usb_screen_coordinate_pointing_device_configuration_new ());
  if (machine->has_trackpad)
    g_ptr_array_add (pointers, vz_mac_trackpad_configuration_new ());
  vz_virtual_machine_configuration_set_keyboards (configuration, keyboards);
  vz_virtual_machine_configuration_set_pointing_devices (configuration, pointers);
}

static gboolean
write_settings (VzBundle *bundle, const VzForeignMachine *machine, GError **error)
{
  g_autoptr (VzVirtualMachineConfiguration)
    configuration = VZ_VIRTUAL_MACHINE_CONFIGURATION (vz_bundle_new_sample_configuration (bundle));

  vz_config_resolve_paths (VZ_CONFIG (configuration), vz_bundle_get_directory (bundle));
  vz_virtual_machine_configuration_set_cpu_count (configuration, (guint) machine->cpu_count);
  vz_virtual_machine_configuration_set_memory_size (configuration, machine->memory_size);
  set_screen (configuration, machine);
  vz_import_set_networks (configuration, machine, NULL);
  set_input (configuration, machine);
  return vz_bundle_save_configuration (bundle, configuration, error);
}

static gboolean
check_numbers (const VzForeignMachine *machine, GError **error)
{
  gboolean of_vz = machine->is_linux; /* chooses values that are 0 */
  const struct {
    const char *what;
    guint64 value;
    guint64 max;
  } rows[] = {
    { "processors", of_vz && machine->cpu_count == 0 ? 1 : machine->cpu_count, G_MAXUINT16 },
    { "bytes of memory", of_vz && machine->memory_size == 0 ? 1 : machine->memory_size,
      G_MAXINT64 },
    { "pixels of width", machine->has_display ? machine->width : 1, G_MAXUINT16 },
    { "pixels of height", machine->has_display ? machine->height : 1, G_MAXUINT16 },
    { "pixels per inch", machine->has_display ? machine->pixels_per_inch : 1, G_MAXUINT16 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].value == 0 || rows[i].value > rows[i].max)
      return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                      "%s: %" G_GUINT64_FORMAT " found, must be 1 to %" G_GUINT64_FORMAT,
                      rows[i].what, rows[i].value, rows[i].max);
  return TRUE;
}

/* Rejects what no host could run; a machine too large for this one may move to another. */
static gboolean
check_memory (const VzForeignMachine *machine, GError **error)
{
  guint64 min = vz_virtual_machine_configuration_get_minimum_allowed_memory_size ();

  return (machine->is_linux && machine->memory_size == 0) ||
         (machine->memory_size >= min && machine->memory_size % MIB == 0) ||
         vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                  "bytes of memory: %" G_GUINT64_FORMAT
                  " found, must be at least %" G_GUINT64_FORMAT
                  " and a multiple of %" G_GUINT64_FORMAT,
                  machine->memory_size, min, MIB);
}

/* Linux cannot read a disk in Apple's compressed format, which its first bytes show. */
static gboolean
check_disk (const VzBundleFile *disk, const char *path, GError **error)
{
  char magic[4] = { 0 };

  if (pread (disk->fd, magic, sizeof magic, 0) == sizeof magic && memcmp (magic, "shdw", 4) == 0)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "disk '%s' has Apple's format ASIF, and only a Mac can convert it", path);
  return (disk->size > 0 && disk->size % SECTOR == 0) ||
         vz_fail (error, VZ_ERROR_INVALID_BUNDLE,
                  "disk '%s': %" G_GUINT64_FORMAT " bytes found, must be a multiple of %d above 0",
                  path, disk->size, SECTOR);
}

static gboolean
check_storage (const VzBundleFile *storage, const char *path, GError **error)
{
  g_autofree char *wrong = vz_mac_auxiliary_storage_judge_size (storage->size);

  return wrong == NULL || vz_fail (error, VZ_ERROR_INVALID_BUNDLE,
                                   "auxiliary storage '%s': %" G_GUINT64_FORMAT " bytes found, %s",
                                   path, storage->size, wrong);
}

static VzBundleFile *
open_original (const char *path, const char *name, GError **error)
{
  return vz_file_check_users (path, VZ_FILE_USE_READ, error)
           ? vz_bundle_file_open (path, name, error)
           : NULL;
}

/* Of VzBundleFile, with their names in the bundle. */
static GPtrArray *
open_files (const VzForeignMachine *machine, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (vz_bundle_file_free);
  VzBundleFile *disk;
  VzBundleFile *storage;

  /* tart and macosvm lock the settings while the machine runs. */
  if (!vz_file_check_users (machine->settings, VZ_FILE_USE_READ, error) ||
      (disk = open_original (machine->disk, VZ_BUNDLE_DISK_IMAGE, error)) == NULL)
    return NULL;
  g_ptr_array_add (files, disk);
  storage = open_original (machine->storage, VZ_BUNDLE_AUXILIARY_STORAGE, error);
  if (storage == NULL)
    return NULL;
  g_ptr_array_add (files, storage);
  return check_disk (disk, machine->disk, error) && check_storage (storage, machine->storage, error)
           ? g_steal_pointer (&files)
           : NULL;
}

static gboolean
fill (VzBundle *bundle, const VzForeignMachine *machine, GPtrArray *files, VzProgress *progress,
      GCancellable *cancellable, GError **error)
{
  return vz_bundle_set_hardware_model (bundle, VZ_HARDWARE_MODEL (machine->model), error) &&
         vz_bundle_set_machine_identifier (bundle, VZ_MACHINE_IDENTIFIER (machine->identifier),
                                           error) &&
         vz_bundle_copy_files (bundle, files, NULL, progress, cancellable, error) &&
         write_settings (bundle, machine, error) &&
         !g_cancellable_set_error_if_cancelled (cancellable, error) &&
         vz_bundle_commit (bundle, error);
}

static GStrv
list_left_out (const VzForeignMachine *machine)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();

  for (guint i = 0; i < machine->left_out->len; i++)
    g_strv_builder_add (lines, machine->left_out->pdata[i]);
  return g_strv_builder_end (lines);
}

static VzForeignMachine *
read_machine (const char *place, GError **error)
{
  g_autoptr (VzForeignMachine) machine = NULL;
  g_autoptr (GError) cause = NULL;
  VZ_ERROR_PREFIX ("'%s'", place);

  if (!vz_file_is_there (place))
    return vz_fail_null (error, VZ_ERROR_NOT_FOUND, "does not exist");
  machine = vz_foreign_machine_read (place, &cause);
  if (machine != NULL && check_numbers (machine, &cause) && check_memory (machine, &cause))
    return g_steal_pointer (&machine);
  vz_bundle_blame (&cause);
  g_propagate_error (error, g_steal_pointer (&cause));
  return NULL;
}

/**
 * vz_import_machine:
 * @place: (type filename): a machine of tart, macosvm, VirtualBuddy, UTM or lima: its folder, or
 *   macosvm's settings file; quickemu's NAME.conf; a file with a libvirt domain in XML
 * @destination: (type filename): where to put the bundle; its parent must exist
 * @progress: (nullable): is given a total, in bytes, and advanced
 * @cancellable: (nullable): cancels; nothing is left then
 * @error: return location for an error, or %NULL
 *
 * Makes a bundle from a machine that another program has installed. A Mac's identity, to which
 * macOS is bound, is kept byte for byte; the disk and the auxiliary storage share their blocks with
 * the originals where the file system can, and are copied elsewhere. From a Linux machine, the
 * number of processors, memory, disk, network addresses, display and UEFI variables are taken over
 * if its description has them; the guest stays as it is. The original is only read, and must not be
 * running.
 *
 * Returns: (transfer full) (nullable): what could not be mapped, one line each, often none; or
 *   %NULL with %VZ_ERROR_NOT_FOUND, %VZ_ERROR_INVALID_BUNDLE (it is none of these machines, or is
 *   malformed), %VZ_ERROR_NOT_SUPPORTED (neither a Mac nor a Linux machine that vz could run, or a
 *   disk in Apple's compressed format), %VZ_ERROR_INVALID_DISK_IMAGE, %VZ_ERROR_BUSY (it is
 *   running), %VZ_ERROR_EXISTS, %VZ_ERROR_OUT_OF_DISK_SPACE, %VZ_ERROR_IO or %G_IO_ERROR_CANCELLED
 */
GStrv
vz_import_machine (const char *place, const char *destination, VzProgress *progress,
                   GCancellable *cancellable, GError **error)
{
  g_autofree char *absolute = NULL;
  g_autoptr (VzForeignMachine) machine = NULL;
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (VzBundle) bundle = NULL;

  g_return_val_if_fail (place != NULL && destination != NULL, NULL);
  absolute = g_canonicalize_filename (place, NULL);
  machine = read_machine (absolute, error);
  if (machine != NULL && machine->is_linux)
    return vz_import_linux (machine, destination, progress, cancellable, error)
             ? list_left_out (machine)
             : NULL;
  if (machine == NULL || (files = open_files (machine, error)) == NULL ||
      (bundle = vz_bundle_create (destination, error)) == NULL)
    return NULL;
  if (progress != NULL)
    vz_progress_set_phase (progress, VZ_PROGRESS_PHASE_COPYING);
  if (!fill (bundle, machine, files, progress, cancellable, error))
    {
      vz_bundle_discard (bundle, NULL); /* the caller needs to know what stopped us */
      return NULL;
    }
  if (progress != NULL)
    vz_progress_finish (progress);
  return list_left_out (machine);
}

typedef struct {
  char *place;
  char *destination;
  VzProgress *progress;
} Import;

static void
import_free (gpointer data)
{
  Import *self = data;

  g_free (self->place);
  g_free (self->destination);
  g_clear_object (&self->progress);
  g_free (self);
}

static gpointer
call_import (gpointer source, gpointer data, GCancellable *cancellable, GError **error)
{
  Import *self = data;

  return vz_import_machine (self->place, self->destination, self->progress, cancellable, error);
}

/**
 * vz_import_machine_async:
 * @place: (type filename): a machine, as for vz_import_machine()
 * @destination: (type filename): where to put the bundle
 * @progress: (nullable): is given a total, in bytes, and advanced
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * vz_import_machine() without blocking.
 */
void
vz_import_machine_async (const char *place, const char *destination, VzProgress *progress,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  Import *self;
  VzAsync async = { call_import, vz_import_machine_async, NULL, import_free,
                    (GDestroyNotify) g_strfreev };

  g_return_if_fail (place != NULL && destination != NULL);
  self = g_new0 (Import, 1);
  self->place = g_strdup (place);
  self->destination = g_strdup (destination);
  self->progress = progress != NULL ? g_object_ref (progress) : NULL;
  async.data = self;
  vz_async_start (&async, NULL, cancellable, callback, user_data);
}

/**
 * vz_import_machine_finish:
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Returns: (transfer full) (nullable): as vz_import_machine()
 */
GStrv
vz_import_machine_finish (GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, NULL, vz_import_machine_async, error);
}
