/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "zip-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#define LARGE_SIZE 100000
#define END_SIZE 22
#define END64_SIZE 56
#define LOCATOR_SIZE 20

static void
add (zip_t *archive, const char *name, char filling, gsize size, zip_int32_t method)
{
  char *data = g_strnfill (size, filling); /* libzip's from here on */
  zip_source_t *source = zip_source_buffer (archive, data, size, 1);
  zip_int64_t index = zip_file_add (archive, name, source, ZIP_FL_ENC_UTF_8);

  g_assert_cmpint (index, >=, 0);
  g_assert_cmpint (zip_set_file_compression (archive, (zip_uint64_t) index, method, 0), ==, 0);
}

static void
read_back (ZipFixture *self, const char *path)
{
  g_autofree char *content = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  g_byte_array_append (self->bytes, (guint8 *) content, (guint) size);
}

static gsize
find (ZipFixture *self, gsize from, const char *magic)
{
  guint8 *found = memmem (self->bytes->data + from, self->bytes->len - from, magic, 4);

  g_assert_nonnull (found);
  return (gsize) (found - self->bytes->data);
}

/* The records of zip64 go between the directory and the end record. */
static void
add_zip64 (ZipFixture *self)
{
  g_autofree guint8 *end = g_memdup2 (self->bytes->data + self->end, END_SIZE);

  self->end64 = self->end;
  self->locator = self->end64 + END64_SIZE;
  self->end = self->locator + LOCATOR_SIZE;
  g_byte_array_set_size (self->bytes, (guint) (self->end + END_SIZE));
  memset (self->bytes->data + self->end64, 0, END64_SIZE + LOCATOR_SIZE);
  memcpy (self->bytes->data + self->end, end, END_SIZE);
  zip_fixture_put (self, self->end64, 0x06064b50, 4);
  zip_fixture_put (self, self->end64 + 4, END64_SIZE - 12, 8);
  zip_fixture_put (self, self->end64 + 12, 45 | 45 << 16, 4);
  zip_fixture_put (self, self->end64 + 24, ZIP_MEMBERS, 8);
  zip_fixture_put (self, self->end64 + 32, ZIP_MEMBERS, 8);
  zip_fixture_put (self, self->end64 + 40, self->directory_size, 8);
  zip_fixture_put (self, self->end64 + 48, self->central[0], 8);
  zip_fixture_put (self, self->locator, 0x07064b50, 4);
  zip_fixture_put (self, self->locator + 8, self->end64, 8);
  zip_fixture_put (self, self->locator + 16, 1, 4);
}

ZipFixture *
zip_fixture_new (gboolean zip64)
{
  ZipFixture *self = g_new0 (ZipFixture, 1);
  g_autofree char *path = NULL;
  zip_t *archive;

  self->bytes = g_byte_array_new ();
  close (g_file_open_tmp ("vz-zip-XXXXXX", &path, NULL));
  archive = zip_open (path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
  add (archive, "a.txt", 'a', 100, ZIP_CM_STORE);
  add (archive, "folder/b.txt", 'b', LARGE_SIZE, ZIP_CM_DEFLATE);
  add (archive, "c", 'c', 20, ZIP_CM_STORE);
  g_assert_cmpint (zip_close (archive), ==, 0);
  read_back (self, path);
  g_unlink (path);
  for (guint i = 0; i < ZIP_MEMBERS; i++)
    {
      self->local[i] = find (self, i == 0 ? 0 : self->local[i - 1] + 1, "PK\3\4");
      self->central[i] = find (self, i == 0 ? 0 : self->central[i - 1] + 1, "PK\1\2");
    }
  self->end = find (self, 0, "PK\5\6");
  self->directory_size = self->end - self->central[0];
  if (zip64)
    add_zip64 (self);
  return self;
}

void
zip_fixture_free (ZipFixture *self)
{
  g_byte_array_unref (self->bytes);
  g_free (self);
}

guint64
zip_fixture_get (ZipFixture *self, gsize at, guint bytes)
{
  guint64 value = 0;

  for (guint i = bytes; i > 0; i--)
    value = value << 8 | self->bytes->data[at + i - 1];
  return value;
}

void
zip_fixture_put (ZipFixture *self, gsize at, guint64 value, guint bytes)
{
  for (guint i = 0; i < bytes; i++)
    self->bytes->data[at + i] = (guint8) (value >> (8 * i));
}

char *
zip_fixture_save (ZipFixture *self)
{
  char *path = NULL;

  close (g_file_open_tmp ("vz-zip-XXXXXX", &path, NULL));
  g_assert_true (g_file_set_contents (path, (char *) self->bytes->data, self->bytes->len, NULL));
  return path;
}
