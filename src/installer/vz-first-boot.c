/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/vz-first-boot.h"

#include <glib/gstdio.h>
#include <string.h>

#include "bundle/vz-runtime.h"
#include "configuration/platform/vz-generic-platform-configuration.h"
#include "configuration/storage/vz-disk-image-storage-device-attachment.h"
#include "configuration/storage/vz-virtio-block-device-configuration.h"
#include "disk/vz-ignition-disk.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "installer/target/vz-install-journal.h"
#include "installer/unattended/vz-settings-mark.h"
#include "installer/vz-cloud-seed.h"
#include "installer/vz-ignition.h"
#include "installer/vz-installer-steps.h"
#include "machine/vz-virtual-machine-private.h"

/* How this works
 *
 * A guest whose system is unknown cannot be asked for its progress. It reports on its serial line
 * that it has its settings, in a line that nothing else could have written, and switches itself off
 * when cloud-init, or what Ignition has installed, has finished. A guest that does neither does not
 * look for what it was given; this is known once the time is up.
 *
 * cloud-init starts over for another volume. Ignition does not: once it is done, what it has
 * created prints the mark of the first time. So the note that the disk is only restored is removed
 * before the guest starts, and an interrupted installation starts over. */

/* Beside the disk, for this boot only. */
#define SEED "CloudInit.img"
#define CONFIG "Ignition.json"
#define BOOT_LIMIT (30 * 60) /* seconds: under TCG on a busy host */
#define OFF_LIMIT 180 /* seconds from the mark, or the power button, to the end */
#define EXPECTED 120.0
#define SLICE 1000 /* milliseconds between two looks at the log */

typedef struct {
  VzVirtualMachine *machine;
  VzSettingsMark mark;
  char *disk;
  char *given; /* path of the volume or of the configuration */
  gboolean is_ignition;
  VzFirmwareFile file; /* the machine's, with Ignition */
} Boot;

static void
boot_clear (Boot *self)
{
  g_clear_object (&self->machine);
  vz_settings_mark_clear (&self->mark);
  g_free (self->disk);
  g_free (self->given);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Boot, boot_clear)

static void
add_volume (VzVirtualMachineConfiguration *configuration, const char *path)
{
  g_autoptr (VzDiskImageStorageDeviceAttachment)
    attachment = vz_disk_image_storage_device_attachment_new (path, TRUE);
  g_autoptr (GPtrArray) devices =
    g_ptr_array_copy (vz_virtual_machine_configuration_get_storage_devices (configuration),
                      (GCopyFunc) (void *) g_object_ref, NULL);

  g_ptr_array_add (
    devices, vz_virtio_block_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (attachment)));
  vz_virtual_machine_configuration_set_storage_devices (configuration, devices);
}

/* The machine's own configuration plus what the guest is given; none of the latter is saved. */
static gboolean
make_machine (const VzFirstBoot *self, Boot *boot, GError **error)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration =
    VZ_VIRTUAL_MACHINE_CONFIGURATION (vz_config_copy (VZ_CONFIG (self->configuration)));
  VzPlatformConfiguration *platform = vz_virtual_machine_configuration_get_platform (configuration);
  VzMachineIdentifier *identifier =
    VZ_MACHINE_IDENTIFIER (vz_generic_platform_configuration_get_machine_identifier (
      VZ_GENERIC_PLATFORM_CONFIGURATION (platform)));
  g_autofree char *state = vz_state_directory_for (identifier, error);

  if (state == NULL)
    return FALSE;
  if (!boot->is_ignition)
    add_volume (configuration, boot->given);
  boot->machine = vz_virtual_machine_new (configuration);
  if (boot->is_ignition)
    {
      boot->file = (VzFirmwareFile){ vz_ignition_names, boot->given };
      boot->machine->firmware_file = &boot->file;
    }
  boot->disk = g_strdup (self->disk);
  boot->mark.log = g_build_filename (state, "console.log", NULL);
  return TRUE;
}

/* Until the machine is off or @limit has passed; FALSE only if cancelled. */
static gboolean
wait_for_end (Boot *self, gint64 limit, VzProgress *progress, GCancellable *cancellable,
              GError **error)
{
  gint64 since = g_get_monotonic_time ();
  gboolean marked = FALSE;

  while (!vz_virtual_machine_has_ended (self->machine) && g_get_monotonic_time () < limit)
    {
      VzVirtualMachineState state = vz_virtual_machine_get_state (self->machine);

      if (progress != NULL)
        vz_install_go_by_clock (progress, since, EXPECTED);
      if (!marked && vz_settings_mark_look (&self->mark))
        {
          marked = TRUE;
          /* A second boot of this disk would not report it again: once interrupted, start over. */
          if (!vz_install_journal_remove (self->disk, error))
            return FALSE;
          limit = g_get_monotonic_time () + OFF_LIMIT * G_USEC_PER_SEC;
        }
      if (!vz_virtual_machine_wait_state_change (self->machine, state, SLICE, cancellable, error))
        return FALSE;
    }
  vz_settings_mark_look (&self->mark);
  return TRUE;
}

