/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/vz-disk-source-private.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk/vz-disk-header.h"
#include "foundation/file/vz-file.h"
#include "foundation/host/vz-file-users.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * The kind of a file follows from its contents alone, never from its name; a raw disk is recognized
 * as one only if it has a partition table. The first bytes are examined here (vz-disk-header.c);
 * the rest is read by other programs in a sandbox (vz-sandbox.h): qemu-img for the formats,
 * vz-unpack for packed files, mtools for the EFI system partition. */

/**
 * VzDiskSource:
 *
 * A disk with a system on it, as provided by publishers and other programs: qcow2, raw, vmdk, vdi
 * or vhdx, possibly in a .xz, .gz, .zst, .zip or .tar (.ova) file. [class@BundleInstaller] makes a
 * machine from it. Nothing that the file says is trusted: it cannot lead to any other file. Not in
 * Apple's framework.
 *
 * QEMU: `qemu-img` reads the formats, in a sandbox.
 *
 * Since: 0.1
 */
G_DEFINE_FINAL_TYPE (VzDiskSource, vz_disk_source, G_TYPE_OBJECT)

static void
vz_disk_source_finalize (GObject *object)
{
  VzDiskSource *self = VZ_DISK_SOURCE (object);

  vz_file_close (&self->fd);
  vz_file_close (&self->backing_fd);
  g_free (self->path);
  G_OBJECT_CLASS (vz_disk_source_parent_class)->finalize (object);
}

static void
vz_disk_source_class_init (VzDiskSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vz_disk_source_finalize;
}

static void
vz_disk_source_init (VzDiskSource *self)
{
  self->fd = self->backing_fd = -1;
}

static gboolean
open_file (const char *path, int *ret_fd, guint64 *ret_length, GError **error)
{
  struct stat st;

  /* Do not block on a pipe of that name. */
  *ret_fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (*ret_fd < 0 || fstat (*ret_fd, &st) != 0)
    return vz_fail_errno (error, "cannot read '%s'", path);
  if (!S_ISREG (st.st_mode))
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "'%s' is not a regular file", path);
  *ret_length = (guint64) st.st_size;
  return vz_file_check_users (path, VZ_FILE_USE_READ, error);
}

VzDiskSource *
vz_disk_source_open_on (const char *path, const char *backing, GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (VzDiskSource) self = g_object_new (VZ_TYPE_DISK_SOURCE, NULL);
  GError *cause = NULL;
  guint64 backing_length = 0;

  self->path = g_canonicalize_filename (path, NULL);
  if (!open_file (self->path, &self->fd, &self->length, error) ||
      (backing != NULL && !open_file (backing, &self->backing_fd, &backing_length, error)))
    return NULL;
  if (backing != NULL && !vz_disk_source_look_at_backing (self, backing_length, &cause))
    vz_fail_prefix (&cause, "'%s': ", backing);
  else if (vz_disk_source_look (self, cancellable, &cause))
    return g_steal_pointer (&self);
  else
    vz_fail_prefix (&cause, "'%s': ", path);
  g_propagate_error (error, cause);
  return NULL;
}

/**
 * vz_disk_source_open:
 * @path: (type filename): the file
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Opens a disk image and examines it: its format, its size, whether it is complete, and whether one
 * of vz's machines can start from it. Only the beginning of a compressed image is unpacked for
 * that.
 *
 * Returns: (transfer full) (nullable): the image; or %NULL with %VZ_ERROR_NOT_FOUND, %VZ_ERROR_BUSY
 *   (something is writing to it), %VZ_ERROR_INVALID_DISK_IMAGE (none of these formats, damaged, or
 *   not self-contained), %VZ_ERROR_NOT_SUPPORTED (none of vz's machines can start from it, or a
 *   program is not installed) or %VZ_ERROR_IO
 *
 * Since: 0.1
 */
VzDiskSource *
vz_disk_source_open (const char *path, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);
  return vz_disk_source_open_on (path, NULL, cancellable, error);
}

