/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config-fixture.h"
#include "golden.h"

#include "foundation/config/vz-field.h"

/* The JSON form, against files in tests/golden/configuration. */

static int
compare_types (gconstpointer a, gconstpointer b)
{
  return strcmp (g_type_name (*(const GType *) a), g_type_name (*(const GType *) b));
}

static GType *
sorted_types (guint *ret_n_types)
{
  GType *types = vz_config_list_types (ret_n_types);

  qsort (types, *ret_n_types, sizeof (GType), compare_types);
  return types;
}

/* A new network device has a random address, a USB device a random UUID. */
static void
fix_random_values (VzConfig *object)
{
  if (vz_config_find_field (object, "mac-address") != NULL)
    g_assert_true (vz_config_set_from_string (object, "mac-address", "d6:a7:58:8e:78:d4", NULL));
  if (vz_config_find_field (object, "uuid") != NULL)
    g_assert_true (vz_config_set_from_string (object, "uuid",
                                              "123e4567-e89b-42d3-a456-426614174000", NULL));
}

static void
test_defaults (void)
{
  guint n_types;
  g_autofree GType *types = sorted_types (&n_types);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n_types; i++)
    {
      g_autoptr (VzConfig) object = g_object_new (types[i], NULL);
      g_autofree char *json = NULL;

      fix_random_values (object);
      json = vz_config_to_json (object, NULL);
      g_string_append_printf (text, "%s\n", json);
    }
  golden_assert ("configuration/defaults.json", text->str);
}

static void
test_fields (void)
{
  guint n_types;
  g_autofree GType *types = sorted_types (&n_types);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n_types; i++)
    {
      g_autofree char *fields = vz_config_describe_fields (types[i]);

      g_string_append_printf (text, "%s\n%s\n", g_type_name (types[i]), fields);
    }
  golden_assert ("configuration/fields.txt", text->str);
}

static void
test_machine (Fixture *fixture, gconstpointer data)
{
  g_autofree char *json = NULL;
  g_autofree char *again = NULL;
  g_autoptr (VzConfig) loaded = NULL;
  g_autoptr (GError) error = NULL;

  json = vz_config_to_json (VZ_CONFIG (fixture->config), fixture->directory);
  golden_assert ("configuration/machine.json", json);
  loaded = vz_config_from_json (json, &error);
  g_assert_no_error (error);
  g_assert_false (vz_config_validate (loaded, NULL));
  vz_config_resolve_paths (loaded, fixture->directory);
  vz_config_validate (loaded, &error);
  g_assert_no_error (error);
  again = vz_config_to_json (loaded, fixture->directory);
  g_assert_cmpstr (json, ==, again);
}

