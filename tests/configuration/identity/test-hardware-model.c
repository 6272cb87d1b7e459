/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "foundation/vz-plist.h"
#include "vectors.h"
#include "vz.h"

static const struct {
  const char *base64;
  guint representation;
  const char *os;
} macs[] = {
  { MODEL_A, 1, "12.0.0" },
  { MODEL_B, 1, "13.0.0" },
  { MODEL_C, 1, "13.0.0" },
  { MODEL_D, 2, "13.0.0" },
};

static void
test_mac_vectors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (macs); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) data = from_base64 (macs[i].base64);
      g_autoptr (VzHardwareModel) model = vz_hardware_model_new_from_data (data, &error);
      g_autofree char *os = NULL;

      g_assert_no_error (error);
      g_assert_true (VZ_IS_MAC_HARDWARE_MODEL (model));
      g_assert_true (g_bytes_equal (data, vz_hardware_model_get_data_representation (model)));
      g_assert_cmpuint (vz_mac_hardware_model_get_platform_version (VZ_MAC_HARDWARE_MODEL (model)),
                        ==, 2);
      g_assert_cmpuint (
        vz_mac_hardware_model_get_data_representation_version (VZ_MAC_HARDWARE_MODEL (model)), ==,
        macs[i].representation);
      os = vz_mac_hardware_model_dup_minimum_supported_os (VZ_MAC_HARDWARE_MODEL (model));
      g_assert_cmpstr (os, ==, macs[i].os);
      g_assert_cmpstr (vz_mac_hardware_model_get_product_type (VZ_MAC_HARDWARE_MODEL (model)), ==,
                       "VirtualMac2,1");
      g_assert_false (vz_hardware_model_is_supported (model));
    }
}

static void
assert_written (const char *base64, const VzPlistEntry *entries)
{
  g_autoptr (GBytes) expected = from_base64 (base64);
  g_autoptr (GBytes) written = vz_plist_write_dictionary (entries, 3);

  g_assert_true (g_bytes_equal (expected, written));
}

static void
test_written_anew (void)
{
  const guint64 os[] = { 13, 0, 0 };
  VzPlistEntry entries[] = {
    { .key = "DataRepresentationVersion", .kind = VZ_PLIST_UINT, .value = 1 },
    { .key = "PlatformVersion", .kind = VZ_PLIST_UINT, .value = 2 },
    { .key = "MinimumSupportedOS", .kind = VZ_PLIST_UINTS, .values = os, .n_values = 3 },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) a = from_base64 (MODEL_A);
  g_autoptr (GBytes) b = from_base64 (MODEL_B);
  g_autoptr (VzMacHardwareModel) for12 = vz_mac_hardware_model_new ("12.0.0", &error);
  g_autoptr (VzMacHardwareModel) for13 = vz_mac_hardware_model_new ("13", &error);

  g_assert_no_error (error);
  g_assert_true (
    g_bytes_equal (a, vz_hardware_model_get_data_representation (VZ_HARDWARE_MODEL (for12))));
  g_assert_true (
    g_bytes_equal (b, vz_hardware_model_get_data_representation (VZ_HARDWARE_MODEL (for13))));
  assert_written (MODEL_C, entries);
  entries[0].value = 2;
  assert_written (MODEL_D, entries);
}

static void
test_bad_versions (void)
{
  static const char *const texts[] = { "", "13.", ".1", "a", "1.2.3.4", "-1", "13.0.70000" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (vz_mac_hardware_model_new (texts[i], &error));
      g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
    }
}

static void
test_equality (void)
{
  g_autoptr (GBytes) bytes_a = from_base64 (MODEL_A);
  g_autoptr (GBytes) bytes_b = from_base64 (MODEL_B);
  g_autoptr (GBytes) bytes_c = from_base64 (MODEL_C);
  g_autoptr (VzHardwareModel) a = vz_hardware_model_new_from_data (bytes_a, NULL);
  g_autoptr (VzHardwareModel) b = vz_hardware_model_new_from_data (bytes_b, NULL);
  g_autoptr (VzHardwareModel) c = vz_hardware_model_new_from_data (bytes_c, NULL);
  g_autoptr (VzGenericHardwareModel) ours = vz_generic_hardware_model_new ("x86_64");

  g_assert_true (vz_hardware_model_equal (b, c));
  g_assert_false (vz_hardware_model_equal (a, b));
  g_assert_false (vz_hardware_model_equal (a, VZ_HARDWARE_MODEL (ours)));
}

/* Stands in for the host's QEMU, which is only asked for its version. */
static void
write_qemu (const char *path, const char *version)
{
  g_autofree char *text =
    g_strdup_printf ("#!/bin/sh\necho 'QEMU emulator version %s (Debian)'\n", version);
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0755, &error);
  g_assert_no_error (error);
}

