/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/vz-bundle-installer-disk.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "bundle/vz-bundle-private.h"
#include "compose/vz-image-cache.h"
#include "configuration/identity/vz-generic-hardware-model.h"
#include "disk/vz-disk-source-private.h"
#include "foundation/file/vz-file.h"
#include "foundation/file/vz-paths.h"
#include "foundation/vz-fail.h"
#include "image/vz-mac-os-restore-image.h"
#include "installer/target/vz-install-journal.h"
#include "installer/target/vz-partition-table.h"
#include "installer/vz-cloud-seed.h"
#include "installer/vz-default-machine.h"
#include "installer/vz-first-boot.h"
#include "installer/vz-ignition.h"
#include "machine/vz-host-support.h"
#include "systems/vz-disk-proof-private.h"
#include "transfer/vz-http-handle.h"

/* How this works
 *
 * As with a restore image, the bundle is created beside its final path and gets its name when
 * everything is done. An image on a server is fetched into it first; then the disk is written, its
 * partition table is adapted to the machine's disk, and a note records that it is complete. */

#define BRING_SHARE 40
#define BOOT_SHARE 120
#define MIB (G_GUINT64_CONSTANT (1) << 20)

/* For a compressed image, this may be known later. */
static gboolean
check_disk (VzBundleInstaller *self, GError **error)
{
  gboolean is_known = vz_disk_source_get_architecture (self->disk) != NULL ||
                      vz_disk_source_get_takes_ignition (self->disk);

  return vz_machine_size_check_disk (&self->size, self->disk, self->path, error) &&
         (!is_known || vz_first_boot_check_data (vz_disk_source_get_takes_ignition (self->disk),
                                                 self->user_data, self->ignition_data, error));
}

/**
 * vz_bundle_installer_check_disk:
 * @self: an installer
 * @location: (type filename): a disk image, a local file or an http or https address
 * @proof: (nullable): what vouches for the image
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Does the part of vz_bundle_installer_set_disk() that needs no network: checks whether what
 * vouches for the image suffices, a local file, and the machine and the free space.
 *
 * Returns: whether nothing is wrong so far; otherwise @error is one from vz_disk_source_open() or
 *   vz_disk_proof_check(), %VZ_ERROR_INVALID_ARGUMENT if a file for the other way of taking
 * settings was set, %VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION or %VZ_ERROR_OUT_OF_DISK_SPACE
 *
 * Since: 0.1
 */
gboolean
vz_bundle_installer_check_disk (VzBundleInstaller *self, const char *location, VzDiskProof *proof,
                                GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (VZ_IS_BUNDLE_INSTALLER (self) && location != NULL, FALSE);
  g_return_val_if_fail (proof == NULL || VZ_IS_DISK_PROOF (proof), FALSE);
  g_free (self->disk_location);
  self->disk_location = g_strdup (location);
  g_clear_object (&self->disk);
  g_clear_object (&self->proof);
  self->proof = proof != NULL ? g_object_ref (proof) : vz_disk_proof_new ();
  /* The machine's size is known even if nothing vouches for the image yet. */
  if (vz_http_is_url (location))
    return vz_machine_size_check_fetched (&self->size, 0, self->path, error) &&
           vz_disk_proof_check (self->proof, location, error);
  if (!vz_disk_proof_check (self->proof, location, error))
    return FALSE;
  self->disk = vz_disk_source_open_on (location, self->foreign.backing, cancellable, error);
  if (self->disk == NULL)
    return FALSE;
  if (self->size.disk_size == 0)
    self->size.disk_size = (vz_disk_source_get_disk_size (self->disk) + MIB - 1) / MIB * MIB;
  return check_disk (self, error);
}

