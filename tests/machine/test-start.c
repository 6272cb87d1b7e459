/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-fixture.h"

#include "bundle/vz-machine-lock.h"
#include "foundation/vz-fail.h"
#include "machine/vz-virtual-machine-private.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Starts that fail: each with its own code, the reason in the message, and nothing left behind. */

static void
assert_start_fails (Guest *guest, VzError code, const char *words)
{
  g_autoptr (GError) error = NULL;

  if (guest->machine == NULL)
    guest->machine = vz_virtual_machine_new (guest->configuration);
  g_assert_false (vz_virtual_machine_start (guest->machine, NULL, &error));
  g_assert_error (error, VZ_ERROR, (gint) code);
  if (strstr (error->message, words) == NULL)
    g_error ("no '%s' in: %s", words, error->message);
  g_assert_cmpint (vz_virtual_machine_get_state (guest->machine), ==,
                   VZ_VIRTUAL_MACHINE_STATE_STOPPED);
  g_assert_false (vz_machine_lock_is_held (guest_identifier (guest), NULL, NULL));
}

static void
use_efi (Guest *guest)
{
  g_autofree char *path = g_build_filename (guest->root, "AuxiliaryStorage", NULL);
  VzGenericPlatformConfiguration *platform = VZ_GENERIC_PLATFORM_CONFIGURATION (
    vz_virtual_machine_configuration_get_platform (guest->configuration));
  g_autoptr (GError) error = NULL;
  g_autoptr (VzEFIVariableStore) store = vz_efi_variable_store_new_creating (
    path, VZ_HARDWARE_MODEL (vz_generic_platform_configuration_get_hardware_model (platform)),
    VZ_EFI_VARIABLE_STORE_INITIALIZATION_NONE, &error);
  g_autoptr (VzEFIBootLoader) loader = vz_efi_boot_loader_new ();

  g_assert_no_error (error);
  vz_efi_boot_loader_set_variable_store (loader, store);
  vz_virtual_machine_configuration_set_boot_loader (guest->configuration, VZ_BOOT_LOADER (loader));
}

static void
test_no_qemu (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");

  if (guest == NULL)
    return;
  g_setenv ("VZ_QEMU_X86_64", "/nowhere/qemu", TRUE);
  assert_start_fails (guest, VZ_ERROR_NOT_SUPPORTED, "qemu-system-x86");
  g_setenv ("VZ_QEMU_X86_64", "/bin/false", TRUE);
  assert_start_fails (guest, VZ_ERROR_INTERNAL, "ended with status 1");
  g_unsetenv ("VZ_QEMU_X86_64");
}

static void
test_no_firmware (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");

  if (guest == NULL)
    return;
  use_efi (guest);
  g_setenv ("VZ_FIRMWARE_PATH", guest->root, TRUE);
  assert_start_fails (guest, VZ_ERROR_NOT_SUPPORTED, "ovmf");
  g_unsetenv ("VZ_FIRMWARE_PATH");
}

/* Whole, under both names, and from a path that QEMU could take for several options. */
static void
test_firmware_file (void)
{
  static const char *const names[] = { "opt/com.coreos/config", "opt/org.flatcar-linux/config",
                                       NULL };
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autofree char *path = NULL;
  g_autofree char *noise = g_strnfill (20000, 'x');
  g_autofree char *content = g_strconcat ("{\"ignition\":", noise, "}", NULL);
  VzFirmwareFile file = { names, NULL };

  if (guest == NULL)
    return;
  path = g_build_filename (guest->root, "Ignition,file=x.json", NULL);
  g_assert_true (g_file_set_contents (path, content, -1, NULL));
  file.path = path;
  guest->machine = vz_virtual_machine_new (guest->configuration);
  guest->machine->firmware_file = &file;
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  guest_command (guest, "ignition");
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *wanted =
        g_strdup_printf ("ignition: %s is\n%s\nignition: end\n", names[i], content);
      g_autofree char *heard = NULL;
      g_auto (GStrv) lines = g_strsplit (guest->heard->str, "\r", -1);

      heard = g_strjoinv ("", lines);
      g_assert_nonnull (strstr (heard, wanted));
    }
  guest_stop (guest);
}

static void
test_configuration_rejected (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");

  if (guest == NULL)
    return;
  vz_virtual_machine_configuration_set_cpu_count (guest->configuration, 0);
  assert_start_fails (guest, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION, "cpu-count");
}

