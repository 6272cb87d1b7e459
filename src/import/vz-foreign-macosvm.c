/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "import/vz-foreign-machine.h"

#include <string.h>

#include "configuration/platform/vz-mac-auxiliary-storage.h"
#include "foundation/vz-fail.h"

/* A macosvm machine: one settings file that names the others. Their names are relative to the
 * folder in which macosvm is started, usually that of the settings. */

#define DEFAULT_WIDTH 2560
#define DEFAULT_HEIGHT 1600
#define DEFAULT_PPI 200

static gboolean
read_storage_item (VzForeignMachine *self, JsonObject *item, guint index, GError **error)
{
  const char *type = NULL;
  const char *file = NULL;
  gboolean read_only = FALSE;
  char **place = NULL;

  if (!vz_foreign_json_get_string (item, "type", TRUE, &type, error) ||
      !vz_foreign_json_get_string (item, "file", FALSE, &file, error) ||
      !vz_foreign_json_get_bool (item, "readOnly", &read_only, error))
    return FALSE;
  if (g_str_equal (type, "disk"))
    place = &self->disk;
  else if (g_str_equal (type, "aux"))
    place = &self->storage;
  if (place != NULL && *place == NULL && file != NULL)
    {
      *place = vz_foreign_machine_dup_path (self, file);
      if (read_only)
        vz_foreign_machine_leave_out (self,
                                      "storage[%u] (%s): readOnly: a bundle's disk is writable",
                                      index, type);
    }
  else
    vz_foreign_machine_leave_out (self,
                                  "storage[%u] (%s%s%s): a bundle has a single disk, in a file",
                                  index, type, file != NULL ? " " : "", file != NULL ? file : "");
  return TRUE;
}

static gboolean
read_storage (VzForeignMachine *self, JsonObject *settings, GError **error)
{
  JsonArray *array;

  if (!vz_foreign_json_get_array (settings, "storage", &array, error))
    return FALSE;
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonObject *item = vz_foreign_json_get_item (array, "storage", i, error);

      if (item == NULL || !read_storage_item (self, item, i, error))
        return FALSE;
    }
  if (self->disk == NULL || self->storage == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "storage: no %s found, must have a disk and an aux",
                    self->disk == NULL ? "disk" : "aux");
  return TRUE;
}

static gboolean
read_displays (VzForeignMachine *self, JsonObject *settings, GError **error)
{
  JsonArray *array;
  JsonObject *item;

  if (!vz_foreign_json_get_array (settings, "displays", &array, error))
    return FALSE;
  if (array == NULL || json_array_get_length (array) == 0)
    return TRUE;
  self->has_display = TRUE;
  self->width = DEFAULT_WIDTH;
  self->height = DEFAULT_HEIGHT;
  self->pixels_per_inch = DEFAULT_PPI;
  item = vz_foreign_json_get_item (array, "displays", 0, error);
  if (json_array_get_length (array) > 1)
    vz_foreign_machine_leave_out (self, "displays[1] and more: a Mac has one display");
  return item != NULL && vz_foreign_json_get_uint (item, "width", FALSE, &self->width, error) &&
         vz_foreign_json_get_uint (item, "height", FALSE, &self->height, error) &&
         vz_foreign_json_get_uint (item, "dpi", FALSE, &self->pixels_per_inch, error);
}

static gboolean
read_networks (VzForeignMachine *self, JsonObject *settings, GError **error)
{
  JsonArray *array;

  if (!vz_foreign_json_get_array (settings, "networks", &array, error))
    return FALSE;
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonObject *item = vz_foreign_json_get_item (array, "networks", i, error);
      const char *type = NULL;
      const char *mac = NULL;

      if (item == NULL || !vz_foreign_json_get_string (item, "type", TRUE, &type, error) ||
          !vz_foreign_json_get_string (item, "mac", FALSE, &mac, error) ||
          (mac != NULL && !vz_foreign_machine_add_address (self, mac, error)))
        return FALSE;
      self->has_network = TRUE;
      if (!g_str_equal (type, "nat"))
        vz_foreign_machine_leave_out (self, "networks[%u] (%s): it becomes NAT", i, type);
    }
  return TRUE;
}

/* Without machineId, macosvm uses what the installation has left in the storage. */
static gboolean
read_identity (VzForeignMachine *self, JsonObject *settings, GError **error)
{
  g_autoptr (GBytes) model = NULL;
  g_autoptr (GBytes) identifier = NULL;
  g_autoptr (VzMacAuxiliaryStorage) storage = vz_mac_auxiliary_storage_new (self->storage);
  guint64 ecid;

  if (!vz_foreign_json_get_data (settings, "hardwareModel", TRUE, &model, error) ||
      !vz_foreign_json_get_data (settings, "machineId", FALSE, &identifier, error) ||
      (self->model = vz_mac_hardware_model_new_from_data (model, error)) == NULL)
    return FALSE;
  if (identifier != NULL)
    self->identifier = vz_mac_machine_identifier_new_from_data (identifier, error);
  else if (vz_mac_auxiliary_storage_find_ecid (storage, &ecid, error))
    self->identifier = vz_mac_machine_identifier_new_with_ecid (ecid);
  else
    g_prefix_error (error, "machineId: nothing found, and ");
  return self->identifier != NULL;
}

static gboolean
leave_out_rest (VzForeignMachine *self, JsonObject *settings, GError **error)
{
  gboolean audio = FALSE;
  JsonArray *shares = NULL;

  if (!vz_foreign_json_get_bool (settings, "audio", &audio, error) ||
      !vz_foreign_json_get_array (settings, "shares", &shares, error))
    return FALSE;
  if (audio)
    vz_foreign_machine_leave_out (self, "audio: vz has no sound for Macs");
  if (shares != NULL && json_array_get_length (shares) > 0)
    vz_foreign_machine_leave_out (self, "shares: folders of another host");
  return TRUE;
}

VzForeignMachine *
vz_foreign_macosvm_read (const char *path, GError **error)
{
  g_autoptr (VzForeignMachine) self = vz_foreign_machine_new ("macosvm", path);
  g_autoptr (JsonObject) settings = NULL;
  g_autofree char *name = g_path_get_basename (path);
  const char *os = "macos";
  VZ_ERROR_PREFIX ("%s", name);

  settings = vz_foreign_json_read (path, error);
  if (settings == NULL || !vz_foreign_json_check_version (settings, FALSE, error) ||
      !vz_foreign_json_get_string (settings, "os", FALSE, &os, error))
    return NULL;
  if (!g_str_equal (os, "macos"))
    return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED,
                         "os: '%s' found, must be macos: only Macs are imported", os);
  if (!vz_foreign_json_get_uint (settings, "cpus", TRUE, &self->cpu_count, error) ||
      !vz_foreign_json_get_uint (settings, "ram", TRUE, &self->memory_size, error) ||
      !read_storage (self, settings, error) || !read_displays (self, settings, error) ||
      !read_networks (self, settings, error) || !read_identity (self, settings, error) ||
      !leave_out_rest (self, settings, error))
    return NULL;
  self->has_usb_keyboard = self->has_usb_pointer = TRUE;
  return g_steal_pointer (&self);
}
