/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/boot/vz-efi-variable-store.h"

#include <string.h>
#include <sys/stat.h>

#include "configuration/identity/vz-generic-hardware-model.h"
#include "foundation/config/vz-field.h"
#include "foundation/config/vz-file-rules.h"
#include "foundation/file/vz-file.h"
#include "foundation/host/vz-efi-keys.h"
#include "foundation/host/vz-firmware.h"
#include "foundation/vz-fail.h"

#define BLOCK 4096 /* of the flash chip that QEMU makes from the file */

/**
 * VzEFIVariableStore:
 *
 * The file in which an EFI guest's firmware keeps its variables. Apple: `VZEFIVariableStore`.
 *
 * QEMU: the second flash device, `pflash1`, which the firmware writes to.
 *
 * Since: 0.1
 */
struct _VzEFIVariableStore {
  VzConfig parent_instance;

  char *path;
};

static const VzField fields[] = {
  VZ_STRING ("path", VzEFIVariableStore, path, "the file with the firmware's variables",
             .flags = VZ_FIELD_REQUIRED | VZ_FIELD_PATH),
};

static void
check (VzConfig *config, VzProblems *problems)
{
  VzEFIVariableStore *self = VZ_EFI_VARIABLE_STORE (config);
  g_autofree char *size = NULL;
  struct stat st;

  if (!vz_check_file (problems, config, "path", self->path, TRUE) || stat (self->path, &st) != 0)
    return;
  size = g_strdup_printf ("%s, %" G_GUINT64_FORMAT " bytes", self->path, (guint64) st.st_size);
  if (st.st_size == 0 || st.st_size % BLOCK != 0)
    vz_problems_add (problems, config, "path", size,
                     "must be a variable store: a multiple of %d bytes", BLOCK);
}

VZ_DEFINE_CONFIG (VzEFIVariableStore, vz_efi_variable_store, VZ_TYPE_CONFIG, .check = check)

/**
 * vz_efi_variable_store_new:
 * @path: (type filename): an existing variable store
 *
 * Validation checks whether the file is usable; this function does not.
 *
 * Returns: (transfer full): the variable store
 */
VzEFIVariableStore *
vz_efi_variable_store_new (const char *path)
{
  return g_object_new (VZ_TYPE_EFI_VARIABLE_STORE, "path", path, NULL);
}

/**
 * vz_efi_variable_store_new_creating:
 * @path: (type filename): where to create the file
 * @hardware_model: the board that it is for, a #VzGenericHardwareModel
 * @options: whether an existing file may be replaced, and whether the store is to have keys
 * @error: return location for an error, or %NULL
 *
 * Creates an empty variable store as a copy of the template that the distribution ships for the
 * board's firmware; QEMU's firmware descriptors tell which template that is.
 *
 * Returns: (transfer full) (nullable): the variable store, or %NULL with %VZ_ERROR_NOT_SUPPORTED
 * when there is no firmware for the board, %VZ_ERROR_EXISTS when the file exists and @options do
 * not allow replacing it, %VZ_ERROR_OUT_OF_DISK_SPACE or %VZ_ERROR_IO
 */
VzEFIVariableStore *
vz_efi_variable_store_new_creating (const char *path, VzHardwareModel *hardware_model,
                                    VzEFIVariableStoreInitializationOptions options, GError **error)
{
  g_autoptr (VzFirmware) firmware = NULL;
  gboolean overwrite = (options & VZ_EFI_VARIABLE_STORE_INITIALIZATION_ALLOW_OVERWRITE) != 0;
  VZ_ERROR_PREFIX ("EFI variable store");

  g_return_val_if_fail (path != NULL && VZ_IS_HARDWARE_MODEL (hardware_model), NULL);
  if (!VZ_IS_GENERIC_HARDWARE_MODEL (hardware_model))
    return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED,
                         "Apple's boards have auxiliary storage, not an EFI variable store");
  firmware = vz_firmware_find (
    vz_generic_hardware_model_get_architecture (VZ_GENERIC_HARDWARE_MODEL (hardware_model)),
    vz_generic_hardware_model_get_machine_type (VZ_GENERIC_HARDWARE_MODEL (hardware_model)),
    (options & VZ_EFI_VARIABLE_STORE_INITIALIZATION_ENROLL_KEYS) != 0, error);
  if (firmware == NULL)
    return NULL;
  if (strcmp (firmware->vars_template_format, "raw") != 0)
    return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED,
                         "the template '%s' has format '%s', must be raw",
                         firmware->vars_template_path, firmware->vars_template_format);
  if (!vz_file_copy (firmware->vars_template_path, path, 0600, overwrite, error))
    return NULL;
  return vz_efi_variable_store_new (path);
}

/**
 * vz_efi_variable_store_has_keys:
 * @self: a variable store
 *
 * Checks whether the file has a platform key, without which Secure Boot is off. Firmware that
 * supports Secure Boot enforces it with such a store, whether its machine is meant to have it or
 * not. Not in Apple's framework.
 *
 * Returns: whether it does; %FALSE also when the file cannot be read
 */
gboolean
vz_efi_variable_store_has_keys (VzEFIVariableStore *self)
{
  g_return_val_if_fail (VZ_IS_EFI_VARIABLE_STORE (self), FALSE);
  return self->path != NULL && vz_efi_keys_are_in (self->path);
}

VZ_ACCESS_STRING (VzEFIVariableStore, vz_efi_variable_store, path)
