/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "foundation/file/vz-file.h"
#include "vz.h"

/* Firmware that no host has, so that the test does not depend on what is installed. */
static const char descriptor[] =
  "{\"description\": \"test\", \"interface-types\": [\"uefi\"],"
  " \"mapping\": {\"device\": \"flash\","
  "  \"executable\": {\"filename\": \"%s/code.fd\", \"format\": \"raw\"},"
  "  \"nvram-template\": {\"filename\": \"%s/vars.fd\", \"format\": \"raw\"}},"
  " \"targets\": [{\"architecture\": \"x86_64\", \"machines\": [\"pc-q35-*\"]}],"
  " \"features\": [], \"tags\": []}";

typedef struct {
  char *directory;
  char *path;
  VzHardwareModel *model;
} Fixture;

static void
write_file (const char *directory, const char *name, const char *content, gssize length)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);

  g_assert_true (g_file_set_contents (path, content, length, NULL));
}

static void
setup (Fixture *fixture, gconstpointer data)
{
  g_autofree char *content = g_malloc0 (8192);
  g_auto (GStrv) parts = g_strsplit (descriptor, "%s", -1);
  g_autofree char *text = NULL;

  fixture->directory = g_dir_make_tmp ("vz-test-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->directory, "AuxiliaryStorage", NULL);
  fixture->model = VZ_HARDWARE_MODEL (vz_generic_hardware_model_new ("x86_64"));
  text = g_strjoinv (fixture->directory, parts);
  write_file (fixture->directory, "50-test.json", text, -1);
  memcpy (content, "variables", 9);
  write_file (fixture->directory, "vars.fd", content, 8192);
  write_file (fixture->directory, "code.fd", content, 8192);
  g_setenv ("VZ_FIRMWARE_PATH", fixture->directory, TRUE);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  g_assert_true (vz_file_remove_tree (fixture->directory, NULL));
  g_free (fixture->directory);
  g_free (fixture->path);
  g_object_unref (fixture->model);
}

static VzEFIVariableStore *
create (Fixture *fixture, VzEFIVariableStoreInitializationOptions options, GError **error)
{
  return vz_efi_variable_store_new_creating (fixture->path, fixture->model, options, error);
}

static void
test_create (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzEFIVariableStore)
    store = create (fixture, VZ_EFI_VARIABLE_STORE_INITIALIZATION_NONE, &error);
  g_autofree char *content = NULL;
  struct stat st;
  gsize length;

  g_assert_no_error (error);
  g_assert_cmpstr (vz_efi_variable_store_get_path (store), ==, fixture->path);
  g_assert_true (g_file_get_contents (fixture->path, &content, &length, NULL));
  g_assert_cmpuint (length, ==, 8192);
  g_assert_cmpmem (content, 9, "variables", 9);
  g_assert_cmpint (stat (fixture->path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 0777, ==, 0600);
  g_assert_true (vz_config_validate (VZ_CONFIG (store), &error));
}

static void
test_overwrite (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzEFIVariableStore) store = NULL;
  g_autofree char *content = NULL;

  write_file (fixture->directory, "AuxiliaryStorage", "old", 3);
  g_assert_null (create (fixture, VZ_EFI_VARIABLE_STORE_INITIALIZATION_NONE, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_EXISTS);
  g_assert_true (g_file_get_contents (fixture->path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "old");
  g_clear_error (&error);
  store = create (fixture, VZ_EFI_VARIABLE_STORE_INITIALIZATION_ALLOW_OVERWRITE, &error);
  g_assert_no_error (error);
  g_assert_true (vz_config_validate (VZ_CONFIG (store), &error));
}

static void
test_no_firmware (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzGenericHardwareModel) other = vz_generic_hardware_model_new ("aarch64");
  g_autoptr (VzMacHardwareModel) mac = vz_mac_hardware_model_new ("13.0.0", NULL);

  g_assert_null (vz_efi_variable_store_new_creating (fixture->path, VZ_HARDWARE_MODEL (other),
                                                     VZ_EFI_VARIABLE_STORE_INITIALIZATION_NONE,
                                                     &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_assert_null (vz_efi_variable_store_new_creating (fixture->path, VZ_HARDWARE_MODEL (mac),
                                                     VZ_EFI_VARIABLE_STORE_INITIALIZATION_NONE,
                                                     &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  g_assert_false (vz_file_is_there (fixture->path));
}

static void
test_wrong_size (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzEFIVariableStore) store = vz_efi_variable_store_new (fixture->path);

  g_assert_false (vz_config_validate (VZ_CONFIG (store), &error));
  g_assert_nonnull (strstr (error->message, "must be an existing file"));
  g_clear_error (&error);
  write_file (fixture->directory, "AuxiliaryStorage", "old", 3);
  g_assert_false (vz_config_validate (VZ_CONFIG (store), &error));
  g_assert_nonnull (strstr (error->message, "3 bytes"));
}

int
main (int argc, char **argv)
{
#define ADD(name, function) \
  g_test_add ("/efi-variable-store/" name, Fixture, NULL, setup, function, teardown)
  g_test_init (&argc, &argv, NULL);
  ADD ("create", test_create);
  ADD ("overwrite", test_overwrite);
  ADD ("no-firmware", test_no_firmware);
  ADD ("wrong-size", test_wrong_size);
  return g_test_run ();
}
