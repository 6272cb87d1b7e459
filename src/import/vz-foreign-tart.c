/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "import/vz-foreign-machine.h"

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"

/* A tart machine: config.json, disk.img and nvram.bin in their own folder. */

#define DEFAULT_PPI 72 /* tart's value for a display whose size is in pixels */

/* A Mac has Apple's processor; a Linux machine has that of the Mac on which it was created. */
static gboolean
check_kind (VzForeignMachine *self, JsonObject *settings, GError **error)
{
  const char *os = "darwin";
  const char *arch = "arm64";
  const char *format = "raw";

  if (!vz_foreign_json_check_version (settings, TRUE, error) ||
      !vz_foreign_json_get_string (settings, "os", FALSE, &os, error) ||
      !vz_foreign_json_get_string (settings, "arch", FALSE, &arch, error) ||
      !vz_foreign_json_get_string (settings, "diskFormat", FALSE, &format, error))
    return FALSE;
  self->is_linux = g_str_equal (os, "linux");
  if (!self->is_linux && !g_str_equal (os, "darwin"))
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "os: '%s' found, must be darwin or linux", os);
  if (self->is_linux && !vz_foreign_machine_check_architecture ("arch", arch, error))
    return FALSE;
  if (!self->is_linux && !g_str_equal (arch, "arm64"))
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "arch: '%s' found, must be arm64", arch);
  if (g_str_equal (format, "asif"))
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "diskFormat: 'asif' found, must be raw: only a Mac can convert it");
  return TRUE;
}

static gboolean
read_display (VzForeignMachine *self, JsonObject *settings, GError **error)
{
  JsonNode *node = json_object_get_member (settings, "display");
  JsonObject *display;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return vz_foreign_json_refuse ("display", node, "an object", error);
  display = json_node_get_object (node);
  self->has_display = TRUE;
  self->pixels_per_inch = DEFAULT_PPI;
  return vz_foreign_json_get_uint (display, "width", TRUE, &self->width, error) &&
         vz_foreign_json_get_uint (display, "height", TRUE, &self->height, error);
}

static gboolean
read_identity (VzForeignMachine *self, JsonObject *settings, GError **error)
{
  g_autoptr (GBytes) model = NULL;
  g_autoptr (GBytes) identifier = NULL;

  if (self->is_linux)
    return TRUE;
  return vz_foreign_json_get_data (settings, "hardwareModel", TRUE, &model, error) &&
         vz_foreign_json_get_data (settings, "ecid", TRUE, &identifier, error) &&
         (self->model = vz_mac_hardware_model_new_from_data (model, error)) != NULL &&
         (self->identifier = vz_mac_machine_identifier_new_from_data (identifier, error)) != NULL;
}

VzForeignMachine *
vz_foreign_tart_read (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "config.json", NULL);
  g_autoptr (VzForeignMachine) self = vz_foreign_machine_new ("tart", path);
  g_autoptr (JsonObject) settings = NULL;
  g_autofree char *state = g_build_filename (folder, "state.vzvmsave", NULL);
  const char *address = NULL;
  VZ_ERROR_PREFIX ("config.json");

  settings = vz_foreign_json_read (path, error);
  if (settings == NULL || !check_kind (self, settings, error) ||
      !read_identity (self, settings, error) ||
      !vz_foreign_json_get_uint (settings, "cpuCount", TRUE, &self->cpu_count, error) ||
      !vz_foreign_json_get_uint (settings, "memorySize", TRUE, &self->memory_size, error) ||
      !vz_foreign_json_get_string (settings, "macAddress", TRUE, &address, error) ||
      !read_display (self, settings, error) ||
      !vz_foreign_machine_add_address (self, address, error))
    return NULL;
  self->has_network = TRUE;
  self->has_usb_keyboard = self->has_mac_keyboard = TRUE;
  self->has_usb_pointer = self->has_trackpad = TRUE;
  self->disk = g_build_filename (folder, "disk.img", NULL);
  if (self->is_linux)
    vz_foreign_machine_leave_out (
      self, "nvram.bin: variables of Apple's firmware; the machine gets new ones");
  else
    self->storage = g_build_filename (folder, "nvram.bin", NULL);
  if (vz_file_is_there (state))
    vz_foreign_machine_leave_out (
      self, "state.vzvmsave: a saved state is usable only on the Mac that saved it");
  return g_steal_pointer (&self);
}
