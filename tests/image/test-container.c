/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-fail.h"
#include "image/zip/vz-image-container.h"
#include "image/zip/vz-zip-directory.h"
#include "zip-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static VzImageContainer *
open_fixture (ZipFixture *zip, GError **error)
{
  g_autofree char *path = zip_fixture_save (zip);
  VzImageContainer *container = vz_image_container_open (path, NULL, error);

  g_unlink (path);
  return container;
}

static void
assert_says (GError *error, VzError code, const char *text)
{
  g_assert_error (error, VZ_ERROR, (int) code);
  if (strstr (error->message, text) == NULL)
    g_error ("'%s' does not say '%s'", error->message, text);
}

static void
assert_refused (ZipFixture *zip, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzImageContainer) container = open_fixture (zip, &error);

  if (container != NULL)
    g_error ("not refused: %s", text);
  assert_says (error, VZ_ERROR_INVALID_RESTORE_IMAGE, text);
}

/* It opens; only reading member @number fails. */
static void
assert_unreadable (ZipFixture *zip, guint number, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzImageContainer) container = open_fixture (zip, &error);
  g_autoptr (GBytes) bytes = NULL;

  g_assert_no_error (error);
  bytes = vz_image_container_read (container, vz_image_container_get_member (container, number),
                                   1 << 20, NULL, &error);
  if (bytes != NULL)
    g_error ("read in spite of: %s", text);
  assert_says (error, VZ_ERROR_INVALID_RESTORE_IMAGE, text);
}

static void
check_sound (ZipFixture *zip)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzImageContainer) container = open_fixture (zip, &error);
  g_autoptr (GBytes) bytes = NULL;
  const VzImageMember *member;
  guint64 offset = 0;

  g_assert_no_error (error);
  g_assert_cmpuint (vz_image_container_get_n_members (container), ==, ZIP_MEMBERS);
  g_assert_cmpuint (vz_image_container_get_size (container), ==, zip->bytes->len);
  g_assert_null (vz_image_container_find (container, "nothing"));
  member = vz_image_container_find (container, "folder/b.txt");
  g_assert_cmpuint (member->size, ==, 100000);
  g_assert_cmpuint (member->packed_size, <, 1000);
  g_assert_cmpuint (member->offset, ==, zip->local[1]);
  g_assert_cmpuint (member->end, ==, zip->local[2]);
  bytes = vz_image_container_read (container, member, 100000, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 100000);
  g_assert_cmpint (((const char *) g_bytes_get_data (bytes, NULL))[99999], ==, 'b');
  g_assert_null (vz_image_container_read (container, member, 99999, NULL, &error));
  assert_says (error, VZ_ERROR_INVALID_RESTORE_IMAGE, "at most 99999 allowed");
  member = vz_image_container_get_member (container, 0);
  g_assert_true (vz_image_container_locate (container, member, &offset, NULL, NULL));
  g_assert_cmpint (memcmp (zip->bytes->data + offset, "aaaa", 4), ==, 0);
}

static void
test_sound (void)
{
  g_autoptr (ZipFixture) plain = zip_fixture_new (FALSE);
  g_autoptr (ZipFixture) zip64 = zip_fixture_new (TRUE);

  check_sound (plain);
  check_sound (zip64);
  /* The old end record may leave its numbers to the new one. */
  zip_fixture_put (zip64, zip64->end + 8, G_MAXUINT64, 8);
  zip_fixture_put (zip64, zip64->end + 16, G_MAXUINT64, 4);
  check_sound (zip64);
}

/* A comment that holds an end record of its own is a comment. */
static void
test_comment (void)
{
  g_autoptr (ZipFixture) zip = zip_fixture_new (FALSE);
  guint8 comment[40] = "PK\5\6";

  zip_fixture_put (zip, zip->end + 20, sizeof comment, 2);
  g_byte_array_append (zip->bytes, comment, sizeof comment);
  check_sound (zip);
  g_byte_array_append (zip->bytes, comment + 10, 1);
  assert_refused (zip, "followed by other data");
}