/**
 * vz_bundle_installer_set_disk:
 * @self: an installer
 * @location: (type filename): a disk image, a local file or an http or https address
 * @proof: (nullable): what vouches for the image; %NULL for a local file that is taken as it is
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Sets what to install: the system on a disk image, see [class@DiskSource], instead of a restore
 * image. A local file is examined and checked against the machine and the free space; nothing more
 * is known about an image on a server until it is fetched. What vouches for it is checked last:
 * vz_disk_proof_resolve() is called for @proof.
 *
 * Returns: whether it can be installed; otherwise @error is as for vz_bundle_installer_check_disk()
 *   or vz_disk_proof_resolve()
 *
 * Since: 0.1
 */
gboolean
vz_bundle_installer_set_disk (VzBundleInstaller *self, const char *location, VzDiskProof *proof,
                              GCancellable *cancellable, GError **error)
{
  return vz_bundle_installer_check_disk (self, location, proof, cancellable, error) &&
         vz_disk_proof_resolve (self->proof, location, cancellable, error);
}

/**
 * vz_bundle_installer_check_system:
 * @self: an installer
 * @system: a system
 * @error: return location for an error, or %NULL
 *
 * Checks whether this host and the machine have what a system needs, without using the network.
 *
 * Returns: whether they do; otherwise @error is %VZ_ERROR_NOT_SUPPORTED,
 *   %VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION, which names the property, or
 *   %VZ_ERROR_OUT_OF_DISK_SPACE
 *
 * Since: 0.1
 */
gboolean
vz_bundle_installer_check_system (VzBundleInstaller *self, VzSystem *system, GError **error)
{
  g_autofree char *whose = NULL;
  VzMachineSize needs;

  g_return_val_if_fail (VZ_IS_BUNDLE_INSTALLER (self) && system != NULL, FALSE);
  whose = g_strconcat (" for ", system->title, NULL);
  needs = (VzMachineSize){ system->minimum_cpu_count, system->minimum_memory_size,
                           system->minimum_disk_size };
  return vz_host_check_engine (system->architecture, error) &&
         vz_machine_size_check_needs (&self->size, &needs, whose, error) &&
         vz_machine_size_check_fetched (&self->size, 0, self->path, error);
}

/**
 * vz_bundle_installer_set_system:
 * @self: an installer
 * @system: a system, as from vz_system_catalog_find()
 * @proof: (nullable): what vouches for its image; %NULL: what is known about the system
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Sets what to install by the system's name: calls vz_bundle_installer_check_system(), and
 * vz_bundle_installer_set_disk() for the system's image.
 *
 * Returns: whether it can be installed; otherwise @error is as for these two
 *
 * Since: 0.1
 */
gboolean
vz_bundle_installer_set_system (VzBundleInstaller *self, VzSystem *system, VzDiskProof *proof,
                                GCancellable *cancellable, GError **error)
{
  g_autoptr (VzDiskProof) known = NULL;

  g_return_val_if_fail (VZ_IS_BUNDLE_INSTALLER (self) && system != NULL, FALSE);
  known = proof != NULL ? g_object_ref (proof) : vz_disk_proof_new_for_system (system);
  return vz_bundle_installer_check_system (self, system, error) &&
         vz_bundle_installer_set_disk (self, system->url, known, cancellable, error);
}

/**
 * vz_bundle_installer_set_cloud_init_file:
 * @self: an installer
 * @path: (type filename): a file for cloud-init, whose first line states its kind
 * @error: return location for an error, or %NULL
 *
 * Adds a file of the user's to what a guest with cloud-init is told in its first boot. cloud-init
 * merges it: lists are joined, and for single values the settings of this installer take
 * precedence.
 *
 * Returns: whether it is a valid file; otherwise @error is %VZ_ERROR_INVALID_ARGUMENT,
 *   %VZ_ERROR_NOT_FOUND or %VZ_ERROR_IO
 *
 * Since: 0.1
 */
gboolean
vz_bundle_installer_set_cloud_init_file (VzBundleInstaller *self, const char *path, GError **error)
{
  g_return_val_if_fail (VZ_IS_BUNDLE_INSTALLER (self) && path != NULL, FALSE);
  g_clear_pointer (&self->user_data, g_bytes_unref);
  self->user_data = vz_cloud_seed_read (path, error);
  return self->user_data != NULL;
}

