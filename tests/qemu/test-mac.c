/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vz.h"

#include "../configuration/golden.h"
#include "bundle/vz-mac-place.h"
#include "foundation/host/vz-apple-licence.h"
#include "foundation/host/vz-user-settings.h"
#include "foundation/host/vz-vmapple.h"
#include "qemu/arguments/vz-arguments.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* What a QEMU for Macs is asked, and what it is given then. ./stand-in-qemu answers as real builds
 * do; tests/golden/ has what each of them is started with. VZ_RENEW_GOLDEN=1 rewrites that. */

#define HEADER 0x4000
#define NVRAM 0xa00000
#define TRIMMED (32 << 20)

typedef struct {
  char *folder;
  char *storage;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  int fd;

  fixture->folder = g_dir_make_tmp ("vz-mac-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
  fixture->storage = g_build_filename (fixture->folder, "AuxiliaryStorage", NULL);
  fd = open (fixture->storage, O_RDWR | O_CREAT, 0600);
  g_assert_cmpint (ftruncate (fd, TRIMMED + HEADER), ==, 0);
  g_assert_cmpint (pwrite (fd, "nvram", 5, NVRAM + HEADER + 7), ==, 5);
  close (fd);
  g_unsetenv ("VZ_QEMU");
  g_unsetenv ("VZ_AVPBOOTER");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->storage);
  g_free (fixture->folder);
}

static void
use_build (Fixture *fixture, const char *build)
{
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "qemu", "stand-in-qemu", NULL);
  g_autofree char *name = g_strconcat ("qemu-system-", build, NULL);
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

  g_assert_cmpint (symlink (script, path), ==, 0);
  g_setenv ("VZ_QEMU", path, TRUE);
}

static void
set_list (VzVirtualMachineConfiguration *configuration, const char *property, gpointer item)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (list, item);
  g_object_set (configuration, property, list, NULL);
}

static VzVirtualMachineConfiguration *
make_mac (Fixture *fixture)
{
  VzVirtualMachineConfiguration *configuration = vz_virtual_machine_configuration_new ();
  g_autoptr (VzMacPlatformConfiguration) platform = vz_mac_platform_configuration_new ();
  g_autoptr (VzMacHardwareModel) model = vz_mac_hardware_model_new ("13.0", NULL);
  g_autoptr (VzMacMachineIdentifier)
    identifier = vz_mac_machine_identifier_new_with_ecid (G_GUINT64_CONSTANT (0xc3e7196d6b9d9883));
  g_autoptr (VzMacAuxiliaryStorage) storage = vz_mac_auxiliary_storage_new (fixture->storage);
  g_autoptr (VzMacOSBootLoader) loader = vz_mac_os_boot_loader_new ();
  g_autoptr (VzDiskImageStorageDeviceAttachment)
    disk = vz_disk_image_storage_device_attachment_new ("/bundle, one/Disk.img", FALSE);
  VzVirtioNetworkDeviceConfiguration *network = vz_virtio_network_device_configuration_new ();
  g_autoptr (VzNATNetworkDeviceAttachment) nat = vz_nat_network_device_attachment_new ();
  g_autoptr (VzMACAddress) mac = vz_mac_address_new_from_string ("7a:47:bb:5f:97:c9");
  g_autoptr (GPtrArray) ports = g_ptr_array_new_with_free_func (g_object_unref);

  g_object_set (platform, "hardware-model", model, "machine-identifier", identifier,
                "auxiliary-storage", storage, NULL);
  g_object_set (configuration, "platform", platform, "boot-loader", loader, "cpu-count", 4,
                "memory-size", G_GUINT64_CONSTANT (8) << 30, NULL);
  set_list (configuration, "storage-devices",
            vz_virtio_block_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (disk)));
  g_ptr_array_add (ports, vz_published_port_new_from_string ("2222:22", NULL));
  vz_nat_network_device_attachment_set_published_ports (nat, ports);
  g_object_set (network, "attachment", nat, "mac-address", mac, NULL);
  set_list (configuration, "network-devices", network);
  set_list (configuration, "keyboards", vz_mac_keyboard_configuration_new ());
  set_list (configuration, "pointing-devices", vz_mac_trackpad_configuration_new ());
  return configuration;
}

static char *
render (Fixture *fixture, VzVirtualMachineConfiguration *configuration, VzVmapple *qemu,
        VzAccelerator accelerator)
{
  VzArguments arguments = {
    .configuration = configuration,
    .binary = "/opt/qemu/bin/qemu-system-aarch64",
    .accelerator = accelerator,
    .vmapple = qemu,
    .boot_rom = "/home/me/AVPBooter.vmapple2.bin",
    .runtime_dir = "/run/user/1000/vz/c3e7196d6b9d9883",
    .state_dir = "/home/me/.local/state/vz/c3e7196d6b9d9883",
    .monitor_fd = 7,
  };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) argv = vz_arguments_build (&arguments, &error);
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_no_error (error);
  for (gsize i = 0; argv[i] != NULL; i++)
    g_string_append_printf (text, "%s%s", argv[i],
                            argv[i + 1] != NULL && argv[i + 1][0] != '-' ? " " : "\n");
  g_string_replace (text, fixture->folder, "/bundle", 0);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
