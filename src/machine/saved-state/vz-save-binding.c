/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/saved-state/vz-save-binding.h"

#include "configuration/boot/vz-efi-boot-loader.h"
#include "configuration/boot/vz-linux-boot-loader.h"
#include "configuration/platform/vz-generic-platform-configuration.h"
#include "configuration/storage/vz-disk-image-storage-device-attachment.h"
#include "configuration/storage/vz-storage-device-configuration.h"
#include "configuration/storage/vz-usb-mass-storage-device-configuration.h"
#include "configuration/vz-configuration-rules.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"

#include <string.h>
#include <sys/stat.h>

/* How this works
 *
 * A guest assumes that its disk is as it left it; resumed on a disk that has changed, it would
 * destroy it. A disk's size and the time of its last write show whether the guest or the host has
 * written to it since; merely moving or copying a bundle (and keeping the times) does no harm, so
 * inode and change time do not count. The same goes for the EFI variable store, and for a kernel
 * and ramdisk, which are part of the memory that QEMU saves. */

typedef struct {
  JsonArray *files;
  const char *base;
} Files;

static gboolean
add_file (Files *self, const char *path, GError **error)
{
  g_autofree char *absolute = NULL;
  const char *name;
  gint64 modified;
  struct stat st;

  if (path == NULL)
    return TRUE;
  absolute = g_canonicalize_filename (path, NULL);
  if (stat (absolute, &st) != 0)
    return vz_fail_errno (error, "cannot access '%s'", absolute);
  name = absolute;
  if (g_str_has_prefix (absolute, self->base) && absolute[strlen (self->base)] == '/')
    name += strlen (self->base) + 1;
  modified = st.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + st.st_mtim.tv_nsec;
  json_array_add_object_element (self->files, vz_json_new ("path", vz_json_string (name), "size",
                                                           vz_json_int (st.st_size), "modified",
                                                           vz_json_int (modified), NULL));
  return TRUE;
}

