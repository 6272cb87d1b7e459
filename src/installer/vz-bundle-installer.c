/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/vz-bundle-installer.h"

#include "foundation/vz-async.h"
#include "installer/vz-bundle-installer-iso.h"
#include "installer/vz-bundle-installer-steps.h"
#include "installer/vz-first-boot.h"

#define DEFAULT_DISK_SIZE (G_GUINT64_CONSTANT (128) << 30)

/**
 * VzBundleInstaller:
 *
 * Makes a complete bundle from a restore image, a disk image or an installer's CD image: the
 * default machine, with its identity, disk and configuration, and the guest installed on it.
 * [class@Installer] is the step that fills a machine's disk. Not in Apple's framework, whose sample
 * program does the rest.
 *
 * Call these functions in this order: vz_bundle_installer_check(), which needs no image;
 * vz_bundle_installer_set_image(), vz_bundle_installer_set_disk(), vz_bundle_installer_set_system()
 * or vz_bundle_installer_set_iso(), which check everything that the image needs; and
 * vz_bundle_installer_install(), the first to write files.
 *
 * ```c
 * g_autoptr (VzBundleInstaller) installer = vz_bundle_installer_new ("/home/me/VM.bundle");
 *
 * if (!vz_bundle_installer_check (installer, &error) ||
 *     !vz_bundle_installer_set_image (installer, image, &error) ||
 *     !vz_bundle_installer_install (installer, NULL, &error))
 *   return FALSE;
 * ```
 *
 * QEMU: runs the machine once, for its settings, after the disk has been written without it.
 *
 * Since: 0.1
 */
G_DEFINE_FINAL_TYPE (VzBundleInstaller, vz_bundle_installer, G_TYPE_OBJECT)

static void
vz_bundle_installer_finalize (GObject *object)
{
  VzBundleInstaller *self = VZ_BUNDLE_INSTALLER (object);

  g_free (self->path);
  g_clear_pointer (&self->published_ports, g_ptr_array_unref);
  g_clear_object (&self->settings);
  g_clear_object (&self->image);
  g_clear_object (&self->disk);
  g_free (self->disk_location);
  g_clear_object (&self->proof);
  g_free (self->note);
  g_clear_pointer (&self->user_data, g_bytes_unref);
  g_clear_pointer (&self->ignition_data, g_bytes_unref);
  vz_media_boot_clear (&self->media);
  vz_iso_image_clear (&self->iso);
  vz_bundle_installer_clear_unattended (self);
  g_clear_object (&self->bundle);
  g_clear_object (&self->progress);
  G_OBJECT_CLASS (vz_bundle_installer_parent_class)->finalize (object);
}

static void
vz_bundle_installer_class_init (VzBundleInstallerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vz_bundle_installer_finalize;
}

static void
vz_bundle_installer_init (VzBundleInstaller *self)
{
  self->size.disk_size = DEFAULT_DISK_SIZE;
  self->settings = vz_guest_settings_new ();
  self->progress = vz_progress_new (VZ_BUNDLE_INSTALLER_SHARES);
}

/* The guest's user is named after whoever installs, if the guest accepts that name. */
static void
choose_user (VzGuestSettings *settings)
{
  vz_guest_settings_set_user_name (settings, g_get_user_name ());
  if (!vz_guest_settings_validate (settings, NULL))
    vz_guest_settings_set_user_name (settings, "user");
}

/**
 * vz_bundle_installer_new:
 * @path: (type filename): where to put the bundle
 *
 * Makes an installer for the default machine: all processors but one, 4 GiB of memory, and a disk
 * of 128 GiB. Nothing is checked yet.
 *
 * Returns: (transfer full): the installer, which can be used for one installation
 *
 * Since: 0.1
 */