/**
 * vz_bundle_installer_set_ignition_file:
 * @self: an installer
 * @path: (type filename): a configuration for Ignition, in JSON, of a version 3
 * @error: return location for an error, or %NULL
 *
 * Adds a configuration of the user's to what a guest with Ignition is told in its first boot.
 * Ignition merges the two: lists are joined, and for single values the settings of this installer
 * take precedence.
 *
 * Returns: whether it is a valid configuration; otherwise @error is %VZ_ERROR_INVALID_ARGUMENT,
 *   %VZ_ERROR_NOT_FOUND or %VZ_ERROR_IO
 *
 * Since: 0.1
 */
gboolean
vz_bundle_installer_set_ignition_file (VzBundleInstaller *self, const char *path, GError **error)
{
  g_return_val_if_fail (VZ_IS_BUNDLE_INSTALLER (self) && path != NULL, FALSE);
  g_clear_pointer (&self->ignition_data, g_bytes_unref);
  self->ignition_data = vz_ignition_read (path, error);
  return self->ignition_data != NULL;
}

/**
 * vz_bundle_installer_get_settings_way:
 * @self: an installer
 *
 * Tells how the guest of a disk image or of a restore image learns its settings.
 *
 * Returns: (transfer none) (nullable): `cloud-init`, `ignition`, `agent` for vz's, or `none` after
 *   vz_bundle_installer_set_leave_guest(); %NULL while nothing is known, as of an image on a
 * server, and for a Mac
 *
 * Since: 0.1
 */
const char *
vz_bundle_installer_get_settings_way (VzBundleInstaller *self)
{
  g_return_val_if_fail (VZ_IS_BUNDLE_INSTALLER (self), NULL);
  if (self->is_iso || VZ_IS_MAC_OS_RESTORE_IMAGE (self->image))
    return NULL;
  if (self->leave_guest)
    return "none";
  if (self->image != NULL)
    return vz_restore_image_has_ignition (self->image)     ? "ignition"
           : vz_restore_image_has_cloud_init (self->image) ? "cloud-init"
                                                           : "agent";
  if (self->disk == NULL)
    return NULL;
  if (vz_disk_source_get_takes_ignition (self->disk))
    return "ignition";
  return vz_disk_source_get_architecture (self->disk) != NULL ? "cloud-init" : NULL;
}

/**
 * vz_bundle_installer_set_leave_guest:
 * @self: an installer
 * @leave_guest: whether to leave the guest as it is
 *
 * Sets whether a guest from a disk image stays exactly as in the image: it is not booted, and gets
 * none of the settings (%FALSE unless set).
 *
 * Since: 0.1
 */
void
vz_bundle_installer_set_leave_guest (VzBundleInstaller *self, gboolean leave_guest)
{
  g_return_if_fail (VZ_IS_BUNDLE_INSTALLER (self));
  self->leave_guest = leave_guest;
}

/**
 * vz_bundle_installer_get_note:
 * @self: an installer
 *
 * Returns: (transfer none) (nullable): what the user has to know about the installed machine, such
 *   as that the guest did not take its settings; %NULL: nothing
 *
 * Since: 0.1
 */
const char *
vz_bundle_installer_get_note (VzBundleInstaller *self)
{
  g_return_val_if_fail (VZ_IS_BUNDLE_INSTALLER (self), NULL);
  return self->note;
}

/* What the disk will hold: changes with the file. */
static char *
make_fingerprint (VzBundleInstaller *self)
{
  GStatBuf st = { 0 };

  if (vz_http_is_url (self->disk_location))
    return g_strdup_printf ("disk %s %s", self->disk_location,
                            vz_disk_proof_get_digest (self->proof) != NULL
                              ? vz_disk_proof_get_digest (self->proof)
                              : "unverified");
  if (g_stat (self->disk_location, &st) != 0)
    return g_strdup ("");
  return g_strdup_printf ("disk %s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT ".%ld",
                          self->disk_location, (gint64) st.st_size, (gint64) st.st_mtim.tv_sec,
                          st.st_mtim.tv_nsec);
}

