/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "import/vz-foreign-machine.h"

#include <string.h>

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-plist.h"
#include "import/vz-foreign-plist.h"

/* A VirtualBuddy machine: a folder NAME.vbvm with Apple's names for identity and storage, a disk,
 * and the settings in .vbdata/Config.plist, which older versions do not write completely. */

#define SETTINGS ".vbdata/Config.plist"
#define MAX_SETTINGS (64 * 1024) /* bytes; a typical one has 2000 */
#define POINTER_TRACKPAD 1
#define KEYBOARD_MAC 1
#define MAX_KIND 1 /* of both: USB or Apple's own */
#define NETWORK_BRIDGE 1
#define FORMAT_RAW 0

static gboolean
read_display (VzForeignMachine *self, plist_t hardware, GError **error)
{
  plist_t list, display;
  guint n;

  if (!vz_foreign_plist_get_list (hardware, "displayDevices", &list, &n, error))
    return FALSE;
  if (n > 1)
    vz_foreign_machine_leave_out (self, "displayDevices[1] and more: a Mac has one display");
  if (n == 0)
    return TRUE;
  self->has_display = TRUE;
  display = vz_foreign_plist_get_item (list, "displayDevices", 0, error);
  return display != NULL &&
         vz_plist_reader_get_uint (display, "width", 1, VZ_FOREIGN_MAX_PIXELS, VZ_PLIST_REQUIRED,
                                   &self->width, error) &&
         vz_plist_reader_get_uint (display, "height", 1, VZ_FOREIGN_MAX_PIXELS, VZ_PLIST_REQUIRED,
                                   &self->height, error) &&
         vz_plist_reader_get_uint (display, "pixelsPerInch", 1, VZ_FOREIGN_MAX_PIXELS,
                                   VZ_PLIST_REQUIRED, &self->pixels_per_inch, error);
}

static gboolean
read_networks (VzForeignMachine *self, plist_t hardware, GError **error)
{
  plist_t list;
  guint n;

  if (!vz_foreign_plist_get_list (hardware, "networkDevices", &list, &n, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      plist_t device = vz_foreign_plist_get_item (list, "networkDevices", i, error);
      g_autofree char *address = NULL;
      guint64 kind = 0;

      if (device == NULL ||
          !vz_plist_reader_get_uint (device, "kind", 0, G_MAXINT, VZ_PLIST_OPTIONAL, &kind,
                                     error) ||
          !vz_plist_reader_get_string (device, "macAddress", VZ_FOREIGN_MAX_TEXT, VZ_PLIST_REQUIRED,
                                       &address, error) ||
          !vz_foreign_machine_add_address (self, address, error))
        return FALSE;
      self->has_network = TRUE;
      if (kind == NETWORK_BRIDGE)
        vz_foreign_machine_leave_out (self, "networkDevices[%u] (bridge): it becomes NAT", i);
    }
  return TRUE;
}

/* From a Swift enumeration with a value: { managedImage: { _0: { filename, format } } }. */
static plist_t
get_managed_image (plist_t device)
{
  plist_t node = plist_dict_get_item (device, "backing");

  for (guint i = 0; i < 2; i++)
    {
      if (node == NULL || plist_get_node_type (node) != PLIST_DICT)
        return NULL;
      node = plist_dict_get_item (node, i == 0 ? "managedImage" : "_0");
    }
  return node != NULL && plist_get_node_type (node) == PLIST_DICT ? node : NULL;
}

static gboolean
read_disk (VzForeignMachine *self, plist_t device, const char *folder, GError **error)
{
  plist_t image = get_managed_image (device);
  g_autofree char *name = NULL;
  g_autofree char *file = NULL;
  guint64 format = FORMAT_RAW;

  if (image == NULL)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "storageDevices: the boot disk is not in its folder");
  if (!vz_plist_reader_get_string (image, "filename", VZ_FOREIGN_MAX_TEXT, VZ_PLIST_REQUIRED, &name,
                                   error) ||
      !vz_plist_reader_get_uint (image, "format", 0, G_MAXINT, VZ_PLIST_OPTIONAL, &format, error))
    return FALSE;
  if (format != FORMAT_RAW)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "storageDevices: the boot disk is not raw, and only a Mac can convert it");
  if (strchr (name, '/') != NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "storageDevices: '%s' is not a file's name",
                    name);
  file = g_strconcat (name, ".img", NULL);
  g_free (self->disk);
  self->disk = g_build_filename (folder, file, NULL);
  return TRUE;
}