/* Two members are read in turns, in small pieces. */
static void
test_streams (void)
{
  g_autoptr (ZipFixture) zip = zip_fixture_new (TRUE);
  g_autoptr (GError) error = NULL;
  g_autoptr (VzImageContainer) container = open_fixture (zip, &error);
  g_autoptr (VzImageStream) a = NULL;
  g_autoptr (VzImageStream) b = NULL;
  guint64 total_a = 0, total_b = 0;
  char buffer[999];
  gssize n = 1;

  a = vz_image_container_open_member (container, vz_image_container_find (container, "a.txt"), NULL,
                                      &error);
  b = vz_image_container_open_member (container,
                                      vz_image_container_find (container, "folder/b.txt"), NULL,
                                      &error);
  g_assert_no_error (error);
  g_clear_pointer (&container, vz_image_container_unref);
  while (n > 0)
    {
      n = vz_image_stream_read (b, buffer, sizeof buffer, NULL, &error);
      g_assert_no_error (error);
      total_b += (guint64) n;
      for (gssize i = 0; i < n; i++)
        g_assert_cmpint (buffer[i], ==, 'b');
      total_a += (guint64) vz_image_stream_read (a, buffer, 1, NULL, &error);
      g_assert_no_error (error);
    }
  g_assert_cmpuint (total_b, ==, 100000);
  g_assert_cmpuint (total_a, ==, 100);
}

static void
test_cancelled (void)
{
  g_autoptr (ZipFixture) zip = zip_fixture_new (FALSE);
  g_autoptr (VzImageContainer) container = open_fixture (zip, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (vz_image_container_read (container, vz_image_container_get_member (container, 1),
                                          1 << 20, cancellable, &error));
  g_assert_true (vz_error_is_cancelled (error));
}

/* One number of a sound file is replaced. @at is counted from a record. */
typedef enum { END, END64, LOCATOR, LOCAL, CENTRAL } Record;
typedef struct {
  Record record;
  guint number;
  gsize at;
  guint64 value;
  guint bytes;
  const char *text;
} Lie;

static void
tell (ZipFixture *zip, const Lie *lie)
{
  gsize record = lie->record == END       ? zip->end
                 : lie->record == END64   ? zip->end64
                 : lie->record == LOCATOR ? zip->locator
                 : lie->record == LOCAL   ? zip->local[lie->number]
                                          : zip->central[lie->number];

  zip_fixture_put (zip, record + lie->at, lie->value, lie->bytes);
}

static void
assert_lies_refused (gboolean zip64, const Lie *lies, gsize n_lies)
{
  for (gsize i = 0; i < n_lies; i++)
    {
      g_autoptr (ZipFixture) zip = zip_fixture_new (zip64);

      tell (zip, &lies[i]);
      assert_refused (zip, lies[i].text);
    }
}

static void
test_end_lies (void)
{
  static const Lie lies[] = {
    { END, 0, 0, 0, 4, "directory at its end is missing" },
    { END, 0, 4, 1, 2, "one part of several" },
    { END, 0, 8, 2, 2, "one part of several" },
    { END, 0, 8, 4 | 4 << 16, 4, "claims 4 members in" },
    { END, 0, 8, 2 | 2 << 16, 4, "more than its 2 members" },
    { END, 0, 8, 5000 | 5000 << 16, 4, "claims 5000 members" },
    { END, 0, 12, 10, 4, "claims 3 members in 10 bytes" },
    { END, 0, 12, 0xfffffff0, 4, "claims to have 4294967280 bytes" },
    { END, 0, 16, 0xfffffff0, 4, "claims to have" },
    { END, 0, 16, 1, 4, "damaged at member 0" },
  };

  assert_lies_refused (FALSE, lies, G_N_ELEMENTS (lies));
}

static void
test_zip64_lies (void)
{
  static const Lie lies[] = {
    { LOCATOR, 0, 4, 1, 4, "one part of several" },
    { LOCATOR, 0, 8, 0, 8, "not where it is claimed to be" },
    { LOCATOR, 0, 8, G_MAXUINT64, 8, "no room for it" },
    { LOCATOR, 0, 16, 7, 4, "one part of several" },
    { END64, 0, 0, 0, 4, "not where it is claimed to be" },
    { END64, 0, 4, 10, 8, "is damaged" },
    { END64, 0, 4, G_MAXUINT64, 8, "is damaged" },
    { END64, 0, 20, 1, 4, "one part of several" },
    { END64, 0, 24, 9, 8, "one part of several" },
    { END64, 0, 40, 10, 8, "contradicts itself: the directory's size is" },
    { END64, 0, 48, 10, 8, "contradicts itself: the directory's place is" },
    { END, 0, 10, 9, 2,
      "contradicts itself: the number of members is 9 but, in its zip64 record, 3" },
  };

  assert_lies_refused (TRUE, lies, G_N_ELEMENTS (lies));
}

/* A zip file with one member that is as long as no zip file of a few bytes is: what lies between
 * its header and the directory is a hole. Returns its path. */
static char *
make_long_zip (guint64 directory, guint32 offset_told, guint32 packed, guint32 size)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 local[30] = "PK\3\4", central[46] = "PK\1\2", end[22] = "PK\5\6";
  char *path = NULL;
  int fd = g_file_open_tmp ("vz-long-XXXXXX", &path, NULL);
  guint32 sizes[] = { GUINT32_TO_LE (packed), GUINT32_TO_LE (size) };
  guint32 place[] = { GUINT32_TO_LE (sizeof central + 1), GUINT32_TO_LE (offset_told) };

  local[26] = central[28] = 1; /* the name's length */
  local[8] = central[10] = packed != size ? 8 : 0; /* deflated, or stored */
  memcpy (local + 18, sizes, sizeof sizes);
  memcpy (central + 20, sizes, sizeof sizes);
  end[8] = end[10] = 1; /* members */
  memcpy (end + 12, place, sizeof place);
  g_byte_array_append (bytes, local, sizeof local);
  g_byte_array_append (bytes, (const guint8 *) "a", 1);
  g_assert_cmpint (pwrite (fd, bytes->data, bytes->len, 0), ==, bytes->len);
  g_byte_array_set_size (bytes, 0);
  g_byte_array_append (bytes, central, sizeof central);
  g_byte_array_append (bytes, (const guint8 *) "a", 1);
  g_byte_array_append (bytes, end, sizeof end);
  g_assert_cmpint (pwrite (fd, bytes->data, bytes->len, (off_t) directory), ==, bytes->len);
  close (fd);
  return path;
}

