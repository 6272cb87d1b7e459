/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "bundle/vz-bundle-private.h"
#include "disk/vz-iso-files.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "installer/unattended/vz-install-script.h"
#include "installer/unattended/vz-ramdisk.h"
#include "installer/vz-bundle-installer-iso.h"
#include "installer/vz-provision.h"

/* How this works
 *
 * The installer's kernel and initial ramdisk are copied from the CD, and the script is added to the
 * ramdisk, where all these installers look for it. The firmware starts that kernel directly, so
 * that no menu on the CD asks anything and we choose the kernel's options. The installer finds
 * whatever else it needs on the CD, on the USB disk. When it restarts the machine, the run is
 * over. */

#define KERNEL "InstallerKernel" /* in the bundle, during installation */
#define RAMDISK "InstallerRamdisk"
#define KERNEL_MAX ((guint64) 256 << 20)
#define RAMDISK_MAX ((guint64) 1 << 30)
#define OWN_MAX (1 << 20)

/* Where newer releases' CDs have what osinfo-db looks for elsewhere. */
#define OTHER_KERNEL "images/pxeboot/vmlinuz"
#define OTHER_RAMDISK "images/pxeboot/initrd.img"

static void
boot_clear (VzKernelBoot *self)
{
  g_clear_pointer (&self->kernel, g_free);
  g_clear_pointer (&self->ramdisk, g_free);
  g_clear_pointer (&self->options, g_free);
}

void
vz_bundle_installer_clear_unattended (VzBundleInstaller *self)
{
  g_clear_pointer (&self->unattended.own, g_free);
  vz_unattended_clear (&self->unattended.system);
  vz_settings_mark_clear (&self->unattended.mark);
  boot_clear (&self->unattended.boot);
}

static char *
read_own (const char *path, GError **error)
{
  g_autoptr (GBytes) data = vz_file_read (path, OWN_MAX, error);
  gsize size = 0;
  const char *text = data != NULL ? g_bytes_get_data (data, &size) : NULL;

  if (data == NULL)
    return NULL;
  if (size == 0 || !g_utf8_validate (text, (gssize) size, NULL))
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "'%s' is not text in UTF-8", path);
  return g_strdup_printf ("%.*s\n", (int) size, text);
}

/**
 * vz_bundle_installer_set_unattended:
 * @self: an installer
 * @script: (type filename) (nullable): a file with lines for the script that the installer on the
 *   CD is given, in the installer's language; %NULL for none
 * @error: return location for an error, or %NULL
 *
 * Makes the installer on the CD image ask nothing; call it before vz_bundle_installer_set_iso().
 * The installer is given libosinfo's script for that system, followed by @script; the user, keys
 * and host name are then those of vz_bundle_installer_get_settings(). The installer has ended when
 * the machine is switched off or restarts, or makes no progress for an hour.
 *
 * Returns: whether @script could be read; otherwise @error is %VZ_ERROR_NOT_FOUND, %VZ_ERROR_IO or
 *   %VZ_ERROR_INVALID_ARGUMENT
 *
 * Since: 0.1
 */
gboolean
vz_bundle_installer_set_unattended (VzBundleInstaller *self, const char *script, GError **error)
{
  g_return_val_if_fail (VZ_IS_BUNDLE_INSTALLER (self), FALSE);
  g_clear_pointer (&self->unattended.own, g_free);
  self->unattended.is_wanted = TRUE;
  if (script != NULL)
    self->unattended.own = read_own (script, error);
  return script == NULL || self->unattended.own != NULL;
}

/**
 * vz_bundle_installer_get_unattended_system:
 * @self: an installer
 *
 * Returns: (transfer none) (nullable): the system that the CD image installs unattended, such as
 *   "Debian 12", once it is known; %NULL: its installer asks the user
 *
 * Since: 0.1
 */
const char *
vz_bundle_installer_get_unattended_system (VzBundleInstaller *self)
{
  g_return_val_if_fail (VZ_IS_BUNDLE_INSTALLER (self), NULL);
  return self->unattended.system.title;
}

static gboolean
make_script (VzBundleInstaller *self, const char *mark, VzInstallScript *ret, GError **error)
{
  g_autofree char *settings = NULL;
  VzInstallScriptParts parts = { .unattended = &self->unattended.system,
                                 .host_name = vz_guest_settings_get_host_name (self->settings),
                                 .own = self->unattended.own,
                                 .volume = self->iso.volume,
                                 .architecture = self->iso.architecture };

  if (!vz_guest_settings_validate (self->settings, error))
    return FALSE;
  parts.settings = settings = vz_provision_dup_reporting_script (self->settings, "", mark);
  return vz_install_script_make (&parts, ret, error);
}

