/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-firmware.h"
#include "foundation/vz-fail.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
  char *root;
} Fixture;

static void
put (Fixture *f, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (f->root, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
put_descriptor (Fixture *f, const char *name, const char *code, const char *features)
{
  g_autofree char *text = g_strdup_printf (
    "{ \"interface-types\": [ \"uefi\" ], \"mapping\": { \"device\": \"flash\","
    " \"executable\": { \"filename\": \"%s/%s\", \"format\": \"raw\" },"
    " \"nvram-template\": { \"filename\": \"%s/VARS\", \"format\": \"raw\" } },"
    " \"targets\": [ { \"architecture\": \"x86_64\", \"machines\": [ \"pc-q35-*\" ] } ],"
    " \"features\": [ %s ], \"tags\": [] }",
    f->root, code, f->root, features);

  put (f, name, text);
}

static void
setup (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;

  f->root = g_dir_make_tmp ("vz-firmware-XXXXXX", NULL);
  path = g_strconcat (f->root, "/user:", f->root, "/system", NULL);
  g_setenv ("VZ_FIRMWARE_PATH", path, TRUE);
  put (f, "CODE", "c");
  put (f, "OTHER", "o");
  put (f, "VARS", "v");
}

static void
teardown (Fixture *f, gconstpointer data)
{
  const char *argv[] = { "rm", "-rf", f->root, NULL };

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, NULL, NULL));
  g_free (f->root);
}

static void
assert_found (Fixture *f, const char *name)
{
  g_autofree char *expected = g_build_filename (f->root, name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (VzFirmware) found = vz_firmware_find ("x86_64", "pc-q35-7.2", FALSE, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (found->code_path, ==, expected);
  g_assert_cmpstr (found->code_format, ==, "raw");
}

static void
test_choice (Fixture *f, gconstpointer data)
{
  put_descriptor (f, "system/40-secure.json", "OTHER", "\"secure-boot\", \"requires-smm\"");
  put_descriptor (f, "system/45-gone.json", "NOWHERE", "");
  put (f, "system/46-broken.json", "{ \"mapping\": ");
  put (f, "system/47-odd.json", "{ \"interface-types\": 3, \"targets\": [ 1, [] ] }");
  put_descriptor (f, "system/60-plain.json", "CODE", "\"acpi-s3\"");
  assert_found (f, "CODE");
  put_descriptor (f, "user/50-mine.json", "OTHER", "");
  assert_found (f, "OTHER");
}

static void
test_hidden_by_same_name (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  put_descriptor (f, "system/60-plain.json", "CODE", "");
  put (f, "user/60-plain.json", "");
  g_assert_null (vz_firmware_find ("x86_64", "pc-q35-7.2", FALSE, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
}

static void
test_none (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  put_descriptor (f, "system/60-plain.json", "CODE", "");
  g_assert_null (vz_firmware_find ("x86_64", "pc-i440fx-7.2", FALSE, NULL));
  g_assert_null (vz_firmware_find ("aarch64", "virt-7.2", FALSE, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "qemu-efi-aarch64"));
}

/* Only one that has keys, and on a PC keeps them from the guest. */
static void
test_secure_boot (Fixture *f, gconstpointer data)
{
  g_autofree char *expected = g_build_filename (f->root, "OTHER", NULL);
  g_autoptr (VzFirmware) found = NULL;
  g_autoptr (GError) error = NULL;

  put_descriptor (f, "system/30-plain.json", "CODE", "");
  put_descriptor (f, "system/40-no-keys.json", "CODE", "\"secure-boot\", \"requires-smm\"");
  put_descriptor (f, "system/41-no-smm.json", "CODE", "\"secure-boot\", \"enrolled-keys\"");
  g_assert_null (vz_firmware_find ("x86_64", "pc-q35-7.2", TRUE, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "with Secure Boot and keys"));
  g_clear_error (&error);
  put_descriptor (f, "system/50-good.json", "OTHER",
                  "\"secure-boot\", \"requires-smm\", \"enrolled-keys\"");
  found = vz_firmware_find ("x86_64", "pc-q35-7.2", TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (found->code_path, ==, expected);
  g_assert_true (found->needs_smm);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/firmware/secure-boot", Fixture, NULL, setup, test_secure_boot, teardown);
  g_test_add ("/firmware/choice", Fixture, NULL, setup, test_choice, teardown);
  g_test_add ("/firmware/hidden-by-same-name", Fixture, NULL, setup, test_hidden_by_same_name,
              teardown);
  g_test_add ("/firmware/none", Fixture, NULL, setup, test_none, teardown);
  return g_test_run ();
}
