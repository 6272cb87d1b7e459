/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore/vz-disk-writer.h"

#include "foundation/vz-fail.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* How this works
 *
 * A restore writes gigabytes that nobody reads again soon. Through the page cache each page is
 * allocated, copied to and written back behind our back, in the way of all else; on a virtual
 * machine that has given its free memory back to the host, every one of these pages also has to be
 * fetched again, which was measured to take three times as long as decompressing. So large pieces
 * go straight to the disk (O_DIRECT), which costs the processor nothing.
 *
 * A disk may also be much slower than the decompressor; then the cache lets us finish early while
 * the kernel writes on. So only a few direct writes are on their way at a time. Who finds that many
 * already waiting writes through the cache, as is done with what is small or not aligned, and with
 * everything where the file system knows no direct writes. The disk is never idle that way, and no
 * processor ever waits for it. */

#define DIRECT_MIN (256 * 1024) /* below, the way to the disk takes longer than the copy */

struct _VzDiskWriter {
  int fd;        /* borrowed */
  int direct_fd; /* owned, -1: none */
  int in_flight; /* atomic: direct writes that have begun */
  int useless;   /* atomic: a direct write has failed */
};

VzDiskWriter *
vz_disk_writer_new (int fd)
{
  VzDiskWriter *self = g_new0 (VzDiskWriter, 1);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);

  self->fd = fd;
  /* Opened again: O_DIRECT set on the caller's descriptor would be seen by all who share it. */
  self->direct_fd = open (path, O_WRONLY | O_DIRECT | O_CLOEXEC);
  self->useless = self->direct_fd < 0;
  return self;
}

void
vz_disk_writer_free (VzDiskWriter *self)
{
  if (self == NULL)
    return;
  if (self->direct_fd >= 0)
    (void) close (self->direct_fd);
  g_free (self);
}

/* Writes what can be written directly and returns how much that was; the rest is for the cache. */
static gsize
write_direct (VzDiskWriter *self, const guint8 *data, gsize size, guint64 position)
{
  ssize_t n = 0;

  size -= size % VZ_DISK_WRITER_ALIGNMENT;
  if (size < DIRECT_MIN || ((guintptr) data | position) % VZ_DISK_WRITER_ALIGNMENT != 0 ||
      g_atomic_int_get (&self->useless))
    return 0;
  if (g_atomic_int_add (&self->in_flight, 1) < VZ_DISK_WRITER_IN_FLIGHT)
    {
      /* Writes to blocks that exist can run side by side; those to a hole exclude each other. */
      (void) fallocate (self->direct_fd, FALLOC_FL_KEEP_SIZE, (off_t) position, (off_t) size);
      n = pwrite (self->direct_fd, data, size, (off_t) position);
    }
  g_atomic_int_add (&self->in_flight, -1);
  /* Not possible here, or a real failure: then the other way meets it again and reports it. */
  if (n < 0)
    g_atomic_int_set (&self->useless, TRUE);
  return (gsize) MAX (n, 0);
}

gboolean
vz_disk_writer_write (VzDiskWriter *self, const guint8 *data, gsize size, guint64 position, GError **error)
{
  gsize done = write_direct (self, data, size, position);

  while (done < size)
    {
      ssize_t n = pwrite (self->fd, data + done, size - done, (off_t) (position + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return vz_fail_errno (error, "Writing at byte %" G_GUINT64_FORMAT " of the disk", position + done);
      done += (gsize) n;
    }
  return TRUE;
}