compare (const char *found, const char *name)
{
  g_autofree char *file = g_strdup_printf ("command-line-mac-%s.txt", name);

  golden_assert (file, found);
}

static void
test_golden (Fixture *fixture, gconstpointer data)
{
  const char *build = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (VzVmapple) qemu = NULL;
  g_autoptr (VzVirtualMachineConfiguration) configuration = make_mac (fixture);
  g_autofree char *found = NULL;

  use_build (fixture, build);
  qemu = vz_vmapple_find (&error);
  g_assert_no_error (error);
  found = render (fixture, configuration, qemu, VZ_ACCELERATOR_TCG);
  compare (found, build);
}

static void
test_kvm (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VzVmapple) qemu = NULL;
  g_autoptr (VzVirtualMachineConfiguration) configuration = make_mac (fixture);
  g_autofree char *found = NULL;

  use_build (fixture, "upstream");
  qemu = vz_vmapple_find (NULL);
  set_list (configuration, "graphics-devices", vz_mac_graphics_device_configuration_new ());
  found = render (fixture, configuration, qemu, VZ_ACCELERATOR_KVM);
  compare (found, "kvm");
}

/* A build that differs with several processors, with one. */
static void
test_one_processor (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VzVmapple) qemu = NULL;
  g_autoptr (VzVirtualMachineConfiguration) configuration = make_mac (fixture);
  g_autofree char *found = NULL;

  use_build (fixture, "27on86");
  qemu = vz_vmapple_find (NULL);
  g_object_set (configuration, "cpu-count", 1, NULL);
  found = render (fixture, configuration, qemu, VZ_ACCELERATOR_TCG);
  g_assert_null (strstr (found, "icount"));
  g_assert_null (strstr (found, "final-shift"));
  g_assert_nonnull (strstr (found, "-accel tcg,thread=multi\n"));
}

static void
test_missing (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *build;
    const char *said;
  } cases[] = {
    { "debian", "QEMU 7.2.22 ('*/qemu-system-debian') has no machine vmapple, *set VZ_QEMU to *" },
    { "broken",
      "QEMU 10.0.2 ('*/qemu-system-broken') lacks what macOS needs: device virtio-net-pci" },
  };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_clear_error (&error);
      use_build (fixture, cases[i].build);
      g_assert_null (vz_vmapple_find (&error));
      g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
      g_assert_true (g_pattern_match_simple (cases[i].said, error->message));
    }
  g_clear_error (&error);
  g_setenv ("VZ_QEMU", fixture->storage, TRUE);
  g_assert_null (vz_vmapple_find (&error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "is not a program"));
}

static void
test_boot_rom (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "rom", NULL);
  g_autofree char *found = NULL;
  g_autoptr (GError) error = NULL;
  const gsize sizes[] = { 0, 304352, (1 << 20) + 1 };

  g_assert_null (vz_vmapple_find_boot_rom (&error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "set VZ_AVPBOOTER to"));
  g_setenv ("VZ_AVPBOOTER", path, TRUE);
  g_clear_error (&error);
  g_assert_null (vz_vmapple_find_boot_rom (&error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_FOUND);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      int fd = open (path, O_RDWR | O_CREAT, 0600);

      g_assert_cmpint (ftruncate (fd, (off_t) sizes[i]), ==, 0);
      close (fd);
      g_clear_error (&error);
      g_clear_pointer (&found, g_free);
      found = vz_vmapple_find_boot_rom (&error);
      if (i == 1)
        g_assert_cmpstr (found, ==, path);
      else
        g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
    }
}

