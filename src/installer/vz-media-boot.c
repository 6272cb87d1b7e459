/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/vz-media-boot.h"

#include <fcntl.h>
#include <unistd.h>

#include "bundle/vz-bundle-private.h"
#include "configuration/storage/vz-disk-image-storage-device-attachment.h"
#include "configuration/storage/vz-usb-mass-storage-device-configuration.h"
#include "configuration/usb/vz-usb-controller-configuration.h"
#include "disk/vz-disk-header.h"
#include "disk/vz-esp.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-text.h"
#include "installer/unattended/vz-standstill.h"
#include "installer/vz-provision.h"
#include "machine/vz-virtual-machine-private.h"

/* How this works
 *
 * The firmware tries the disk first and then the CD, so the same machine starts the installer while
 * its disk is blank, and the system once it is installed. An installer cannot be asked whether it
 * is done. But all of them restart the guest or switch it off at the end, and then there is a boot
 * loader on the disk. A guest that restarts without one (because its user chose to in a menu) boots
 * from the CD again; one that switches itself off without one has given up.
 *
 * With nobody watching, an installer that waits for an answer would wait forever. One that is
 * working writes to the serial line or to the disk every few minutes. */

#define LONG (60 * 60 * 1000) /* milliseconds; the wait is repeated */
#define LOOK (10 * 1000) /* between two checks of an unattended one */
#define STILL_LIMIT \
  ((gint64) 60 * 60) /* seconds: for slow mirrors, and for unpacking packages under TCG */
#define LOG_MAX (16 << 20)

void
vz_media_boot_clear (VzMediaBoot *self)
{
  g_clear_object (&self->machine);
  g_clear_object (&self->restarted);
  g_clear_pointer (&self->disk, g_free);
  g_clear_pointer (&self->log, g_free);
}

static void
on_event (const char *name, JsonObject *data, gpointer restarted)
{
  if (g_str_equal (name, "RESET") && data != NULL &&
      json_object_get_boolean_member_with_default (data, "guest", FALSE))
    g_cancellable_cancel (restarted);
}

static const VzMachineListener listener = { NULL, on_event };

static gboolean
plug_in (VzVirtualMachineConfiguration *configuration, const char *iso, GError **error)
{
  GPtrArray *controllers = vz_virtual_machine_configuration_get_usb_controllers (configuration);
  g_autoptr (VzDiskImageStorageDeviceAttachment)
    attachment = vz_disk_image_storage_device_attachment_new (iso, TRUE);
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);

  if (controllers->len == 0)
    return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
                    "the machine has no USB controller");
  g_ptr_array_add (devices, vz_usb_mass_storage_device_configuration_new (
                              VZ_STORAGE_DEVICE_ATTACHMENT (attachment)));
  vz_usb_controller_configuration_set_usb_devices (controllers->pdata[0], devices);
  return TRUE;
}

gboolean
vz_media_boot_prepare (VzMediaBoot *self, VzBundle *bundle, const char *iso, GError **error)
{
  g_autoptr (VzVirtualMachineConfiguration)
    configuration = vz_bundle_load_configuration (bundle, error);

  if (configuration == NULL || !plug_in (configuration, iso, error) ||
      !vz_virtual_machine_configuration_validate (configuration, error))
    return FALSE;
  self->machine = vz_virtual_machine_new (configuration);
  self->restarted = g_cancellable_new ();
  self->disk = vz_bundle_dup_disk_image_path (bundle);
  self->log = vz_virtual_machine_dup_console_log_path (self->machine);
  vz_machine_core_add_listener (self->machine->core, &listener, G_OBJECT (self->restarted));
  return TRUE;
}

void
vz_media_boot_set_unattended (VzMediaBoot *self, const VzKernelBoot *boot)
{
  self->machine->kernel_boot = boot;
  self->is_unattended = TRUE;
}

