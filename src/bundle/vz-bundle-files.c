/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <unistd.h>

#include "bundle/vz-bundle-private.h"
#include "configuration/identity/vz-generic-machine-identifier.h"
#include "configuration/identity/vz-mac-hardware-model.h"
#include "configuration/identity/vz-mac-machine-identifier.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"

#define MAX_IDENTITY 4096 /* bytes; the largest known has 176 */
#define SECTOR 512

char *
vz_bundle_dup_file_path (VzBundle *self, const char *name)
{
  g_return_val_if_fail (VZ_IS_BUNDLE (self), NULL);
  return g_build_filename (vz_bundle_get_directory (self), name, NULL);
}

/**
 * vz_bundle_dup_disk_image_path:
 * @self: a bundle
 *
 * Returns: (transfer full) (type filename): the absolute path of the disk, `Disk.img`: raw and
 *   sparse
 */
char *
vz_bundle_dup_disk_image_path (VzBundle *self)
{
  return vz_bundle_dup_file_path (self, VZ_BUNDLE_DISK_IMAGE);
}

/**
 * vz_bundle_dup_auxiliary_storage_path:
 * @self: a bundle
 *
 * Returns: (transfer full) (type filename): the absolute path of `AuxiliaryStorage`: the EFI
 *   variable store, or Apple's auxiliary storage
 */
char *
vz_bundle_dup_auxiliary_storage_path (VzBundle *self)
{
  return vz_bundle_dup_file_path (self, VZ_BUNDLE_AUXILIARY_STORAGE);
}

/**
 * vz_bundle_dup_hardware_model_path:
 * @self: a bundle
 *
 * Returns: (transfer full) (type filename): the absolute path of `HardwareModel`
 */
char *
vz_bundle_dup_hardware_model_path (VzBundle *self)
{
  return vz_bundle_dup_file_path (self, VZ_BUNDLE_HARDWARE_MODEL);
}

/**
 * vz_bundle_dup_machine_identifier_path:
 * @self: a bundle
 *
 * Returns: (transfer full) (type filename): the absolute path of `MachineIdentifier`
 */
char *
vz_bundle_dup_machine_identifier_path (VzBundle *self)
{
  return vz_bundle_dup_file_path (self, VZ_BUNDLE_MACHINE_IDENTIFIER);
}

/**
 * vz_bundle_dup_configuration_path:
 * @self: a bundle
 *
 * Returns: (transfer full) (type filename): the absolute path of `Configuration.json`
 */
char *
vz_bundle_dup_configuration_path (VzBundle *self)
{
  return vz_bundle_dup_file_path (self, VZ_BUNDLE_CONFIGURATION);
}

/**
 * vz_bundle_dup_restore_image_path:
 * @self: a bundle
 *
 * Returns: (transfer full) (type filename): the absolute path of `RestoreImage.ipsw`; the file
 *   exists only while it is needed, or if it was to be kept
 */
char *
vz_bundle_dup_restore_image_path (VzBundle *self)
{
  return vz_bundle_dup_file_path (self, VZ_BUNDLE_RESTORE_IMAGE);
}

/**
 * vz_bundle_dup_save_file_path:
 * @self: a bundle
 *
 * Returns: (transfer full) (type filename): the absolute path of `SaveFile.vzvmsave`, the saved
 *   state
 */
char *
vz_bundle_dup_save_file_path (VzBundle *self)
{
  return vz_bundle_dup_file_path (self, VZ_BUNDLE_SAVE_FILE);
}

gboolean
vz_bundle_check_no_saved_state (VzBundle *self, const char *belongs_to, const char *otherwise,
                                GError **error)
{
  g_autofree char *path = vz_bundle_dup_save_file_path (self);

  return !vz_file_is_there (path) ||
         vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE,
                  "the machine has a saved state ('%s'), which needs %s unchanged: run the machine "
                  "and shut it down first%s",
                  belongs_to, path, otherwise);
}

void
vz_bundle_blame (GError **error)
{
  if (error != NULL && *error != NULL &&
      (g_error_matches (*error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT) ||
       g_error_matches (*error, VZ_ERROR, VZ_ERROR_NOT_FOUND)))
    vz_fail_recode (error, VZ_ERROR_INVALID_BUNDLE);
}

static GBytes *
read_identity (VzBundle *self, const char *name, GError **error)
{
  g_autofree char *path = vz_bundle_dup_file_path (self, name);

  return vz_file_read (path, MAX_IDENTITY, error);
}

/**
 * vz_bundle_load_hardware_model:
 * @self: a bundle
 * @error: return location for an error, or %NULL
 *
 * Reads the file `HardwareModel`.
 *
 * Returns: (transfer full) (nullable): the model, or %NULL with %VZ_ERROR_INVALID_BUNDLE when it is
 *   missing or malformed, or %VZ_ERROR_IO
 */