static void
test_paths (void)
{
  static const struct {
    const char *base_dir, *path, *saved;
  } rows[] = {
    { "/b", "/b/Disk.img", "Disk.img" },
    { "/b/", "/b/Disk.img", "Disk.img" },
    { "/b", "/b//sub/Disk.img", "sub/Disk.img" },
    { "/b", "/bc/Disk.img", "/bc/Disk.img" },
    { "/b", "/b", "/b" },
    { "/b", "/Disk.img", "/Disk.img" },
    { NULL, "/b/Disk.img", "/b/Disk.img" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (VzConfig)
        disk = VZ_CONFIG (vz_disk_image_storage_device_attachment_new (rows[i].path, FALSE));
      g_autofree char *json = vz_config_to_json (disk, rows[i].base_dir);
      g_autofree char *expected = g_strdup_printf ("\"path\" : \"%s\"", rows[i].saved);

      g_assert_nonnull (strstr (json, expected));
    }
}

static void
test_refused (void)
{
  static const struct {
    const char *json, *message;
  } rows[] = {
    { "", "empty text" },
    { "{", "*" },
    { "[]", "an array found, must be an object" },
    { "{}", "type: nothing found, must name a VzConfig" },
    { "{\"type\": 1}", "type: a whole number found, must name a VzConfig" },
    { "{\"type\": \"GObject\"}", "type: 'GObject' found, must name a VzConfig" },
    { "{\"type\": \"VzBootLoader\"}", "type: 'VzBootLoader' found, must name a VzConfig" },
    { "{\"type\": \"VzVirtualMachineConfiguration\", \"boot-loader\": {\"type\": "
      "\"VzUSBKeyboardConfiguration\"}}",
      "boot-loader: type: 'VzUSBKeyboardConfiguration' found, must name a VzBootLoader" },
    { "{\"type\": \"VzVirtualMachineConfiguration\", \"storage-devices\": [{\"type\": "
      "\"VzVirtioBlockDeviceConfiguration\", \"attachment\": {\"type\": "
      "\"VzDiskImageStorageDeviceAttachment\", \"read-only\": \"yes\"}}]}",
      "storage-devices: [0]: attachment: read-only: a string found, must be true or false" },
    { "{\"type\": \"VzVirtualMachineConfiguration\", \"storage-devices\": {}}",
      "storage-devices: an object found, must be an array" },
    { "{\"type\": \"VzVirtualMachineConfiguration\", \"cpu-count\": -1}",
      "cpu-count: -1 found, must be 0 to 4294967295" },
    { "{\"type\": \"VzVirtualMachineConfiguration\", \"cpu-count\": 1.5}",
      "cpu-count: a fraction found, must be a whole number" },
    { "{\"type\": \"VzVirtualMachineConfiguration\", \"cpu-count\": null}",
      "cpu-count: null found, must be a whole number" },
    { "{\"type\": \"VzVirtualMachineConfiguration\", \"memory-size\": -1}",
      "memory-size: -1 found, must be 0 to 9223372036854775807" },
    { "{\"type\": \"VzVirtualMachineConfiguration\", \"accelerator\": \"warp\"}",
      "accelerator: 'warp' found, must be one of automatic, kvm, tcg" },
    { "{\"type\": \"VzVirtualMachineConfiguration\", \"accelerator\": null}",
      "accelerator: null found, must be a string" },
    { "{\"type\": \"VzVirtioNetworkDeviceConfiguration\", \"mac-address\": \"nonsense\"}",
      "mac-address: 'nonsense' found, must be six hexadecimal bytes with colons, *" },
    { "\xff", "must be UTF-8 text" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (VzConfig) config = vz_config_from_json (rows[i].json, &error);

      g_assert_null (config);
      g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
      if (!g_pattern_match_simple (rows[i].message, error->message))
        g_error ("'%s': found '%s', expected '%s'", rows[i].json, error->message, rows[i].message);
    }
}

/* Neither the depth nor the size of a hostile file reaches the parser, which is recursive. */
static void
test_limits (void)
{
  g_autofree char *deep = g_strnfill (1000, '[');
  g_autofree char *large = g_strnfill (1024 * 1024 + 1, ' ');
  g_autofree char *quoted =
    g_strdup_printf ("{\"type\": \"VzLinuxBootLoader\", \"command-line\": \"%s \\\" %s\"}", deep,
                     deep);
  g_autoptr (VzConfig) config = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (vz_config_from_json (deep, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (vz_config_from_json (large, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  config = vz_config_from_json (quoted, &error);
  g_assert_no_error (error);
}

/* An unknown value: kept as is, and still reported by validation. */
static void
test_enum_out_of_range (void)
{
  g_autoptr (VzConfig) config = VZ_CONFIG (vz_virtual_machine_configuration_new ());
  g_autofree char *json = NULL;

  g_object_set (config, "accelerator", 0, NULL);
  vz_field_set_number (config, vz_config_find_field (config, "accelerator"), 9);
  json = vz_config_to_json (config, NULL);
  g_assert_nonnull (strstr (json, "\"accelerator\" : 9"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/defaults", test_defaults);
  g_test_add_func ("/json/fields", test_fields);
  g_test_add ("/json/machine", Fixture, NULL, fixture_set_up, test_machine, fixture_tear_down);
  g_test_add_func ("/json/paths", test_paths);
  g_test_add_func ("/json/refused", test_refused);
  g_test_add_func ("/json/limits", test_limits);
  g_test_add_func ("/json/enum-out-of-range", test_enum_out_of_range);
  return g_test_run ();
}
