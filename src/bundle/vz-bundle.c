/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bundle/vz-bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle/vz-bundle-lock.h"
#include "bundle/vz-bundle-private.h"
#include "bundle/vz-machine-files.h"
#include "foundation/file/vz-destination.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * A bundle is created in a locked directory beside its final path (see vz-bundle-partial.c) and
 * renamed once complete, so that half a bundle is never seen. An object that is finalized without
 * commit or discard leaves that directory behind: the next creator replaces or resumes it.
 *
 * Every file in a bundle except the disk is replaced as a whole; commit makes the disk durable
 * too. */

/**
 * VzBundle:
 *
 * A VM bundle: the folder with everything that belongs to one machine. The names of the files are
 * those of Apple's sample application. Not in Apple's framework.
 *
 * ```c
 * g_autoptr (VzBundle) bundle = vz_bundle_open ("/home/me/VM.bundle", &error);
 * g_autoptr (VzVirtualMachineConfiguration) configuration =
 *   bundle != NULL ? vz_bundle_load_configuration (bundle, &error) : NULL;
 * ```
 *
 * QEMU: is given its disks and auxiliary storage, and keeps its lock for as long as it lives.
 *
 * Since: 0.1
 */
struct _VzBundle {
  GObject parent_instance;
  char *path; /* absolute: where the bundle is, or will be */
  char *directory; /* absolute: where its files are currently */
  int lock; /* descriptor of the partial directory; -1 in a complete bundle */
  gboolean replaced_partial;
  char *clone_host_name;
};

G_DEFINE_FINAL_TYPE (VzBundle, vz_bundle, G_TYPE_OBJECT)

static void
vz_bundle_finalize (GObject *object)
{
  VzBundle *self = VZ_BUNDLE (object);

  vz_file_close (&self->lock);
  g_free (self->path);
  g_free (self->directory);
  g_free (self->clone_host_name);
  G_OBJECT_CLASS (vz_bundle_parent_class)->finalize (object);
}

static void
vz_bundle_init (VzBundle *self)
{
  self->lock = -1;
}

static void
vz_bundle_class_init (VzBundleClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vz_bundle_finalize;
}

/**
 * vz_bundle_look:
 * @path: (type filename): the bundle's directory
 * @error: return location for an error, or %NULL
 *
 * Opens a bundle as vz_bundle_open() does, but does not record it.
 *
 * Returns: (transfer full) (nullable): as vz_bundle_open()
 */
VzBundle *
vz_bundle_look (const char *path, GError **error)
{
  g_autoptr (VzBundle) self = NULL;
  g_autofree char *model = NULL;
  g_autofree char *identifier = NULL;
  g_autofree char *resolved = NULL;
  struct stat st;

  g_return_val_if_fail (path != NULL, NULL);
  self = g_object_new (VZ_TYPE_BUNDLE, NULL);
  /* Resolved, so that a bundle has one path, whichever link led to it. */
  resolved = realpath (path, NULL);
  if (resolved == NULL || stat (resolved, &st) != 0)
    return vz_fail_errno_null (error, "cannot open the bundle '%s'", path);
  self->path = g_strdup (resolved);
  self->directory = g_strdup (resolved);
  if (!S_ISDIR (st.st_mode))
    return vz_fail_null (error, VZ_ERROR_INVALID_BUNDLE,
                         "'%s' is not a VM bundle: it is not a folder", self->path);
  if (access (self->path, R_OK | X_OK) != 0)
    return vz_fail_errno_null (error, "cannot open the bundle '%s'", self->path);
  model = vz_bundle_dup_hardware_model_path (self);
  identifier = vz_bundle_dup_machine_identifier_path (self);
  if (!vz_file_is_there (model) && !vz_file_is_there (identifier))
    return vz_fail_null (error, VZ_ERROR_INVALID_BUNDLE,
                         "'%s' is not a VM bundle: neither " VZ_BUNDLE_HARDWARE_MODEL
                         " nor " VZ_BUNDLE_MACHINE_IDENTIFIER " is in it",
                         self->path);
  return g_steal_pointer (&self);
}

/**
 * vz_bundle_open:
 * @path: (type filename): the bundle's directory
 * @error: return location for an error, or %NULL
 *
 * Opens a bundle and records where it is, so that vz_bundle_list() finds it. Its files are read by
 * the calls that need them; vz_bundle_check() reads them all.
 *
 * Returns: (transfer full) (nullable): the bundle, or %NULL with %VZ_ERROR_NOT_FOUND,
 *   %VZ_ERROR_INVALID_BUNDLE when the directory is not a bundle, or %VZ_ERROR_IO
 */
