/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/vz-bundle-installer-steps.h"

#include <glib/gstdio.h>

#include "configuration/platform/vz-generic-platform-configuration.h"
#include "foundation/vz-fail.h"
#include "image/vz-restore-image-download.h"
#include "installer/vz-bundle-installer-disk.h"
#include "installer/vz-bundle-installer-iso.h"
#include "installer/vz-default-machine.h"
#include "installer/vz-installer-private.h"

/* How this works
 *
 * The bundle is created beside its final path. An image that is not a local file is fetched or
 * composed into it first, and if that fails, what was fetched stays in the cache for next time;
 * then the disk is restored, the guest is booted once for its settings, and only then does the
 * bundle get its name. If anything goes wrong meanwhile, it is discarded.
 *
 * A killed process cannot discard anything. The next installation examines what was left behind: if
 * the disk had been restored from the same image, it continues with the first boot; otherwise it
 * starts over. */

#define CHECK_SHARE 1
#define BRING_SHARE 35 /* composing takes about half as long as installing, under TCG */

static gboolean
is_local (VzBundleInstaller *self)
{
  return vz_restore_image_get_path (self->image) != NULL;
}

static gboolean
needs_copy (VzBundleInstaller *self, const char *destination)
{
  return !is_local (self) || (self->keep_image && !g_file_test (destination, G_FILE_TEST_EXISTS));
}

/* Turns an image that is not a local file into one, or keeps a copy of one that is. */
static gboolean
bring_image (VzBundleInstaller *self, const char *destination, GCancellable *cancellable,
             GError **error)
{
  g_autoptr (VzProgress) progress = vz_progress_add_child (self->progress, BRING_SHARE, 0);

  if (!vz_restore_image_download_through_cache (self->image, destination, progress, cancellable,
                                                error))
    return FALSE;
  vz_progress_finish (progress);
  if (is_local (self))
    return TRUE;
  g_clear_object (&self->image);
  self->image = vz_restore_image_load (destination, cancellable, error);
  return self->image != NULL && vz_machine_size_check_image (&self->size, self->image, error) &&
         vz_machine_size_check_space (&self->size, self->image, self->path, FALSE, error);
}

/* A file used in place, for which a catalog may have the digest. */
static gboolean
check_image (VzBundleInstaller *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzProgress) progress = vz_progress_add_child (self->progress, CHECK_SHARE, 0);

  if (!vz_restore_image_check_listed (self->image, progress, cancellable, error))
    return FALSE;
  vz_progress_finish (progress);
  return TRUE;
}

static VzInstaller *
make_installer (VzBundleInstaller *self, GError **error)
{
  g_autoptr (VzVirtualMachineConfiguration)
    configuration = vz_bundle_load_configuration (self->bundle, error);
  g_autoptr (VzVirtualMachine) machine = NULL;
  VzInstaller *installer;

  if (configuration == NULL)
    return NULL;
  machine = vz_virtual_machine_new (configuration);
  installer = vz_installer_new (machine, vz_restore_image_get_path (self->image));
  vz_installer_set_settings (installer, self->settings);
  vz_installer_set_first_boot (installer, self->user_data, self->ignition_data, self->leave_guest);
  return installer;
}

/* Whether the claimed leftover can be continued; uses the image in it in place of one that is not
 * local. */
static gboolean
can_resume (VzBundleInstaller *self)
{
  g_autofree char *disk = vz_bundle_dup_disk_image_path (self->bundle);
  g_autofree char *copy = vz_bundle_dup_restore_image_path (self->bundle);
  g_autoptr (VzRestoreImage) image = is_local (self) ? g_object_ref (self->image)
                                                     : vz_restore_image_load (copy, NULL, NULL);
  g_autoptr (VzInstaller) installer = NULL;
  GStatBuf st;

  if (image == NULL || !vz_restore_image_is_supported (image) || g_stat (disk, &st) != 0 ||
      (guint64) st.st_size != self->size.disk_size)
    return FALSE;
  g_set_object (&self->image, image);
  installer = make_installer (self, NULL);
  return installer != NULL && vz_installer_can_resume (installer, NULL, NULL);
}