VzHardwareModel *
vz_bundle_load_hardware_model (VzBundle *self, GError **error)
{
  g_autoptr (GBytes) data = NULL;
  g_autoptr (GError) cause = NULL;
  VzHardwareModel *model = NULL;

  g_return_val_if_fail (VZ_IS_BUNDLE (self), NULL);
  data = read_identity (self, VZ_BUNDLE_HARDWARE_MODEL, &cause);
  if (data != NULL)
    model = vz_hardware_model_new_from_data (data, &cause);
  if (model != NULL)
    return model;
  vz_bundle_blame (&cause);
  g_propagate_prefixed_error (error, g_steal_pointer (&cause),
                              "Bundle '%s': ", vz_bundle_get_path (self));
  return NULL;
}

/**
 * vz_bundle_load_machine_identifier:
 * @self: a bundle
 * @error: return location for an error, or %NULL
 *
 * Reads the file `MachineIdentifier`.
 *
 * Returns: (transfer full) (nullable): a #VzMacMachineIdentifier if the bundle's hardware model is
 *   one of Apple's, a #VzGenericMachineIdentifier otherwise; or %NULL with %VZ_ERROR_INVALID_BUNDLE
 *   when it is missing or malformed, or %VZ_ERROR_IO
 */
VzMachineIdentifier *
vz_bundle_load_machine_identifier (VzBundle *self, GError **error)
{
  g_autoptr (VzHardwareModel) model = NULL;
  g_autoptr (GBytes) data = NULL;
  g_autoptr (GError) cause = NULL;
  VzMachineIdentifier *identifier = NULL;

  g_return_val_if_fail (VZ_IS_BUNDLE (self), NULL);
  model = vz_bundle_load_hardware_model (self, NULL);
  data = read_identity (self, VZ_BUNDLE_MACHINE_IDENTIFIER, &cause);
  /* If the model is damaged, the data themselves identify a Mac's. */
  if (data != NULL && model == NULL)
    identifier = (VzMachineIdentifier *) vz_mac_machine_identifier_new_from_data (data, NULL);
  if (data != NULL && model != NULL && VZ_IS_MAC_HARDWARE_MODEL (model))
    identifier = (VzMachineIdentifier *) vz_mac_machine_identifier_new_from_data (data, &cause);
  else if (data != NULL && identifier == NULL)
    identifier = (VzMachineIdentifier *) vz_generic_machine_identifier_new_from_data (data, &cause);
  if (identifier != NULL)
    return identifier;
  vz_bundle_blame (&cause);
  g_propagate_prefixed_error (error, g_steal_pointer (&cause),
                              "Bundle '%s': ", vz_bundle_get_path (self));
  return NULL;
}

/**
 * vz_bundle_set_hardware_model:
 * @self: a bundle
 * @model: the model
 * @error: return location for an error, or %NULL
 *
 * Writes the file `HardwareModel`.
 *
 * Returns: whether it was written; otherwise @error is %VZ_ERROR_OUT_OF_DISK_SPACE or %VZ_ERROR_IO
 *   and the file is unchanged
 */
gboolean
vz_bundle_set_hardware_model (VzBundle *self, VzHardwareModel *model, GError **error)
{
  g_autofree char *path = vz_bundle_dup_hardware_model_path (self);

  return vz_file_write (path, vz_hardware_model_get_data_representation (model), 0600, error);
}

/**
 * vz_bundle_set_machine_identifier:
 * @self: a bundle
 * @identifier: the identifier
 * @error: return location for an error, or %NULL
 *
 * Writes the file `MachineIdentifier`.
 *
 * Returns: whether it was written; otherwise @error is %VZ_ERROR_OUT_OF_DISK_SPACE or %VZ_ERROR_IO
 *   and the file is unchanged
 */
gboolean
vz_bundle_set_machine_identifier (VzBundle *self, VzMachineIdentifier *identifier, GError **error)
{
  g_autofree char *path = vz_bundle_dup_machine_identifier_path (self);

  return vz_file_write (path, vz_machine_identifier_get_data_representation (identifier), 0600,
                        error);
}

/**
 * vz_bundle_create_disk_image:
 * @self: a bundle
 * @size: the size in bytes, a multiple of 512 and not 0
 * @error: return location for an error, or %NULL
 *
 * Creates the disk: raw, of this size, and without a single block in use.
 *
 * Returns: whether it was created; otherwise @error is %VZ_ERROR_INVALID_ARGUMENT, %VZ_ERROR_EXISTS
 *   (there is already a disk, which is untouched), %VZ_ERROR_OUT_OF_DISK_SPACE or %VZ_ERROR_IO
 */
gboolean
vz_bundle_create_disk_image (VzBundle *self, guint64 size, GError **error)
{
  g_autofree char *path = vz_bundle_dup_disk_image_path (self);
  int fd VZ_AUTO_CLOSE = -1;

  if (size == 0 || size % SECTOR != 0 || size > G_MAXINT64)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "disk size: %" G_GUINT64_FORMAT " found, must be a multiple of %d above 0",
                    size, SECTOR);
  fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return vz_fail_errno (error, "cannot create '%s'", path);
  if (ftruncate (fd, (off_t) size) == 0)
    return TRUE;
  vz_fail_errno (error, "cannot resize '%s' to %" G_GUINT64_FORMAT " bytes", path, size);
  unlink (path);
  return FALSE;
}