VzBundle *
vz_bundle_open (const char *path, GError **error)
{
  VzBundle *self = vz_bundle_look (path, error);

  if (self != NULL)
    vz_bundle_registry_add (self);
  return self;
}

static VzBundle *
make (const char *path, gboolean resume, GError **error)
{
  g_autoptr (VzBundle) self = g_object_new (VZ_TYPE_BUNDLE, NULL);
  const VzDestination anything = { 0 };
  gboolean leftover;

  self->path = g_canonicalize_filename (path, NULL);
  if (vz_file_is_there (self->path))
    return vz_fail_null (error, VZ_ERROR_EXISTS, "'%s' already exists", self->path);
  if (!vz_destination_check (self->path, &anything, error))
    return NULL;
  self->lock = vz_bundle_partial_claim (self->path, resume, &self->directory, &leftover, error);
  if (self->lock < 0)
    return NULL;
  self->replaced_partial = leftover && !resume;
  return g_steal_pointer (&self);
}

/**
 * vz_bundle_create:
 * @path: (type filename): where to put the bundle; its parent must exist
 * @error: return location for an error, or %NULL
 *
 * Creates a new bundle in the directory `.NAME.partial` beside @path, locked while the object
 * lives. Nothing appears at @path before vz_bundle_commit(). Anything left by an interrupted
 * creator is replaced; see vz_bundle_get_replaced_partial() and vz_bundle_resume().
 *
 * Returns: (transfer full) (nullable): the bundle, or %NULL with %VZ_ERROR_EXISTS, %VZ_ERROR_BUSY
 *   (the message names the process that is creating it), %VZ_ERROR_NOT_FOUND when the parent does
 *   not exist, %VZ_ERROR_OUT_OF_DISK_SPACE, or %VZ_ERROR_IO when it cannot be written
 */
VzBundle *
vz_bundle_create (const char *path, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);
  return make (path, FALSE, error);
}

/**
 * vz_bundle_resume:
 * @path: (type filename): where to put the bundle
 * @error: return location for an error, or %NULL
 *
 * Takes over what an interrupted creator of the bundle left behind, with its files as they are.
 *
 * Returns: (transfer full) (nullable): the bundle, or %NULL with %VZ_ERROR_NOT_FOUND when nothing
 * was left, or the errors of vz_bundle_create()
 */
VzBundle *
vz_bundle_resume (const char *path, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);
  return make (path, TRUE, error);
}

/**
 * vz_bundle_get_replaced_partial:
 * @self: a bundle
 *
 * Returns: whether vz_bundle_create() discarded what an interrupted creator had left behind
 */
gboolean
vz_bundle_get_replaced_partial (VzBundle *self)
{
  g_return_val_if_fail (VZ_IS_BUNDLE (self), FALSE);
  return self->replaced_partial;
}

/**
 * vz_bundle_is_partial:
 * @self: a bundle
 *
 * Returns: whether it is under construction by way of @self
 */
gboolean
vz_bundle_is_partial (VzBundle *self)
{
  g_return_val_if_fail (VZ_IS_BUNDLE (self), FALSE);
  return self->lock >= 0;
}

