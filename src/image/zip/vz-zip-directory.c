/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/zip/vz-zip-directory.h"

#include "foundation/vz-fail.h"
#include "image/zip/vz-zip-end.h"
#include "image/zip/vz-zip64-field.h"

#include <string.h>

/* How this works
 *
 * libzip unpacks the members, but the directory is read here before libzip sees it, for what libzip
 * neither checks nor reports: where a member begins (so that no two overlap, which lets a small
 * file unpack to a huge amount), names with a NUL byte, and the number of members before memory is
 * allocated for all of them. The container then compares the two readings; an ambiguous file is
 * refused. */

#define HEADER_SIZE 46
#define LOCAL_HEADER_SIZE 30 /* followed by the name, and an extra field that we do not know */
#define COUNT_CUT 65536 /* members: what 16 bits cannot represent */
#define FLAG_ENCRYPTED (1 << 0)
#define FLAG_MASKED (1 << 13) /* the directory itself is encrypted */
#define METHOD_STORED 0
#define METHOD_DEFLATED 8
#define DEFLATE_RATIO_MAX 1032 /* 258 bytes from two bits */
#define MADE_BY_UNIX 3
#define MADE_BY_MACOS 19
#define fail(error, ...) vz_fail ((error), VZ_ERROR_INVALID_RESTORE_IMAGE, __VA_ARGS__)

typedef struct {
  const guint8 *data; /* borrowed: the rest of the directory */
  gsize left;
} Reader;

static void
clear_member (gpointer data)
{
  g_free (((VzImageMember *) data)->name);
}

void
vz_zip_directory_clear (VzZipDirectory *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->members, g_array_unref);
}

/* The large numbers are in a fixed order, but only those that do not fit into the header. Without
 * the field, the number is taken literally: a member of exactly 4,294,967,295 bytes, for which a
 * streaming writer cannot know to need one. */
static gboolean
read_zip64 (VzImageMember *member, const guint8 *extra, gsize size, GError **error)
{
  guint64 *numbers[] = { &member->size, &member->packed_size, &member->offset };
  gsize left = 0;
  const guint8 *field = vz_zip64_find_field (extra, size, &left);

  for (gsize i = 0; i < G_N_ELEMENTS (numbers) && field != NULL; i++)
    {
      if (*numbers[i] != VZ_ZIP64_NO_ROOM)
        continue;
      if (left < 8)
        return fail (error, "member '%s' lacks its zip64 numbers", member->name);
      *numbers[i] = vz_zip_get_le (field, 8);
      field += 8;
      left -= 8;
    }
  return TRUE;
}

static gboolean
check_member (const VzImageMember *member, guint64 directory, GError **error)
{
  guint64 head = LOCAL_HEADER_SIZE + strlen (member->name);

  if (member->offset > directory || head > directory - member->offset ||
      member->packed_size > directory - member->offset - head)
    return fail (error, "member '%s' claims to lie outside the file", member->name);
  if (member->method == METHOD_STORED && !member->encrypted && member->size != member->packed_size)
    return fail (error, "member '%s' has two different sizes", member->name);
  if (member->method == METHOD_DEFLATED &&
      member->size / DEFLATE_RATIO_MAX > member->packed_size + 1)
    return fail (error,
                 "member '%s' claims %" G_GUINT64_FORMAT " bytes, more than its %" G_GUINT64_FORMAT
                 " packed bytes can hold",
                 member->name, member->size, member->packed_size);
  if (member->size > G_MAXINT64)
    return fail (error, "member '%s' claims %" G_GUINT64_FORMAT " bytes", member->name,
                 member->size);
  return TRUE;
}

static gboolean
read_name (VzImageMember *member, const guint8 *name, gsize length, GError **error)
{
  const char *problem = vz_image_member_name_problem ((const char *) name, length);

  if (problem != NULL)
    return fail (error, "the name of member %" G_GUINT64_FORMAT " is not allowed: %s",
                 member->index, problem);
  member->name = g_strndup ((const char *) name, length);
  return TRUE;
}

/* Consumes one header; @member owns what it contains even on failure. */
static gboolean
read_member (Reader *reader, VzImageMember *member, GError **error)
{
  const guint8 *header = reader->data;
  guint64 flags, made_by;
  gsize name_length, extra_length, length;

  if (reader->left < HEADER_SIZE || memcmp (header, "PK\1\2", 4) != 0)
    return fail (error, "the zip file's directory is damaged at member %" G_GUINT64_FORMAT,
                 member->index);
  name_length = (gsize) vz_zip_get_le (header + 28, 2);
  extra_length = (gsize) vz_zip_get_le (header + 30, 2);
  length = HEADER_SIZE + name_length + extra_length + (gsize) vz_zip_get_le (header + 32, 2);
  if (length > reader->left)
    return fail (error, "the zip file's directory is damaged at member %" G_GUINT64_FORMAT,
                 member->index);
  made_by = header[5];
  flags = vz_zip_get_le (header + 8, 2);
  member->method = (guint16) vz_zip_get_le (header + 10, 2);
  member->checksum = (guint32) vz_zip_get_le (header + 16, 4);
  member->packed_size = vz_zip_get_le (header + 20, 4);
  member->size = vz_zip_get_le (header + 24, 4);
  member->offset = vz_zip_get_le (header + 42, 4);
  member->encrypted = (flags & FLAG_ENCRYPTED) != 0;
  member->stored = member->method == METHOD_STORED && !member->encrypted;
  if (made_by == MADE_BY_UNIX || made_by == MADE_BY_MACOS)
    member->mode = (guint32) vz_zip_get_le (header + 40, 2);
  if ((flags & FLAG_MASKED) != 0)
    return fail (error, "the zip file's directory is encrypted");
  reader->data += length;
  reader->left -= length;
  return read_name (member, header + HEADER_SIZE, name_length, error) &&
         read_zip64 (member, header + HEADER_SIZE + name_length, extra_length, error);
}

