/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bundle/vz-bundle-lock.h"
#include "bundle/vz-bundle-private.h"
#include "configuration/boot/vz-efi-boot-loader.h"
#include "configuration/platform/vz-generic-platform-configuration.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * The keys are in the variable store, which is recreated with or without them: firmware that
 * supports Secure Boot enforces it whenever there are keys. Any other problem is reported before
 * that. The store and the configuration are each replaced as a whole. If only the store was
 * replaced, repeating the call completes the change. */

static gboolean
replace_store (VzEFIBootLoader *loader, VzGenericPlatformConfiguration *platform, gboolean has_keys,
               GError **error)
{
  VzEFIVariableStore *store = vz_efi_boot_loader_get_variable_store (loader);
  VzEFIVariableStoreInitializationOptions options =
    VZ_EFI_VARIABLE_STORE_INITIALIZATION_ALLOW_OVERWRITE;
  g_autoptr (VzEFIVariableStore) made = NULL;

  if (vz_efi_variable_store_has_keys (store) == has_keys)
    return TRUE;
  if (has_keys)
    options |= VZ_EFI_VARIABLE_STORE_INITIALIZATION_ENROLL_KEYS;
  made = vz_efi_variable_store_new_creating (
    vz_efi_variable_store_get_path (store),
    VZ_HARDWARE_MODEL (vz_generic_platform_configuration_get_hardware_model (platform)), options,
    error);
  return made != NULL;
}

static gboolean
apply (VzVirtualMachineConfiguration *configuration, gboolean secure_boot, GError **error)
{
  VzPlatformConfiguration *platform = vz_virtual_machine_configuration_get_platform (configuration);
  VzBootLoader *loader = vz_virtual_machine_configuration_get_boot_loader (configuration);

  if (!VZ_IS_EFI_BOOT_LOADER (loader) || !VZ_IS_GENERIC_PLATFORM_CONFIGURATION (platform))
    return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
                    "the machine does not boot with EFI, so it has no Secure Boot");
  vz_efi_boot_loader_set_secure_boot (VZ_EFI_BOOT_LOADER (loader), FALSE);
  if (!vz_virtual_machine_configuration_validate (configuration, error) ||
      !replace_store (VZ_EFI_BOOT_LOADER (loader), VZ_GENERIC_PLATFORM_CONFIGURATION (platform),
                      secure_boot, error))
    return FALSE;
  vz_efi_boot_loader_set_secure_boot (VZ_EFI_BOOT_LOADER (loader), secure_boot);
  return vz_virtual_machine_configuration_validate (configuration, error);
}

/**
 * vz_bundle_set_secure_boot:
 * @self: a finished bundle whose machine is stopped and has no saved state
 * @secure_boot: whether the machine starts only signed systems
 * @error: return location for an error, or %NULL
 *
 * Changes #VzEFIBootLoader:secure-boot in `Configuration.json`, and, unless the variable store is
 * already right, replaces it by one with the keys of the host's firmware, or without keys. The
 * guest's entries in the old store are lost. Not in Apple's framework.
 *
 * Returns: whether the change was made; otherwise @error is code 3 (there is a saved state),
 *   %VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION (no EFI boot loader, or a validation failure),
 *   %VZ_ERROR_NOT_SUPPORTED (this host has no such firmware), %VZ_ERROR_BUSY (the machine or one of
 *   its files is in use), %VZ_ERROR_INVALID_BUNDLE, %VZ_ERROR_OUT_OF_DISK_SPACE or %VZ_ERROR_IO
 *
 * Since: 0.1
 */
gboolean
vz_bundle_set_secure_boot (VzBundle *self, gboolean secure_boot, GError **error)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = NULL;
  g_autoptr (VzBundleLock) lock = NULL;

  g_return_val_if_fail (VZ_IS_BUNDLE (self) && !vz_bundle_is_partial (self), FALSE);
  lock = vz_bundle_lock_take_at_rest (vz_bundle_get_directory (self), "set", TRUE, error);
  if (lock == NULL || !vz_bundle_check_no_saved_state (self, "its variable store", "", error))
    return FALSE;
  configuration = vz_bundle_load_configuration (self, error);
  return configuration != NULL && apply (configuration, secure_boot, error) &&
         vz_bundle_write_configuration (self, configuration, error);
}