/* What is left of a large file's numbers when 32 bits are written. */
static void
test_cut_numbers (void)
{
  const guint64 directory = (G_GUINT64_CONSTANT (1) << 32) + 100;
  g_autofree char *path = make_long_zip (directory, 100, 20, 20);
  g_autoptr (GError) error = NULL;
  g_autoptr (VzImageContainer) container = vz_image_container_open (path, NULL, &error);

  g_assert_null (container);
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_RESTORE_IMAGE);
  g_assert_nonnull (strstr (error->message, "cannot write zip64"));
  unlink (path);
}

/* 4,294,967,295 is the mark for "see the zip64 field", and without that field a size like any
 * other: a writer that streams meets it by chance. */
static void
test_longest_without_zip64 (void)
{
  const guint32 packed = 4200000;
  g_autofree char *path = make_long_zip (31 + packed, 31 + packed, packed, G_MAXUINT32);
  g_autoptr (GError) error = NULL;
  g_autoptr (VzImageContainer) container = vz_image_container_open (path, NULL, &error);
  const VzImageMember *member;
  guint64 offset = 0;

  g_assert_no_error (error);
  member = vz_image_container_find (container, "a");
  g_assert_cmpuint (member->size, ==, G_MAXUINT32);
  g_assert_cmpuint (member->packed_size, ==, packed);
  g_assert_true (vz_image_container_find_data (container, member, &offset, NULL, &error));
  g_assert_cmpuint (offset, ==, 31);
  unlink (path);
}