gboolean
vz_bundle_installer_check_unattended (VzBundleInstaller *self, const char *iso,
                                      GCancellable *cancellable, GError **error)
{
  g_auto (VzInstallScript) script = { NULL };

  if (!self->unattended.is_wanted)
    return TRUE;
  vz_unattended_clear (&self->unattended.system);
  return vz_unattended_make (iso, vz_guest_settings_get_host_name (self->settings),
                             &self->unattended.system, cancellable, error) &&
         make_script (self, "", &script, error);
}

static gboolean
copy (const char *iso, const char *name, const char *other, guint64 max, const char *path,
      GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (vz_iso_extract (iso, name, max, path, cancellable, &cause))
    return TRUE;
  if (g_error_matches (cause, VZ_ERROR, VZ_ERROR_NOT_FOUND) && other != NULL &&
      !g_str_equal (name, other) && g_unlink (path) == 0)
    return vz_iso_extract (iso, other, max, path, cancellable, error);
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

static gboolean
copy_both (VzBundleInstaller *self, const char *iso, GCancellable *cancellable, GError **error)
{
  const VzUnattended *system = &self->unattended.system;
  const VzKernelBoot *boot = &self->unattended.boot;
  gboolean may_move = system->kind == VZ_UNATTENDED_KICKSTART;

  return copy (iso, system->kernel, may_move ? OTHER_KERNEL : NULL, KERNEL_MAX, boot->kernel,
               cancellable, error) &&
         copy (iso, system->ramdisk, may_move ? OTHER_RAMDISK : NULL, RAMDISK_MAX, boot->ramdisk,
               cancellable, error);
}

gboolean
vz_bundle_installer_prepare_unattended (VzBundleInstaller *self, const char *iso,
                                        GCancellable *cancellable, GError **error)
{
  VzUnattendedRun *run = &self->unattended;
  g_auto (VzInstallScript) script = { NULL };
  VzRamdiskFile files[2];

  if (!run->is_wanted)
    return TRUE;
  if (self->media.log == NULL)
    return vz_fail (error, VZ_ERROR_IO, "there is no place for the console's log");
  vz_settings_mark_init (&run->mark);
  run->mark.log = g_strdup (self->media.log);
  if (!make_script (self, run->mark.word, &script, error))
    return FALSE;
  run->boot.kernel = vz_bundle_dup_file_path (self->bundle, KERNEL);
  run->boot.ramdisk = vz_bundle_dup_file_path (self->bundle, RAMDISK);
  run->boot.options = g_steal_pointer (&script.options);
  files[0] = (VzRamdiskFile){ run->system.file, script.script };
  files[1] = (VzRamdiskFile){ VZ_INSTALL_SCRIPT_SETTINGS, script.settings };
  if (!copy_both (self, iso, cancellable, error) ||
      !vz_ramdisk_append (run->boot.ramdisk, files, script.settings != NULL ? 2 : 1, error))
    return FALSE;
  vz_media_boot_set_unattended (&self->media, &run->boot);
  return TRUE;
}

static gboolean
judge (VzBundleInstaller *self, GError **error)
{
  const VzSettingsMark *mark = &self->unattended.mark;

  if (mark->status == 0)
    return vz_bundle_installer_record_user (self, error);
  if (mark->status > 0)
    return vz_fail (error, VZ_ERROR_INSTALLATION_FAILED,
                    "the new system did not accept its settings (status %d): %s", mark->status,
                    mark->said);
  g_free (self->note);
  self->note = g_strdup_printf (
    "a system is installed, but its installer did not report that it created the user, keys and "
    "host name; the console's log is '%s'",
    mark->log);
  return TRUE;
}

gboolean
vz_bundle_installer_finish_unattended (VzBundleInstaller *self, GError **error)
{
  VzUnattendedRun *run = &self->unattended;

  if (!run->is_wanted)
    return TRUE;
  vz_settings_mark_look (&run->mark);
  if (g_unlink (run->boot.kernel) != 0 || g_unlink (run->boot.ramdisk) != 0)
    return vz_fail_errno (error, "cannot remove what the installer was started with");
  return judge (self, error);
}