VzBundleInstaller *
vz_bundle_installer_new (const char *path)
{
  VzBundleInstaller *self;
  g_autofree char *host_name = NULL;

  g_return_val_if_fail (path != NULL, NULL);
  self = g_object_new (VZ_TYPE_BUNDLE_INSTALLER, NULL);
  self->path = g_canonicalize_filename (path, NULL);
  host_name = vz_guest_settings_derive_host_name (self->path);
  vz_guest_settings_set_host_name (self->settings, host_name);
  vz_guest_settings_set_console_login (self->settings, TRUE);
  choose_user (self->settings);
  return self;
}

/**
 * vz_bundle_installer_set_size:
 * @self: an installer
 * @cpu_count: the number of processors; 0: all but one of the host's, or what the image needs
 * @memory_size: the memory in bytes; 0: 4 GiB, or what the image needs
 * @disk_size: the size of the disk in bytes, which occupies only what is used; 0: 128 GiB
 *
 * Sets the size of the machine.
 *
 * Since: 0.1
 */
void
vz_bundle_installer_set_size (VzBundleInstaller *self, guint cpu_count, guint64 memory_size,
                              guint64 disk_size)
{
  g_return_if_fail (VZ_IS_BUNDLE_INSTALLER (self));
  self->size = (VzMachineSize){ .cpu_count = cpu_count,
                                .memory_size = memory_size,
                                .disk_size = disk_size != 0 ? disk_size : DEFAULT_DISK_SIZE };
}

/**
 * vz_bundle_installer_get_size:
 * @self: an installer
 * @ret_cpu_count: (out) (optional): the number of processors
 * @ret_memory_size: (out) (optional): the memory in bytes
 * @ret_disk_size: (out) (optional): the size of the disk in bytes
 *
 * Gets the size of the machine. Values that were left to the library are known after one of
 * vz_bundle_installer_set_image(), vz_bundle_installer_set_disk() and
 * vz_bundle_installer_check_system(), and are 0 before.
 *
 * Since: 0.1
 */
void
vz_bundle_installer_get_size (VzBundleInstaller *self, guint *ret_cpu_count,
                              guint64 *ret_memory_size, guint64 *ret_disk_size)
{
  g_return_if_fail (VZ_IS_BUNDLE_INSTALLER (self));
  if (ret_cpu_count != NULL)
    *ret_cpu_count = (guint) self->size.cpu_count;
  if (ret_memory_size != NULL)
    *ret_memory_size = self->size.memory_size;
  if (ret_disk_size != NULL)
    *ret_disk_size = self->size.disk_size;
}

/**
 * vz_bundle_installer_set_published_ports:
 * @self: an installer
 * @ports: (nullable) (element-type VzPublishedPort): the guest's ports to publish on this host's
 *   loopback address, besides the one of its SSH server
 *
 * Sets which ports of the machine are published.
 *
 * Since: 0.1
 */
void
vz_bundle_installer_set_published_ports (VzBundleInstaller *self, GPtrArray *ports)
{
  g_return_if_fail (VZ_IS_BUNDLE_INSTALLER (self));
  g_clear_pointer (&self->published_ports, g_ptr_array_unref);
  self->published_ports = ports != NULL ? g_ptr_array_ref (ports) : NULL;
}

/**
 * vz_bundle_installer_set_keep_image:
 * @self: an installer
 * @keep_image: whether to keep the restore image
 *
 * Sets whether the restore image stays in the bundle (%FALSE unless set).
 *
 * Since: 0.1
 */
void
vz_bundle_installer_set_keep_image (VzBundleInstaller *self, gboolean keep_image)
{
  g_return_if_fail (VZ_IS_BUNDLE_INSTALLER (self));
  self->keep_image = keep_image;
}

/**
 * vz_bundle_installer_get_settings:
 * @self: an installer
 *
 * Gets the guest's settings: a host name derived from the bundle's name, a user with the name of
 * the one who installs, and a login on the console. They may be changed until
 * vz_bundle_installer_claim().
 *
 * Returns: (transfer none): the settings
 *
 * Since: 0.1
 */
VzGuestSettings *
vz_bundle_installer_get_settings (VzBundleInstaller *self)
{
  g_return_val_if_fail (VZ_IS_BUNDLE_INSTALLER (self), NULL);
  return self->settings;
}

