/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "bundle-fixture.h"

static void
setup (BundleFixture *fixture, gconstpointer data)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = vz_virtual_machine_configuration_new ();
  g_autofree char *storage = NULL;
  g_autofree char *json = NULL;

  fixture_set_up (fixture, data);
  g_setenv ("VZ_FIRMWARE_PATH", fixture->directory,
            TRUE); /* none: what this host has does not matter */
  json = vz_bundle_dup_configuration_path (fixture->bundle);
  storage = vz_bundle_dup_auxiliary_storage_path (fixture->bundle);
  g_assert_true (vz_bundle_save_configuration (fixture->bundle, configuration, NULL));
  fixture_write (fixture->path, "AuxiliaryStorage", "");
  g_assert_cmpint (truncate (storage, 540672), ==, 0);
  g_assert_cmpint (g_chmod (storage, 0600), ==, 0);
}

/* Problems of this file; those of the configuration are left to its validation. */
static guint
count (BundleFixture *fixture, const char *name, const char *text)
{
  g_auto (GStrv) problems = vz_bundle_check (fixture->bundle);
  guint n = 0;

  for (char **line = problems; *line != NULL; line++)
    if (g_str_has_prefix (*line, name) && strstr (*line, text) != NULL)
      n++;
  return n;
}

static void
test_nothing_wrong (BundleFixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "HardwareModel", "MachineIdentifier", "Disk.img",
                                       "AuxiliaryStorage", "." };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpuint (count (fixture, names[i], ""), ==, 0);
}

static void
test_missing (BundleFixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "HardwareModel", "MachineIdentifier", "Disk.img",
                                       "AuxiliaryStorage", "Configuration.json" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->path, names[i], NULL);

      g_assert_cmpint (unlink (path), ==, 0);
      g_assert_cmpuint (count (fixture, names[i], ": is missing"), ==, 1);
    }
}

static void
test_malformed (BundleFixture *fixture, gconstpointer data)
{
  fixture_write (fixture->path, "HardwareModel", "x");
  fixture_write (fixture->path, "MachineIdentifier", "x");
  fixture_write (fixture->path, "Configuration.json", "x");
  g_assert_cmpuint (count (fixture, "HardwareModel", "malformed property list"), ==, 1);
  g_assert_cmpuint (count (fixture, "MachineIdentifier", "malformed property list"), ==, 1);
  g_assert_cmpuint (count (fixture, "Configuration.json", ""), ==, 1);
}

static void
test_sizes_and_modes (BundleFixture *fixture, gconstpointer data)
{
  g_autofree char *disk = vz_bundle_dup_disk_image_path (fixture->bundle);
  g_autofree char *storage = vz_bundle_dup_auxiliary_storage_path (fixture->bundle);

  g_assert_cmpint (truncate (disk, 1000), ==, 0);
  g_assert_cmpint (truncate (storage, 1000), ==, 0);
  g_assert_cmpint (g_chmod (disk, 0666), ==, 0);
  g_assert_cmpuint (count (fixture, "Disk.img", "1000 bytes found"), ==, 1);
  g_assert_cmpuint (count (fixture, "Disk.img", "mode 0666 found"), ==, 1);
  g_assert_cmpuint (count (fixture, "AuxiliaryStorage", "1000 bytes found"), ==, 1);
}

/* Firmware that no host has, with a template of two blocks. */
static void
test_other_firmware (BundleFixture *fixture, gconstpointer data)
{
  char *directory = fixture_directory ();
  g_autofree char *template = g_build_filename (directory, "vars.fd", NULL);
  g_autofree char *text =
    g_strdup_printf ("{\"description\": \"test\", \"interface-types\": [\"uefi\"], \"mapping\": "
                     "{\"device\": \"flash\","
                     " \"executable\": {\"filename\": \"%s\", \"format\": \"raw\"},"
                     " \"nvram-template\": {\"filename\": \"%s\", \"format\": \"raw\"}},"
                     " \"targets\": [{\"architecture\": \"x86_64\", \"machines\": [\"pc-q35-*\"]}],"
                     " \"features\": [], \"tags\": []}",
                     template, template);

  fixture_write (directory, "50-test.json", text);
  fixture_write (directory, "vars.fd", "");
  g_assert_cmpint (truncate (template, 8192), ==, 0);
  g_setenv ("VZ_FIRMWARE_PATH", directory, TRUE);
  g_assert_cmpuint (count (fixture, "AuxiliaryStorage", "540672 bytes found, must be 8192"), ==, 1);
  g_setenv ("VZ_FIRMWARE_PATH", fixture->directory, TRUE);
  fixture_clear (directory);
}

static void
test_not_supported (BundleFixture *fixture, gconstpointer data)
{
  g_autoptr (VzMacHardwareModel) model = vz_mac_hardware_model_new ("13.0.0", NULL);

  g_assert_true (vz_bundle_set_hardware_model (fixture->bundle, VZ_HARDWARE_MODEL (model), NULL));
  g_assert_cmpuint (count (fixture, "HardwareModel", "cannot run"), ==, 1);
  g_assert_cmpuint (count (fixture, "AuxiliaryStorage", "must be 33570816"), ==, 1);
}