static gboolean
read_members (VzZipDirectory *self, const VzZipEnd *end, GError **error)
{
  Reader reader = { g_bytes_get_data (self->bytes, NULL), (gsize) end->size };

  for (guint64 i = 0; i < end->count; i++)
    {
      VzImageMember member = { .index = i };

      if (!read_member (&reader, &member, error) || !check_member (&member, end->offset, error))
        {
          clear_member (&member);
          return FALSE;
        }
      g_array_append_val (self->members, member);
    }
  /* The number of members has lost its upper half. */
  if (reader.left >= COUNT_CUT * HEADER_SIZE && memcmp (reader.data, "PK\1\2", 4) == 0)
    return fail (error,
                 "the zip file's directory has more than the %" G_GUINT64_FORMAT
                 " members that it claims to have: it was repacked by a program that cannot "
                 "write zip64",
                 end->count);
  if (reader.left > 0)
    return fail (error,
                 "the zip file's directory has %" G_GSIZE_FORMAT
                 " bytes more than its %" G_GUINT64_FORMAT " members",
                 reader.left, end->count);
  return TRUE;
}

static int
compare_offsets (gconstpointer a, gconstpointer b)
{
  const VzImageMember *left = *(VzImageMember *const *) a, *right = *(VzImageMember *const *) b;

  return left->offset < right->offset ? -1 : left->offset > right->offset;
}

/* Determines where each member's space ends, from what is known here: the length of the local
 * header is only checked when the member is opened, since that would take a request to a server for
 * each. */
static gboolean
check_overlaps (VzZipDirectory *self, GError **error)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_sized_new (self->members->len);

  for (guint i = 0; i < self->members->len; i++)
    g_ptr_array_add (sorted, &g_array_index (self->members, VzImageMember, i));
  g_ptr_array_sort (sorted, compare_offsets);
  for (guint i = 0; i < sorted->len; i++)
    {
      VzImageMember *member = sorted->pdata[i];
      const VzImageMember *next = i + 1 < sorted->len ? sorted->pdata[i + 1] : NULL;
      guint64 end = member->offset + LOCAL_HEADER_SIZE + strlen (member->name) +
                    member->packed_size;

      member->end = next != NULL ? next->offset : self->offset;
      if (end > member->end)
        return fail (error, "the members '%s' and '%s' overlap", member->name, next->name);
    }
  return TRUE;
}

static gboolean
check_limits (const VzZipEnd *end, guint64 file_size, GError **error)
{
  if (end->count > VZ_IMAGE_MEMBERS_MAX)
    return fail (error, "%" G_GUINT64_FORMAT " members found, at most %d allowed", end->count,
                 VZ_IMAGE_MEMBERS_MAX);
  if (file_size - end->offset > VZ_IMAGE_DIRECTORY_SIZE_MAX)
    return fail (error,
                 "the zip file's directory is %" G_GUINT64_FORMAT
                 " bytes before the end of the file, at most %d allowed",
                 file_size - end->offset, VZ_IMAGE_DIRECTORY_SIZE_MAX);
  if (end->count > end->size / HEADER_SIZE)
    return fail (error,
                 "the zip file's directory claims %" G_GUINT64_FORMAT
                 " members in %" G_GUINT64_FORMAT " bytes",
                 end->count, end->size);
  return TRUE;
}

gboolean
vz_zip_directory_read (VzZipDirectory *self, VzImageSource *source, GCancellable *cancellable,
                       GError **error)
{
  guint64 file_size = vz_image_source_get_size (source);
  g_autofree guint8 *bytes = NULL;
  VzZipEnd end;
  gsize size;

  if (!vz_zip_end_read (&end, source, cancellable, error) || !check_limits (&end, file_size, error))
    return FALSE;
  size = (gsize) (file_size - end.offset);
  bytes = g_malloc (size);
  vz_image_source_expect (source, end.offset, file_size);
  if (!vz_image_source_read (source, end.offset, bytes, size, cancellable, error))
    return FALSE;
  self->offset = end.offset;
  self->bytes = g_bytes_new_take (g_steal_pointer (&bytes), size);
  self->members = g_array_sized_new (FALSE, FALSE, sizeof (VzImageMember), (guint) end.count);
  g_array_set_clear_func (self->members, clear_member);
  return read_members (self, &end, error) && check_overlaps (self, error) &&
         vz_zip64_complete (&self->bytes, &end, error);
}