static void
test_newest_board (void)
{
  static const char *const rows[][2] = {
    { "7.0.0", "pc-q35-7.2" },    { "7.2.22", "pc-q35-7.2" },  { "9.2.4", "pc-q35-7.2" },
    { "10.0.13", "pc-q35-10.0" }, { "11.1.0", "pc-q35-10.0" }, { "of mine", "pc-q35-7.2" },
  };
  const char *row = g_getenv ("TEST_ROW");
  g_autofree char *dir = NULL;
  g_autofree char *path = NULL;

  if (row != NULL)
    {
      g_autoptr (VzGenericHardwareModel) made = vz_generic_hardware_model_new ("x86_64");

      g_assert_cmpstr (vz_generic_hardware_model_get_machine_type (made), ==, row);
      g_assert_true (vz_hardware_model_is_supported (VZ_HARDWARE_MODEL (made)));
      return;
    }
  dir = g_dir_make_tmp ("vz-test-XXXXXX", NULL);
  path = g_build_filename (dir, "qemu", NULL);
  g_setenv ("VZ_QEMU_X86_64", path, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      write_qemu (path, rows[i][0]);
      g_setenv ("TEST_ROW", rows[i][1], TRUE); /* a process has one QEMU */
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
    }
  g_unsetenv ("TEST_ROW");
  g_setenv ("VZ_QEMU_X86_64", "no-such-qemu", TRUE);
  g_remove (path);
  g_rmdir (dir);
}

static void
test_generic (void)
{
  static const char *const boards[][2] = { { "x86_64", "pc-q35-7.2" }, { "aarch64", "virt-7.2" } };

  for (guint i = 0; i < G_N_ELEMENTS (boards); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (VzGenericHardwareModel) made = vz_generic_hardware_model_new (boards[i][0]);
      GBytes *data = vz_hardware_model_get_data_representation (VZ_HARDWARE_MODEL (made));
      g_autoptr (VzHardwareModel) read = vz_hardware_model_new_from_data (data, &error);

      g_assert_no_error (error);
      g_assert_true (VZ_IS_GENERIC_HARDWARE_MODEL (read));
      g_assert_true (vz_hardware_model_equal (read, VZ_HARDWARE_MODEL (made)));
      g_assert_true (vz_hardware_model_is_supported (read));
      g_assert_cmpstr (
        vz_generic_hardware_model_get_architecture (VZ_GENERIC_HARDWARE_MODEL (read)), ==,
        boards[i][0]);
      g_assert_cmpstr (
        vz_generic_hardware_model_get_machine_type (VZ_GENERIC_HARDWARE_MODEL (read)), ==,
        boards[i][1]);
    }
  g_assert_null (vz_generic_hardware_model_new ("riscv64"));
}

static VzHardwareModel *
read_generic (const char *architecture, const char *machine_type, GError **error)
{
  const VzPlistEntry entries[] = {
    { .key = "DataRepresentationVersion", .kind = VZ_PLIST_UINT, .value = 1 },
    { .key = "Architecture", .kind = VZ_PLIST_STRING, .string = architecture },
    { .key = "MachineType", .kind = VZ_PLIST_STRING, .string = machine_type },
  };
  g_autoptr (GBytes) data = vz_plist_write_dictionary (entries, G_N_ELEMENTS (entries));

  return vz_hardware_model_new_from_data (data, error);
}

static void
test_generic_not_supported (void)
{
  static const char *const boards[][2] = {
    { "x86_64", "pc-q35-99.0" },
    { "x86_64", "virt-7.2" },
    { "x86_64", "pc-q35-7.2.1" },
    { "riscv64", "virt-7.2" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (boards); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (VzHardwareModel) model = read_generic (boards[i][0], boards[i][1], &error);

      g_assert_no_error (error);
      g_assert_false (vz_hardware_model_is_supported (model));
    }
}

static void
test_generic_unsafe_text (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (read_generic ("x86_64", "pc-q35-7.2,accel=x", &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
}

static void
assert_refused (const char *base64, const char *reason)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) data = from_base64 (base64);

  g_assert_null (vz_hardware_model_new_from_data (data, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, reason));
}

static void
test_refused (void)
{
  assert_refused (MODEL_E, "PlatformVersion: 3014138725 found");
  assert_refused (identifiers[0].base64, "this is a machine identifier");
  assert_refused (identifiers[9].base64, "this is a machine identifier");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (g_getenv ("TEST_ROW") == NULL)
    {
      g_setenv ("VZ_QEMU_X86_64", "no-such-qemu", TRUE);
      g_setenv ("VZ_QEMU_AARCH64", "no-such-qemu", TRUE);
    }
  g_test_add_func ("/hardware-model/mac-vectors", test_mac_vectors);
  g_test_add_func ("/hardware-model/written-anew", test_written_anew);
  g_test_add_func ("/hardware-model/bad-versions", test_bad_versions);
  g_test_add_func ("/hardware-model/equality", test_equality);
  g_test_add_func ("/hardware-model/generic", test_generic);
  g_test_add_func ("/hardware-model/generic-newest", test_newest_board);
  g_test_add_func ("/hardware-model/generic-not-supported", test_generic_not_supported);
  g_test_add_func ("/hardware-model/generic-unsafe-text", test_generic_unsafe_text);
  g_test_add_func ("/hardware-model/refused", test_refused);
  return g_test_run ();
}
