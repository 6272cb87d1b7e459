/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/install/install-job.h"

#include <glib/gstdio.h>

#include "foundation/vz-fail.h"
#include "tool/install/default-machine.h"

/* How this works
 *
 * The bundle is made beside its place. An image that is not a local file is fetched or composed
 * into it first, and what was fetched of it when that fails stays in the cache for the next time;
 * the disk is restored, the guest booted once for its settings, and only then the bundle gets its
 * name. Whatever goes wrong meanwhile discards it.
 *
 * A killed process cannot discard anything. What it left is looked at by the next install: when the
 * disk had been restored from the same image, it goes on with the first boot, else it begins anew.
 * Either way it says so. */

#define ALL_SHARES 100
#define CHECK_SHARE 1
#define BRING_SHARE 35 /* composing takes about half as long as installing, under TCG */

void
install_job_clear (InstallJob *self)
{
  g_clear_object (&self->progress);
  g_clear_pointer (&self->path, g_free);
  g_clear_object (&self->image);
  g_clear_object (&self->settings);
  g_clear_object (&self->bundle);
}

static gboolean
is_local (InstallJob *self)
{
  return vz_restore_image_get_path (self->image) != NULL;
}

static DefaultMachine
describe_machine (InstallJob *self, VzConfigurationRequirements *needs)
{
  return (DefaultMachine){
    .hardware_model = vz_configuration_requirements_get_hardware_model (needs),
    .cpu_count = (guint) self->wish.cpu_count,
    .memory_size = self->wish.memory_size,
    .disk_size = self->wish.disk_size,
    .publish = self->publish,
  };
}

static gboolean
prepare_machine (InstallJob *self, GError **error)
{
  VzConfigurationRequirements *needs =
    vz_restore_image_get_most_featureful_supported_configuration (self->image);
  DefaultMachine machine = describe_machine (self, needs);

  return self->resumed ? default_machine_update (&machine, self->bundle, error)
                       : default_machine_create (&machine, self->bundle, error);
}

static VzInstaller *
make_installer (InstallJob *self, GError **error)
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
  return installer;
}

/* Whether the claimed leftover can be gone on with; takes the image in it for one that is not
 * local. */
static gboolean
can_resume (InstallJob *self)
{
  g_autofree char *disk = vz_bundle_dup_disk_image_path (self->bundle);
  g_autofree char *copy = vz_bundle_dup_restore_image_path (self->bundle);
  g_autoptr (VzRestoreImage) image = is_local (self) ? g_object_ref (self->image)
                                                     : vz_restore_image_load (copy, NULL, NULL);
  g_autoptr (VzInstaller) installer = NULL;
  GStatBuf st;

  if (image == NULL || !vz_restore_image_is_supported (image) || g_stat (disk, &st) != 0 ||
      (guint64) st.st_size != self->wish.disk_size)
    return FALSE;
  g_set_object (&self->image, image);
  installer = make_installer (self, NULL);
  return installer != NULL && vz_installer_can_resume (installer, NULL, NULL);
}

static gboolean
claim_bundle (InstallJob *self, GError **error)
{
  g_autoptr (VzRestoreImage) asked_for = g_object_ref (self->image);
  g_autoptr (GError) cause = NULL;

  self->bundle = vz_bundle_resume (self->path, &cause);
  if (self->bundle != NULL)
    {
      self->resumed = can_resume (self);
      if (self->resumed)
        {
          tool_say ("resuming an interrupted installation of '%s': its disk is already restored",
                    self->path);
          return TRUE;
        }
      g_set_object (&self->image, asked_for);
      g_clear_object (&self->bundle); /* lets go of the lock that creating takes */
    }
  else if (!g_error_matches (cause, VZ_ERROR, VZ_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  self->bundle = vz_bundle_create (self->path, error);
  if (self->bundle != NULL && vz_bundle_get_replaced_partial (self->bundle))
    tool_say ("replacing what an interrupted installation of '%s' left", self->path);
  return self->bundle != NULL;
}

static gboolean
needs_copy (InstallJob *self, const char *destination)
{
  return !is_local (self) || (self->keep_image && !g_file_test (destination, G_FILE_TEST_EXISTS));
}

/* Makes a local file of an image that is none, or keeps a copy of one that is. */
static gboolean
bring_image (InstallJob *self, const char *destination, GCancellable *cancellable, GError **error)
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
  return self->image != NULL && install_check_image (self->image, &self->wish, error) &&
         install_check_space (self->image, self->path, self->wish.disk_size, FALSE, error);
}

/* A file where it is, of which a catalog may say what it should be. */
static gboolean
check_image (InstallJob *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzProgress) progress = vz_progress_add_child (self->progress, CHECK_SHARE, 0);

  if (!vz_restore_image_check_listed (self->image, progress, cancellable, error))
    return FALSE;
  vz_progress_finish (progress);
  return TRUE;
}

static gboolean
restore_and_boot (InstallJob *self, guint64 share, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzInstaller) installer = make_installer (self, error);

  if (installer == NULL)
    return FALSE;
  vz_progress_attach_child (self->progress, vz_installer_get_progress (installer), share);
  return vz_installer_install (installer, cancellable, error);
}

static gboolean
finish (InstallJob *self, GError **error)
{
  g_autofree char *copy = vz_bundle_dup_restore_image_path (self->bundle);

  if (!self->keep_image && g_unlink (copy) != 0 && g_file_test (copy, G_FILE_TEST_EXISTS))
    return vz_fail_errno (error, "'%s' cannot be removed", copy);
  return vz_bundle_commit (self->bundle, error);
}

/* All that takes long, in a thread beside the one that shows how far it is. */
static gboolean
work (gpointer data, GCancellable *cancellable, GError **error)
{
  InstallJob *self = data;
  g_autofree char *destination = vz_bundle_dup_restore_image_path (self->bundle);
  gboolean bring = needs_copy (self, destination);

  return (bring ? bring_image (self, destination, cancellable, error)
                : check_image (self, cancellable, error)) &&
         prepare_machine (self, error) &&
         restore_and_boot (self, ALL_SHARES - (bring ? BRING_SHARE : CHECK_SHARE), cancellable,
                           error) &&
         finish (self, error);
}

gboolean
install_job_run (InstallJob *self, VzTool *tool, GError **error)
{
  g_autoptr (GError) cause = NULL;

  tool_hold_signals (tool);
  if (!claim_bundle (self, error))
    return FALSE;
  self->progress = vz_progress_new (ALL_SHARES);
  if (tool_wait (tool, work, self, self->progress, error))
    return TRUE;
  if (!vz_bundle_discard (self->bundle, &cause))
    tool_say ("vz: %s", cause->message);
  return FALSE;
}