/**
 * vz_bundle_installer_check:
 * @self: an installer
 * @error: return location for an error, or %NULL
 *
 * Checks everything that can be checked without an image: the settings, the path, and this host.
 *
 * Returns: whether the bundle can be made; otherwise @error is %VZ_ERROR_INVALID_ARGUMENT for the
 *   settings, %VZ_ERROR_EXISTS for a path that is taken, one that names what is wrong with the
 *   path's folder, or %VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION for a size that this host
 *   cannot provide
 *
 * Since: 0.1
 */
gboolean
vz_bundle_installer_check (VzBundleInstaller *self, GError **error)
{
  g_return_val_if_fail (VZ_IS_BUNDLE_INSTALLER (self), FALSE);
  return vz_guest_settings_validate (self->settings, error) &&
         vz_machine_size_check_place (&self->size, self->path, error) &&
         vz_machine_size_check_host (&self->size, error);
}

static gboolean
check_first_boot (VzBundleInstaller *self, VzRestoreImage *image, GError **error)
{
  gboolean takes_ignition = vz_restore_image_has_ignition (image);

  return (!takes_ignition && !vz_restore_image_has_cloud_init (image)) ||
         vz_first_boot_check_data (takes_ignition, self->user_data, self->ignition_data, error);
}

/**
 * vz_bundle_installer_set_image:
 * @self: an installer
 * @image: the restore image, which need not be a local file
 * @error: return location for an error, or %NULL
 *
 * Sets what to install, and checks it against the machine and the free space.
 *
 * Returns: whether it can be installed; otherwise @error is %VZ_ERROR_INVALID_ARGUMENT if a file
 *   for another way of taking settings was set, %VZ_ERROR_NOT_SUPPORTED for an image that this host
 * cannot install, %VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION when the machine has less than
 * the image needs, or %VZ_ERROR_OUT_OF_DISK_SPACE
 *
 * Since: 0.1
 */
gboolean
vz_bundle_installer_set_image (VzBundleInstaller *self, VzRestoreImage *image, GError **error)
{
  g_return_val_if_fail (VZ_IS_BUNDLE_INSTALLER (self) && VZ_IS_RESTORE_IMAGE (image), FALSE);
  if (!check_first_boot (self, image, error) ||
      !vz_machine_size_check_image (&self->size, image, error) ||
      !vz_machine_size_check_space (&self->size, image, self->path, self->keep_image, error))
    return FALSE;
  g_set_object (&self->image, image);
  return TRUE;
}

/**
 * vz_bundle_installer_claim:
 * @self: an installer that has its image
 * @error: return location for an error, or %NULL
 *
 * Creates the bundle beside its final path, or takes over what an interrupted installation left
 * there. vz_bundle_installer_install() does this if it has not been done; a program that wants to
 * report on it first calls this beforehand.
 *
 * Returns: whether the path is claimed; otherwise @error is %VZ_ERROR_BUSY when another process is
 *   making a bundle there, or one from writing it
 *
 * Since: 0.1
 */
gboolean
vz_bundle_installer_claim (VzBundleInstaller *self, GError **error)
{
  GError *cause = NULL;

  g_return_val_if_fail (VZ_IS_BUNDLE_INSTALLER (self) &&
                          (self->image != NULL || self->disk_location != NULL),
                        FALSE);
  if (self->bundle != NULL)
    return TRUE;
  if ((!self->is_iso || self->unattended.is_wanted) &&
      !vz_guest_settings_add_own_ssh_keys (self->settings, error))
    return FALSE;
  if (vz_bundle_installer_take_over (self, &cause))
    return TRUE;
  if (cause != NULL)
    {
      g_propagate_error (error, cause);
      return FALSE;
    }
  self->bundle = vz_bundle_create (self->path, error);
  return self->bundle != NULL;
}