static void
test_configuration (BundleFixture *fixture, gconstpointer data)
{
  g_autoptr (VzVirtualMachineConfiguration)
    configuration = vz_bundle_load_configuration (fixture->bundle, NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;

  g_object_set (configuration, "cpu-count", 0, "memory-size", G_GUINT64_CONSTANT (1), NULL);
  g_assert_true (vz_bundle_save_configuration (fixture->bundle, configuration, NULL));
  g_assert_false (vz_virtual_machine_configuration_validate (configuration, &error));
  lines = g_strsplit (error->message, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), >=, 2);
  g_assert_cmpuint (count (fixture, "Configuration.json: ", ""), ==, g_strv_length (lines));
}

static void
test_leftover (BundleFixture *fixture, gconstpointer data)
{
  fixture_write (fixture->path, ".HardwareModel.0123456789abcdef.tmp", "x");
  g_assert_cmpuint (count (fixture, ".HardwareModel.", "interrupted write"), ==, 1);
}

static void
test_copy (BundleFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->directory, "copy.bundle", NULL);
  g_autoptr (VzBundle) copy = fixture_bundle (path, FIXTURE_ECID);

  g_assert_nonnull (copy);
  g_assert_cmpuint (count (fixture, "MachineIdentifier", path), ==, 1);
}

/* What no other machine could repair either is damage; the rest is not. */
static void
test_damage (BundleFixture *fixture, gconstpointer data)
{
  static const char *const gone[] = { "Disk.img", "HardwareModel", "MachineIdentifier",
                                      "Configuration.json" };
  g_autofree char *copy_path = g_build_filename (fixture->directory, "copy.bundle", NULL);
  g_autoptr (VzBundle) copy = fixture_bundle (copy_path, FIXTURE_ECID);
  g_autoptr (VzMacHardwareModel) model = vz_mac_hardware_model_new ("13.0.0", NULL);
  g_autofree char *disk = vz_bundle_dup_disk_image_path (fixture->bundle);
  g_autofree char *none = vz_bundle_dup_damage (copy);

  g_assert_cmpstr (none, ==, "Configuration.json: is missing");
  g_assert_cmpint (g_chmod (disk, 0666), ==, 0);
  fixture_write (fixture->path, ".HardwareModel.0123456789abcdef.tmp", "x");
  g_assert_cmpuint (count (fixture, "", ""), >=, 3);
  for (guint i = 0; i < G_N_ELEMENTS (gone); i++)
    {
      g_autofree char *path = g_build_filename (fixture->path, gone[i], NULL);
      g_autofree char *aside = g_strconcat (path, ".aside", NULL);
      g_autofree char *damage = NULL;

      g_assert_cmpint (g_rename (path, aside), ==, 0);
      damage = vz_bundle_dup_damage (fixture->bundle);
      g_assert_nonnull (damage);
      g_assert_true (g_str_has_prefix (damage, gone[i]));
      g_assert_cmpint (g_rename (aside, path), ==, 0);
    }
  g_assert_true (vz_bundle_set_hardware_model (fixture->bundle, VZ_HARDWARE_MODEL (model), NULL));
  g_assert_cmpuint (count (fixture, "HardwareModel", "cannot run"), ==, 1);
}

#define N_THREADS 12
#define N_ROUNDS 40

static gpointer
check_often (gpointer data)
{
  BundleFixture *fixture = data;

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      g_autofree char *damage = vz_bundle_dup_damage (fixture->bundle);

      g_assert_cmpstr (damage, ==, "Disk.img: is missing");
      g_assert_cmpuint (count (fixture, "HardwareModel", ""), ==, 0);
      g_assert_cmpuint (count (fixture, "MachineIdentifier", "has the same one"), ==, 1);
    }
  return NULL;
}

/* As "vz list" does. */
static void
test_threads (BundleFixture *fixture, gconstpointer data)
{
  g_autofree char *copy_path = g_build_filename (fixture->directory, "copy.bundle", NULL);
  G_GNUC_UNUSED g_autoptr (VzBundle) copy = fixture_bundle (copy_path, FIXTURE_ECID);
  g_autofree char *disk = vz_bundle_dup_disk_image_path (fixture->bundle);
  GThread *threads[N_THREADS];

  g_assert_cmpint (g_unlink (disk), ==, 0);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("check", check_often, fixture);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
}

static void
add_tests (void)
{
#define ADD(name, function) \
  g_test_add ("/bundle-check/" name, BundleFixture, NULL, setup, function, fixture_tear_down)
  ADD ("nothing-wrong", test_nothing_wrong);
  ADD ("missing", test_missing);
  ADD ("malformed", test_malformed);
  ADD ("sizes-and-modes", test_sizes_and_modes);
  ADD ("other-firmware", test_other_firmware);
  ADD ("not-supported", test_not_supported);
  ADD ("configuration", test_configuration);
  ADD ("leftover", test_leftover);
  ADD ("copy", test_copy);
  ADD ("damage", test_damage);
  ADD ("threads", test_threads);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