/* Two machines, one disk: QEMU locks the image. */
static void
test_disk_in_use (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (VzVirtualMachineConfiguration) copy = NULL;
  g_autoptr (VzGenericPlatformConfiguration) platform = NULL;
  g_autoptr (VzVirtualMachine) other = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  if (guest == NULL)
    return;
  path = guest_add_disk (guest, "shared.img", "");
  guest_start (guest);
  copy = VZ_VIRTUAL_MACHINE_CONFIGURATION (vz_config_copy (VZ_CONFIG (guest->configuration)));
  platform = vz_generic_platform_configuration_new ();
  vz_virtual_machine_configuration_set_platform (copy, VZ_PLATFORM_CONFIGURATION (platform));
  other = vz_virtual_machine_new (copy);
  g_assert_false (vz_virtual_machine_start (other, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  g_assert_true (vz_error_is (error, VZ_ERROR_BUSY));
  g_assert_nonnull (strstr (error->message, "shared.img"));
  g_assert_true (vz_virtual_machine_get_can_start (other));
}

static void
test_machine_in_use (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (VzVirtualMachine) twin = NULL;
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  guest_start (guest);
  twin = vz_virtual_machine_new (guest->configuration);
  g_assert_false (vz_virtual_machine_start (twin, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  g_assert_true (vz_error_is (error, VZ_ERROR_BUSY));
  g_assert_nonnull (strstr (error->message, "run"));
  g_assert_cmpint (vz_virtual_machine_get_state (guest->machine), ==,
                   VZ_VIRTUAL_MACHINE_STATE_RUNNING);
}

static void
test_port_taken (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t size = sizeof address;
  g_autofree char *published = NULL;
  int fd;

  if (guest == NULL)
    return;
  fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, size), ==, 0);
  g_assert_cmpint (listen (fd, 1), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &address, &size), ==, 0);
  published = g_strdup_printf ("%u:22", ntohs (address.sin_port));
  guest_add_network (guest, "5e:00:00:00:00:01", published);
  assert_start_fails (guest, VZ_ERROR_NETWORK_ERROR, "is taken by");
  close (fd);
}

static void
test_cancelled (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  g_cancellable_cancel (cancellable);
  guest->machine = vz_virtual_machine_new (guest->configuration);
  g_assert_false (vz_virtual_machine_start (guest->machine, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (vz_machine_lock_is_held (guest_identifier (guest), NULL, NULL));
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer done)
{
  g_autoptr (GError) error = NULL;

  vz_virtual_machine_start_finish (VZ_VIRTUAL_MACHINE (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) done = TRUE;
}

/* The thread that GTask lends ends at some point; QEMU must not end with it (PDEATHSIG). The
 * firmware draws on the display and prints to the serial port. */
static void
test_efi_async (gconstpointer architecture)
{
  g_autoptr (Guest) guest = guest_new (architecture);
  g_autoptr (GPtrArray) displays = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) scanouts = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *picture = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gboolean done = FALSE;
  gsize size;

  if (guest == NULL)
    return;
  use_efi (guest);
  g_ptr_array_add (scanouts, vz_virtio_graphics_scanout_configuration_new (1920, 1200));
  g_ptr_array_add (displays, vz_virtio_graphics_device_configuration_new ());
  g_object_set (displays->pdata[0], "scanouts", scanouts, NULL);
  vz_virtual_machine_configuration_set_graphics_devices (guest->configuration, displays);
  guest->machine = vz_virtual_machine_new (guest->configuration);
  vz_virtual_machine_start_async (guest->machine, NULL, on_started, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  guest_connect (guest);
  g_free (guest_expect (guest, "BdsDxe"));
  picture = g_build_filename (guest->root, "a b,c.png", NULL);
  vz_virtual_machine_screenshot (guest->machine, picture, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (picture, &text, &size, NULL));
  g_assert_cmpmem (text, 4, "\x89PNG", 4);
}

static void
on_started_with_options (GObject *machine, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  vz_virtual_machine_start_with_options_finish (VZ_VIRTUAL_MACHINE (machine), result, &error);
  g_assert_no_error (error);
  g_main_loop_quit (data);
}

/* Recovery is Apple's, and refused with the reason; options that request nothing are accepted. */
static void
test_options (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (VzMacOSVirtualMachineStartOptions)
    options = vz_mac_os_virtual_machine_start_options_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  guest->machine = vz_virtual_machine_new (guest->configuration);
  vz_mac_os_virtual_machine_start_options_set_start_up_from_mac_os_recovery (options, TRUE);
  g_assert_false (vz_virtual_machine_start_with_options (guest->machine,
                                                         VZ_VIRTUAL_MACHINE_START_OPTIONS (options),
                                                         NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  g_assert_nonnull (strstr (error->message,
                            "start-up-from-mac-os-recovery: 'true' found, must be false: macOS"));
  g_clear_error (&error);
  g_assert_cmpint (vz_virtual_machine_get_state (guest->machine), ==,
                   VZ_VIRTUAL_MACHINE_STATE_STOPPED);
  vz_mac_os_virtual_machine_start_options_set_start_up_from_mac_os_recovery (options, FALSE);
  vz_virtual_machine_start_with_options_async (guest->machine,
                                               VZ_VIRTUAL_MACHINE_START_OPTIONS (options), NULL,
                                               on_started_with_options, loop);
  g_main_loop_run (loop);
  g_assert_cmpint (vz_virtual_machine_get_state (guest->machine), ==,
                   VZ_VIRTUAL_MACHINE_STATE_RUNNING);
  g_assert_false (vz_virtual_machine_start_with_options (guest->machine, NULL, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE_TRANSITION);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/start/firmware-file", test_firmware_file);
  g_test_add_func ("/start/no-qemu", test_no_qemu);
  g_test_add_func ("/start/no-firmware", test_no_firmware);
  g_test_add_func ("/start/configuration-rejected", test_configuration_rejected);
  g_test_add_func ("/start/disk-in-use", test_disk_in_use);
  g_test_add_func ("/start/machine-in-use", test_machine_in_use);
  g_test_add_func ("/start/port-taken", test_port_taken);
  g_test_add_func ("/start/cancelled", test_cancelled);
  g_test_add_func ("/start/options", test_options);
  g_test_add_data_func ("/start/efi-async/x86_64", "x86_64", test_efi_async);
  g_test_add_data_func ("/start/efi-async/aarch64", "aarch64", test_efi_async);
  return g_test_run ();
}