static void
test_member_lies (void)
{
  static const Lie lies[] = {
    { CENTRAL, 1, 0, 0, 4, "damaged at member 1" },
    { CENTRAL, 1, 8, 1 << 13, 2, "directory is encrypted" },
    { CENTRAL, 0, 20, 99, 4, "two different sizes" },
    { CENTRAL, 0, 24, 1, 4, "two different sizes" },
    { CENTRAL, 1, 20, 0xfffffff0, 4, "outside the file" },
    { CENTRAL, 1, 20, 130, 4, "overlap" },
    { CENTRAL, 1, 20, G_MAXUINT32, 4, "outside the file" },
    { CENTRAL, 1, 24, 4000000000, 4, "more than its" },
    { CENTRAL, 1, 20, 10, 4, "more than its 10 packed bytes can hold" },
    { CENTRAL, 1, 28, 60000, 2, "damaged at member 1" },
    { CENTRAL, 2, 42, 0, 4, "overlap" },
    { CENTRAL, 2, 42, 0xfffffff0, 4, "outside the file" },
    { CENTRAL, 0, 46, '/', 1, "member 0 is not allowed: it is absolute" },
    { CENTRAL, 0, 47, '\0', 1, "it has a NUL byte" },
    { CENTRAL, 0, 47, '\n', 1, "it has a control character" },
    { CENTRAL, 0, 47, '\\', 1, "it has a backslash" },
    { CENTRAL, 0, 47, 0xff, 1, "it is not UTF-8" },
    { CENTRAL, 1, 46, '.' | '.' << 8 | '/' << 16, 3, "it leads out of the image" },
    { CENTRAL, 1, 46, '.' | '/' << 8, 2, "it has a part '.'" },
    { CENTRAL, 1, 46, 'a' | '/' << 8 | '/' << 16, 3, "it has an empty part" },
  };

  assert_lies_refused (FALSE, lies, G_N_ELEMENTS (lies));
}

