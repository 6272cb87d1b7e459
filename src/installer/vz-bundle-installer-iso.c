/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/vz-bundle-installer-iso.h"

#include <glib/gstdio.h>

#include "bundle/vz-bundle-private.h"
#include "configuration/identity/vz-generic-hardware-model.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "installer/vz-bundle-installer-disk.h"
#include "installer/vz-default-machine.h"
#include "machine/vz-host-support.h"
#include "systems/vz-disk-proof-private.h"
#include "transfer/vz-http-handle.h"

/* How this works
 *
 * As with a disk image, the bundle is created beside its final path and gets its name when
 * everything is done; but its disk is blank, and the publisher's installer, which runs in the
 * machine and is used by a person at its screen, writes the system to it. A program that shows the
 * screen needs the machine before it runs, so the steps up to that point have a separate call.
 *
 * A half-finished installer run cannot be continued: an interrupted installation is discarded, and
 * whatever a killed one left behind is replaced by the next. */

static gboolean
look (VzBundleInstaller *self, const char *path, GCancellable *cancellable, GError **error)
{
  vz_iso_image_clear (&self->iso);
  return vz_iso_image_look (path, &self->iso, cancellable, error) &&
         vz_host_check_engine (self->iso.architecture, error) &&
         vz_bundle_installer_check_unattended (self, path, cancellable, error);
}

/**
 * vz_bundle_installer_check_iso:
 * @self: an installer
 * @location: (type filename): an installer's CD image, a local file or an http or https address
 * @proof: (nullable): what vouches for the image
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Does the part of vz_bundle_installer_set_iso() that needs no network.
 *
 * Returns: whether nothing is wrong so far; otherwise @error is as for
 *   vz_bundle_installer_set_iso()
 *
 * Since: 0.1
 */
gboolean
vz_bundle_installer_check_iso (VzBundleInstaller *self, const char *location, VzDiskProof *proof,
                               GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (VZ_IS_BUNDLE_INSTALLER (self) && location != NULL, FALSE);
  g_return_val_if_fail (proof == NULL || VZ_IS_DISK_PROOF (proof), FALSE);
  g_free (self->disk_location);
  self->disk_location = vz_http_is_url (location) ? g_strdup (location)
                                                  : g_canonicalize_filename (location, NULL);
  self->is_iso = TRUE;
  g_clear_object (&self->proof);
  self->proof = proof != NULL ? g_object_ref (proof) : vz_disk_proof_new ();
  if (!vz_machine_size_check_fetched (&self->size, 0, self->path, error) ||
      !vz_disk_proof_check (self->proof, location, error))
    return FALSE;
  vz_iso_image_clear (&self->iso);
  return vz_http_is_url (location) || look (self, self->disk_location, cancellable, error);
}

/**
 * vz_bundle_installer_set_iso:
 * @self: an installer
 * @location: (type filename): an installer's CD image, a local file or an http or https address
 * @proof: (nullable): what vouches for the image; %NULL for a local file that is taken as it is
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Sets what to install: the system that the installer on a CD image (ISO 9660) writes to a blank
 * disk, used by a person on the machine's screen, or unattended. The machine boots from it by EFI.
 * See vz_bundle_installer_prepare() for the screen.
 *
 * Returns: whether it can be started; otherwise @error is %VZ_ERROR_NOT_FOUND,
 *   %VZ_ERROR_INVALID_DISK_IMAGE (not such an image, or damaged), %VZ_ERROR_NOT_SUPPORTED (it boots
 *   only from a legacy BIOS, or is for another architecture), %VZ_ERROR_OUT_OF_DISK_SPACE,
 *   %VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION or one from vz_disk_proof_resolve()
 *
 * Since: 0.1
 */
gboolean
vz_bundle_installer_set_iso (VzBundleInstaller *self, const char *location, VzDiskProof *proof,
                             GCancellable *cancellable, GError **error)
{
  return vz_bundle_installer_check_iso (self, location, proof, cancellable, error) &&
         vz_disk_proof_resolve (self->proof, location, cancellable, error);
}