/* FALSE without an error: nothing on the disk can be booted. */
static gboolean
can_start_from_disk (const VzMediaBoot *self, GCancellable *cancellable, GError **error)
{
  int fd VZ_AUTO_CLOSE = open (self->disk, O_RDONLY | O_CLOEXEC);
  g_autofree guint8 *head = g_malloc0 (VZ_DISK_HEAD);
  guint64 offset = 0, size = 0;
  off_t length = fd >= 0 ? lseek (fd, 0, SEEK_END) : -1;
  ssize_t n = length >= 0 ? pread (fd, head, VZ_DISK_HEAD, 0) : -1;

  if (n < 0)
    return vz_fail_errno (error, "cannot read the disk image '%s'", self->disk);
  return vz_esp_find (head, (gsize) n, (guint64) length, &offset, &size, NULL) &&
         vz_esp_has_loader (fd, offset, cancellable, error);
}

static void
on_cancelled (GCancellable *cancellable, gpointer restarted)
{
  g_cancellable_cancel (restarted);
}

static gboolean
fail_still (const VzMediaBoot *self, GError **error)
{
  g_autoptr (GBytes) said = self->log != NULL ? vz_file_read (self->log, LOG_MAX, NULL) : NULL;
  g_autofree char *tail = vz_provision_dup_tail (said);
  g_autofree char *clean = vz_text_dup_clean (tail);

  return vz_fail (
    error, VZ_ERROR_TIMED_OUT,
    "the installer made no progress for %d minutes, and may be waiting for an answer; "
    "its last output: %s",
    (int) (STILL_LIMIT / 60), clean);
}

/* Until the guest restarts or the machine is off. */
static gboolean
wait_for_news (VzMediaBoot *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) full = NULL;
  VzStandstill still = { .log = self->log, .disk = self->disk };
  gulong handler = 0;

  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), self->restarted, NULL);
  while (full == NULL && !g_cancellable_is_cancelled (self->restarted) &&
         !vz_virtual_machine_has_ended (self->machine))
    {
      VzVirtualMachineState state = vz_virtual_machine_get_state (self->machine);

      if (state == VZ_VIRTUAL_MACHINE_STATE_PAUSED)
        full = vz_virtual_machine_dup_pause_error (self->machine, self->restarted);
      if (full == NULL && self->is_unattended &&
          vz_standstill_look (&still, g_get_monotonic_time ()) >= STILL_LIMIT * G_USEC_PER_SEC)
        fail_still (self, &full);
      if (full == NULL)
        vz_virtual_machine_wait_state_change (self->machine, state,
                                              self->is_unattended ? LOOK : LONG, self->restarted,
                                              NULL);
    }
  g_cancellable_disconnect (cancellable, handler);
  /* From here on another restart counts again, and what is checked next is no older than this. */
  g_cancellable_reset (self->restarted);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (full == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&full));
  return FALSE;
}

static gboolean
run (VzMediaBoot *self, GCancellable *cancellable, GError **error)
{
  gboolean done = FALSE;

  while (!done)
    {
      GError *cause = NULL;
      gboolean off;

      if (!wait_for_news (self, cancellable, error))
        return FALSE;
      off = vz_virtual_machine_has_ended (self->machine);
      if (off && !vz_virtual_machine_wait_stopped (self->machine, NULL, error))
        return FALSE;
      done = can_start_from_disk (self, cancellable, &cause);
      if (cause != NULL)
        {
          g_propagate_error (error, cause);
          return FALSE;
        }
      if (off && !done)
        return vz_fail (error, VZ_ERROR_INSTALLATION_FAILED,
                        "the guest switched itself off, but no system is installed: its disk has "
                        "no EFI boot loader");
    }
  return TRUE;
}

gboolean
vz_media_boot_run (VzMediaBoot *self, GCancellable *cancellable, GError **error)
{
  gboolean ok = (!vz_virtual_machine_get_can_start (self->machine) ||
                 vz_virtual_machine_start (self->machine, cancellable, error)) &&
                run (self, cancellable, error);

  if (vz_virtual_machine_get_can_stop (self->machine))
    ok = vz_virtual_machine_stop (self->machine, NULL, ok ? error : NULL) && ok;
  return ok;
}