/* A guest that did not switch itself off is asked to, and then forced. */
static gboolean
switch_off (Boot *self, GCancellable *cancellable, GError **error)
{
  if (vz_virtual_machine_has_ended (self->machine))
    return vz_virtual_machine_wait_stopped (self->machine, NULL, error);
  if (vz_virtual_machine_request_stop (self->machine, NULL) &&
      !wait_for_end (self, g_get_monotonic_time () + OFF_LIMIT * G_USEC_PER_SEC, NULL, cancellable,
                     error))
    return FALSE;
  return vz_virtual_machine_has_ended (self->machine) ||
         vz_virtual_machine_stop (self->machine, NULL, error);
}

static gboolean
judge (const Boot *self, char **ret_note, GError **error)
{
  if (self->mark.status < 0)
    *ret_note = g_strdup_printf (
      "the guest did not apply its settings within %d minutes: its system %s. User, key and host "
      "name are the image's; the console's log is '%s'",
      BOOT_LIMIT / 60,
      self->is_ignition
        ? "was booted before, its Ignition does not read QEMU's fw_cfg (an image for QEMU does), "
          "or refused the configuration"
        : "has no cloud-init, or one that does not look for a volume CIDATA (NoCloud)",
      self->mark.log);
  return self->mark.status <= 0 || vz_fail (error, VZ_ERROR_INSTALLATION_FAILED,
                                            "the guest did not accept its settings (status %d): %s",
                                            self->mark.status, self->mark.said);
}

static gboolean
write_config (const VzFirstBoot *self, const Boot *boot, GError **error)
{
  VZ_ERROR_PREFIX ("the configuration for Ignition");
  const VzIgnition ignition = { self->settings, boot->mark.word, self->ignition_data };
  char *text = vz_ignition_dup_config (&ignition);
  g_autoptr (GBytes) data = g_bytes_new_take (text, strlen (text));

  return vz_file_write (boot->given, data, 0600, error) &&
         vz_install_journal_remove (self->disk, error);
}

static gboolean
write_given (const VzFirstBoot *self, const Boot *boot, GCancellable *cancellable, GError **error)
{
  VzCloudSeed volume = { .settings = self->settings, .user_data = self->user_data };

  if (boot->is_ignition)
    return write_config (self, boot, error);
  volume.identifier = volume.mark = boot->mark.word;
  return vz_cloud_seed_write (&volume, boot->given, cancellable, error);
}

static gboolean
boot_once (const VzFirstBoot *self, Boot *boot, VzProgress *progress, GCancellable *cancellable,
           GError **error)
{
  gint64 limit = g_get_monotonic_time () + BOOT_LIMIT * G_USEC_PER_SEC;
  gboolean ok;

  if (!write_given (self, boot, cancellable, error) || !make_machine (self, boot, error) ||
      !vz_virtual_machine_start (boot->machine, cancellable, error))
    return FALSE;
  ok = wait_for_end (boot, limit, progress, cancellable, error) &&
       switch_off (boot, cancellable, error);
  if (!ok && vz_virtual_machine_get_can_stop (boot->machine))
    vz_virtual_machine_stop (boot->machine, NULL, NULL);
  return ok;
}

gboolean
vz_first_boot_check_data (gboolean takes_ignition, GBytes *user_data, GBytes *ignition_data,
                          GError **error)
{
  if (takes_ignition && user_data != NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "cloud-init: the image's system takes its settings by Ignition; give it a "
                    "configuration for that with --ignition");
  return takes_ignition || ignition_data == NULL ||
         vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                  "ignition: the image's system does not take its settings by Ignition, judging by "
                  "its partitions' names; --cloud-init is for one with cloud-init");
}

gboolean
vz_first_boot_run (const VzFirstBoot *self, VzProgress *progress, char **ret_note,
                   GCancellable *cancellable, GError **error)
{
  g_autofree char *directory = g_path_get_dirname (self->disk);
  g_auto (Boot) boot = { NULL };
  gboolean ok;

  *ret_note = NULL;
  boot.is_ignition = vz_ignition_disk_recognize_file (self->disk);
  boot.given = g_build_filename (directory, boot.is_ignition ? CONFIG : SEED, NULL);
  if (!vz_first_boot_check_data (boot.is_ignition, self->user_data, self->ignition_data, error))
    return FALSE;
  vz_settings_mark_init (&boot.mark);
  vz_progress_set_phase (progress, VZ_PROGRESS_PHASE_BOOT);
  vz_progress_set_total (progress, VZ_INSTALL_CLOCK_UNITS);
  ok = boot_once (self, &boot, progress, cancellable, error);
  if (g_unlink (boot.given) != 0 && vz_file_is_there (boot.given) && ok)
    return vz_fail_errno (error, "cannot remove '%s'", boot.given);
  return ok && judge (&boot, ret_note, error);
}