/* Only a bundle in place counts as complete, so its disk's blocks are written before its name. */
static gboolean
sync_content (VzBundle *self, GError **error)
{
  g_autofree char *disk = vz_bundle_dup_disk_image_path (self);
  g_autofree char *note = vz_bundle_dup_file_path (self, VZ_BUNDLE_OWNER);
  g_autofree char *holder = vz_bundle_dup_file_path (self, VZ_BUNDLE_HOLDER);
  int fd VZ_AUTO_CLOSE = open (disk, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

  if (fd < 0 ? errno != ENOENT : fsync (fd) != 0)
    return vz_fail_errno (error, "cannot write '%s'", disk);
  if (unlink (note) != 0 && errno != ENOENT)
    return vz_fail_errno (error, "cannot remove '%s'", note);
  if (unlink (holder) != 0 && errno != ENOENT) /* of the machine that ran while it was made */
    return vz_fail_errno (error, "cannot remove '%s'", holder);
  return vz_file_sync_directory (self->directory, error);
}

/**
 * vz_bundle_commit:
 * @self: a bundle under construction
 * @error: return location for an error, or %NULL
 *
 * Moves the bundle to its final path, durably and in one step, and releases it. Paths obtained
 * before, including those in a configuration, are no longer valid.
 *
 * Returns: whether it is there; otherwise @error is %VZ_ERROR_EXISTS when something else was
 * created there meanwhile, %VZ_ERROR_OUT_OF_DISK_SPACE or %VZ_ERROR_IO, and the bundle is unchanged
 */
gboolean
vz_bundle_commit (VzBundle *self, GError **error)
{
  g_autofree char *parent = NULL;

  g_return_val_if_fail (VZ_IS_BUNDLE (self) && vz_bundle_is_partial (self), FALSE);
  parent = g_path_get_dirname (self->path);
  if (!sync_content (self, error) ||
      !vz_file_rename_no_replace (self->directory, self->path, error))
    return FALSE;
  g_free (self->directory);
  self->directory = g_strdup (self->path);
  vz_file_close (&self->lock);
  vz_bundle_registry_add (self);
  vz_file_sync_directory (
    parent, NULL); /* it is in place: only a crash of the host could remove it again */
  return TRUE;
}

/**
 * vz_bundle_discard:
 * @self: a bundle under construction
 * @error: return location for an error, or %NULL
 *
 * Removes everything made so far. The object cannot be used afterwards.
 *
 * Returns: whether everything was removed; otherwise @error is %VZ_ERROR_IO
 */
gboolean
vz_bundle_discard (VzBundle *self, GError **error)
{
  g_return_val_if_fail (VZ_IS_BUNDLE (self) && vz_bundle_is_partial (self), FALSE);
  if (!vz_file_remove_tree (self->directory, error))
    return FALSE;
  vz_file_close (&self->lock);
  return TRUE;
}

/**
 * vz_bundle_delete:
 * @self: a finished bundle
 * @error: return location for an error, or %NULL
 *
 * Deletes the bundle and all files in it, unless the machine is in use. The bundle is first renamed
 * to the name of a bundle under construction, so that an interrupted deletion does not leave half a
 * bundle, and the next creator replaces what it leaves. The object cannot be used afterwards.
 *
 * Returns: whether it was deleted; otherwise @error is %VZ_ERROR_BUSY, %VZ_ERROR_EXISTS when an
 *   interrupted creation is in the way, or %VZ_ERROR_IO
 */
gboolean
vz_bundle_delete (VzBundle *self, GError **error)
{
  g_autofree char *lock_file = vz_bundle_dup_machine_identifier_path (self);
  g_autofree char *parent = NULL;
  g_autofree char *name = NULL;
  g_autofree char *doomed = NULL;
  g_autoptr (VzBundleLock) lock = NULL;
  int directory VZ_AUTO_CLOSE = -1;

  g_return_val_if_fail (VZ_IS_BUNDLE (self) && !vz_bundle_is_partial (self), FALSE);
  /* A bundle without an identifier cannot run, but must be deletable. */
  if (vz_file_is_there (lock_file) &&
      (lock = vz_bundle_lock_take (self->directory, "delete", error)) == NULL)
    return FALSE;
  if (!vz_bundle_files_check_users (self->directory, TRUE, error))
    return FALSE;
  parent = g_path_get_dirname (self->path);
  name = g_path_get_basename (self->path);
  doomed = g_strdup_printf ("%s/.%s.partial", parent, name);
  /* Locked like any partial directory: a creator must not start in it while it is being emptied. */
  directory = open (self->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0 || flock (directory, LOCK_EX | LOCK_NB) != 0)
    return vz_fail_errno (error, "cannot delete '%s'", self->path);
  if (!vz_file_rename_no_replace (self->path, doomed, error))
    return FALSE;
  g_free (self->directory);
  self->directory = g_strdup (doomed); /* the registry's entry is found by the identifier in it */
  vz_bundle_registry_remove (self);
  return vz_file_remove_tree (doomed, error);
}

/**
 * vz_bundle_is_in_use:
 * @self: a bundle
 * @ret_pid: (out) (optional): the process that uses it; 0 when unknown
 * @ret_purpose: (out) (optional) (transfer full) (nullable): the purpose, in one word; `run` and
 * `start` refer to a machine; %NULL when unknown
 *
 * Checks whether any process, in any session and of any user, is running the machine or otherwise
 * using the bundle. Another bundle with the same machine identifier does not count. Creates
 * nothing.
 *
 * Returns: whether the bundle is in use
 */
gboolean
vz_bundle_is_in_use (VzBundle *self, int *ret_pid, char **ret_purpose)
{
  g_autoptr (VzHolder) holder = NULL;

  g_return_val_if_fail (VZ_IS_BUNDLE (self), FALSE);
  if (!vz_bundle_lock_is_held (self->directory, &holder))
    return FALSE;
  if (ret_pid != NULL)
    *ret_pid = holder != NULL ? holder->pid : 0;
  if (ret_purpose != NULL)
    *ret_purpose = holder != NULL ? g_strdup (holder->purpose) : NULL;
  return TRUE;
}

/**
 * vz_bundle_check_at_rest:
 * @self: a bundle
 * @error: return location for an error, or %NULL
 *
 * Checks whether the bundle's files can be read as they are: the machine is not running, and
 * nothing else writes to them, such as `qemu-nbd` or a loop device.
 *
 * Returns: whether they can; otherwise @error is %VZ_ERROR_BUSY and names the process and the
 * program as far as this user may know them
 */
gboolean
vz_bundle_check_at_rest (VzBundle *self, GError **error)
{
  g_return_val_if_fail (VZ_IS_BUNDLE (self), FALSE);
  return vz_bundle_lock_check_free (self->directory, error) &&
         vz_bundle_files_check_users (self->directory, FALSE, error);
}

/**
 * vz_bundle_is_running:
 * @self: a bundle
 *
 * Returns: whether its machine is running, starting or paused; not when it runs from another bundle
 *   whose files are hard links to the same ones (vz_bundle_check_at_rest() names it)
 */
gboolean
vz_bundle_is_running (VzBundle *self)
{
  g_autoptr (VzHolder) holder = NULL;

  g_return_val_if_fail (VZ_IS_BUNDLE (self), FALSE);
  if (!vz_bundle_lock_is_held (self->directory, &holder))
    return FALSE;
  if (holder == NULL)
    return TRUE;
  return (g_str_equal (holder->purpose, "run") || g_str_equal (holder->purpose, "start")) &&
         !vz_bundle_lock_is_linked (self->directory, holder);
}

/**
 * vz_bundle_is_same_machine:
 * @self: a bundle
 * @other: another bundle
 *
 * Returns: whether they are two bundles of one machine at different paths: copies, of which only
 * one can run at a time
 */
gboolean
vz_bundle_is_same_machine (VzBundle *self, VzBundle *other)
{
  g_autoptr (VzMachineIdentifier) identifier = NULL;
  g_autoptr (VzMachineIdentifier) another = NULL;
  struct stat here, there;

  g_return_val_if_fail (VZ_IS_BUNDLE (self) && VZ_IS_BUNDLE (other), FALSE);
  if (stat (self->directory, &here) != 0 || stat (other->directory, &there) != 0 ||
      (here.st_dev == there.st_dev && here.st_ino == there.st_ino))
    return FALSE;
  identifier = vz_bundle_load_machine_identifier (self, NULL);
  another = vz_bundle_load_machine_identifier (other, NULL);
  return identifier != NULL && another != NULL &&
         g_bytes_equal (vz_machine_identifier_get_data_representation (identifier),
                        vz_machine_identifier_get_data_representation (another));
}

/**
 * vz_bundle_get_path:
 * @self: a bundle
 *
 * Returns: (transfer none) (type filename): the absolute path where the bundle is, or will be after
 *   vz_bundle_commit()
 */
const char *
vz_bundle_get_path (VzBundle *self)
{
  g_return_val_if_fail (VZ_IS_BUNDLE (self), NULL);
  return self->path;
}

/**
 * vz_bundle_get_directory:
 * @self: a bundle
 *
 * Returns: (transfer none) (type filename): the absolute path of the directory that the files are
 * in now
 */
const char *
vz_bundle_get_directory (VzBundle *self)
{
  g_return_val_if_fail (VZ_IS_BUNDLE (self), NULL);
  return self->directory;
}

/**
 * vz_bundle_set_clone_host_name:
 * @self: a bundle
 * @host_name: (nullable): a host name of at most 64 characters; %NULL: one derived from the name of
 * the clone's bundle
 *
 * Sets the host name for the guests of clones that are made from this object from now on, by
 * vz_bundle_clone() or vz_virtual_machine_clone_bundle(). Those calls refuse an invalid name.
 */
void
vz_bundle_set_clone_host_name (VzBundle *self, const char *host_name)
{
  g_return_if_fail (VZ_IS_BUNDLE (self));
  g_free (self->clone_host_name);
  self->clone_host_name = g_strdup (host_name);
}

/**
 * vz_bundle_get_clone_host_name:
 * @self: a bundle
 *
 * Returns: (transfer none) (nullable): the name that vz_bundle_set_clone_host_name() was given;
 * initially %NULL
 */
const char *
vz_bundle_get_clone_host_name (VzBundle *self)
{
  g_return_val_if_fail (VZ_IS_BUNDLE (self), NULL);
  return self->clone_host_name;
}
