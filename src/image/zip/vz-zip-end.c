/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/zip/vz-zip-end.h"

#include "foundation/vz-fail.h"

#include <string.h>

/* How this works
 *
 * A zip file ends with its end record, which may be followed by a comment; the comment may contain
 * anything, including another end record. The right one is the one whose comment ends with the
 * file, or the last if there are several. In a zip64 file, a locator directly before it gives the
 * position of a second, larger end record. Both then say the same, or the small one says "look
 * there". */

#define END_SIZE 22
#define COMMENT_MAX 65535
#define LOCATOR_SIZE 20
#define END64_SIZE 56
#define TAIL_SIZE (END_SIZE + COMMENT_MAX + LOCATOR_SIZE)
#define fail(error, ...) vz_fail ((error), VZ_ERROR_INVALID_RESTORE_IMAGE, __VA_ARGS__)

guint64
vz_zip_get_le (const guint8 *data, guint bytes)
{
  guint64 value = 0;

  for (guint i = bytes; i > 0; i--)
    value = value << 8 | data[i - 1];
  return value;
}

/* The end record's position in the tail, or NULL. */
static const guint8 *
find_end (const guint8 *tail, gsize length)
{
  for (gsize i = length; i >= END_SIZE; i--)
    {
      const guint8 *record = tail + i - END_SIZE;

      if (memcmp (record, "PK\5\6", 4) == 0 && vz_zip_get_le (record + 20, 2) == length - i)
        return record;
    }
  return NULL;
}

static gboolean
fail_no_end (VzImageSource *source, const guint8 *tail, gsize length, GError **error)
{
  guint8 head[4];

  if (memmem (tail, length, "PK\5\6", 4) != NULL)
    return fail (error, "the zip file is followed by other data, or its end is damaged");
  if (vz_image_source_get_size (source) < sizeof head ||
      !vz_image_source_read (source, 0, head, sizeof head, NULL, NULL) ||
      memcmp (head, "PK\3\4", 4) != 0)
    return fail (error, "the file is not a zip file");
  return fail (error, "the file is truncated: the zip file's directory at its end is missing");
}

/* Two statements of one number: the small one may also say that it cannot represent it. */
static gboolean
agree (const char *what, guint64 small, guint64 marker, guint64 large, GError **error)
{
  if (small == marker || small == large)
    return TRUE;
  return fail (error,
               "the zip file's end contradicts itself: %s is %" G_GUINT64_FORMAT
               " but, in its zip64 record, %" G_GUINT64_FORMAT,
               what, small, large);
}

/* A program that does not know zip64 truncates a large file's numbers to their lower halves. */
static gboolean
check_not_cut (guint64 offset, guint64 size, guint64 end_at, GError **error)
{
  guint64 end = offset + size;

  if (end >= end_at || ((end_at - end) & G_MAXUINT32) != 0)
    return TRUE;
  return fail (error,
               "the zip file's numbers are truncated to 32 bits: it was repacked by a program that "
               "cannot write zip64 (its directory is at %" G_GUINT64_FORMAT
               ", but claimed to be at %" G_GUINT64_FORMAT ")",
               end_at - size, offset);
}

static gboolean
check_disks (guint64 disk, guint64 directory_disk, guint64 entries, guint64 count, GError **error)
{
  if (disk == 0 && directory_disk == 0 && entries == count)
    return TRUE;
  return fail (error, "the zip file is one part of several");
}

static gboolean
read_end64 (VzZipEnd *self, VzImageSource *source, const guint8 *locator, guint64 locator_at,
            guint64 *ret_at, GCancellable *cancellable, GError **error)
{
  guint64 at = vz_zip_get_le (locator + 8, 8);
  guint8 record[END64_SIZE];

  if (vz_zip_get_le (locator + 4, 4) != 0 || vz_zip_get_le (locator + 16, 4) > 1)
    return fail (error, "the zip file is one part of several");
  if (locator_at < END64_SIZE || at > locator_at - END64_SIZE)
    return fail (error,
                 "the zip file's zip64 record is claimed to be at %" G_GUINT64_FORMAT
                 ", where there is no room for it",
                 at);
  if (!vz_image_source_read (source, at, record, sizeof record, cancellable, error))
    return FALSE;
  if (memcmp (record, "PK\6\6", 4) != 0 || vz_zip_get_le (record + 4, 8) < END64_SIZE - 12 ||
      vz_zip_get_le (record + 4, 8) > locator_at - at - 12)
    return fail (error,
                 "the zip file's zip64 record is not where it is claimed to be, or is damaged");
  self->count = vz_zip_get_le (record + 32, 8);
  self->size = vz_zip_get_le (record + 40, 8);
  self->offset = vz_zip_get_le (record + 48, 8);
  *ret_at = at;
  return check_disks (vz_zip_get_le (record + 16, 4), vz_zip_get_le (record + 20, 4),
                      vz_zip_get_le (record + 24, 8), self->count, error);
}

/* @end: the end record, at @end_at in the file; @room: bytes known before it. */
static gboolean
read_numbers (VzZipEnd *self, VzImageSource *source, const guint8 *end, guint64 end_at, gsize room,
              GCancellable *cancellable, GError **error)
{
  guint64 disk = vz_zip_get_le (end + 4, 2), directory_disk = vz_zip_get_le (end + 6, 2);
  guint64 entries = vz_zip_get_le (end + 8, 2), count = vz_zip_get_le (end + 10, 2);
  guint64 size = vz_zip_get_le (end + 12, 4), offset = vz_zip_get_le (end + 16, 4);
  guint64 before = end_at;

  if (room >= LOCATOR_SIZE && memcmp (end - LOCATOR_SIZE, "PK\6\7", 4) == 0)
    {
      if (!read_end64 (self, source, end - LOCATOR_SIZE, end_at - LOCATOR_SIZE, &before,
                       cancellable, error) ||
          !agree ("the number of members", count, 0xffff, self->count, error) ||
          !agree ("the directory's size", size, 0xffffffff, self->size, error) ||
          !agree ("the directory's place", offset, 0xffffffff, self->offset, error))
        return FALSE;
    }
  else
    {
      *self = (VzZipEnd){ count, size, offset };
      if (!check_disks (disk, directory_disk, entries, count, error) ||
          !check_not_cut (offset, size, end_at, error))
        return FALSE;
    }
  if (self->offset > before || self->size > before - self->offset)
    return fail (error,
                 "the zip file's directory claims to have %" G_GUINT64_FORMAT
                 " bytes at %" G_GUINT64_FORMAT ", but ends at %" G_GUINT64_FORMAT,
                 self->size, self->offset, before);
  return TRUE;
}

gboolean
vz_zip_end_read (VzZipEnd *self, VzImageSource *source, GCancellable *cancellable, GError **error)
{
  guint64 size = vz_image_source_get_size (source);
  gsize length = (gsize) MIN (size, TAIL_SIZE);
  g_autofree guint8 *tail = g_malloc (length);
  const guint8 *end;

  if (!vz_image_source_read (source, size - length, tail, length, cancellable, error))
    return FALSE;
  end = find_end (tail, length);
  if (end == NULL)
    return fail_no_end (source, tail, length, error);
  return read_numbers (self, source, end, size - length + (guint64) (end - tail),
                       (gsize) (end - tail), cancellable, error);
}