gboolean
vz_bundle_installer_disk_can_resume (VzBundleInstaller *self)
{
  g_autofree char *disk = vz_bundle_dup_disk_image_path (self->bundle);
  g_autofree char *fingerprint = make_fingerprint (self);
  GStatBuf st;

  return g_stat (disk, &st) == 0 && (guint64) st.st_size == self->size.disk_size &&
         vz_install_journal_matches (disk, fingerprint, self->size.disk_size);
}

gboolean
vz_bundle_installer_fetch_file (VzBundleInstaller *self, const char *destination,
                                VzProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autofree char *directory = vz_make_cache_directory (VZ_IMAGE_CACHE, error);
  g_autofree char *part = NULL;
  VzDownload download = vz_disk_proof_describe (self->proof, self->disk_location);

  if (directory == NULL)
    return FALSE;
  download.destination = destination;
  vz_image_cache_prune (directory, g_get_real_time () / G_USEC_PER_SEC, VZ_IMAGE_CACHE_BUDGET);
  part = vz_image_cache_dup_part_path (directory, self->disk_location);
  download.part = part;
  return vz_download_run (&download, progress, cancellable, error);
}

static gboolean
fetch (VzBundleInstaller *self, const char *destination, VzProgress *progress,
       GCancellable *cancellable, GError **error)
{
  if (!vz_bundle_installer_fetch_file (self, destination, progress, cancellable, error))
    return FALSE;
  self->disk = vz_disk_source_open (destination, cancellable, error);
  return self->disk != NULL && check_disk (self, error);
}

gboolean
vz_bundle_installer_check_file (VzBundleInstaller *self, VzProgress *progress,
                                GCancellable *cancellable, GError **error)
{
  VzDownload expected = vz_disk_proof_describe (self->proof, self->disk_location);

  return vz_download_check_file (&expected, self->disk_location, progress, cancellable, error);
}

/* Provides the file locally, verified, with all its facts. */
static gboolean
bring (VzBundleInstaller *self, VzProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autofree char *fetched = vz_bundle_dup_file_path (self->bundle, VZ_BUNDLE_INSTALLER_FETCHED);
  gboolean remote = vz_http_is_url (self->disk_location);
  g_autoptr (VzProgress) bringing = vz_progress_add_child (progress, BRING_SHARE, 0);
  g_autoptr (VzProgress) unpacking = vz_progress_add_child (progress, BRING_SHARE, 0);
  VzDiskSource *plain;

  if (!(remote ? fetch (self, fetched, bringing, cancellable, error)
               : vz_bundle_installer_check_file (self, bringing, cancellable, error)))
    return FALSE;
  vz_progress_finish (bringing);
  plain = vz_disk_source_make_plain (self->disk, self->size.disk_size,
                                     vz_bundle_get_directory (self->bundle), unpacking, cancellable,
                                     error);
  if (plain == NULL)
    return FALSE;
  g_object_unref (self->disk);
  self->disk = plain;
  vz_progress_finish (unpacking);
  return check_disk (self, error);
}

void
vz_bundle_installer_set_foreign (VzBundleInstaller *self, const VzForeignDisk *foreign)
{
  self->foreign = *foreign;
  self->size.disk_size = 0; /* known with the disk */
}

void
vz_bundle_installer_report_to (VzBundleInstaller *self, VzProgress *progress)
{
  vz_progress_set_total (progress, VZ_BUNDLE_INSTALLER_SHARES);
  g_set_object (&self->progress, progress);
}

static gboolean
run_customize (VzBundleInstaller *self, GError **error)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = NULL;

  if (self->foreign.customize == NULL)
    return TRUE;
  configuration = vz_bundle_load_configuration (self->bundle, error);
  return configuration != NULL &&
         self->foreign.customize (self->bundle, configuration, self->foreign.user_data, error) &&
         vz_virtual_machine_configuration_validate (configuration, error) &&
         vz_bundle_save_configuration (self->bundle, configuration, error);
}

