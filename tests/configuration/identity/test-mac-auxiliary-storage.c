/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "vz.h"

#define SIZE 33570816
#define USUAL_PLACE 0x6c803

static char *
make_storage (const char *der, gsize length)
{
  char *path = NULL;
  int fd = g_file_open_tmp ("vz-test-XXXXXX", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, SIZE), ==, 0);
  g_assert_cmpint (pwrite (fd, der, length, USUAL_PLACE), ==, (gssize) length);
  close (fd);
  return path;
}

static void
test_ecid (void)
{
  static const struct {
    const char *der;
    gsize length;
    guint64 ecid; /* 0: none is found */
  } cases[] = {
    { "\x16\x04"
      "ECID"
      "\x02\x08\x16\x61\xa1\xd3\x0f\xb2\x68\xd5",
      16, G_GUINT64_CONSTANT (0x1661a1d30fb268d5) },
    { "\x16\x04"
      "ECID"
      "\x02\x09\x00\xc3\xe7\x19\x6d\x6b\x9d\x98\x83",
      17, G_GUINT64_CONSTANT (0xc3e7196d6b9d9883) },
    { "\x16\x04"
      "ECID"
      "\x02\x02\x12\x34",
      10, 0x1234 },
    { "\x16\x04"
      "ECID"
      "\x02\x08\xff\xff\xff\xff\xff\xff\xff\xff",
      16, 0 },
    { "\x16\x04"
      "ECID"
      "\x02\x0a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01",
      18, 0 },
    { "nothing", 7, 0 },
    /* A name without a number, before the right one. */
    { "\x16\x04"
      "ECID"
      "\x04\x01\x16\x04"
      "ECID"
      "\x02\x01\x07",
      17, 7 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = make_storage (cases[i].der, cases[i].length);
      g_autoptr (VzMacAuxiliaryStorage) storage = vz_mac_auxiliary_storage_new (path);
      guint64 ecid = 0, size = 0;

      g_assert_true (vz_mac_auxiliary_storage_get_size (storage, &size, &error));
      g_assert_cmpuint (size, ==, SIZE);
      g_assert_true (vz_config_validate (VZ_CONFIG (storage), &error));
      if (vz_mac_auxiliary_storage_find_ecid (storage, &ecid, &error))
        g_assert_cmpuint (ecid, ==, cases[i].ecid);
      else
        g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_FOUND);
      g_assert_cmpint (error == NULL, ==, cases[i].ecid != 0);
      unlink (path);
    }
}

static void
test_offset (void)
{
  static const struct {
    goffset size;
    goffset place; /* of the name, 0: nowhere */
    gint64 offset; /* -1: refused */
  } cases[] = {
    { SIZE, 0xa04000, 0x4000 },
    { SIZE, 0xa04000 + 59, 0x4000 }, /* the name ends with the 64 bytes */
    { SIZE, 0xa04000 + 60, -1 },
    { SIZE - 0x4000, 0xa00000, 0 },
    { SIZE - 0x4000, 0xa00000 + 59, 0 },
    { SIZE - 0x4000, 0xa00000 - 1, -1 },
    { SIZE, 0, -1 },
    { 4096, 0, -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = make_storage ("", 0);
      g_autoptr (VzMacAuxiliaryStorage) storage = vz_mac_auxiliary_storage_new (path);
      int fd = open (path, O_RDWR);
      guint64 offset = 99;

      g_assert_cmpint (ftruncate (fd, cases[i].size), ==, 0);
      if (cases[i].place != 0)
        g_assert_cmpint (pwrite (fd, "nvram", 5, cases[i].place), ==, 5);
      close (fd);
      if (vz_mac_auxiliary_storage_find_offset (storage, &offset, &error))
        g_assert_cmpint ((gint64) offset, ==, cases[i].offset);
      else
        g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
      g_assert_cmpint (error == NULL, ==, cases[i].offset >= 0);
      g_assert_cmpint (vz_config_validate (VZ_CONFIG (storage), NULL), ==, cases[i].size > 4096);
      unlink (path);
    }
}

static void
test_creating (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = make_storage ("", 0);
  g_autoptr (VzMacHardwareModel) model = vz_mac_hardware_model_new ("13.0.0", &error);

  g_assert_null (vz_mac_auxiliary_storage_new_creating (
    path, VZ_HARDWARE_MODEL (model), VZ_MAC_AUXILIARY_STORAGE_INITIALIZATION_NONE, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_null (vz_mac_auxiliary_storage_new_creating (
    path, VZ_HARDWARE_MODEL (model), VZ_MAC_AUXILIARY_STORAGE_INITIALIZATION_ALLOW_OVERWRITE,
    &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  unlink (path);
}

static void
test_wrong_size (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = make_storage ("", 0);
  g_autoptr (VzMacAuxiliaryStorage) storage = vz_mac_auxiliary_storage_new (path);

  g_assert_cmpint (truncate (path, SIZE - 1), ==, 0);
  g_assert_false (vz_config_validate (VZ_CONFIG (storage), &error));
  g_assert_nonnull (strstr (error->message, "33570815 bytes"));
  unlink (path);
  g_clear_error (&error);
  g_assert_false (vz_config_validate (VZ_CONFIG (storage), &error));
  g_assert_nonnull (strstr (error->message, "must be an existing file"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mac-auxiliary-storage/offset", test_offset);
  g_test_add_func ("/mac-auxiliary-storage/ecid", test_ecid);
  g_test_add_func ("/mac-auxiliary-storage/creating", test_creating);
  g_test_add_func ("/mac-auxiliary-storage/wrong-size", test_wrong_size);
  return g_test_run ();
}
