/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disk/vz-disk-header.h"
#include "disk/vz-disk-source-private.h"
#include "disk/vz-qemu-img.h"
#include "disk/vz-sandbox.h"
#include "disk/vz-unpack-status.h"
#include "foundation/file/vz-file-content.h"
#include "foundation/file/vz-file.h"
#include "foundation/file/vz-paths.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"
#include "foundation/vz-size.h"

/* How this works
 *
 * qemu-img and vz-unpack get the file and the disk as descriptors, which they reopen by name under
 * /proc. qemu-img writes its pieces out of order, several at a time, and skips zeros, since the
 * disk starts as one hole. */

static JsonNode *
json_file (int fd)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);

  return vz_json_object (vz_json_new ("driver", vz_json_string ("file"), "filename",
                                      vz_json_string (path), NULL));
}

static JsonNode *
json_part (JsonNode *of, guint64 offset, guint64 size)
{
  return vz_json_object (vz_json_new ("driver", vz_json_string ("raw"), "offset",
                                      vz_json_int ((gint64) offset), "size",
                                      vz_json_int ((gint64) size), "file", of, NULL));
}

static JsonNode *
json_backing (VzDiskSource *self)
{
  JsonNode *node =
    vz_json_object (vz_json_new ("driver",
                                 vz_json_string (vz_disk_format_get_name (self->backing_format)),
                                 "file", json_file (self->backing_fd), NULL));

  if (self->backing_format == VZ_DISK_FORMAT_QCOW2)
    json_object_set_null_member (json_node_get_object (node), "backing");
  return node;
}

/* @backing: of a qcow2; NULL: it is read as if it had none. Takes both nodes. */
static JsonNode *
json_image (VzDiskSource *self, JsonNode *backing)
{
  JsonNode *node = json_file (self->fd);

  /* QEMU wants whole sectors, and a tar archive consists of those. */
  if (self->wrapping == VZ_DISK_WRAPPING_TAR)
    node = json_part (node, self->offset, (self->image_length + 511) / 512 * 512);
  node =
    vz_json_object (vz_json_new ("driver", vz_json_string (vz_disk_format_get_name (self->format)),
                                 "file", node, NULL));
  if (backing != NULL)
    json_object_set_member (json_node_get_object (node), "backing", backing);
  else if (self->format == VZ_DISK_FORMAT_QCOW2)
    json_object_set_null_member (json_node_get_object (node), "backing");
  return node;
}

/* Takes @node. */
static char *
dup_name (JsonNode *node)
{
  g_autoptr (JsonNode) root = node;
  g_autofree char *text = json_to_string (root, FALSE);

  return g_strconcat ("json:", text, NULL);
}

char *
vz_disk_source_dup_qemu_name (VzDiskSource *self, guint64 offset, guint64 size)
{
  JsonNode *node = json_image (self, self->backing_fd >= 0 ? json_backing (self) : NULL);
  gboolean is_whole = size == 0 || (offset == 0 && size == self->disk_size);

  /* In a part, QEMU cannot see the holes of the image below, and reads them all. */
  return dup_name (is_whole ? node : json_part (node, offset, size));
}

char *
vz_disk_source_dup_own_qemu_name (VzDiskSource *self)
{
  return dup_name (json_image (self, NULL));
}

gboolean
vz_disk_source_convert (VzDiskSource *self, guint64 offset, guint64 size, int fd,
                        VzProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autofree char *from = vz_disk_source_dup_qemu_name (self, offset, size);
  g_autofree char *to = g_strdup_printf ("/proc/self/fd/%d", fd);
  const char *argv[] = { "qemu-img", "convert", "-p", "-n", "--target-is-zero",
                         "-W",       "-m",      "16", "-O", "raw",
                         from,       to,        NULL };
  g_auto (VzQemuImgWork) work = { .progress = progress, .units = size };
  VzSandbox sandbox = { .argv = argv,
                        .package = VZ_QEMU_IMG_PACKAGE,
                        .read_fd = self->fd,
                        .more_read_fds = { MAX (self->backing_fd, 0) },
                        .write_fd = fd,
                        .line = vz_qemu_img_take_line,
                        .user_data = &work };
  struct stat st;
  int status = 0;

  if (fstat (fd, &st) != 0 || ((guint64) st.st_size < size && ftruncate (fd, (off_t) size) != 0))
    return vz_fail_errno (error, "cannot write the disk");
  sandbox.largest = MAX ((guint64) st.st_size, size);
  if (progress != NULL)
    vz_progress_set_total (progress, MAX (size, 1));
  if (!vz_sandbox_run (&sandbox, &status, NULL, cancellable, error))
    return FALSE;
  return vz_qemu_img_judge (status, &work, VZ_ERROR_INVALID_DISK_IMAGE, "the disk cannot be copied",
                            error);
}

static void
take_bytes (const char *line, gpointer user_data)
{
  VzQemuImgWork *self = user_data;

  if (g_ascii_isdigit (line[0]))
    {
      if (self->progress != NULL)
        vz_progress_set_completed (self->progress,
                                   MIN (g_ascii_strtoull (line, NULL, 10), self->units));
      return;
    }
  g_free (self->said);
  self->said = g_strdup (line);
}