/* The settings file, which the environment overrides. */
static void
test_settings (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *text;
    const char *value; /* NULL: refused */
  } cases[] = {
    { "[mac]\nqemu=/opt/q\n", "/opt/q" },
    { "[mac]\nqemu=q\n", NULL },
    { "[mac\n", NULL },
  };
  g_autofree char *folder = g_build_filename (g_get_user_config_dir (), "vz", NULL);
  g_autofree char *path = vz_user_settings_dup_path ("vz.conf");

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *value = NULL;
      g_autofree char *other = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (path, cases[i].text, -1, NULL));
      if (vz_user_settings_get_path ("VZ_QEMU", "qemu", &value, &error))
        g_assert_cmpstr (value, ==, cases[i].value);
      else
        g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
      g_assert_cmpint (error == NULL, ==, cases[i].value != NULL);
      g_setenv ("VZ_QEMU", "/else/where", TRUE);
      g_assert_true (vz_user_settings_get_path ("VZ_QEMU", "qemu", &other, NULL));
      g_assert_cmpstr (other, ==, "/else/where");
      g_unsetenv ("VZ_QEMU");
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
test_licence (Fixture *fixture, gconstpointer data)
{
  static const char asahi[] = "apple,j274\0apple,t8103\0apple,arm-platform";
  static const char board[] = "pineapple,pie\0brcm,bcm2711";
  g_autoptr (GError) error = NULL;
  g_autofree char *word = vz_user_settings_dup_path ("apple-licence");

  g_assert_true (vz_apple_licence_is_hardware (asahi, sizeof asahi));
  g_assert_true (vz_apple_licence_is_hardware (board, sizeof board) == FALSE);
  g_assert_false (vz_apple_licence_is_hardware ("", 0));
  g_assert_false (vz_apple_licence_is_hardware ("apple,", 6));
  if (g_file_test ("/proc/device-tree/compatible", G_FILE_TEST_EXISTS))
    return;
  g_assert_false (vz_apple_licence_check (&error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  g_assert_true (vz_apple_licence_accept (NULL));
  g_assert_true (vz_apple_licence_check (NULL));
  g_assert_true (g_file_set_contents (word, "", 0, NULL));
  g_assert_false (vz_apple_licence_check (NULL));
  g_assert_cmpint (g_remove (word), ==, 0);
}

static void
test_two_places (Fixture *fixture, gconstpointer data)
{
  g_autofree char *name = g_strdup_printf ("vz-test-mac-%d", (int) getpid ());
  g_autoptr (GError) error = NULL;
  int first = vz_mac_place_take (name, NULL);
  int second = vz_mac_place_take (name, NULL);
  int copy = dup (first);

  g_assert_cmpint (first, >=, 0);
  g_assert_cmpint (second, >=, 0);
  g_assert_cmpint (vz_mac_place_take (name, &error), ==, -1);
  g_assert_error (error, VZ_ERROR, VZ_ERROR_VIRTUAL_MACHINE_LIMIT_EXCEEDED);
  g_assert_cmpint (VZ_ERROR_VIRTUAL_MACHINE_LIMIT_EXCEEDED, ==, 6); /* Apple's number */
  close (first); /* the copy is QEMU's */
  g_assert_cmpint (vz_mac_place_take (name, NULL), ==, -1);
  close (copy);
  first = vz_mac_place_take (name, NULL);
  g_assert_cmpint (first, >=, 0);
  close (first);
  close (second);
}

/* What a configuration may and may not have on this board. */
static void
test_rules (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = make_mac (fixture);
  g_autoptr (VzDiskImageStorageDeviceAttachment)
    disk = vz_disk_image_storage_device_attachment_new (fixture->storage, FALSE);
  g_autoptr (GError) error = NULL;

  use_build (fixture, "upstream");
  set_list (configuration, "entropy-devices", vz_virtio_entropy_device_configuration_new ());
  set_list (
    configuration, "storage-devices",
    vz_nvm_express_controller_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (disk)));
  g_assert_false (vz_virtual_machine_configuration_validate (configuration, &error));
  g_assert_nonnull (strstr (error->message, "entropy-devices: '1' found, must be none on"));
  g_assert_nonnull (strstr (error->message, "must be a virtio block device on"));
  g_assert_nonnull (strstr (error->message, "boot-loader: type: "));
  g_assert_null (strstr (error->message, "platform: type: "));
  g_clear_error (&error);
  g_assert_false (vz_virtual_machine_configuration_validate_save_restore_support (configuration,
                                                                                  &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  g_assert_nonnull (strstr (error->message, "no QEMU has saved a Mac yet"));
}

static void
add (const char *path, const char *build, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, build, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  g_autofree char *folder = g_dir_make_tmp ("vz-mac-XXXXXX", NULL);
  g_autofree char *command = g_strdup_printf ("rm -r '%s'", folder);
  int result;

  g_setenv ("XDG_CONFIG_HOME", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  add ("/mac/golden/upstream", "upstream", test_golden);
  add ("/mac/golden/27on86", "27on86", test_golden);
  add ("/mac/golden/26x86", "26x86", test_golden);
  add ("/mac/golden/orchard", "orchard", test_golden);
  add ("/mac/golden/kvm", NULL, test_kvm);
  add ("/mac/one-processor", NULL, test_one_processor);
  add ("/mac/missing", NULL, test_missing);
  add ("/mac/boot-rom", NULL, test_boot_rom);
  add ("/mac/settings", NULL, test_settings);
  add ("/mac/licence", NULL, test_licence);
  add ("/mac/two-places", NULL, test_two_places);
  add ("/mac/rules", NULL, test_rules);
  result = g_test_run ();
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  return result;
}