static gboolean
read_storage (VzForeignMachine *self, plist_t hardware, const char *folder, GError **error)
{
  plist_t list;
  guint n;

  if (!vz_foreign_plist_get_list (hardware, "storageDevices", &list, &n, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      plist_t device = vz_foreign_plist_get_item (list, "storageDevices", i, error);
      gboolean is_boot = FALSE, read_only = FALSE;

      if (device == NULL ||
          !vz_plist_reader_get_bool (device, "isBootVolume", VZ_PLIST_OPTIONAL, &is_boot, error) ||
          !vz_plist_reader_get_bool (device, "isReadOnly", VZ_PLIST_OPTIONAL, &read_only, error))
        return FALSE;
      if (!is_boot)
        vz_foreign_machine_leave_out (self, "storageDevices[%u]: a bundle has one disk", i);
      else if (!read_disk (self, device, folder, error))
        return FALSE;
      else if (read_only)
        vz_foreign_machine_leave_out (self,
                                      "storageDevices[%u]: isReadOnly: a bundle's disk is writable",
                                      i);
    }
  return TRUE;
}

/* A device that exists once, whose kind is a number: whether it is @kind. */
static gboolean
read_kind (plist_t hardware, const char *key, guint64 kind, gboolean *ret_is, GError **error)
{
  plist_t device;
  guint64 found = 0;

  if (!vz_plist_reader_get_node (hardware, key, PLIST_DICT, VZ_PLIST_OPTIONAL, &device, error) ||
      (device != NULL &&
       !vz_plist_reader_get_uint (device, "kind", 0, MAX_KIND, VZ_PLIST_OPTIONAL, &found, error)))
    return FALSE;
  *ret_is = found == kind;
  return TRUE;
}

static gboolean
read_input (VzForeignMachine *self, plist_t hardware, GError **error)
{
  if (!read_kind (hardware, "pointingDevice", POINTER_TRACKPAD, &self->has_trackpad, error) ||
      !read_kind (hardware, "keyboardDevice", KEYBOARD_MAC, &self->has_mac_keyboard, error))
    return FALSE;
  self->has_usb_pointer = !self->has_trackpad;
  self->has_usb_keyboard = !self->has_mac_keyboard;
  return TRUE;
}

static gboolean
leave_out_list (VzForeignMachine *self, plist_t dict, const char *key, const char *reason,
                GError **error)
{
  plist_t list;
  guint n;

  if (!vz_foreign_plist_get_list (dict, key, &list, &n, error))
    return FALSE;
  if (n > 0)
    vz_foreign_machine_leave_out (self, "%s: %s", key, reason);
  return TRUE;
}

static gboolean
read_hardware (VzForeignMachine *self, plist_t settings, const char *folder, GError **error)
{
  plist_t hardware;

  return vz_plist_reader_get_node (settings, "hardware", PLIST_DICT, VZ_PLIST_REQUIRED, &hardware,
                                   error) &&
         vz_plist_reader_get_uint (hardware, "cpuCount", 1, G_MAXUINT16, VZ_PLIST_REQUIRED,
                                   &self->cpu_count, error) &&
         vz_plist_reader_get_uint (hardware, "memorySize", 1, G_MAXINT64, VZ_PLIST_REQUIRED,
                                   &self->memory_size, error) &&
         read_display (self, hardware, error) && read_networks (self, hardware, error) &&
         read_storage (self, hardware, folder, error) && read_input (self, hardware, error) &&
         leave_out_list (self, hardware, "soundDevices", "vz has no sound for Macs", error) &&
         leave_out_list (self, hardware, "NVRAM", "vz does not set a Mac's firmware variables",
                         error) &&
         leave_out_list (self, settings, "sharedFolders", "folders of another host", error);
}

static gboolean
read_identity (VzForeignMachine *self, const char *folder, GError **error)
{
  g_autofree char *model_path = g_build_filename (folder, "HardwareModel", NULL);
  g_autofree char *identifier_path = g_build_filename (folder, "MachineIdentifier", NULL);
  g_autoptr (GBytes) model = vz_file_read (model_path, VZ_FOREIGN_MAX_IDENTITY, error);
  g_autoptr (GBytes) identifier =
    model != NULL ? vz_file_read (identifier_path, VZ_FOREIGN_MAX_IDENTITY, error) : NULL;

  return identifier != NULL &&
         (self->model = vz_mac_hardware_model_new_from_data (model, error)) != NULL &&
         (self->identifier = vz_mac_machine_identifier_new_from_data (identifier, error)) != NULL;
}

static gboolean
read_settings (VzForeignMachine *self, const char *folder, GError **error)
{
  VZ_AUTO_PLIST settings = NULL;
  g_autofree char *type = NULL;
  VZ_ERROR_PREFIX (SETTINGS);

  settings = vz_foreign_plist_read (self->settings, MAX_SETTINGS, error);
  if (settings == NULL || !vz_plist_reader_get_string (settings, "systemType", VZ_FOREIGN_MAX_TEXT,
                                                       VZ_PLIST_OPTIONAL, &type, error))
    return FALSE;
  if (type != NULL && !g_str_equal (type, "mac"))
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "systemType: '%s' found, must be mac: only Macs are imported", type);
  return read_hardware (self, settings, folder, error);
}

VzForeignMachine *
vz_foreign_virtual_buddy_read (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, SETTINGS, NULL);
  g_autoptr (VzForeignMachine) self = vz_foreign_machine_new ("VirtualBuddy", path);
  g_autoptr (GError) cause = NULL;

  self->disk = g_build_filename (folder, "Disk.img", NULL);
  self->storage = g_build_filename (folder, "AuxiliaryStorage", NULL);
  if (read_settings (self, folder, &cause) && read_identity (self, folder, &cause))
    return g_steal_pointer (&self);
  vz_foreign_plist_propagate (error, g_steal_pointer (&cause));
  return NULL;
}
