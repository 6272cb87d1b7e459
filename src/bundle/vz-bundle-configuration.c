/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bundle/vz-bundle-lock.h"
#include "bundle/vz-bundle-private.h"
#include "configuration/vz-configuration-rules.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"

#define MAX_CONFIGURATION (1024 * 1024) /* bytes; a typical one has 3000 */

VzConfig *
vz_bundle_read_configuration (VzBundle *self, GError **error)
{
  g_autofree char *path = vz_bundle_dup_configuration_path (self);
  g_autoptr (GBytes) data = NULL;
  g_autoptr (VzConfig) config = NULL;
  g_autofree char *json = NULL;
  gsize size;
  const char *bytes;

  if (vz_bundle_is_of_sample (self))
    return vz_bundle_new_sample_configuration (self);
  data = vz_file_read (path, MAX_CONFIGURATION, error);
  if (data == NULL)
    return NULL;
  bytes = g_bytes_get_data (data, &size);
  if (size == 0 || memchr (bytes, '\0', size) != NULL)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "it is not JSON");
  json = g_strndup (bytes, size);
  config = vz_config_from_json (json, error);
  if (config == NULL)
    return NULL;
  if (!VZ_IS_VIRTUAL_MACHINE_CONFIGURATION (config))
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                         "type: '%s' found, must be VzVirtualMachineConfiguration",
                         G_OBJECT_TYPE_NAME (config));
  return g_steal_pointer (&config);
}

/* Whether the platform's property accepts an object of that class. */
static gboolean
takes (VzPlatformConfiguration *platform, const char *property, gpointer value)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (platform), property);

  return pspec != NULL && g_type_is_a (G_OBJECT_TYPE (value), pspec->value_type);
}

/* The bundle's own files define the machine's identity; Configuration.json does not. */
static gboolean
fill_in_identity (VzBundle *self, VzPlatformConfiguration *platform, GError **error)
{
  g_autoptr (VzHardwareModel) model = vz_bundle_load_hardware_model (self, error);
  g_autoptr (VzMachineIdentifier) identifier = NULL;
  g_autofree char *description = NULL;

  if (model == NULL)
    return FALSE;
  identifier = vz_bundle_load_machine_identifier (self, error);
  if (identifier == NULL)
    return FALSE;
  if (!takes (platform, "hardware-model", model) ||
      !takes (platform, "machine-identifier", identifier))
    {
      description = vz_hardware_model_describe (model);
      return vz_fail (error, VZ_ERROR_INVALID_BUNDLE,
                      "bundle '%s': platform: '%s' found, must match the hardware model (%s)",
                      vz_bundle_get_path (self), G_OBJECT_TYPE_NAME (platform), description);
    }
  g_object_set (platform, "hardware-model", model, "machine-identifier", identifier, NULL);
  return TRUE;
}

/**
 * vz_bundle_load_configuration:
 * @self: a bundle
 * @error: return location for an error, or %NULL
 *
 * Reads `Configuration.json`, makes its paths absolute and fills in the hardware model and the
 * machine identifier from their own files. A Mac's bundle without that file, such as Apple's sample
 * code makes, has the configuration of that sample. The configuration is not validated.
 *
 * Returns: (transfer full) (nullable): the configuration, or %NULL with %VZ_ERROR_INVALID_BUNDLE
 * when one of the files is missing or malformed, or %VZ_ERROR_IO
 */
VzVirtualMachineConfiguration *
vz_bundle_load_configuration (VzBundle *self, GError **error)
{
  g_autoptr (VzConfig) config = NULL;
  g_autoptr (GError) cause = NULL;
  VzPlatformConfiguration *platform;

  g_return_val_if_fail (VZ_IS_BUNDLE (self), NULL);
  config = vz_bundle_read_configuration (self, &cause);
  if (config == NULL)
    {
      vz_bundle_blame (&cause);
      g_propagate_prefixed_error (error, g_steal_pointer (&cause),
                                  "Bundle '%s': " VZ_BUNDLE_CONFIGURATION ": ",
                                  vz_bundle_get_path (self));
      return NULL;
    }
  vz_config_resolve_paths (config, vz_bundle_get_directory (self));
  platform =
    vz_virtual_machine_configuration_get_platform (VZ_VIRTUAL_MACHINE_CONFIGURATION (config));
  if (platform != NULL && !fill_in_identity (self, platform, error))
    return NULL;
  return VZ_VIRTUAL_MACHINE_CONFIGURATION (g_steal_pointer (&config));
}