gboolean
vz_bundle_installer_take_over (VzBundleInstaller *self, GError **error)
{
  g_autoptr (VzRestoreImage) asked_for = self->image != NULL ? g_object_ref (self->image) : NULL;
  g_autoptr (GError) cause = NULL;

  self->bundle = vz_bundle_resume (self->path, &cause);
  if (self->bundle == NULL)
    {
      if (!g_error_matches (cause, VZ_ERROR, VZ_ERROR_NOT_FOUND))
        g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  self->resumes = self->is_iso                  ? FALSE
                  : self->disk_location != NULL ? vz_bundle_installer_disk_can_resume (self)
                                                : can_resume (self);
  if (self->resumes)
    return TRUE;
  g_set_object (&self->image, asked_for);
  g_clear_object (&self->bundle); /* releases the lock that creating takes */
  return FALSE;
}

static gboolean
prepare_machine (VzBundleInstaller *self, GError **error)
{
  VzConfigurationRequirements *needs =
    vz_restore_image_get_most_featureful_supported_configuration (self->image);
  VzDefaultMachine machine = {
    .hardware_model = vz_configuration_requirements_get_hardware_model (needs),
    .size = self->size,
    .published_ports = self->published_ports,
  };

  return self->resumes ? vz_default_machine_update (&machine, self->bundle, error)
                       : vz_default_machine_create (&machine, self->bundle, error);
}

static gboolean
restore_and_boot (VzBundleInstaller *self, guint64 share, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzInstaller) installer = make_installer (self, error);

  if (installer == NULL)
    return FALSE;
  vz_progress_attach_child (self->progress, vz_installer_get_progress (installer), share);
  if (!vz_installer_install (installer, cancellable, error))
    return FALSE;
  g_free (self->note);
  self->note = g_strdup (vz_installer_get_note (installer));
  return TRUE;
}

gboolean
vz_bundle_installer_record_user (VzBundleInstaller *self, GError **error)
{
  g_autoptr (VzVirtualMachineConfiguration)
    configuration = vz_bundle_load_configuration (self->bundle, error);
  VzPlatformConfiguration *platform;

  if (configuration == NULL)
    return FALSE;
  platform = vz_virtual_machine_configuration_get_platform (configuration);
  vz_generic_platform_configuration_set_user_name (
    VZ_GENERIC_PLATFORM_CONFIGURATION (platform), vz_guest_settings_get_user_name (self->settings));
  return vz_bundle_save_configuration (self->bundle, configuration, error);
}

static gboolean
finish (VzBundleInstaller *self, GError **error)
{
  g_autofree char *copy = vz_bundle_dup_restore_image_path (self->bundle);

  if (!self->keep_image && g_unlink (copy) != 0 && g_file_test (copy, G_FILE_TEST_EXISTS))
    return vz_fail_errno (error, "cannot remove '%s'", copy);
  return (!vz_bundle_installer_took_settings (self) ||
          vz_bundle_installer_record_user (self, error)) &&
         vz_bundle_commit (self->bundle, error);
}

gboolean
vz_bundle_installer_make_bundle (VzBundleInstaller *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *destination = vz_bundle_dup_restore_image_path (self->bundle);
  gboolean bring;

  if (self->is_iso)
    return vz_bundle_installer_make_from_iso (self, cancellable, error);
  if (self->disk_location != NULL)
    return vz_bundle_installer_make_from_disk (self, cancellable, error);
  bring = needs_copy (self, destination);
  return (bring ? bring_image (self, destination, cancellable, error)
                : check_image (self, cancellable, error)) &&
         prepare_machine (self, error) &&
         restore_and_boot (self, VZ_BUNDLE_INSTALLER_SHARES - (bring ? BRING_SHARE : CHECK_SHARE),
                           cancellable, error) &&
         finish (self, error);
}
