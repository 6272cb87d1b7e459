/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/vz-installer-private.h"

#include "foundation/vz-async.h"
#include "foundation/vz-fail.h"
#include "installer/vz-installer-steps.h"

/* How this works
 *
 * An installation is a list of steps (vz-installer-steps.c), run one after the other in the calling
 * thread; the asynchronous call does the same in its own thread. Each step has its share of the
 * single progress. If a step fails or is cancelled, the machine is forcibly stopped before the call
 * returns, so none of its processes remains. The disk keeps its contents, and the note beside it
 * (vz-install-journal.h) says whether the restore can be skipped next time. */

/**
 * VzInstaller:
 *
 * Installs a restore image on a machine: partitions and fills its disk, boots it once, writes the
 * guest's settings, and shuts it down. Apple: `VZMacOSInstaller`.
 *
 * The machine must be stopped, and nothing else may start, stop or pause it meanwhile.
 *
 * QEMU: runs the machine once, after the disk has been written without it.
 *
 * Since: 0.1
 */
struct _VzInstaller {
  GObject parent_instance;
  VzVirtualMachine *virtual_machine;
  char *restore_image_path;
  VzGuestSettings *settings;
  VzProgress *progress;
  GBytes *user_data; /* for cloud-init; NULL: none */
  GBytes *ignition_data; /* the same for Ignition */
  gboolean leave_guest;
  char *note; /* what the user has to know; NULL: nothing */
  gint used; /* atomic: the only call was made */
};

enum { PROP_VIRTUAL_MACHINE = 1, PROP_RESTORE_IMAGE_PATH, PROP_PROGRESS, PROP_SETTINGS, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (VzInstaller, vz_installer, G_TYPE_OBJECT)

static void
vz_installer_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VzInstaller *self = VZ_INSTALLER (object);

