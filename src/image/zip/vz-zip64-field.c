/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/zip/vz-zip64-field.h"

#include "foundation/vz-fail.h"

/* How this works
 *
 * The format reserves 4,294,967,295 in a header's 32 bits as the mark for "see the zip64 field". A
 * writer that streams a member of exactly that size does not know this when it has to decide, so
 * the number also occurs without the field, and is then literal. libzip rejects such an archive
 * altogether. So it gets a different directory that has the field, following the same data. */

#define HEADER_SIZE 46
#define ZIP64_FIELD 1
#define MAX_NUMBERS 3
#define MAX_EXTRA G_MAXUINT16

static const guint places[MAX_NUMBERS] = { 24, 20, 42 }; /* size, packed size, offset */

static void
put_le (GByteArray *array, guint64 value, guint bytes)
{
  for (guint i = 0; i < bytes; i++)
    {
      guint8 byte = (guint8) (value >> (8 * i));

      g_byte_array_append (array, &byte, 1);
    }
}

const guint8 *
vz_zip64_find_field (const guint8 *extra, gsize size, gsize *ret_size)
{
  while (size >= 4)
    {
      guint64 id = vz_zip_get_le (extra, 2), length = vz_zip_get_le (extra + 2, 2);

      if (length > size - 4)
        return NULL;
      if (id == ZIP64_FIELD)
        {
          *ret_size = (gsize) length;
          return extra + 4;
        }
      extra += 4 + length;
      size -= 4 + length;
    }
  return NULL;
}

static gsize
header_length (const guint8 *header)
{
  return HEADER_SIZE + (gsize) (vz_zip_get_le (header + 28, 2) + vz_zip_get_le (header + 30, 2) +
                                vz_zip_get_le (header + 32, 2));
}

/* How many numbers the missing field must contain; 0 if it is not missing. */
static guint
count_missing (const guint8 *header)
{
  const guint8 *extra = header + HEADER_SIZE + vz_zip_get_le (header + 28, 2);
  gsize size;
  guint count = 0;

  if (vz_zip64_find_field (extra, (gsize) vz_zip_get_le (header + 30, 2), &size) != NULL)
    return 0;
  for (guint i = 0; i < MAX_NUMBERS; i++)
    count += vz_zip_get_le (header + places[i], 4) == VZ_ZIP64_NO_ROOM;
  return count;
}

/* The field goes first: the existing extra field may end in padding. */
static gboolean
append_header (GByteArray *array, const guint8 *header, GError **error)
{
  guint missing = count_missing (header);
  gsize name = HEADER_SIZE + (gsize) vz_zip_get_le (header + 28, 2);
  guint64 extra = vz_zip_get_le (header + 30, 2) + 4 + 8 * missing;

  if (missing == 0)
    {
      g_byte_array_append (array, header, (guint) header_length (header));
      return TRUE;
    }
  if (extra > MAX_EXTRA)
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                    "zip file: a member's extra field of %" G_GUINT64_FORMAT
                    " bytes leaves no room for its zip64 numbers",
                    vz_zip_get_le (header + 30, 2));
  g_byte_array_append (array, header, 30);
  put_le (array, extra, 2);
  g_byte_array_append (array, header + 32, (guint) name - 32);
  put_le (array, ZIP64_FIELD, 2);
  put_le (array, 8 * missing, 2);
  for (guint i = 0; i < missing; i++)
    put_le (array, VZ_ZIP64_NO_ROOM, 8);
  g_byte_array_append (array, header + name, (guint) (header_length (header) - name));
  return TRUE;
}

static void
append_end (GByteArray *array, const VzZipEnd *end)
{
  guint64 size = array->len;
  guint64 at = end->offset + size;

  g_byte_array_append (array, (const guint8 *) "PK\6\6", 4); /* zip64 end record */
  put_le (array, 44, 8);
  put_le (array, 45, 2);
  put_le (array, 45, 2);
  put_le (array, 0, 8); /* disks */
  put_le (array, end->count, 8);
  put_le (array, end->count, 8);
  put_le (array, size, 8);
  put_le (array, end->offset, 8);
  g_byte_array_append (array, (const guint8 *) "PK\6\7", 4); /* its locator */
  put_le (array, 0, 4);
  put_le (array, at, 8);
  put_le (array, 1, 4);
  g_byte_array_append (array, (const guint8 *) "PK\5\6", 4); /* end record: see the one above */
  put_le (array, 0, 4);
  put_le (array, G_MAXUINT32, 4);
  put_le (array, G_MAXUINT64, 8);
  put_le (array, 0, 2);
}

gboolean
vz_zip64_complete (GBytes **bytes, const VzZipEnd *end, GError **error)
{
  const guint8 *header = g_bytes_get_data (*bytes, NULL);
  g_autoptr (GByteArray) array = NULL;
  gboolean missing = FALSE;

  for (guint64 i = 0; i < end->count && !missing; i++, header += header_length (header))
    missing = count_missing (header) > 0;
  if (!missing)
    return TRUE;
  array = g_byte_array_sized_new ((guint) g_bytes_get_size (*bytes));
  header = g_bytes_get_data (*bytes, NULL);
  for (guint64 i = 0; i < end->count; i++, header += header_length (header))
    if (!append_header (array, header, error))
      return FALSE;
  append_end (array, end);
  g_bytes_unref (*bytes);
  *bytes = g_byte_array_free_to_bytes (g_steal_pointer (&array));
  return TRUE;
}