/* What is only seen when a member is opened or read. */
static void
test_content_lies (void)
{
  static const Lie lies[] = {
    { CENTRAL, 0, 8, 1, 2, "member 'a.txt' is encrypted" },
    { CENTRAL, 0, 16, 1, 4, "reading member a.txt" }, /* checksum */
    { CENTRAL, 1, 16, 1, 4, "reading member folder/b.txt" },
    { CENTRAL, 0, 10, 12, 2, "compressed with method 12" },
    { CENTRAL, 1, 24, 99999, 4, "longer than the 99999 bytes" },
    { CENTRAL, 1, 24, 100001, 4, "folder/b.txt" },
    { CENTRAL, 1, 20, 100, 4, "folder/b.txt" },
    { LOCAL, 0, 0, 0, 4, "not where the zip file's directory says" },
    { LOCAL, 0, 26, 4, 2, "not where the zip file's directory says" },
    { LOCAL, 0, 30, 'x', 1, "not where the zip file's directory says" },
    { LOCAL, 0, 28, 500, 2, "overlap what follows" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      g_autoptr (ZipFixture) zip = zip_fixture_new (FALSE);
      guint number = strstr (lies[i].text, "b.txt") != NULL ||
                     strstr (lies[i].text, "99999") != NULL;

      tell (zip, &lies[i]);
      assert_unreadable (zip, number, lies[i].text);
    }
}

static void
test_duplicates (void)
{
  g_autoptr (ZipFixture) zip = zip_fixture_new (FALSE);
  gsize at = zip->central[2];

  /* "c" becomes a second "a.txt", and empty, so that the longer name has room */
  g_byte_array_set_size (zip->bytes, zip->bytes->len + 4);
  memmove (zip->bytes->data + at + 46 + 5, zip->bytes->data + at + 46 + 1,
           zip->bytes->len - 4 - (at + 46 + 1));
  memcpy (zip->bytes->data + at + 46, "a.txt", 5);
  zip_fixture_put (zip, at + 20, 0, 8);
  zip_fixture_put (zip, at + 28, 5, 2);
  zip->end += 4;
  zip_fixture_put (zip, zip->end + 12, zip->directory_size + 4, 4);
  assert_refused (zip, "two members named 'a.txt'");
}

/* A name of 2,000 bytes. */
static void
test_long_name (void)
{
  g_autofree char *name = g_strnfill (2000, 'n');

  g_assert_cmpstr (vz_image_member_name_problem (name, 2000), ==, "it is longer than 1024 bytes");
  g_assert_null (vz_image_member_name_problem (name, 1024));
  g_assert_cmpstr (vz_image_member_name_problem ("", 0), ==, "it is empty");
  g_assert_null (vz_image_member_name_problem ("a/..b/.c/d..", 12));
  g_assert_null (vz_image_member_name_problem ("a/b/", 4));
  g_assert_cmpstr (vz_image_member_name_problem ("a/..", 4), ==,
                   "it leads out of the image ('..')");
}

/* Many members whose data are one and the same place: unpacked they would be 1000 times the
 * file. */
static void
test_bomb (void)
{
  g_autoptr (ZipFixture) zip = zip_fixture_new (FALSE);
  g_autofree guint8 *header =
    g_memdup2 (zip->bytes->data + zip->central[1], zip->central[2] - zip->central[1]);
  guint length = (guint) (zip->central[2] - zip->central[1]);
  g_autofree guint8 *end = g_memdup2 (zip->bytes->data + zip->end, 22);

  g_byte_array_set_size (zip->bytes, (guint) zip->end);
  for (guint i = 0; i < 1000; i++)
    {
      header[46 + 9] = (guint8) ('0' + i / 100);
      header[46 + 10] = (guint8) ('0' + i / 10 % 10);
      header[46 + 11] = (guint8) ('0' + i % 10);
      g_byte_array_append (zip->bytes, header, length);
    }
  zip->end = zip->bytes->len;
  g_byte_array_append (zip->bytes, end, 22);
  zip_fixture_put (zip, zip->end + 8, 1003 | 1003 << 16, 4);
  zip_fixture_put (zip, zip->end + 12, zip->directory_size + 1000 * (guint64) length, 4);
  assert_refused (zip, "overlap");
}

/* A directory of 100 MB, all of it a hole, whose size and number of members go together. */
static void
test_large_directory (void)
{
  g_autoptr (ZipFixture) zip = zip_fixture_new (TRUE);
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  guint64 size = 100 << 20;
  int fd = g_file_open_tmp ("vz-zip-XXXXXX", &path, NULL);

  zip_fixture_put (zip, zip->end + 8, G_MAXUINT64, 8);
  zip_fixture_put (zip, zip->end + 16, G_MAXUINT64, 4);
  zip_fixture_put (zip, zip->end64 + 40, size, 8);
  zip_fixture_put (zip, zip->end64 + 48, 0, 8);
  zip_fixture_put (zip, zip->locator + 8, size, 8);
  g_assert_cmpint (pwrite (fd, zip->bytes->data + zip->end64, 98, (off_t) size), ==, 98);
  close (fd);
  g_assert_null (vz_image_container_open (path, NULL, &error));
  assert_says (error, VZ_ERROR_INVALID_RESTORE_IMAGE, "before the end of the file, at most");
  g_unlink (path);
}

/* Cut anywhere, it is refused. */
static void
test_cut (void)
{
  g_autoptr (ZipFixture) zip = zip_fixture_new (TRUE);

  while (zip->bytes->len > 1)
    {
      g_autoptr (GError) error = NULL;

      g_byte_array_set_size (zip->bytes, zip->bytes->len - 1);
      g_assert_null (open_fixture (zip, &error));
      g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_RESTORE_IMAGE);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/restore/container/sound", test_sound);
  g_test_add_func ("/restore/container/comment", test_comment);
  g_test_add_func ("/restore/container/streams", test_streams);
  g_test_add_func ("/restore/container/cancelled", test_cancelled);
  g_test_add_func ("/restore/container/end-lies", test_end_lies);
  g_test_add_func ("/restore/container/longest-without-zip64", test_longest_without_zip64);
  g_test_add_func ("/restore/container/zip64-lies", test_zip64_lies);
  g_test_add_func ("/restore/container/cut-numbers", test_cut_numbers);
  g_test_add_func ("/restore/container/member-lies", test_member_lies);
  g_test_add_func ("/restore/container/content-lies", test_content_lies);
  g_test_add_func ("/restore/container/duplicates", test_duplicates);
  g_test_add_func ("/restore/container/long-name", test_long_name);
  g_test_add_func ("/restore/container/bomb", test_bomb);
  g_test_add_func ("/restore/container/large-directory", test_large_directory);
  g_test_add_func ("/restore/container/cut", test_cut);
  return g_test_run ();
}