gboolean
vz_bundle_write_configuration (VzBundle *self, VzVirtualMachineConfiguration *configuration,
                               GError **error)
{
  g_autofree char *path = vz_bundle_dup_configuration_path (self);
  char *json = vz_config_to_json (VZ_CONFIG (configuration), vz_bundle_get_directory (self));
  g_autoptr (GBytes) data = g_bytes_new_take (json, strlen (json));

  return vz_file_write (path, data, 0600, error);
}

/**
 * vz_bundle_save_configuration:
 * @self: a bundle
 * @configuration: the configuration
 * @error: return location for an error, or %NULL
 *
 * Writes `Configuration.json`; paths below the bundle become relative. The hardware model and the
 * machine identifier are not written: they have their own files. A finished bundle is locked
 * meanwhile; to change an existing configuration, use vz_bundle_change_configuration(), so that no
 * other program's change is lost.
 *
 * Returns: whether it was written; otherwise @error is %VZ_ERROR_BUSY when the machine is running
 * or another program is using the bundle, %VZ_ERROR_OUT_OF_DISK_SPACE or %VZ_ERROR_IO, and the file
 * is unchanged
 */
gboolean
vz_bundle_save_configuration (VzBundle *self, VzVirtualMachineConfiguration *configuration,
                              GError **error)
{
  g_autoptr (VzBundleLock) lock = NULL;

  g_return_val_if_fail (VZ_IS_BUNDLE (self) && VZ_IS_VIRTUAL_MACHINE_CONFIGURATION (configuration),
                        FALSE);
  if (!vz_bundle_is_partial (self) &&
      (lock = vz_bundle_lock_take (vz_bundle_get_directory (self), "set", error)) == NULL)
    return FALSE;
  return vz_bundle_write_configuration (self, configuration, error);
}

static gboolean
check_saved_state (VzBundle *self, const char *before, VzVirtualMachineConfiguration *configuration,
                   GError **error)
{
  g_autofree char *after = vz_saving_dup_configuration (configuration, NULL);

  return g_str_equal (before, after) ||
         vz_bundle_check_no_saved_state (self, "its configuration", ", or remove that file", error);
}

/**
 * vz_bundle_change_configuration:
 * @self: a finished bundle
 * @change: (scope call): the function that changes the configuration
 * @user_data: for @change
 * @error: return location for an error, or %NULL
 *
 * Reads `Configuration.json`, lets @change modify it, validates it and writes it, all while the
 * bundle is locked: the machine cannot be started in between, and if two programs try at once, one
 * is refused. A saved state belongs to the configuration as it is, except for published ports:
 * while there is one, nothing else can be changed.
 *
 * Returns: whether it was written; otherwise @error is that of @change, that of the validation,
 *   %VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE when there is a saved state that would be lost,
 *   %VZ_ERROR_BUSY when the machine is running or another program is using the bundle's files,
 *   %VZ_ERROR_INVALID_BUNDLE, %VZ_ERROR_OUT_OF_DISK_SPACE or %VZ_ERROR_IO, and the file is
 *   unchanged
 */
gboolean
vz_bundle_change_configuration (VzBundle *self, VzBundleChange change, gpointer user_data,
                                GError **error)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = NULL;
  g_autoptr (VzBundleLock) lock = NULL;
  g_autofree char *before = NULL;

  g_return_val_if_fail (VZ_IS_BUNDLE (self) && !vz_bundle_is_partial (self) && change != NULL,
                        FALSE);
  lock = vz_bundle_lock_take_at_rest (vz_bundle_get_directory (self), "set", FALSE, error);
  if (lock == NULL)
    return FALSE;
  configuration = vz_bundle_load_configuration (self, error);
  before = configuration != NULL ? vz_saving_dup_configuration (configuration, NULL) : NULL;
  return before != NULL && change (configuration, user_data, error) &&
         vz_virtual_machine_configuration_validate (configuration, error) &&
         check_saved_state (self, before, configuration, error) &&
         vz_bundle_write_configuration (self, configuration, error);
}
