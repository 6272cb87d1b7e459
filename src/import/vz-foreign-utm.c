/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "import/vz-foreign-machine.h"

#include <string.h>

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-plist.h"
#include "import/vz-foreign-plist.h"

/* How this works
 *
 * A UTM machine is a folder NAME.utm with config.plist, version 4, and all its files in Data. UTM
 * has two engines: "QEMU" means a Linux machine here, "Apple" a Mac or a Linux machine, depending
 * on MacPlatform. Both describe drives, networks and size with the same keys. */

#define SETTINGS "config.plist"
#define MAX_SETTINGS (256 * 1024) /* bytes */
#define VERSION 4
#define MIB (G_GUINT64_CONSTANT (1) << 20)

/* A name of a file in Data and nowhere else. */
static gboolean
get_file (VzForeignMachine *self, plist_t dict, const char *key, char **ret_path, GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *inside = NULL;

  if (!vz_plist_reader_get_string (dict, key, VZ_FOREIGN_MAX_TEXT, VZ_PLIST_OPTIONAL, &name, error))
    return FALSE;
  if (name == NULL)
    return TRUE;
  if (strchr (name, '/') != NULL || g_str_equal (name, "..") || *name == '\0')
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "%s: '%s' is not a file's name", key, name);
  inside = g_build_filename ("Data", name, NULL);
  *ret_path = vz_foreign_machine_dup_path (self, inside);
  return TRUE;
}

static gboolean
read_drive (VzForeignMachine *self, plist_t drive, guint index, GError **error)
{
  g_autofree char *type = NULL;
  g_autofree char *path = NULL;
  g_autofree char *key = g_strdup_printf ("Drive[%u]", index);

  if (!vz_plist_reader_get_string (drive, "ImageType", VZ_FOREIGN_MAX_TEXT, VZ_PLIST_OPTIONAL,
                                   &type, error) ||
      !get_file (self, drive, "ImageName", &path, error))
    return FALSE;
  if (type != NULL && !g_str_equal (type, "Disk"))
    vz_foreign_machine_leave_out (self, "%s: %s: vz does not import it", key, type);
  else if (path == NULL)
    vz_foreign_machine_leave_out (self, "%s: a file outside the machine's folder", key);
  else
    vz_foreign_machine_add_disk (self, key, path);
  return TRUE;
}

static gboolean
read_drives (VzForeignMachine *self, plist_t settings, GError **error)
{
  plist_t list;
  guint n;

  if (!vz_foreign_plist_get_list (settings, "Drive", &list, &n, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      plist_t drive = vz_foreign_plist_get_item (list, "Drive", i, error);

      if (drive == NULL || !read_drive (self, drive, i, error))
        return FALSE;
    }
  return self->disk != NULL || vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                                        "no disk in the machine's folder is listed in Drive");
}

