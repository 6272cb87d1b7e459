/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-hex.h"
#include "image/verify/vz-image4.h"
#include "image/verify/vz-member-sums.h"

#include "image/manifest/vz-chunk.h"

#include <string.h>
#include <zlib.h>

/* 0x30 0x1a: SEQUENCE of 26 bytes: "IM4P", "krnl", "d", OCTET STRING of 9 bytes. */
#define PAYLOAD \
  "\x30\x1a\x16\x04IM4P\x16\x04krnl\x16\x01" \
  "d\x04\x09" \
  "123456789"
#define PAYLOAD_SIZE 28

static VzImage4Kind
parse (const char *data, gsize size, guint64 file_size, VzImage4 *ret_image)
{
  return vz_image4_parse ((const guint8 *) data, size, file_size, ret_image);
}

static void
test_payload (void)
{
  VzImage4 image;

  g_assert_cmpuint (sizeof PAYLOAD - 1, ==, PAYLOAD_SIZE);
  g_assert_cmpint (parse (PAYLOAD, PAYLOAD_SIZE, PAYLOAD_SIZE, &image), ==, VZ_IMAGE4_SOUND);
  g_assert_cmpuint (image.offset, ==, 0);
  g_assert_cmpuint (image.size, ==, PAYLOAD_SIZE);
  g_assert_cmpstr (image.type, ==, "krnl");
  g_assert_cmpuint (image.type_offset, ==, 10);
  /* What stands behind it in the file does not belong to it. */
  g_assert_cmpint (parse (PAYLOAD "xx", PAYLOAD_SIZE + 2, 1000, &image), ==, VZ_IMAGE4_SOUND);
  g_assert_cmpuint (image.size, ==, PAYLOAD_SIZE);
}

static void
test_complete_image (void)
{
  const char data[] = "\x30\x26\x16\x04IMG4" PAYLOAD "\xa0\x02\x30\x00";
  VzImage4 image;

  g_assert_cmpint (parse (data, sizeof data - 1, sizeof data - 1, &image), ==, VZ_IMAGE4_SOUND);
  g_assert_cmpuint (image.offset, ==, 8);
  g_assert_cmpuint (image.size, ==, PAYLOAD_SIZE);
  g_assert_cmpuint (image.type_offset, ==, 18);
}

/* Only the head of a file of 1 GiB is given. */
static void
test_long_payload (void)
{
  const char data[] = "\x30\x84\x3f\xff\xff\xfa\x16\x04IM4P\x16\x04rdsk\x16\x00\x04\x84\x3f\xff";
  VzImage4 image;

  g_assert_cmpint (parse (data, sizeof data - 1, 1 << 30, &image), ==, VZ_IMAGE4_SOUND);
  g_assert_cmpuint (image.size, ==, 1 << 30);
  g_assert_cmpint (parse (data, sizeof data - 1, (1 << 30) - 1, &image), ==, VZ_IMAGE4_DAMAGED);
}