static gboolean
prepare_machine (VzBundleInstaller *self, GError **error)
{
  g_autoptr (VzGenericHardwareModel) model =
    self->resumes ? NULL
                  : vz_generic_hardware_model_new (vz_disk_source_get_architecture (self->disk));
  VzDefaultMachine machine = {
    .hardware_model = (VzHardwareModel *) model,
    .size = self->size,
    .published_ports = self->published_ports,
  };

  return (self->resumes ? vz_default_machine_update (&machine, self->bundle, error)
                        : vz_default_machine_create (&machine, self->bundle, error)) &&
         run_customize (self, error);
}

static gboolean
write_disk (VzBundleInstaller *self, VzProgress *progress, GCancellable *cancellable,
            GError **error)
{
  g_autofree char *path = vz_bundle_dup_disk_image_path (self->bundle);
  g_autofree char *fetched = vz_bundle_dup_file_path (self->bundle, VZ_BUNDLE_INSTALLER_FETCHED);
  g_autofree char *fingerprint = make_fingerprint (self);
  g_autoptr (VzProgress) writing = vz_progress_add_child (progress, BRING_SHARE, 0);
  int fd VZ_AUTO_CLOSE = open (path, O_RDWR | O_CLOEXEC);
  gboolean grown = FALSE;

  if (fd < 0)
    return vz_fail_errno (error, "cannot open the disk image '%s'", path);
  if (!vz_disk_source_write (self->disk, fd, self->size.disk_size, writing, cancellable, error) ||
      !vz_partition_table_grow (fd, &grown, error))
    return FALSE;
  if (fsync (fd) != 0)
    return vz_fail_errno (error, "cannot write the disk image '%s'", path);
  if (g_unlink (fetched) != 0 && vz_file_is_there (fetched))
    return vz_fail_errno (error, "cannot remove '%s'", fetched);
  vz_progress_finish (writing);
  return vz_install_journal_write (path, fingerprint, self->size.disk_size, error);
}

static gboolean
boot_once (VzBundleInstaller *self, VzProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzVirtualMachineConfiguration)
    configuration = vz_bundle_load_configuration (self->bundle, error);
  g_autofree char *disk = vz_bundle_dup_disk_image_path (self->bundle);
  const VzFirstBoot boot = { configuration, disk, self->settings, self->user_data,
                             self->ignition_data };
  g_autoptr (VzProgress) booting = vz_progress_add_child (progress, BOOT_SHARE, 0);

  if (configuration == NULL)
    return FALSE;
  return self->leave_guest || vz_first_boot_run (&boot, booting, &self->note, cancellable, error);
}

/* If the guest did not take them, it has left a note. */
gboolean
vz_bundle_installer_took_settings (const VzBundleInstaller *self)
{
  return !self->leave_guest && self->note == NULL;
}

gboolean
vz_bundle_installer_make_from_disk (VzBundleInstaller *self, GCancellable *cancellable,
                                    GError **error)
{
  g_autofree char *path = vz_bundle_dup_disk_image_path (self->bundle);
  g_autoptr (VzProgress)
    progress = vz_progress_add_child (self->progress, VZ_BUNDLE_INSTALLER_SHARES,
                                      3 * BRING_SHARE + BOOT_SHARE);

  if (!self->resumes && !bring (self, progress, cancellable, error))
    return FALSE;
  if (!prepare_machine (self, error) ||
      (!self->resumes && !write_disk (self, progress, cancellable, error)) ||
      !boot_once (self, progress, cancellable, error))
    return FALSE;
  vz_progress_finish (progress);
  return vz_install_journal_remove (path, error) &&
         (!vz_bundle_installer_took_settings (self) ||
          vz_bundle_installer_record_user (self, error)) &&
         vz_bundle_commit (self->bundle, error);
}
