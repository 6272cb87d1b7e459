/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <unistd.h>

#include "bundle-fixture.h"

static VzVirtualMachineConfiguration *
make_configuration (VzBundle *bundle)
{
  VzVirtualMachineConfiguration *configuration = vz_virtual_machine_configuration_new ();
  g_autoptr (VzGenericPlatformConfiguration) platform = vz_generic_platform_configuration_new ();
  g_autofree char *disk = vz_bundle_dup_disk_image_path (bundle);
  g_autoptr (VzDiskImageStorageDeviceAttachment)
    attachment = vz_disk_image_storage_device_attachment_new (disk, FALSE);
  g_autoptr (GObject) block =
    g_object_new (VZ_TYPE_VIRTIO_BLOCK_DEVICE_CONFIGURATION, "attachment", attachment, NULL);
  g_autoptr (GPtrArray) devices = g_ptr_array_new ();

  g_ptr_array_add (devices, block);
  g_object_set (configuration, "platform", platform, "storage-devices", devices, "cpu-count", 3,
                NULL);
  return configuration;
}

static void
test_round_trip (BundleFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzVirtualMachineConfiguration) saved = make_configuration (fixture->bundle);
  g_autoptr (VzVirtualMachineConfiguration) loaded = NULL;
  g_autoptr (VzMachineIdentifier) identifier = NULL;
  g_autoptr (GObject) attachment = NULL;
  g_autoptr (GPtrArray) devices = NULL;
  g_autofree char *file = vz_bundle_dup_configuration_path (fixture->bundle);
  g_autofree char *disk = vz_bundle_dup_disk_image_path (fixture->bundle);
  g_autofree char *json = NULL;
  g_autofree char *found = NULL;

  g_assert_true (vz_bundle_save_configuration (fixture->bundle, saved, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (file, &json, NULL, NULL));
  g_assert_null (strstr (json, fixture->path));
  g_assert_null (strstr (json, "machine-identifier"));

  loaded = vz_bundle_load_configuration (fixture->bundle, &error);
  g_assert_no_error (error);
  g_object_get (vz_virtual_machine_configuration_get_platform (loaded), "machine-identifier",
                &identifier, NULL);
  g_assert_cmpuint (vz_machine_identifier_get_ecid (identifier), ==, FIXTURE_ECID);
  g_object_get (loaded, "storage-devices", &devices, NULL);
  g_object_get (g_ptr_array_index (devices, 0), "attachment", &attachment, NULL);
  g_object_get (attachment, "path", &found, NULL);
  g_assert_cmpstr (found, ==, disk);
}

static void
test_malformed (BundleFixture *fixture, gconstpointer data)
{
  static const char *const texts[] = {
    "",
    "{",
    "[]",
    "null",
    "{\"type\": \"VzNothing\"}",
    "{\"type\": \"VzUSBKeyboardConfiguration\"}",
    "{\"type\": \"VzVirtualMachineConfiguration\", \"cpu-count\": \"two\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      fixture_write (fixture->path, "Configuration.json", texts[i]);
      g_assert_null (vz_bundle_load_configuration (fixture->bundle, &error));
      g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_BUNDLE);
      g_assert_nonnull (strstr (error->message, "Configuration.json: "));
      g_assert_nonnull (strstr (error->message, fixture->path));
    }
}

static void
test_missing (BundleFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vz_bundle_load_configuration (fixture->bundle, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_BUNDLE);
  g_assert_nonnull (strstr (error->message, "No such file"));
}

static void
test_wrong_platform (BundleFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzVirtualMachineConfiguration) saved = make_configuration (fixture->bundle);
  g_autoptr (VzMacHardwareModel) model = vz_mac_hardware_model_new ("13.0.0", NULL);

  g_assert_true (vz_bundle_save_configuration (fixture->bundle, saved, &error));
  g_assert_true (vz_bundle_set_hardware_model (fixture->bundle, VZ_HARDWARE_MODEL (model), &error));
  g_assert_null (vz_bundle_load_configuration (fixture->bundle, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_BUNDLE);
  g_assert_nonnull (strstr (error->message, "VirtualMac2,1"));
}

typedef struct {
  VzBundle *bundle;
  guint cpu_count;
} Change;

static gboolean
change_nothing (VzVirtualMachineConfiguration *configuration, gpointer data, GError **error)
{
  return TRUE;
}