  switch (id)
    {
    case PROP_VIRTUAL_MACHINE:
      g_value_set_object (value, self->virtual_machine);
      break;
    case PROP_RESTORE_IMAGE_PATH:
      g_value_set_string (value, self->restore_image_path);
      break;
    case PROP_PROGRESS:
      g_value_set_object (value, self->progress);
      break;
    case PROP_SETTINGS:
      g_value_set_object (value, self->settings);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vz_installer_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  VzInstaller *self = VZ_INSTALLER (object);

  switch (id)
    {
    case PROP_VIRTUAL_MACHINE:
      self->virtual_machine = g_value_dup_object (value);
      break;
    case PROP_RESTORE_IMAGE_PATH:
      self->restore_image_path = g_value_dup_string (value);
      break;
    case PROP_SETTINGS:
      vz_installer_set_settings (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vz_installer_finalize (GObject *object)
{
  VzInstaller *self = VZ_INSTALLER (object);

  g_clear_object (&self->virtual_machine);
  g_clear_object (&self->settings);
  g_clear_object (&self->progress);
  g_free (self->restore_image_path);
  g_free (self->note);
  g_clear_pointer (&self->user_data, g_bytes_unref);
  g_clear_pointer (&self->ignition_data, g_bytes_unref);
  G_OBJECT_CLASS (vz_installer_parent_class)->finalize (object);
}

static void
vz_installer_class_init (VzInstallerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GParamFlags once = flags | G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY;

  object_class->get_property = vz_installer_get_property;
  object_class->set_property = vz_installer_set_property;
  object_class->finalize = vz_installer_finalize;

  /**
   * VzInstaller:virtual-machine: (getter get_virtual_machine)
   *
   * The machine to install on. Apple: `virtualMachine`.
   */
  props[PROP_VIRTUAL_MACHINE] =
    g_param_spec_object ("virtual-machine", NULL, NULL, VZ_TYPE_VIRTUAL_MACHINE, once);
  /**
   * VzInstaller:restore-image-path: (getter get_restore_image_path)
   *
   * The restore image, a local file that must remain in place during the installation. Apple:
   * `restoreImageURL`.
   */
  props[PROP_RESTORE_IMAGE_PATH] =
    g_param_spec_string ("restore-image-path", NULL, NULL, NULL, once);
  /**
   * VzInstaller:progress: (getter get_progress)
   *
   * The progress of the installation over all phases: `check`, `restore`, `boot`, `settings`,
   * `shutdown`. The restore counts bytes; boot, settings and shutdown advance with the time that
   * they usually take, up to nine tenths of their share, and complete it when they are done. Apple:
   * `progress`.
   */
  props[PROP_PROGRESS] =
    g_param_spec_object ("progress", NULL, NULL, VZ_TYPE_PROGRESS, flags | G_PARAM_READABLE);
  /**
   * VzInstaller:settings: (getter get_settings) (setter set_settings)
   *
   * The guest's own settings.
   */
  props[PROP_SETTINGS] =
    g_param_spec_object ("settings", NULL, NULL, VZ_TYPE_GUEST_SETTINGS, flags | G_PARAM_READWRITE);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
vz_installer_init (VzInstaller *self)
{
  guint64 total = 0;

  for (guint i = 0; i < VZ_N_INSTALL_STEPS; i++)
    total += vz_install_steps[i].share;
  self->progress = vz_progress_new (total);
  self->settings = vz_guest_settings_new ();
}

/**
 * vz_installer_new:
 * @virtual_machine: the machine, whose first writable disk image will be overwritten
 * @restore_image_path: (type filename): a restore image, a local file
 *
 * Makes an installer. Neither the machine nor the file is examined before vz_installer_install().
 *
 * Returns: (transfer full): the installer, which can be used for one installation
 */
VzInstaller *
vz_installer_new (VzVirtualMachine *virtual_machine, const char *restore_image_path)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (virtual_machine) && restore_image_path != NULL,
                        NULL);
  return g_object_new (VZ_TYPE_INSTALLER, "virtual-machine", virtual_machine, "restore-image-path",
                       restore_image_path, NULL);
}

/**
 * vz_installer_get_virtual_machine: (get-property virtual-machine)
 * @self: an installer
 *
 * Returns: (transfer none): the machine to install on
 */
VzVirtualMachine *
vz_installer_get_virtual_machine (VzInstaller *self)
{
  g_return_val_if_fail (VZ_IS_INSTALLER (self), NULL);
  return self->virtual_machine;
}

/**
 * vz_installer_get_restore_image_path: (get-property restore-image-path)
 * @self: an installer
 *
 * Returns: (transfer none) (type filename): the restore image
 */
const char *
vz_installer_get_restore_image_path (VzInstaller *self)
{
  g_return_val_if_fail (VZ_IS_INSTALLER (self), NULL);
  return self->restore_image_path;
}

/**
 * vz_installer_get_progress: (get-property progress)
 * @self: an installer
 *
 * Returns: (transfer none): the progress of the installation
 */
VzProgress *
vz_installer_get_progress (VzInstaller *self)
{
  g_return_val_if_fail (VZ_IS_INSTALLER (self), NULL);
  return self->progress;
}

/**
 * vz_installer_get_settings: (get-property settings)
 * @self: an installer
 *
 * Returns: (transfer none): the guest's settings, which may be changed until the installation
 * begins
 */
VzGuestSettings *
vz_installer_get_settings (VzInstaller *self)
{
  g_return_val_if_fail (VZ_IS_INSTALLER (self), NULL);
  return self->settings;
}

/**
 * vz_installer_set_settings: (set-property settings)
 * @self: an installer
 * @settings: the guest's settings
 *
 * Replaces the guest's settings, before the installation begins.
 */
void
vz_installer_set_settings (VzInstaller *self, VzGuestSettings *settings)
{
  g_return_if_fail (VZ_IS_INSTALLER (self) && VZ_IS_GUEST_SETTINGS (settings));
  if (g_set_object (&self->settings, settings))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SETTINGS]);
}

void
vz_installer_set_first_boot (VzInstaller *self, GBytes *user_data, GBytes *ignition_data,
                             gboolean leave_guest)
{
  g_clear_pointer (&self->user_data, g_bytes_unref);
  g_clear_pointer (&self->ignition_data, g_bytes_unref);
  self->ignition_data = ignition_data != NULL ? g_bytes_ref (ignition_data) : NULL;
  self->user_data = user_data != NULL ? g_bytes_ref (user_data) : NULL;
  self->leave_guest = leave_guest;
}

/**
 * vz_installer_get_note:
 * @self: an installer
 *
 * Tells what is unusual about a machine that was installed from a whole-disk image. Not in Apple's
 * framework.
 *
 * Returns: (transfer none) (nullable): a sentence, such as that the guest did not take its
 * settings; %NULL: nothing
 */
const char *
vz_installer_get_note (VzInstaller *self)
{
  g_return_val_if_fail (VZ_IS_INSTALLER (self), NULL);
  return self->note;
}

/**
 * vz_installer_can_resume:
 * @self: an installer
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Tells whether the machine's disk already holds this restore image, from an installation that was
 * interrupted after the restore. vz_installer_install() then continues with the first boot.
 *
 * Returns: whether it does; %FALSE with @error set, as for vz_installer_install(), when the image
 *   cannot be installed on this machine at all
 */
gboolean
vz_installer_can_resume (VzInstaller *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzInstallPlan) plan = NULL;

  g_return_val_if_fail (VZ_IS_INSTALLER (self), FALSE);
  plan = vz_install_plan_new (vz_virtual_machine_get_configuration (self->virtual_machine),
                              self->restore_image_path, cancellable, error);
  return plan != NULL && plan->restored;
}

