/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "disk/vz-disk-header.h"
#include "disk/vz-disk-source.h"
#include "disk/vz-esp.h"

#define SECTOR 512
#define HEAD 4096

static void
test_wrapping (void)
{
  static const struct {
    const char *magic;
    gsize at;
    gsize length;
    VzDiskWrapping wrapping;
  } rows[] = {
    { "\xFD"
      "7zXZ\0",
      0, 6, VZ_DISK_WRAPPING_XZ },
    { "\x1F\x8B\x08", 0, 3, VZ_DISK_WRAPPING_GZIP },
    { "\x28\xB5\x2F\xFD", 0, 4, VZ_DISK_WRAPPING_ZSTD },
    { "PK\3\4", 0, 4, VZ_DISK_WRAPPING_ZIP },
    { "ustar", 257, 5, VZ_DISK_WRAPPING_TAR },
    { "QFI\xFB", 0, 4, VZ_DISK_WRAPPING_NONE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint8 head[HEAD] = { 0 };

      memcpy (head + rows[i].at, rows[i].magic, rows[i].length);
      g_assert_cmpint (vz_disk_wrapping_recognize (head, sizeof head), ==, rows[i].wrapping);
      /* What is shorter than the magic is none of them. */
      g_assert_cmpint (vz_disk_wrapping_recognize (head, rows[i].at + rows[i].length - 1), ==,
                       VZ_DISK_WRAPPING_NONE);
    }
}

static void
test_raw_needs_a_boot_sector (void)
{
  guint8 head[HEAD] = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (vz_disk_format_recognize (head, sizeof head, &error), ==,
                   VZ_DISK_FORMAT_UNKNOWN);
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_DISK_IMAGE);
  memcpy (head + 510, "\x55\xAA", 2);
  g_assert_cmpint (vz_disk_format_recognize (head, sizeof head, NULL), ==, VZ_DISK_FORMAT_RAW);
  g_assert_cmpint (vz_disk_format_recognize (head, 511, NULL), ==, VZ_DISK_FORMAT_UNKNOWN);
}

static void
put64 (guint8 *at, guint64 value)
{
  value = GUINT64_TO_LE (value);
  memcpy (at, &value, sizeof value);
}

/* A GPT with one EFI system partition from sector 8 to @last. */
static void
make_gpt (guint8 *head, guint64 entries_at, guint32 n, guint32 length, guint64 last)
{
  static const guint8 esp[] = { 0x28, 0x73, 0x2A, 0xC1, 0x1F, 0xF8, 0xD2, 0x11,
                                0xBA, 0x4B, 0x00, 0xA0, 0xC9, 0x3E, 0xC9, 0x3B };

  memset (head, 0, HEAD);
  memcpy (head + SECTOR, "EFI PART", 8);
  put64 (head + SECTOR + 72, entries_at);
  put64 (head + SECTOR + 80, n | (guint64) length << 32);
  memcpy (head + 2 * SECTOR, esp, sizeof esp);
  put64 (head + 2 * SECTOR + 32, 8);
  put64 (head + 2 * SECTOR + 40, last);
}

static void
test_gpt (void)
{
  static const struct {
    guint64 at;
    guint32 n;
    guint32 length;
    guint64 last;
    gboolean good;
  } rows[] = {
    { 2, 4, 128, 15, TRUE },
    { 2, 4, 128, 100000, FALSE }, /* behind the end of the disk */
    { 2, 4, 128, G_MAXUINT64, FALSE },
    { 2, 4, 128, 7, FALSE }, /* ends before it begins */
    { 2, G_MAXUINT32, 128, 15, FALSE },
    { 2, 4, 64, 15, FALSE },
    { 2, 1024, 4096, 15, FALSE },
    { G_MAXUINT64, 4, 128, 15, FALSE },
    { G_MAXUINT64 / SECTOR + 3, 4, 128, 15, FALSE }, /* would wrap around to where they are */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint8 head[HEAD];
      guint64 offset = 1, size = 1;
      g_autoptr (GError) error = NULL;

      make_gpt (head, rows[i].at, rows[i].n, rows[i].length, rows[i].last);
      if (rows[i].good)
        {
          g_assert_true (vz_esp_find (head, HEAD, 1 << 20, &offset, &size, &error));
          g_assert_no_error (error);
          g_assert_cmpuint (offset, ==, 8 * SECTOR);
          g_assert_cmpuint (size, ==, 8 * SECTOR);
        }
      else
        {
          g_assert_false (vz_esp_find (head, HEAD, 1 << 20, &offset, &size, &error));
          g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_DISK_IMAGE);
        }
    }
}

static void
test_no_esp (void)
{
  guint8 head[HEAD];
  guint64 offset, size;
  g_autoptr (GError) error = NULL;

  make_gpt (head, 2, 4, 128, 15);
  head[2 * SECTOR] ^= 1;
  g_assert_false (vz_esp_find (head, HEAD, 1 << 20, &offset, &size, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
}

static void
test_short_headers (void)
{
  static const VzDiskFormat formats[] = { VZ_DISK_FORMAT_QCOW2, VZ_DISK_FORMAT_VMDK,
                                          VZ_DISK_FORMAT_VDI };
  guint8 head[16] = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (vz_disk_header_check (formats[i], head, sizeof head, sizeof head, &error));
      g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_DISK_IMAGE);
    }
}

static void
test_usual_names (void)
{
  g_assert_true (vz_disk_source_has_usual_name ("https://a.example/x.QCOW2"));
  g_assert_true (vz_disk_source_has_usual_name ("https://a.example/x.raw.xz?version=1#top"));
  g_assert_false (vz_disk_source_has_usual_name ("https://a.example/x.ipsw"));
  g_assert_false (vz_disk_source_has_usual_name ("https://a.example/x?file=a.qcow2"));
  g_assert_true (vz_disk_source_has_usual_name ("images/a.ova"));
  g_assert_false (vz_disk_source_has_usual_name ("debian"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disk-header/wrapping", test_wrapping);
  g_test_add_func ("/disk-header/raw-needs-a-boot-sector", test_raw_needs_a_boot_sector);
  g_test_add_func ("/disk-header/gpt", test_gpt);
  g_test_add_func ("/disk-header/no-esp", test_no_esp);
  g_test_add_func ("/disk-header/short", test_short_headers);
  g_test_add_func ("/disk-header/usual-names", test_usual_names);
  return g_test_run ();
}