/**
 * vz_disk_source_has_usual_name:
 * @location: a file name or an address
 *
 * Tells from the end of a name whether it is probably that of a disk image, for files that cannot
 * be examined: those on a server, or those that do not exist.
 *
 * Returns: whether the name ends like that of a disk image
 *
 * Since: 0.1
 */
gboolean
vz_disk_source_has_usual_name (const char *location)
{
  static const char *const ends[] = { ".qcow2", ".qcow", ".img", ".raw", ".vmdk", ".vdi", ".vhdx",
                                      ".ova",   ".xz",   ".gz",  ".zst", ".tar",  ".zip" };
  g_autofree char *path = NULL;

  g_return_val_if_fail (location != NULL, FALSE);
  path = g_ascii_strdown (location, (gssize) strcspn (location, "?#"));
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (g_str_has_suffix (path, ends[i]))
      return TRUE;
  return FALSE;
}

char *
vz_disk_source_dup_base_name (const char *path)
{
  char *name = g_path_get_basename (path);

  while (vz_disk_source_has_usual_name (name) && strrchr (name, '.') != name)
    *strrchr (name, '.') = '\0';
  return name;
}

/**
 * vz_disk_source_get_path:
 * @self: a disk image
 *
 * Returns: (transfer none) (type filename): the file
 *
 * Since: 0.1
 */
const char *
vz_disk_source_get_path (VzDiskSource *self)
{
  g_return_val_if_fail (VZ_IS_DISK_SOURCE (self), NULL);
  return self->path;
}

/**
 * vz_disk_source_get_format:
 * @self: a disk image
 *
 * Returns: the format of the image, which may be packed
 *
 * Since: 0.1
 */
VzDiskFormat
vz_disk_source_get_format (VzDiskSource *self)
{
  g_return_val_if_fail (VZ_IS_DISK_SOURCE (self), VZ_DISK_FORMAT_UNKNOWN);
  return self->format;
}

/**
 * vz_disk_source_get_wrapping:
 * @self: a disk image
 *
 * Returns: how the image is packed
 *
 * Since: 0.1
 */
VzDiskWrapping
vz_disk_source_get_wrapping (VzDiskSource *self)
{
  g_return_val_if_fail (VZ_IS_DISK_SOURCE (self), VZ_DISK_WRAPPING_NONE);
  return self->wrapping;
}

/**
 * vz_disk_source_get_disk_size:
 * @self: a disk image
 *
 * Returns: the size of the disk in bytes; 0 while unknown; that of a compressed image is known once
 *   it has been unpacked
 *
 * Since: 0.1
 */
guint64
vz_disk_source_get_disk_size (VzDiskSource *self)
{
  g_return_val_if_fail (VZ_IS_DISK_SOURCE (self), 0);
  return self->disk_size;
}

/**
 * vz_disk_source_get_data_size:
 * @self: a disk image
 *
 * Returns: the approximate number of bytes that are not holes; 0 while unknown
 *
 * Since: 0.1
 */
guint64
vz_disk_source_get_data_size (VzDiskSource *self)
{
  g_return_val_if_fail (VZ_IS_DISK_SOURCE (self), 0);
  return self->data_size;
}

/**
 * vz_disk_source_get_architecture:
 * @self: a disk image
 *
 * Returns: (transfer none) (nullable): `x86_64` or `aarch64`, judging by the boot loader on it;
 *   %NULL while unknown
 *
 * Since: 0.1
 */
const char *
vz_disk_source_get_architecture (VzDiskSource *self)
{
  g_return_val_if_fail (VZ_IS_DISK_SOURCE (self), NULL);
  return self->architecture;
}

/**
 * vz_disk_source_get_takes_ignition:
 * @self: a disk image
 *
 * Returns: whether the system on it takes its settings by Ignition, judging by its partitions'
 *   names; %FALSE also while its architecture is unknown
 *
 * Since: 0.1
 */
gboolean
vz_disk_source_get_takes_ignition (VzDiskSource *self)
{
  g_return_val_if_fail (VZ_IS_DISK_SOURCE (self), FALSE);
  return self->takes_ignition;
}
