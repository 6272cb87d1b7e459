/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/file/vz-file-content.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "foundation/file/vz-file-system.h"
#include "foundation/file/vz-sparse.h"
#include "foundation/file/vz-write.h"
#include "foundation/vz-fail.h"

#define PROBE_SIZE (64 * 1024)

#define PIECE (16 * 1024 * 1024) /* bytes between checks of the cancellable */
#define BUFFER (1024 * 1024)

/* The next range with data from *@end on; FALSE at the end of the file or with an error. */
static gboolean
next_range (int fd, off_t size, off_t *start, off_t *end, GError **error)
{
  if (vz_fs_next_data (fd, size, *end, start, end))
    return TRUE;
  return errno != 0 ? vz_fail_errno (error, "cannot find the data in the file") : FALSE;
}

gboolean
vz_file_content_measure (int fd, guint64 *ret_bytes, GError **error)
{
  g_autoptr (GError) cause = NULL;
  off_t start, end = 0;
  struct stat st;

  *ret_bytes = 0;
  if (fstat (fd, &st) != 0)
    return vz_fail_errno (error, "cannot read the file's size");
  while (next_range (fd, st.st_size, &start, &end, &cause))
    *ret_bytes += (guint64) (end - start);
  if (cause == NULL && vz_fs_hides_holes (fd))
    *ret_bytes = MIN (*ret_bytes, (guint64) st.st_blocks * 512);
  if (cause == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

gboolean
vz_file_content_share (int from, int to)
{
  return vz_fs_share (from, to);
}

/* Through our memory, if the kernel cannot copy between the two file systems; zeros are skipped, as
 * they may be an unreported hole. */
static ssize_t
copy_through (int from, int to, off_t at, gsize size, guint8 *buffer)
{
  ssize_t n = pread (from, buffer, MIN (size, BUFFER), at);
  gsize begin = 0, end;

  if (n <= 0)
    return n;
  for (; vz_sparse_next_run (buffer, (gsize) n, (guint64) at, &begin, &end); begin = end)
    if (!vz_pwrite_all (to, buffer + begin, end - begin, at + (off_t) begin))
      return -1;
  return n;
}

static gboolean
copy_piece (int from, int to, off_t at, off_t end, gboolean *in_kernel, guint8 *buffer)
{
  off_t begin = at;

  while (at < end)
    {
      gsize size = (gsize) (end - at);
      ssize_t n = *in_kernel ? vz_fs_copy_range (from, to, at, size)
                             : copy_through (from, to, at, size, buffer);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0 && *in_kernel && (n == 0 || errno != ENOSPC))
        {
          *in_kernel = FALSE; /* different or unsupported file systems; a real error will recur */
          continue;
        }
      if (n == 0)
        errno = EIO; /* the file has shrunk */
      if (n <= 0)
        return FALSE;
      at += n;
    }
  /* Leaves less for the disk to do when the copy is made durable. A hint: failure does not
   * matter. */
  sync_file_range (to, begin, end - begin, SYNC_FILE_RANGE_WRITE);
  return TRUE;
}

gboolean
vz_file_content_copy (int from, int to, VzProgress *progress, GCancellable *cancellable,
                      GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree guint8 *buffer = g_malloc (BUFFER);
  gboolean in_kernel = !vz_fs_hides_holes (from);
  off_t start, end = 0;
  struct stat st;

  if (fstat (from, &st) != 0 || ftruncate (to, st.st_size) != 0)
    return vz_fail_errno (error, "cannot extend the copy to the size of the original");
  posix_fadvise (from, 0, 0, POSIX_FADV_SEQUENTIAL);
  while (next_range (from, st.st_size, &start, &end, &cause))
    for (off_t at = start; at < end; at += PIECE)
      {
        off_t stop = MIN (at + PIECE, end);

        if (g_cancellable_set_error_if_cancelled (cancellable, error))
          return FALSE;
        if (!copy_piece (from, to, at, stop, &in_kernel, buffer))
          return vz_fail_errno (error, "cannot copy");
        if (progress != NULL)
          vz_progress_add_completed (progress, (guint64) (stop - at));
      }
  if (cause == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

gboolean
vz_file_content_has_data (int fd, guint64 offset, guint32 length, gboolean *ret_found,
                          GError **error)
{
  g_autofree guint8 *buffer = g_malloc (PROBE_SIZE);
  guint32 done = 0;

  *ret_found = FALSE;
  while (done < length && !*ret_found)
    {
      ssize_t n = pread (fd, buffer, MIN (length - done, PROBE_SIZE), (off_t) (offset + done));

      if (n <= 0)
        return n < 0
                 ? vz_fail_errno (error, "cannot read at byte %" G_GUINT64_FORMAT, offset + done)
                 : vz_fail (error, VZ_ERROR_IO, "the file became shorter while it was being read");
      *ret_found = !vz_sparse_is_zero (buffer, (gsize) n);
      done += (guint32) n;
    }
  return TRUE;
}