/**
 * vz_bundle_installer_get_bundle:
 * @self: an installer
 *
 * Returns: (transfer none) (nullable): the bundle, once it is claimed;
 *   vz_bundle_get_replaced_partial() tells whether unusable remains of another installation were
 *   there
 *
 * Since: 0.1
 */
VzBundle *
vz_bundle_installer_get_bundle (VzBundleInstaller *self)
{
  g_return_val_if_fail (VZ_IS_BUNDLE_INSTALLER (self), NULL);
  return self->bundle;
}

/**
 * vz_bundle_installer_get_resumes:
 * @self: an installer
 *
 * Returns: whether the claimed bundle is one that an interrupted installation left behind, with its
 *   disk already restored
 *
 * Since: 0.1
 */
gboolean
vz_bundle_installer_get_resumes (VzBundleInstaller *self)
{
  g_return_val_if_fail (VZ_IS_BUNDLE_INSTALLER (self), FALSE);
  return self->resumes;
}

/**
 * vz_bundle_installer_get_progress:
 * @self: an installer
 *
 * Returns: (transfer none): the progress of the whole installation: composing or fetching the
 *   image, and the phases of [property@Installer:progress]
 *
 * Since: 0.1
 */
VzProgress *
vz_bundle_installer_get_progress (VzBundleInstaller *self)
{
  g_return_val_if_fail (VZ_IS_BUNDLE_INSTALLER (self), NULL);
  return self->progress;
}

void
vz_bundle_installer_abandon (VzBundleInstaller *self, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (!vz_bundle_discard (self->bundle, &cause) && error != NULL)
    {
      g_autofree char *first = g_steal_pointer (&(*error)->message);

      (*error)->message =
        g_strdup_printf ("%s; what exists of the bundle remains: %s", first, cause->message);
    }
}

/**
 * vz_bundle_installer_install:
 * @self: an installer that has its image
 * @cancellable: (nullable): cancels the installation at any moment
 * @error: return location for an error, or %NULL
 *
 * Gets the image, makes the machine, installs the guest, and gives the bundle its name. Blocks
 * until all of this is done. If the process is killed meanwhile, the next installation continues
 * from what it left behind.
 *
 * Returns: whether the bundle is complete and at its final path; otherwise nothing is left of it,
 *   and @error is one from vz_bundle_installer_claim(), from fetching or composing the image, or
 *   from vz_installer_install()
 *
 * Since: 0.1
 */
gboolean
vz_bundle_installer_install (VzBundleInstaller *self, GCancellable *cancellable, GError **error)
{
  if (!vz_bundle_installer_claim (self, error))
    return FALSE;
  if (vz_bundle_installer_make_bundle (self, cancellable, error))
    return TRUE;
  vz_bundle_installer_abandon (self, error);
  return FALSE;
}

static gpointer
call_install (gpointer source, gpointer data, GCancellable *cancellable, GError **error)
{
  return vz_bundle_installer_install (source, cancellable, error) ? VZ_ASYNC_DONE : NULL;
}

/**
 * vz_bundle_installer_install_async:
 * @self: an installer that has its image
 * @cancellable: (nullable): cancels the installation at any moment
 * @callback: (scope async): called when it is done, on the main context of the caller
 * @user_data: for @callback
 *
 * vz_bundle_installer_install() without blocking.
 *
 * Since: 0.1
 */
void
vz_bundle_installer_install_async (VzBundleInstaller *self, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  VzAsync async = { .call = call_install, .tag = vz_bundle_installer_install_async };

  g_return_if_fail (VZ_IS_BUNDLE_INSTALLER (self));
  vz_async_start (&async, self, cancellable, callback, user_data);
}

/**
 * vz_bundle_installer_install_finish:
 * @self: an installer
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Finishes vz_bundle_installer_install_async().
 *
 * Returns: as vz_bundle_installer_install()
 *
 * Since: 0.1
 */
gboolean
vz_bundle_installer_install_finish (VzBundleInstaller *self, GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, self, vz_bundle_installer_install_async, error) != NULL;
}