static gboolean
read_networks (VzForeignMachine *self, plist_t settings, GError **error)
{
  plist_t list;
  guint n;

  if (!vz_foreign_plist_get_list (settings, "Network", &list, &n, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      plist_t device = vz_foreign_plist_get_item (list, "Network", i, error);
      g_autofree char *address = NULL;
      g_autofree char *mode = NULL;

      if (device == NULL ||
          !vz_plist_reader_get_string (device, "MacAddress", VZ_FOREIGN_MAX_TEXT, VZ_PLIST_OPTIONAL,
                                       &address, error) ||
          !vz_plist_reader_get_string (device, "Mode", VZ_FOREIGN_MAX_TEXT, VZ_PLIST_OPTIONAL,
                                       &mode, error) ||
          (address != NULL && !vz_foreign_machine_add_address (self, address, error)))
        return FALSE;
      self->has_network = TRUE;
      if (mode != NULL && !g_str_equal (mode, "Shared") && !g_str_equal (mode, "Emulated"))
        vz_foreign_machine_leave_out (self, "Network[%u] (%s): it becomes NAT", i, mode);
    }
  return TRUE;
}

/* Only Apple's displays have a size. */
static gboolean
read_display (VzForeignMachine *self, plist_t settings, GError **error)
{
  plist_t list, display;
  guint n;

  if (!vz_foreign_plist_get_list (settings, "Display", &list, &n, error))
    return FALSE;
  if (n == 0)
    return TRUE;
  display = vz_foreign_plist_get_item (list, "Display", 0, error);
  if (display == NULL)
    return FALSE;
  if (plist_dict_get_item (display, "WidthPixels") == NULL)
    return TRUE;
  self->has_display = TRUE;
  return vz_plist_reader_get_uint (display, "WidthPixels", 1, VZ_FOREIGN_MAX_PIXELS,
                                   VZ_PLIST_REQUIRED, &self->width, error) &&
         vz_plist_reader_get_uint (display, "HeightPixels", 1, VZ_FOREIGN_MAX_PIXELS,
                                   VZ_PLIST_REQUIRED, &self->height, error) &&
         vz_plist_reader_get_uint (display, "PixelsPerInch", 1, VZ_FOREIGN_MAX_PIXELS,
                                   VZ_PLIST_REQUIRED, &self->pixels_per_inch, error);
}

static gboolean
read_mac (VzForeignMachine *self, plist_t platform, GError **error)
{
  g_autoptr (GBytes) model = NULL;
  g_autoptr (GBytes) identifier = NULL;

  if (self->cpu_count == 0) /* as many as the host has; a Mac's bundle needs a number */
    self->cpu_count = MAX (g_get_num_processors (), 2) - 1;
  self->has_usb_keyboard = self->has_mac_keyboard = TRUE;
  self->has_usb_pointer = self->has_trackpad = TRUE;
  if (!vz_plist_reader_get_data (platform, "HardwareModel", VZ_FOREIGN_MAX_IDENTITY,
                                 VZ_PLIST_REQUIRED, &model, error) ||
      !vz_plist_reader_get_data (platform, "MachineIdentifier", VZ_FOREIGN_MAX_IDENTITY,
                                 VZ_PLIST_REQUIRED, &identifier, error) ||
      !get_file (self, platform, "AuxiliaryStoragePath", &self->storage, error))
    return FALSE;
  if (self->storage == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "AuxiliaryStoragePath: it is missing");
  return (self->model = vz_mac_hardware_model_new_from_data (model, error)) != NULL &&
         (self->identifier = vz_mac_machine_identifier_new_from_data (identifier, error)) != NULL;
}

static gboolean
read_system (VzForeignMachine *self, plist_t settings, GError **error)
{
  plist_t system, platform;
  g_autofree char *arch = NULL;

  if (!vz_plist_reader_get_node (settings, "System", PLIST_DICT, VZ_PLIST_REQUIRED, &system,
                                 error) ||
      !vz_plist_reader_get_string (system, "Architecture", VZ_FOREIGN_MAX_TEXT, VZ_PLIST_REQUIRED,
                                   &arch, error) ||
      !vz_foreign_machine_check_architecture ("Architecture", arch, error) ||
      !vz_plist_reader_get_uint (system, "CPUCount", 0, G_MAXUINT16, VZ_PLIST_REQUIRED,
                                 &self->cpu_count, error) ||
      !vz_plist_reader_get_uint (system, "MemorySize", 1, G_MAXUINT32, VZ_PLIST_REQUIRED,
                                 &self->memory_size, error) ||
      !vz_plist_reader_get_node (system, "MacPlatform", PLIST_DICT, VZ_PLIST_OPTIONAL, &platform,
                                 error))
    return FALSE;
  self->memory_size *= MIB;
  self->is_linux = platform == NULL;
  return self->is_linux || read_mac (self, platform, error);
}

/* UTM's own name for them; variables of Apple's firmware are useless to other firmware. */
static void
find_variables (VzForeignMachine *self, gboolean is_qemu)
{
  g_autofree char *path = vz_foreign_machine_dup_path (self, "Data/efi_vars.fd");

  if (!self->is_linux || !vz_file_is_there (path))
    return;
  if (is_qemu)
    self->storage = g_steal_pointer (&path);
  else
    vz_foreign_machine_leave_out (
      self, "efi_vars.fd: variables of Apple's firmware; the machine gets new ones");
}

static gboolean
read_settings (VzForeignMachine *self, GError **error)
{
  VZ_AUTO_PLIST settings = NULL;
  g_autofree char *backend = NULL;
  guint64 version = 0;
  VZ_ERROR_PREFIX (SETTINGS);

  settings = vz_foreign_plist_read (self->settings, MAX_SETTINGS, error);
  if (settings == NULL ||
      !vz_plist_reader_get_uint (settings, "ConfigurationVersion", 0, G_MAXINT, VZ_PLIST_OPTIONAL,
                                 &version, error) ||
      !vz_plist_reader_get_string (settings, "Backend", VZ_FOREIGN_MAX_TEXT, VZ_PLIST_OPTIONAL,
                                   &backend, error))
    return FALSE;
  if (version != VERSION)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "ConfigurationVersion: %" G_GUINT64_FORMAT
                    " found, must be %d, which UTM writes since version 4",
                    version, VERSION);
  if (!read_system (self, settings, error) || !read_drives (self, settings, error) ||
      !read_networks (self, settings, error) || !read_display (self, settings, error))
    return FALSE;
  find_variables (self, g_strcmp0 (backend, "QEMU") == 0);
  return TRUE;
}

VzForeignMachine *
vz_foreign_utm_read (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, SETTINGS, NULL);
  g_autoptr (VzForeignMachine) self = vz_foreign_machine_new ("UTM", path);
  g_autoptr (GError) cause = NULL;

  if (read_settings (self, &cause))
    return g_steal_pointer (&self);
  vz_foreign_plist_propagate (error, g_steal_pointer (&cause));
  return NULL;
}