static gboolean
change_cpus (VzVirtualMachineConfiguration *configuration, gpointer data, GError **error)
{
  Change *self = data;
  g_autoptr (GError) busy = NULL;
  g_autofree char *purpose = NULL;
  int pid = 0;

  g_assert_true (vz_bundle_is_in_use (self->bundle, &pid, &purpose));
  g_assert_cmpint (pid, ==, getpid ());
  g_assert_cmpstr (purpose, ==, "set");
  g_assert_false (vz_bundle_is_running (self->bundle));
  g_assert_false (vz_bundle_change_configuration (self->bundle, change_nothing, NULL, &busy));
  g_assert_error (busy, VZ_ERROR, VZ_ERROR_BUSY);
  g_clear_error (&busy);
  g_assert_false (vz_bundle_save_configuration (self->bundle, configuration, &busy));
  g_assert_error (busy, VZ_ERROR, VZ_ERROR_BUSY);
  g_object_set (configuration, "cpu-count", self->cpu_count, NULL);
  return TRUE;
}

static void
test_change (BundleFixture *fixture, gconstpointer data)
{
  g_autoptr (VzVirtualMachineConfiguration) saved = make_configuration (fixture->bundle);
  g_autoptr (GError) error = NULL;
  Change change = { .bundle = fixture->bundle, .cpu_count = 0 };
  guint cpu_count = vz_virtual_machine_configuration_get_cpu_count (saved);

  g_assert_true (vz_bundle_save_configuration (fixture->bundle, saved, &error));
  g_assert_false (vz_bundle_change_configuration (fixture->bundle, change_cpus, &change, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  g_assert_nonnull (strstr (error->message, "cpu-count"));
  g_assert_false (vz_bundle_is_in_use (fixture->bundle, NULL, NULL));
  g_clear_object (&saved);
  saved = vz_bundle_load_configuration (fixture->bundle, NULL);
  g_assert_cmpuint (vz_virtual_machine_configuration_get_cpu_count (saved), ==, cpu_count);
}

/* Apple's sample writes none: it is in its programs. What is changed is written. */
static void
test_of_the_sample (BundleFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzMacHardwareModel) model = vz_mac_hardware_model_new ("13.0.0", NULL);
  g_autoptr (VzVirtualMachineConfiguration) configuration = NULL;
  g_autoptr (VzVirtualMachineConfiguration) again = NULL;
  g_autofree char *storage = vz_bundle_dup_auxiliary_storage_path (fixture->bundle);
  g_auto (GStrv) lines = NULL;
  VzMacPlatformConfiguration *platform;

  g_assert_true (vz_bundle_set_hardware_model (fixture->bundle, VZ_HARDWARE_MODEL (model), &error));
  configuration = vz_bundle_load_configuration (fixture->bundle, &error);
  g_assert_no_error (error);
  platform =
    VZ_MAC_PLATFORM_CONFIGURATION (vz_virtual_machine_configuration_get_platform (configuration));
  g_assert_cmpuint (vz_machine_identifier_get_ecid (VZ_MACHINE_IDENTIFIER (
                      vz_mac_platform_configuration_get_machine_identifier (platform))),
                    ==, FIXTURE_ECID);
  g_assert_cmpstr (vz_mac_auxiliary_storage_get_path (
                     vz_mac_platform_configuration_get_auxiliary_storage (platform)),
                   ==, storage);
  g_assert_cmpuint (vz_virtual_machine_configuration_get_storage_devices (configuration)->len, ==,
                    1);
  g_assert_false (vz_virtual_machine_configuration_validate (configuration, &error));
  g_assert_nonnull (strstr (error->message, "vmapple"));
  g_assert_nonnull (strstr (error->message, "boot ROM"));
  lines = vz_bundle_check (fixture->bundle);
  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    g_assert_cmpstr (lines[i], !=, "Configuration.json: is missing");

  vz_virtual_machine_configuration_set_memory_size (configuration, G_GUINT64_CONSTANT (5) << 30);
  g_assert_true (vz_bundle_save_configuration (fixture->bundle, configuration, NULL));
  again = vz_bundle_load_configuration (fixture->bundle, NULL);
  g_assert_cmpuint (vz_virtual_machine_configuration_get_memory_size (again), ==,
                    G_GUINT64_CONSTANT (5) << 30);
}

static void
add_tests (void)
{
#define ADD(name, function) \
  g_test_add ("/bundle-configuration/" name, BundleFixture, NULL, fixture_set_up, function, \
              fixture_tear_down)
  ADD ("round-trip", test_round_trip);
  ADD ("malformed", test_malformed);
  ADD ("missing", test_missing);
  ADD ("wrong-platform", test_wrong_platform);
  ADD ("change", test_change);
  ADD ("of-the-sample", test_of_the_sample);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