/* Provides the file locally, verified; @ret_path is where. */
static gboolean
bring (VzBundleInstaller *self, char **ret_path, GCancellable *cancellable, GError **error)
{
  g_autofree char *fetched = vz_bundle_dup_file_path (self->bundle, VZ_BUNDLE_INSTALLER_FETCHED);
  g_autoptr (VzProgress)
    progress = vz_progress_add_child (self->progress, VZ_BUNDLE_INSTALLER_SHARES, 0);

  if (!vz_http_is_url (self->disk_location))
    {
      *ret_path = g_strdup (self->disk_location);
      return vz_bundle_installer_check_file (self, progress, cancellable, error);
    }
  if (!vz_bundle_installer_fetch_file (self, fetched, progress, cancellable, error) ||
      !look (self, fetched, cancellable, error))
    return FALSE;
  *ret_path = g_steal_pointer (&fetched);
  return TRUE;
}

static gboolean
prepare (VzBundleInstaller *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzGenericHardwareModel) model = NULL;
  g_autofree char *path = NULL;
  VzDefaultMachine machine = { .published_ports = self->published_ports };

  if (!bring (self, &path, cancellable, error))
    return FALSE;
  model = vz_generic_hardware_model_new (self->iso.architecture);
  machine.hardware_model = (VzHardwareModel *) model;
  machine.size = self->size;
  return vz_default_machine_create (&machine, self->bundle, error) &&
         vz_media_boot_prepare (&self->media, self->bundle, path, error) &&
         vz_bundle_installer_prepare_unattended (self, path, cancellable, error);
}

/**
 * vz_bundle_installer_prepare:
 * @self: an installer that has a CD image
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Does the part of an installation that precedes running the machine: claims the path, fetches the
 * CD image if it is on a server, and makes the bundle's files. Afterwards
 * vz_bundle_installer_get_machine() returns the machine, so that its screen can be shown;
 * vz_bundle_installer_install() starts it unless it is running. A caller that does not call the
 * latter must call vz_bundle_installer_give_up().
 *
 * Returns: whether it can be started; otherwise nothing is left, and @error is as for
 *   vz_bundle_installer_install()
 *
 * Since: 0.1
 */
gboolean
vz_bundle_installer_prepare (VzBundleInstaller *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (VZ_IS_BUNDLE_INSTALLER (self) && self->is_iso, FALSE);
  if (!vz_bundle_installer_claim (self, error))
    return FALSE;
  if (self->media.machine != NULL || prepare (self, cancellable, error))
    return TRUE;
  vz_bundle_installer_abandon (self, error);
  return FALSE;
}

/**
 * vz_bundle_installer_get_machine:
 * @self: an installer
 *
 * Returns: (transfer none) (nullable): the machine with the installer's CD image, available after
 * vz_bundle_installer_prepare(); %NULL: there is none yet
 *
 * Since: 0.1
 */
VzVirtualMachine *
vz_bundle_installer_get_machine (VzBundleInstaller *self)
{
  g_return_val_if_fail (VZ_IS_BUNDLE_INSTALLER (self), NULL);
  return self->media.machine;
}

/**
 * vz_bundle_installer_give_up:
 * @self: an installer
 *
 * Ends the machine of vz_bundle_installer_prepare(), and removes the unfinished bundle.
 *
 * Since: 0.1
 */
void
vz_bundle_installer_give_up (VzBundleInstaller *self)
{
  g_return_if_fail (VZ_IS_BUNDLE_INSTALLER (self));
  if (self->bundle == NULL)
    return;
  if (self->media.machine != NULL && vz_virtual_machine_get_can_stop (self->media.machine))
    vz_virtual_machine_stop (self->media.machine, NULL, NULL);
  vz_bundle_discard (self->bundle, NULL);
}

gboolean
vz_bundle_installer_make_from_iso (VzBundleInstaller *self, GCancellable *cancellable,
                                   GError **error)
{
  g_autofree char *fetched = vz_bundle_dup_file_path (self->bundle, VZ_BUNDLE_INSTALLER_FETCHED);

  if ((self->media.machine == NULL && !prepare (self, cancellable, error)) ||
      !vz_media_boot_run (&self->media, cancellable, error))
    return FALSE;
  if (g_unlink (fetched) != 0 && vz_file_is_there (fetched))
    return vz_fail_errno (error, "cannot remove '%s'", fetched);
  return vz_bundle_installer_finish_unattended (self, error) &&
         vz_bundle_commit (self->bundle, error);
}
