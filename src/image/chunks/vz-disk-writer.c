/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/chunks/vz-disk-writer.h"

#include "foundation/file/vz-file-system.h"
#include "foundation/file/vz-write.h"
#include "foundation/vz-fail.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* How this works
 *
 * A restore writes gigabytes that will not be read again soon. Through the page cache, each page is
 * allocated, copied to and written back in the background, which slows everything else; on a
 * virtual machine that has returned its free memory to the host, each of these pages must also be
 * obtained again, which by measurement takes three times as long as decompressing. So large pieces
 * go straight to the disk (O_DIRECT), which costs no processor time.
 *
 * The disk may also be slow, or busy with other work; then the cache lets us finish early while the
 * kernel keeps writing. So the rate of direct writes is compared with the rate at which all cores
 * together could compute, and if it stays far behind, everything from then on goes through the
 * cache. Using both at once is not worthwhile: the kernel makes writes through the cache wait for
 * direct ones to the same file. Small or unaligned pieces always go through the cache, and so does
 * everything if the file system does not support direct writes. */

#define DIRECT_MIN (256 * 1024) /* below this, writing directly takes longer than copying */
#define PROBE_BYTES (32 * 1024 * 1024) /* written before the disk is assessed */
#define RATE_MIN 0.33 /* of the computing rate; the cache has achieved at least this */

struct _VzDiskWriter {
  int fd; /* borrowed */
  int direct_fd; /* owned, -1: none */
  int direct; /* atomic: direct writes are worth it */
  gint64 begin; /* monotonic time */

  GMutex lock; /* guards everything below */
  gint64 computing; /* microseconds, of all threads */
  guint64 computed; /* pieces computed */
  guint64 written; /* bytes written directly */
  guint64 pieces; /* in how many pieces */
};

VzDiskWriter *
vz_disk_writer_new (int fd)
{
  VzDiskWriter *self = g_new0 (VzDiskWriter, 1);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);

  self->fd = fd;
  /* Reopened: O_DIRECT on the caller's descriptor would affect all who share it. */
  self->direct_fd = open (path, O_WRONLY | O_DIRECT | O_CLOEXEC);
  self->direct = self->direct_fd >= 0;
  self->begin = g_get_monotonic_time ();
  g_mutex_init (&self->lock);
  return self;
}

void
vz_disk_writer_free (VzDiskWriter *self)
{
  if (self == NULL)
    return;
  if (self->direct_fd >= 0)
    (void) close (self->direct_fd);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
vz_disk_writer_add_computing (VzDiskWriter *self, gint64 microseconds)
{
  g_mutex_lock (&self->lock);
  self->computing += microseconds;
  self->computed++;
  g_mutex_unlock (&self->lock);
}

static void
judge_disk (VzDiskWriter *self, gsize size)
{
  double elapsed = (double) (g_get_monotonic_time () - self->begin);
  double needed;

  g_mutex_lock (&self->lock);
  self->written += size;
  self->pieces++;
  /* How long all cores would have taken to compute what has been written. */
  needed = (double) self->computing * (double) self->pieces / (double) MAX (self->computed, 1) /
           g_get_num_processors ();
  if (self->written >= PROBE_BYTES && needed < RATE_MIN * elapsed)
    g_atomic_int_set (&self->direct, FALSE);
  g_mutex_unlock (&self->lock);
}

/* Writes what can be written directly and returns how much that was; the rest is left to the
 * cache. */
static gsize
write_direct (VzDiskWriter *self, const guint8 *data, gsize size, guint64 position)
{
  ssize_t n;

  size -= size % VZ_DISK_WRITER_ALIGNMENT;
  if (size < DIRECT_MIN || ((guintptr) data | position) % VZ_DISK_WRITER_ALIGNMENT != 0 ||
      !g_atomic_int_get (&self->direct))
    return 0;
  /* Writes to existing blocks can run in parallel; those to a hole exclude each other. */
  vz_fs_reserve (self->direct_fd, (off_t) position, (off_t) size);
  n = pwrite (self->direct_fd, data, size, (off_t) position);
  if (n < 0)
    {
      /* Not possible here, or a real failure: then the other way meets it again and reports it. */
      g_atomic_int_set (&self->direct, FALSE);
      return 0;
    }
  judge_disk (self, (gsize) n);
  return (gsize) n;
}

gboolean
vz_disk_writer_write (VzDiskWriter *self, const guint8 *data, gsize size, guint64 position,
                      GError **error)
{
  gsize done = write_direct (self, data, size, position);

  if (!vz_pwrite_all (self->fd, data + done, size - done, (off_t) (position + done)))
    return vz_fail_errno (error, "cannot write at byte %" G_GUINT64_FORMAT " of the disk",
                          position + done);
  return TRUE;
}