static gboolean
judge_unpacking (int status, const VzQemuImgWork *work, guint64 limit, GError **error)
{
  g_autofree char *max = vz_size_format (limit);
  const char *said = work->said != NULL ? work->said : "no reason is given";

  if (g_spawn_check_wait_status (status, NULL))
    return TRUE;
  switch (WIFEXITED (status) ? WEXITSTATUS (status) : 0)
    {
    case VZ_UNPACK_TOO_LARGE:
      return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE,
                      "unpacked, it is larger than the machine's disk (%s)", max);
    case VZ_UNPACK_BAD_NAME:
      return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE,
                      "the archive's member '%s' leads outside it", said);
    case VZ_UNPACK_EMPTY:
      return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the archive has no disk in it");
    case VZ_UNPACK_CANNOT_WRITE:
      return vz_fail (error, vz_sandbox_judge_words (said, VZ_ERROR_IO),
                      "cannot write the unpacked data: %s", said);
    default:
      return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "it cannot be unpacked: %s", said);
    }
}

gboolean
vz_disk_source_unpack (VzDiskSource *self, int fd, guint64 limit, gboolean head,
                       VzProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autofree char *helper = vz_find_helper ("vz-unpack", error);
  g_autofree char *in = g_strdup_printf ("%d", self->fd);
  g_autofree char *out = g_strdup_printf ("%d", fd);
  g_autofree char *max = g_strdup_printf ("%" G_GUINT64_FORMAT, limit);
  const char *argv[] = { helper, in, out, max, head ? "head" : NULL, NULL };
  g_auto (VzQemuImgWork) work = { .progress = progress, .units = self->length };
  VzSandbox sandbox = { .argv = argv,
                        .read_fd = self->fd,
                        .write_fd = fd,
                        .largest = limit,
                        .line = take_bytes,
                        .user_data = &work };
  int status = 0;

  if (helper == NULL)
    return FALSE;
  if (progress != NULL)
    vz_progress_set_total (progress, MAX (self->length, 1));
  return vz_sandbox_run (&sandbox, &status, NULL, cancellable, error) &&
         judge_unpacking (status, &work, limit, error);
}

gboolean
vz_disk_source_check_fits (VzDiskSource *self, guint64 size, GError **error)
{
  g_autofree char *has = vz_size_format (self->disk_size);
  g_autofree char *max = vz_size_format (size);

  return self->disk_size <= size ||
         vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE,
                  "the image's disk has %s, more than the %s of the machine's", has, max);
}

/* If unpacking is needed for that, nothing is known before, so it is examined then. */
VzDiskSource *
vz_disk_source_make_plain (VzDiskSource *self, guint64 limit, const char *folder,
                           VzProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzDiskSource) plain = NULL;
  VZ_ERROR_PREFIX ("'%s'", self->path);
  struct stat st;

  if (self->architecture != NULL)
    return g_object_ref (self);
  if (progress != NULL)
    vz_progress_set_phase (progress, VZ_PROGRESS_PHASE_UNPACK);
  plain = g_object_new (VZ_TYPE_DISK_SOURCE, NULL);
  plain->path = g_strdup (self->path);
  plain->fd = vz_file_open_nameless (folder, error);
  if (plain->fd < 0 ||
      !vz_disk_source_unpack (self, plain->fd, limit, FALSE, progress, cancellable, error))
    return NULL;
  if (fstat (plain->fd, &st) != 0)
    return vz_fail_errno_null (error, "cannot read the unpacked data");
  plain->length = (guint64) st.st_size;
  return vz_disk_source_look (plain, cancellable, error) ? g_steal_pointer (&plain) : NULL;
}

/* Writes the disk's bytes as they arrive, and examines what they are. */
static gboolean
write_stream (VzDiskSource *self, int fd, guint64 size, VzProgress *progress,
              GCancellable *cancellable, GError **error)
{
  g_autoptr (VzDiskSource) disk = g_object_new (VZ_TYPE_DISK_SOURCE, NULL);
  struct stat st;

  if (!vz_disk_source_unpack (self, fd, size, FALSE, progress, cancellable, error))
    return FALSE;
  disk->fd = dup (fd);
  if (disk->fd < 0 || fstat (fd, &st) != 0)
    return vz_fail_errno (error, "cannot read the disk");
  disk->length = (guint64) st.st_size;
  if (!vz_disk_source_look (disk, cancellable, error))
    return FALSE;
  self->architecture = disk->architecture;
  self->takes_ignition = disk->takes_ignition;
  self->disk_size = disk->disk_size;
  self->data_size = disk->data_size;
  return TRUE;
}

static gboolean
write_plain (VzDiskSource *self, int fd, VzProgress *progress, GCancellable *cancellable,
             GError **error)
{
  if (self->format != VZ_DISK_FORMAT_RAW || self->wrapping != VZ_DISK_WRAPPING_NONE)
    return vz_disk_source_convert (self, 0, self->disk_size, fd, progress, cancellable, error);
  if (progress != NULL)
    vz_progress_set_total (progress, MAX (self->data_size, 1));
  return vz_file_content_share (self->fd, fd) ||
         vz_file_content_copy (self->fd, fd, progress, cancellable, error);
}

gboolean
vz_disk_source_write (VzDiskSource *self, int fd, guint64 size, VzProgress *progress,
                      GCancellable *cancellable, GError **error)
{
  VZ_ERROR_PREFIX ("'%s'", self->path);
  gboolean ok;

  if (progress != NULL)
    vz_progress_set_phase (progress, VZ_PROGRESS_PHASE_COPYING);
  if (ftruncate (fd, 0) != 0)
    return vz_fail_errno (error, "cannot empty the disk");
  if (vz_disk_source_is_plain (self))
    ok = vz_disk_source_check_fits (self, size, error) &&
         write_plain (self, fd, progress, cancellable, error);
  else
    ok = write_stream (self, fd, size, progress, cancellable, error);
  return ok && (ftruncate (fd, (off_t) size) == 0 ||
                vz_fail_errno (error, "cannot set the size of the disk"));
}
