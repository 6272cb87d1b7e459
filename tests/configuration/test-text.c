/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config-fixture.h"

/* Setting a property from text, and the text forms of published ports. */

static const struct {
  const char *property, *value, *message; /* no message: it works */
} rows[] = {
  { "cpu-count", "2", NULL },
  { "memory-size", "3G", NULL },
  { "memory-size", "3221225472", NULL },
  { "accelerator", "tcg", NULL },
  { "graphics-devices[0].scanouts[0].width-in-pixels", "1024", NULL },
  { "storage-devices[0].attachment.caching-mode", "uncached", NULL },
  { "storage-devices[0].attachment.read-only", "on", NULL },
  { "storage-devices[0].attachment.path", "/a.b,c=d", NULL },
  { "boot-loader.command-line", "", NULL },
  { "network-devices[0].mac-address", "D6:A7:58:8E:78:D5", NULL },
  { "network-devices[0].attachment.published-ports[0].protocol", "udp", NULL },
  { "", "1", ": must name a property" },
  { "cpu-cout", "2",
    "cpu-cout: 'cpu-cout' is not a property of the virtual machine, which "
    "has platform, boot-loader, cpu-count, *" },
  { "keyboards[0].layout", "de",
    "keyboards[0].layout: 'layout' is not a property of the USB keyboard, which has none" },
  { "cpu-count", "two", "cpu-count: 'two' found, must be a whole number from 0 to 4294967295" },
  { "cpu-count", "4294967296",
    "cpu-count: '4294967296' found, must be a whole number from 0 to *" },
  { "cpu-count", "-1", "cpu-count: '-1' found, must be *" },
  { "cpu-count", "2G", "cpu-count: '2G' found, must be *" },
  { "cpu-count", "", "cpu-count: '' found, must be *" },
  { "memory-size", "3X", "memory-size: '3X' is not a size: *" },
  { "memory-size", "9999999T", "memory-size: the size '9999999T' is too large" },
  { "memory-size", "16000000000000000000",
    "memory-size: the size '16000000000000000000' is too large" },
  { "accelerator", "TCG", "accelerator: 'TCG' found, must be one of automatic, kvm, tcg" },
  { "storage-devices[0].attachment.read-only", "maybe",
    "storage-devices[0].attachment.read-only: 'maybe' found, must be true or false" },
  { "network-devices[0].mac-address", "d6-a7-58-8e-78-d5",
    "network-devices[0].mac-address: 'd6-a7-58-8e-78-d5' found, must be six hexadecimal bytes *" },
  { "storage-devices", "x", "storage-devices: 'x' found, but this is a list: *" },
  { "boot-loader", "x", "boot-loader: 'x' found, but this is an object: *" },
  { "storage-devices[1].attachment.path", "x",
    "storage-devices[1].attachment.path: 'storage-devices[1]': the list has 1 entries, from 0" },
  { "storage-devices[-1].attachment.path", "x", "*the list has 1 entries, from 0" },
  { "storage-devices[0.attachment.path", "x", "*'storage-devices[0' has no closing ]" },
  { "storage-devices[].attachment.path", "x", "*the list has 1 entries, from 0" },
  { "storage-devices.attachment.path", "x", "*'storage-devices' is a list: write LIST[NUMBER]" },
  { "cpu-count.x", "x", "*'cpu-count' is not an object" },
  { "cpu-count[0].x", "x", "*'cpu-count' is not a list" },
  { "storage-devices[0]", "x", "*'storage-devices[0]' is not a property of *" },
  { "platform.machine-identifier", "12", "platform.machine-identifier: cannot be set from text" },
};

static void
test_set (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (VzConfig) before = vz_config_copy (VZ_CONFIG (fixture->config));
      g_autoptr (VzConfig) after = vz_config_copy (before);
      g_autoptr (GError) error = NULL;
      gboolean done = vz_config_set_from_string (after, rows[i].property, rows[i].value, &error);

      if (rows[i].message == NULL)
        {
          g_assert_no_error (error);
          g_assert_true (done);
          continue;
        }
      g_assert_false (done);
      g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
      if (!g_pattern_match_simple (rows[i].message, error->message))
        g_error ("found '%s', expected '%s'", error->message, rows[i].message);
      g_assert_true (vz_config_equal (before, after));
    }
}