/* An error in the machine is a failed installation, unless its code is more specific. */
static void
explain (const VzInstallStep *step, VzProgress *progress, GError **error)
{
  g_autofree char *phase = vz_progress_dup_phase (progress);

  if (error == NULL || *error == NULL)
    return;
  if (vz_error_is_cancelled (*error))
    {
      g_clear_error (error);
      vz_fail (error, VZ_ERROR_OPERATION_CANCELLED, "the installation was cancelled");
      return;
    }
  if (step->boot && (g_error_matches (*error, VZ_ERROR, VZ_ERROR_INTERNAL) ||
                     g_error_matches (*error, VZ_ERROR, VZ_ERROR_TIMED_OUT) ||
                     g_error_matches (*error, VZ_ERROR, VZ_ERROR_GUEST_AGENT)))
    vz_fail_recode (error, VZ_ERROR_INSTALLATION_FAILED);
  vz_fail_generalize (error, VZ_ERROR_DIGEST_MISMATCH, VZ_ERROR_INSTALLATION_FAILED);
  vz_fail_generalize (error, VZ_ERROR_IO, VZ_ERROR_INSTALLATION_FAILED);
  vz_fail_generalize (error, VZ_ERROR_BUSY, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  vz_fail_generalize (error, VZ_ERROR_NOT_FOUND, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  if (step->boot)
    g_prefix_error (error, "the installation failed (%s): ", phase);
}

static gboolean
run_step (VzInstaller *self, VzInstallation *installation, const VzInstallStep *step,
          GCancellable *cancellable, GError **error)
{
  g_autoptr (VzProgress) progress = vz_progress_add_child (self->progress, step->share, 1);

  vz_progress_set_phase (progress, step->phase);
  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !step->run (installation, progress, cancellable, error))
    {
      explain (step, progress, error);
      return FALSE;
    }
  vz_progress_finish (progress);
  return TRUE;
}

/**
 * vz_installer_install:
 * @self: an installer
 * @cancellable: (nullable): cancels the installation at any moment
 * @error: return location for an error, or %NULL
 *
 * Installs the restore image: checks the image, the machine, the disk and the free space; restores
 * the image to the disk, whose contents are lost; boots the machine once, writes the settings into
 * the guest, and shuts it down. Blocks until all of this is done. On return the machine is always
 * stopped.
 *
 * Returns: whether it is installed; otherwise @error is one from loading the image
 *   (%VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED, %VZ_ERROR_INVALID_RESTORE_IMAGE), %VZ_ERROR_NOT_SUPPORTED
 *   for an image that this host cannot install, %VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION
 *   when the machine has less than the image needs, is in use (below it %VZ_ERROR_BUSY) or lacks
 *   its disk (%VZ_ERROR_NOT_FOUND), %VZ_ERROR_INVALID_ARGUMENT for the settings,
 *   %VZ_ERROR_OUT_OF_DISK_SPACE (in which case nothing is written),
 *   %VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE when the machine is not stopped or the installer was
 *   used before, %VZ_ERROR_OPERATION_CANCELLED, or %VZ_ERROR_INSTALLATION_FAILED (below it
 *   %VZ_ERROR_DIGEST_MISMATCH when the image is damaged)
 */
gboolean
vz_installer_install (VzInstaller *self, GCancellable *cancellable, GError **error)
{
  VzInstallation installation = { 0 };
  gboolean ok = TRUE;

  g_return_val_if_fail (VZ_IS_INSTALLER (self), FALSE);
  if (!g_atomic_int_compare_and_exchange (&self->used, FALSE, TRUE))
    return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE,
                    "this installer has already been used; create a new one");
  if (!vz_virtual_machine_get_can_start (self->virtual_machine))
    return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE,
                    "the machine must be stopped to install on it");
  installation.machine = self->virtual_machine;
  installation.image_path = self->restore_image_path;
  installation.settings = self->settings;
  installation.user_data = self->user_data;
  installation.ignition_data = self->ignition_data;
  installation.leave_guest = self->leave_guest;
  for (guint i = 0; ok && i < VZ_N_INSTALL_STEPS; i++)
    ok = run_step (self, &installation, &vz_install_steps[i], cancellable, error);
  if (!ok && vz_virtual_machine_get_can_stop (self->virtual_machine))
    vz_virtual_machine_stop (self->virtual_machine, NULL, NULL);
  g_clear_pointer (&installation.plan, vz_install_plan_free);
  self->note = g_steal_pointer (&installation.note);
  if (ok)
    vz_progress_finish (self->progress);
  return ok;
}

static gpointer
call_install (gpointer source, gpointer data, GCancellable *cancellable, GError **error)
{
  return vz_installer_install (source, cancellable, error) ? VZ_ASYNC_DONE : NULL;
}

/**
 * vz_installer_install_async:
 * @self: an installer
 * @cancellable: (nullable): cancels the installation at any moment
 * @callback: (scope async): called when it is done, on the main context of the caller
 * @user_data: for @callback
 *
 * vz_installer_install() without blocking.
 */
void
vz_installer_install_async (VzInstaller *self, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  VzAsync async = { .call = call_install, .tag = vz_installer_install_async };

  g_return_if_fail (VZ_IS_INSTALLER (self));
  vz_async_start (&async, self, cancellable, callback, user_data);
}

/**
 * vz_installer_install_finish:
 * @self: an installer
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Finishes vz_installer_install_async().
 *
 * Returns: as vz_installer_install()
 */
gboolean
vz_installer_install_finish (VzInstaller *self, GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, self, vz_installer_install_async, error) != NULL;
}