static gboolean
add_disks (Files *self, GPtrArray *devices, GError **error)
{
  for (guint i = 0; i < devices->len; i++)
    {
      VzDiskImageStorageDeviceAttachment *image =
        vz_storage_device_configuration_get_disk_image (devices->pdata[i]);

      if (image != NULL &&
          !add_file (self, vz_disk_image_storage_device_attachment_get_path (image), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_boot_files (Files *self, VzBootLoader *loader, GError **error)
{
  if (VZ_IS_EFI_BOOT_LOADER (loader))
    {
      VzEFIVariableStore *store =
        vz_efi_boot_loader_get_variable_store (VZ_EFI_BOOT_LOADER (loader));

      return store == NULL || add_file (self, vz_efi_variable_store_get_path (store), error);
    }
  return !VZ_IS_LINUX_BOOT_LOADER (loader) ||
         (add_file (self, vz_linux_boot_loader_get_kernel_path (VZ_LINUX_BOOT_LOADER (loader)),
                    error) &&
          add_file (self,
                    vz_linux_boot_loader_get_initial_ramdisk_path (VZ_LINUX_BOOT_LOADER (loader)),
                    error));
}

static JsonNode *
describe_configuration (VzVirtualMachineConfiguration *configuration, const char *base)
{
  g_autofree char *json = vz_saving_dup_configuration (configuration, base);

  return json_from_string (json, NULL);
}

/* The controllers of @configuration in the form of its JSON; NULL if there are none. */
static JsonNode *
describe_controllers (VzVirtualMachineConfiguration *configuration, const char *base)
{
  g_autofree char *json = vz_config_to_json (VZ_CONFIG (configuration), base);
  g_autoptr (JsonNode) node = json_from_string (json, NULL);

  if (vz_virtual_machine_configuration_get_usb_controllers (configuration)->len == 0)
    return NULL;
  return json_node_copy (json_object_get_member (json_node_get_object (node), "usb-controllers"));
}

VzVirtualMachineConfiguration *
vz_save_binding_dup_attached (JsonObject *saved, VzVirtualMachineConfiguration *configuration,
                              const char *path, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *base = g_path_get_dirname (absolute);
  g_autoptr (JsonNode) part = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (VzConfig) copy = vz_config_copy (VZ_CONFIG (configuration));
  g_autoptr (VzConfig) read = NULL;
  g_autofree char *json = NULL;
  GPtrArray *controllers;

  if (!json_object_has_member (saved, "usb-controllers"))
    return VZ_VIRTUAL_MACHINE_CONFIGURATION (g_steal_pointer (&copy));
  json_node_take_object (
    part, vz_json_new ("type", vz_json_string ("VzVirtualMachineConfiguration"), "usb-controllers",
                       json_node_copy (json_object_get_member (saved, "usb-controllers")), NULL));
  json = json_to_string (part, FALSE);
  read = vz_config_from_json (json, error);
  if (read == NULL)
    return NULL;
  vz_config_resolve_paths (read, base);
  controllers =
    vz_virtual_machine_configuration_get_usb_controllers (VZ_VIRTUAL_MACHINE_CONFIGURATION (read));
  vz_virtual_machine_configuration_set_usb_controllers (VZ_VIRTUAL_MACHINE_CONFIGURATION (copy),
                                                        controllers);
  return VZ_VIRTUAL_MACHINE_CONFIGURATION (g_steal_pointer (&copy));
}

JsonObject *
vz_save_binding_new (VzVirtualMachineConfiguration *configuration,
                     VzVirtualMachineConfiguration *attached, const char *path, GError **error)
{
  g_autoptr (GPtrArray) storage = vz_virtual_machine_configuration_list_storage (attached);
  JsonNode *controllers;
  VzPlatformConfiguration *platform = vz_virtual_machine_configuration_get_platform (configuration);
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *base = g_path_get_dirname (absolute);
  g_autoptr (JsonObject) binding = json_object_new ();
  g_autofree char *identifier = NULL, *model = NULL;
  Files files = { json_array_new (), base };

  json_object_set_array_member (binding, "files", files.files);
  if (!VZ_IS_GENERIC_PLATFORM_CONFIGURATION (platform))
    return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED, "only generic machines can be saved");
  identifier = vz_machine_identifier_to_string (
    VZ_MACHINE_IDENTIFIER (vz_generic_platform_configuration_get_machine_identifier (
      VZ_GENERIC_PLATFORM_CONFIGURATION (platform))));
  model = vz_hardware_model_describe (
    VZ_HARDWARE_MODEL (vz_generic_platform_configuration_get_hardware_model (
      VZ_GENERIC_PLATFORM_CONFIGURATION (platform))));
  json_object_set_string_member (binding, "machine-identifier", identifier);
  json_object_set_string_member (binding, "hardware-model", model);
  json_object_set_member (binding, "configuration", describe_configuration (configuration, base));
  controllers = describe_controllers (attached, base);
  if (controllers != NULL)
    json_object_set_member (binding, "usb-controllers", controllers);
  return add_disks (&files, storage, error) &&
             add_boot_files (&files,
                             vz_virtual_machine_configuration_get_boot_loader (configuration),
                             error)
           ? g_steal_pointer (&binding)
           : NULL;
}

/* Under KVM the guest sees the host's own processor, which may differ after a move. Only what the
 * kernel reports about its model and features counts; frequencies change by the second. */
static char *
dup_host_processor (void)
{
  static const char *const lines[] = { "vendor_id", "cpu family", "model", "stepping",
                                       "flags",     "Features",   "CPU " };
  g_autofree char *text = NULL;
  g_auto (GStrv) all = NULL;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  if (!g_file_get_contents ("/proc/cpuinfo", &text, NULL, NULL))
    return g_strdup ("unknown");
  all = g_strsplit (text, "\n", -1);
  for (guint i = 0; all[i] != NULL && *all[i] != '\0'; i++) /* the first processor */
    for (guint k = 0; k < G_N_ELEMENTS (lines); k++)
      if (g_str_has_prefix (all[i], lines[k]))
        g_checksum_update (checksum, (const guchar *) all[i], -1);
  return g_strdup_printf ("host %.16s", g_checksum_get_string (checksum));
}

gboolean
vz_save_binding_add_engine (JsonObject *binding, VzEngine *engine, GCancellable *cancellable,
                            GError **error)
{
  g_autofree char *version = NULL;
  g_autofree char *processor = NULL;
  int major, minor, micro;
  gboolean is_kvm;

  if (!vz_engine_get_version (engine, &major, &minor, &micro, cancellable, error) ||
      !vz_engine_get_is_kvm (engine, &is_kvm, cancellable, error))
    return FALSE;
  /* Within a series (7.2.x) QEMU only fixes bugs; between series emulated processors change. */
  version = g_strdup_printf ("%d.%d", major, minor);
  processor = is_kvm ? dup_host_processor () : g_strdup ("emulated");
  json_object_set_string_member (binding, "qemu", version);
  json_object_set_string_member (binding, "accelerator", is_kvm ? "kvm" : "tcg");
  json_object_set_string_member (binding, "processor", processor);
  json_object_set_int_member (binding, "layout", vz_engine_get_layout (engine));
  return TRUE;
}

static const char *
text_of (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node)
           : "nothing";
}

static gboolean
check (JsonObject *saved, JsonObject *now, const char *name, const char *what, VzError code,
       GError **error)
{
  return g_str_equal (text_of (saved, name), text_of (now, name)) ||
         vz_fail (error, code, "it was saved with %s %s, but this is %s", what,
                  text_of (saved, name), text_of (now, name));
}

/* A USB disk that is not on a controller may have been saved without a UUID, and gets a different
 * one each time it is read. */
static void
forget_uuids (VzVirtualMachineConfiguration *configuration)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_storage_devices (configuration);

  for (guint i = 0; i < devices->len; i++)
    if (VZ_IS_USB_MASS_STORAGE_DEVICE_CONFIGURATION (devices->pdata[i]))
      vz_usb_mass_storage_device_configuration_set_uuid (devices->pdata[i], NULL);
}

/* What a configuration means, written anew: a state that is older than some key lacks it and means
 * its default. NULL: not a configuration. */
static char *
normalize_configuration (JsonObject *binding)
{
  JsonNode *node = json_object_get_member (binding, "configuration");
  g_autofree char *json = node != NULL ? json_to_string (node, FALSE) : NULL;
  g_autoptr (VzConfig) configuration = json != NULL ? vz_config_from_json (json, NULL) : NULL;

  if (!VZ_IS_VIRTUAL_MACHINE_CONFIGURATION (configuration))
    return NULL;
  forget_uuids (VZ_VIRTUAL_MACHINE_CONFIGURATION (configuration));
  return vz_config_to_json (configuration, NULL);
}

gboolean
vz_save_binding_check_machine (JsonObject *saved, JsonObject *now, GError **error)
{
  g_autofree char *before = NULL, *after = NULL;

  if (!check (saved, now, "machine-identifier", "the machine", VZ_ERROR_RESTORE, error) ||
      !check (saved, now, "hardware-model", "the hardware model", VZ_ERROR_RESTORE, error))
    return FALSE;
  before = normalize_configuration (saved);
  after = normalize_configuration (now);
  return (before != NULL && g_strcmp0 (before, after) == 0) ||
         vz_fail (error, VZ_ERROR_RESTORE, "the configuration has changed since it was saved");
}

gboolean
vz_save_binding_check_layout (JsonObject *saved, GError **error)
{
  gint64 layout = json_object_get_int_member_with_default (saved, "layout", 1);

  return layout == VZ_ENGINE_LAYOUT ||
         vz_fail (
           error, VZ_ERROR_FOREIGN_SAVED_STATE,
           "it was saved by %s version of vz, which gave the machine different devices (layout "
           "%" G_GINT64_FORMAT " found, must be %d)",
           layout < VZ_ENGINE_LAYOUT ? "an older" : "a newer", layout, VZ_ENGINE_LAYOUT);
}

gboolean
vz_save_binding_check_engine (JsonObject *saved, JsonObject *now, GError **error)
{
  return check (saved, now, "qemu", "QEMU", VZ_ERROR_FOREIGN_SAVED_STATE, error) &&
         check (saved, now, "accelerator", "the accelerator", VZ_ERROR_FOREIGN_SAVED_STATE,
                error) &&
         check (saved, now, "processor", "the processor", VZ_ERROR_FOREIGN_SAVED_STATE, error);
}

static JsonArray *
files_of (JsonObject *binding)
{
  JsonNode *node = json_object_get_member (binding, "files");

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static char *
describe_file (JsonObject *file)
{
  gint64 modified = json_object_get_int_member_with_default (file, "modified", 0);
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (modified / 1000000000);
  g_autofree char *text = time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S") : NULL;

  return g_strdup_printf ("%" G_GINT64_FORMAT " bytes, written %s.%09" G_GINT64_FORMAT " UTC",
                          json_object_get_int_member_with_default (file, "size", 0),
                          text != NULL ? text : "at an unknown time", modified % 1000000000);
}

gboolean
vz_save_binding_check_files (JsonObject *saved, JsonObject *now, GError **error)
{
  JsonArray *before = files_of (saved), *after = files_of (now);

  if (before == NULL || json_array_get_length (before) != json_array_get_length (after))
    return vz_fail (error, VZ_ERROR_RESTORE,
                    "the machine's disks are not the ones it was saved with");
  for (guint i = 0; i < json_array_get_length (after); i++)
    {
      JsonNode *node = json_array_get_element (before, i);
      JsonObject *new = json_array_get_object_element (after, i);
      g_autofree char *old_text = NULL, *new_text = NULL;

      if (JSON_NODE_HOLDS_OBJECT (node) && json_object_equal (json_node_get_object (node), new))
        continue;
      old_text = JSON_NODE_HOLDS_OBJECT (node) ? describe_file (json_node_get_object (node)) : NULL;
      new_text = describe_file (new);
      return vz_fail (error, VZ_ERROR_RESTORE,
                      "'%s' has been written to since: it was %s, and is now %s",
                      text_of (new, "path"), old_text != NULL ? old_text : "unknown", new_text);
    }
  return TRUE;
}
