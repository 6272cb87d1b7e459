/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/zip/vz-member-reader.h"

#include "foundation/file/vz-file-system.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* How this works
 *
 * A block is read, and everything about it is computed before the next is read, so that the data
 * stays in the processor's cache. Meanwhile the kernel reads ahead, as we tell it what comes next.
 * So each reader opens the file anew, since the kernel keeps its read-ahead state per open file.
 *
 * The file is not mapped, because a file that shrinks would cause SIGBUS.
 *
 * An image on a server is read by libzip, since there the network takes most of the time.
 *
 * The zeros of holes in the file are not read. The file system's information on holes is trusted
 * only for a file with fewer blocks than its size needs. */

#define BLOCK (256 * 1024) /* fits the second-level cache, with what is computed from it */
#define AHEAD (4 * 1024 * 1024) /* how far ahead the kernel is told */
#define HOLE_MAX \
  (8 * 1024 * 1024) /* returned at a time, so that progress shows and cancelling works */

struct _VzMemberReader {
  VzImageContainer *container; /* owned */
  VzImageStream *remote; /* owned: of the member; NULL when the image is local */
  int fd; /* owned; -1: the image is on a server */
  gboolean sparse;
  guint8 *block; /* owned: as in the file */
  guint8 *unpacked; /* owned */
  gboolean stream_made;
  z_stream stream;

  const VzImageMember *member; /* borrowed */
  guint64 position; /* in the file */
  guint64 end; /* of the packed data */
  guint64 data_end; /* there is no hole before this */
  guint64 announced; /* to the kernel, up to here */
  guint64 done; /* unpacked bytes */
  gboolean ended; /* according to the deflated data */
};

static int
open_again (int fd)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  int again = open (path, O_RDONLY | O_CLOEXEC);

  /* If we can no longer read it by name, it is still open. */
  return again >= 0 ? again : fcntl (fd, F_DUPFD_CLOEXEC, 3);
}

VzMemberReader *
vz_member_reader_new (VzImageContainer *container)
{
  VzMemberReader *self = g_new0 (VzMemberReader, 1);
  int fd = vz_image_container_get_fd (container);
  struct stat st;

  self->container = vz_image_container_ref (container);
  self->fd = fd >= 0 ? open_again (fd) : -1;
  self->sparse = self->fd >= 0 && fstat (self->fd, &st) == 0 &&
                 (guint64) st.st_blocks * 512 < (guint64) st.st_size;
  self->block = g_aligned_alloc (1, BLOCK, 4096);
  self->unpacked = g_aligned_alloc (1, BLOCK, 4096);
  return self;
}

void
vz_member_reader_free (VzMemberReader *self)
{
  if (self == NULL)
    return;
  if (self->stream_made)
    inflateEnd (&self->stream);
  g_clear_pointer (&self->remote, vz_image_stream_free);
  vz_file_close (&self->fd);
  vz_image_container_unref (self->container);
  g_aligned_free (self->block);
  g_aligned_free (self->unpacked);
  g_free (self);
}

void
vz_member_reader_prefetch (VzMemberReader *self, guint64 offset, guint64 size)
{
  if (self->fd >= 0)
    (void) posix_fadvise (self->fd, (off_t) offset, (off_t) size, POSIX_FADV_WILLNEED);
}

static void
begin_inflating (VzMemberReader *self)
{
  if (!self->stream_made && inflateInit2 (&self->stream, -MAX_WBITS) != Z_OK)
    g_error ("zlib cannot unpack");
  self->stream_made = TRUE;
  (void) inflateReset (&self->stream);
  self->stream.avail_in = 0;
}

gboolean
vz_member_reader_begin (VzMemberReader *self, const VzImageMember *member,
                        GCancellable *cancellable, GError **error)
{
  g_autofree char *problem = vz_image_member_packing_problem (member);
  guint64 offset;

  if (problem != NULL)
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE, "it %s", problem);
  self->member = member;
  self->done = 0;
  self->ended = FALSE;
  g_clear_pointer (&self->remote, vz_image_stream_free);
  if (self->fd < 0)
    {
      self->remote = vz_image_container_open_member (self->container, member, cancellable, error);
      return self->remote != NULL;
    }
  if (!vz_image_container_find_data (self->container, member, &offset, cancellable, error))
    return FALSE;
  self->position = self->data_end = self->announced = offset;
  self->end = offset + member->packed_size;
  if (!member->stored)
    begin_inflating (self);
  return TRUE;
}

static void
announce (VzMemberReader *self)
{
  guint64 wanted = MIN (self->position + AHEAD, self->end);

  if (wanted <= self->announced || (wanted < self->end && wanted - self->announced < AHEAD / 2))
    return;
  vz_member_reader_prefetch (self, self->announced, wanted - self->announced);
  self->announced = wanted;
}