static void
test_damaged (void)
{
  static const struct {
    const char *data;
    gsize size;
    VzImage4Kind kind;
  } rows[] = {
    { "", 0, VZ_IMAGE4_NONE },
    { "\x30", 1, VZ_IMAGE4_NONE },
    { "AEA1" PAYLOAD, 32, VZ_IMAGE4_NONE },
    { "\x30\x1a\x16\x04JM4P\x16\x04krnl", 14, VZ_IMAGE4_NONE },
    { "\x30\x80\x16\x04IM4P\x16\x04krnl\x04\x00\x00\x00\x00\x00", 20,
      VZ_IMAGE4_DAMAGED }, /* no length */
    { "\x30\x7f\x16\x04IM4P\x16\x04krnl\x04\x00\x00\x00\x00\x00", 20,
      VZ_IMAGE4_DAMAGED }, /* too long */
    { "\x30\x06\x16\x04IM4P\x16\x04krnl\x04\x00\x00\x00\x00\x00", 20,
      VZ_IMAGE4_DAMAGED }, /* too short */
    { "\x30\x12\x16\x04IM4P\x16\x04kr\1l\x04\x00\x00\x00\x00\x00", 20, VZ_IMAGE4_DAMAGED },
    { "\x30\x12\x16\x04IM4P\x16\x05krnlx\x04\x00\x00\x00\x00", 20, VZ_IMAGE4_DAMAGED },
    { "\x30\x12\x16\x04IM4P\x04\x04krnl\x04\x00\x00\x00\x00\x00", 20, VZ_IMAGE4_DAMAGED },
    { "\x30\x0a\x16\x04IM4P\x16\x04kr", 12, VZ_IMAGE4_DAMAGED }, /* cut off */
    { "\x30\x08\x16\x04IMG4\x30\x00", 10, VZ_IMAGE4_DAMAGED },
    { "\x30\x16\x16\x04IMG4\x30\x0c\x16\x04IMG4\x16\x04krnl\x04\x00", 24, VZ_IMAGE4_DAMAGED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      VzImage4 image = { .size = 7 };
      VzImage4Kind kind = parse (rows[i].data, rows[i].size, rows[i].size, &image);

      if (kind != rows[i].kind)
        g_error ("row %" G_GSIZE_FORMAT ": %d", i, (int) kind);
      g_assert_cmpuint (image.size, ==, 7); /* untouched */
    }
}

static char *
hex_of (GChecksumType type, const void *data, gsize size)
{
  return g_compute_checksum_for_data (type, data, size);
}

static void
assert_digest (VzMemberSums *sums, guint number, gsize size, const char *expected)
{
  g_autofree char *found = vz_hex_encode (vz_member_sums_get_digest (sums, number), size);

  g_assert_cmpstr (found, ==, expected);
}

/* One reading gives the checksum of all of it, and digests of the payload with either type. */
static void
test_digests (void)
{
  char data[] = "\x30\x26\x16\x04IMG4" PAYLOAD "\xa0\x02\x30\x00";
  char replaced[] = PAYLOAD;
  g_autoptr (VzMemberSums) sums = vz_member_sums_new ();
  g_autofree char *plain = hex_of (G_CHECKSUM_SHA384, PAYLOAD, PAYLOAD_SIZE);
  g_autofree char *typed = NULL;
  g_autofree char *sha1 = hex_of (G_CHECKSUM_SHA1, PAYLOAD, PAYLOAD_SIZE);
  const gsize size = sizeof data - 1;

  memcpy (replaced + 10, "rkrn", 4);
  typed = hex_of (G_CHECKSUM_SHA384, replaced, PAYLOAD_SIZE);
  for (int round = 0; round < 2; round++) /* the second with what the first has left */
    {
      guint numbers[4];

      vz_member_sums_reset (sums);
      numbers[0] = vz_member_sums_want (sums, 48, NULL);
      numbers[1] = vz_member_sums_want (sums, 48, "rkrn");
      numbers[2] = vz_member_sums_want (sums, 48, "krnl"); /* it has that type */
      numbers[3] = vz_member_sums_want (sums, 20, NULL);
      vz_member_sums_begin (sums, (guint8 *) data, size, size);
      vz_member_sums_update (sums, (guint8 *) data, size - 1);
      vz_member_sums_update (sums, (guint8 *) data + size - 1, 1);
      vz_member_sums_finish (sums);
      g_assert_cmpint (vz_member_sums_get_kind (sums), ==, VZ_IMAGE4_SOUND);
      g_assert_cmpuint (vz_member_sums_get_crc (sums), ==, crc32 (0, (guint8 *) data, size));
      assert_digest (sums, numbers[0], 48, plain);
      assert_digest (sums, numbers[1], 48, typed);
      assert_digest (sums, numbers[2], 48, plain);
      assert_digest (sums, numbers[3], 20, sha1);
    }
}

static void
test_zeros (void)
{
  const gsize sizes[] = { 1, 5, 65536, 65537, 1000000 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (VzMemberSums) sums = vz_member_sums_new ();
      gsize size = 3 + sizes[i] + 3;
      g_autofree guint8 *data = g_malloc0 (size);
      g_autofree char *expected = NULL;
      guint number;

      memcpy (data, "abc", 3);
      memcpy (data + size - 3, "xyz", 3);
      expected = hex_of (G_CHECKSUM_SHA256, data, size);
      vz_member_sums_reset (sums);
      number = vz_member_sums_want (sums, 32, "krnl"); /* no Image4 file has no type */
      vz_member_sums_begin (sums, data, 3, size);
      vz_member_sums_update (sums, data, 3);
      vz_member_sums_update (sums, NULL, sizes[i]);
      vz_member_sums_update (sums, data + size - 3, 3);
      vz_member_sums_finish (sums);
      g_assert_cmpuint (vz_member_sums_get_crc (sums), ==, crc32 (0, data, (uInt) size));
      assert_digest (sums, number, 32, expected);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/restore/image4/payload", test_payload);
  g_test_add_func ("/restore/image4/complete-image", test_complete_image);
  g_test_add_func ("/restore/image4/long-payload", test_long_payload);
  g_test_add_func ("/restore/image4/damaged", test_damaged);
  g_test_add_func ("/restore/image4/digests", test_digests);
  g_test_add_func ("/restore/image4/zeros", test_zeros);
  return g_test_run ();
}