static void
test_values (Fixture *fixture, gconstpointer data)
{
  VzConfig *config = VZ_CONFIG (fixture->config);
  GPtrArray *devices = vz_virtual_machine_configuration_get_storage_devices (fixture->config);
  VzDiskImageStorageDeviceAttachment *disk = VZ_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT (
    vz_storage_device_configuration_get_attachment (devices->pdata[0]));

  g_assert_true (vz_config_set_from_string (config, "memory-size", "3G", NULL));
  g_assert_true (vz_config_set_from_string (config, "cpu-count", "2", NULL));
  g_assert_true (vz_config_set_from_string (config, "storage-devices[0].attachment.caching-mode",
                                            "uncached", NULL));
  g_assert_cmpuint (vz_virtual_machine_configuration_get_memory_size (fixture->config), ==,
                    G_GUINT64_CONSTANT (3) << 30);
  g_assert_cmpuint (vz_virtual_machine_configuration_get_cpu_count (fixture->config), ==, 2);
  g_assert_cmpint (vz_disk_image_storage_device_attachment_get_caching_mode (disk), ==,
                   VZ_DISK_IMAGE_CACHING_MODE_UNCACHED);
}

/* The property makes a copy: changing one's own array, or one returned, does not affect it. */
static void
test_arrays (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) keyboards = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (keyboards, vz_usb_keyboard_configuration_new ());
  vz_virtual_machine_configuration_set_keyboards (fixture->config, keyboards);
  g_ptr_array_set_size (keyboards, 0);
  g_assert_cmpuint (vz_virtual_machine_configuration_get_keyboards (fixture->config)->len, ==, 1);
  vz_virtual_machine_configuration_set_keyboards (fixture->config, NULL);
  g_assert_cmpuint (vz_virtual_machine_configuration_get_keyboards (fixture->config)->len, ==, 0);
  g_ptr_array_add (keyboards, vz_mac_trackpad_configuration_new ());
  g_test_expect_message ("vz", G_LOG_LEVEL_CRITICAL, "*field->type*");
  vz_virtual_machine_configuration_set_keyboards (fixture->config, keyboards);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (vz_virtual_machine_configuration_get_keyboards (fixture->config)->len, ==, 0);
}

static void
test_published_port (void)
{
  static const struct {
    const char *text, *written;
  } ports[] = {
    { "8080:80", "127.0.0.1:8080:80/tcp" },
    { "0:22", "127.0.0.1:0:22/tcp" },
    { "5353:53/udp", "127.0.0.1:5353:53/udp" },
    { "127.0.0.2:1:65535/tcp", "127.0.0.2:1:65535/tcp" },
    { "", NULL },
    { "80", NULL },
    { "80:", NULL },
    { ":80", NULL },
    { "a:80", NULL },
    { "80:0", NULL },
    { "80:65536", NULL },
    { "65536:80", NULL },
    { "-1:80", NULL },
    { " 1:80", NULL },
    { "1:80/sctp", NULL },
    { "1:80/", NULL },
    { "1:2:3:4", NULL },
    { "1:80/tcp/x", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ports); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (VzPublishedPort) port = vz_published_port_new_from_string (ports[i].text, &error);
      g_autofree char *written = port != NULL ? vz_published_port_to_string (port) : NULL;

      g_assert_cmpstr (written, ==, ports[i].written);
      if (port == NULL)
        g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
      else
        g_assert_no_error (error);
    }
}

static void
test_identifier (void)
{
  static const char *const good[] = { "", "a", "12345678901234567890", "a,b=c d" };
  static const char *const bad[] = { "123456789012345678901", "\xc3\xa9", "a\nb",
                                     "1234567890123456789012345" };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (vz_virtio_block_device_configuration_validate_block_device_identifier (good[i],
                                                                                          NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (
        vz_virtio_block_device_configuration_validate_block_device_identifier (bad[i], &error));
      g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/text/set", Fixture, NULL, fixture_set_up, test_set, fixture_tear_down);
  g_test_add ("/text/values", Fixture, NULL, fixture_set_up, test_values, fixture_tear_down);
  g_test_add ("/text/arrays", Fixture, NULL, fixture_set_up, test_arrays, fixture_tear_down);
  g_test_add_func ("/text/published-port", test_published_port);
  g_test_add_func ("/text/identifier", test_identifier);
  return g_test_run ();
}