/* How many bytes starting here are a hole; also finds out where the next one may begin. */
static guint64
measure_hole (VzMemberReader *self)
{
  struct stat st;
  off_t start = (off_t) self->end, end = (off_t) self->end;

  if (!self->sparse || self->position < self->data_end)
    return 0;
  if (!vz_fs_next_data (self->fd, (off_t) self->end, (off_t) self->position, &start, &end) &&
      (errno != 0 || fstat (self->fd, &st) != 0 || (guint64) st.st_size < self->end))
    start = (off_t) self->position;
  if (start > (off_t) self->position)
    return MIN ((guint64) start - self->position, HOLE_MAX);
  self->data_end = (guint64) end;
  return 0;
}

/* At most a block; 0 bytes only if everything has been read. */
static gboolean
read_block (VzMemberReader *self, gsize *ret_size, GError **error)
{
  gsize wanted = (gsize) MIN (self->end - self->position, BLOCK);
  gsize done = 0;

  announce (self);
  while (done < wanted)
    {
      ssize_t n =
        pread (self->fd, self->block + done, wanted - done, (off_t) (self->position + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return vz_fail (error, VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED,
                        "reading byte %" G_GUINT64_FORMAT " of the file: %s", self->position + done,
                        g_strerror (errno));
      if (n == 0)
        return vz_fail (error, VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED,
                        "the file became shorter while it was being read");
      done += (gsize) n;
    }
  self->position += done;
  *ret_size = done;
  return TRUE;
}

static gboolean
next_stored (VzMemberReader *self, VzMemberPiece *ret_piece, GError **error)
{
  /* The head is always read, since it shows the kind of file. */
  guint64 hole = self->done > 0 ? measure_hole (self) : 0;
  gsize size = 0;

  *ret_piece = (VzMemberPiece){ .data = NULL, .size = hole, .packed = hole };
  self->position += hole;
  if (hole == 0)
    {
      if (!read_block (self, &size, error))
        return FALSE;
      *ret_piece = (VzMemberPiece){ .data = self->block, .size = size, .packed = size };
    }
  self->done += ret_piece->size;
  return TRUE;
}

static gboolean
fail_size (VzMemberReader *self, GError **error)
{
  return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                  "it ends after %" G_GUINT64_FORMAT " of the %" G_GUINT64_FORMAT
                  " bytes it claims to have",
                  self->done, self->member->size);
}

static gboolean
inflate_block (VzMemberReader *self, guint64 *packed, GError **error)
{
  z_stream *stream = &self->stream;
  int result = Z_OK;

  stream->next_out = self->unpacked;
  stream->avail_out = BLOCK;
  while (result == Z_OK && stream->avail_out > 0)
    {
      if (stream->avail_in == 0)
        {
          gsize size;

          if (!read_block (self, &size, error))
            return FALSE;
          stream->next_in = self->block;
          stream->avail_in = (uInt) size;
          *packed += size;
        }
      result = inflate (stream, Z_NO_FLUSH);
    }
  if (result == Z_BUF_ERROR) /* it wants more than there is */
    return fail_size (self, error);
  if (result != Z_OK && result != Z_STREAM_END)
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE, "it cannot be unpacked: %s",
                    stream->msg != NULL ? stream->msg : "the data are damaged");
  self->ended = result == Z_STREAM_END;
  return TRUE;
}

static gboolean
next_deflated (VzMemberReader *self, VzMemberPiece *ret_piece, GError **error)
{
  guint64 packed = 0;
  gsize size;

  if (!inflate_block (self, &packed, error))
    return FALSE;
  size = BLOCK - self->stream.avail_out;
  self->done += size;
  if (self->done > self->member->size)
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                    "it is longer than the %" G_GUINT64_FORMAT " bytes it claims to have",
                    self->member->size);
  if (self->ended && self->done < self->member->size)
    return fail_size (self, error);
  *ret_piece = (VzMemberPiece){ .data = self->unpacked, .size = size, .packed = packed };
  return TRUE;
}

/* libzip unpacks, and reports only at the end that everything has been read. */
static gboolean
next_remote (VzMemberReader *self, VzMemberPiece *ret_piece, GCancellable *cancellable,
             GError **error)
{
  gssize n = vz_image_stream_read (self->remote, self->unpacked, BLOCK, cancellable, error);
  guint64 packed = self->member->stored ? (guint64) n : 0;

  if (n < 0)
    return FALSE;
  self->done += (guint64) n;
  if (!self->member->stored && n > 0 && self->done == self->member->size)
    packed = self->member->packed_size;
  *ret_piece = (VzMemberPiece){ .data = self->unpacked, .size = (guint64) n, .packed = packed };
  return TRUE;
}

gboolean
vz_member_reader_next (VzMemberReader *self, VzMemberPiece *ret_piece, GCancellable *cancellable,
                       GError **error)
{
  if (self->remote != NULL)
    return next_remote (self, ret_piece, cancellable, error);
  /* The deflated data must end by themselves: there may be more than the size says. */
  if (self->member->stored ? self->done == self->member->size : self->ended)
    {
      *ret_piece = (VzMemberPiece){ .size = 0 };
      return TRUE;
    }
  return self->member->stored ? next_stored (self, ret_piece, error)
                              : next_deflated (self, ret_piece, error);
}
