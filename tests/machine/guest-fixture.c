/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-fixture.h"

#include "bundle/vz-machine-lock.h"
#include "qemu/vz-stream.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define BOOT_TIMEOUT_MS (120 * 1000)

gboolean
guest_run_maker (const char *const *argv)
{
  int status = -1;

  return argv[0] != NULL &&
         g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
                       NULL, &status, NULL) &&
         status == 0;
}

/* The folder with kernel and initramfs, made on first use; NULL if that is not possible. */
static char *
find_guest (const char *kind)
{
  const char *folder = g_getenv ("VZ_TEST_GUEST");
  const char *argv[] = { g_getenv ("VZ_TEST_MAKE_GUEST"), kind, folder, NULL };

  return folder != NULL && guest_run_maker (argv) ? g_build_filename (folder, kind, NULL) : NULL;
}

Guest *
guest_new (const char *kind)
{
  g_autofree char *folder = find_guest (kind);
  g_autofree char *kernel = NULL;
  g_autofree char *ramdisk = NULL;
  gboolean is_arm = g_str_has_prefix (kind, "aarch64");
  g_autoptr (VzLinuxBootLoader) loader = NULL;
  g_autoptr (VzGenericPlatformConfiguration) platform = NULL;
  g_autoptr (VzGenericHardwareModel) model = NULL;
  g_autoptr (VzUARTSerialPortConfiguration) serial = NULL;
  g_autoptr (VzSocketSerialPortAttachment) attachment = NULL;
  g_autoptr (GPtrArray) serials = g_ptr_array_new ();
  g_autofree char *runtime = NULL;
  Guest *self;

  if (folder == NULL)
    {
      g_test_skip ("tests/guest/make-guest could not make the small guest (network?)");
      return NULL;
    }
  kernel = g_build_filename (folder, "kernel", NULL);
  ramdisk = g_build_filename (folder, "initramfs", NULL);
  self = g_new0 (Guest, 1);
  self->root = g_dir_make_tmp ("vzm-XXXXXX", NULL);
  runtime = g_build_filename (self->root, "run", NULL);
  g_assert_cmpint (g_mkdir_with_parents (runtime, 0700), ==, 0);
  g_setenv ("XDG_RUNTIME_DIR", runtime, TRUE);
  self->console = -1;
  self->heard = g_string_new (NULL);

  loader = vz_linux_boot_loader_new (kernel);
  vz_linux_boot_loader_set_initial_ramdisk_path (loader, ramdisk);
  vz_linux_boot_loader_set_command_line (loader, is_arm
                                                   ? "console=ttyAMA0 quiet panic=-1"
                                                   : "console=ttyS0 quiet panic=-1 no_timer_check");
  platform = vz_generic_platform_configuration_new ();
  model = vz_generic_hardware_model_new (is_arm ? "aarch64" : "x86_64");
  vz_generic_platform_configuration_set_hardware_model (platform, model);
  serial = vz_uart_serial_port_configuration_new ();
  attachment = vz_socket_serial_port_attachment_new (NULL);
  vz_serial_port_configuration_set_attachment (VZ_SERIAL_PORT_CONFIGURATION (serial),
                                               VZ_SERIAL_PORT_ATTACHMENT (attachment));
  g_ptr_array_add (serials, serial);

  self->configuration = vz_virtual_machine_configuration_new ();
  vz_virtual_machine_configuration_set_boot_loader (self->configuration, VZ_BOOT_LOADER (loader));
  vz_virtual_machine_configuration_set_platform (self->configuration,
                                                 VZ_PLATFORM_CONFIGURATION (platform));
  vz_virtual_machine_configuration_set_cpu_count (self->configuration, 1);
  vz_virtual_machine_configuration_set_memory_size (self->configuration, G_GUINT64_CONSTANT (256)
                                                                           << 20);
  vz_virtual_machine_configuration_set_serial_ports (self->configuration, serials);
  return self;
}

void
guest_remove (const char *root)
{
  const char *argv[] = { "rm", "-rf", root, NULL };

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                NULL);
}

void
guest_free (Guest *self)
{
  g_clear_object (&self->machine);
  g_clear_object (&self->configuration);
  if (self->console >= 0)
    close (self->console);
  guest_remove (self->root);
  g_string_free (self->heard, TRUE);
  g_free (self->root);
  g_free (self);
}

char *
guest_add_disk (Guest *self, const char *name, const char *serial)
{
  GPtrArray *old = vz_virtual_machine_configuration_get_storage_devices (self->configuration);
  g_autoptr (GPtrArray) disks = g_ptr_array_new ();
  g_autoptr (VzDiskImageStorageDeviceAttachment) image = NULL;
  g_autoptr (VzVirtioBlockDeviceConfiguration) disk = NULL;
  char *path = g_build_filename (self->root, name, NULL);
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (ftruncate (fd, 1 << 20), ==, 0);
  close (fd);
  image = vz_disk_image_storage_device_attachment_new (path, FALSE);
  disk = vz_virtio_block_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (image));
  vz_virtio_block_device_configuration_set_block_device_identifier (disk, serial);
  for (guint i = 0; i < old->len; i++)
    g_ptr_array_add (disks, old->pdata[i]);
  g_ptr_array_add (disks, disk);
  vz_virtual_machine_configuration_set_storage_devices (self->configuration, disks);
  return path;
}

void
guest_add_network (Guest *self, const char *mac, const char *published)
{
  g_autoptr (VzVirtioNetworkDeviceConfiguration)
    network = vz_virtio_network_device_configuration_new ();
  g_autoptr (VzNATNetworkDeviceAttachment) nat = vz_nat_network_device_attachment_new ();
  g_autoptr (VzMACAddress) address = vz_mac_address_new_from_string (mac);
  g_autoptr (GPtrArray) networks = g_ptr_array_new ();
  g_autoptr (GPtrArray) ports = g_ptr_array_new_with_free_func (g_object_unref);

  if (published != NULL)
    g_ptr_array_add (ports, vz_published_port_new_from_string (published, NULL));
  vz_nat_network_device_attachment_set_published_ports (nat, ports);
  vz_network_device_configuration_set_attachment (VZ_NETWORK_DEVICE_CONFIGURATION (network),
                                                  VZ_NETWORK_DEVICE_ATTACHMENT (nat));
  vz_network_device_configuration_set_mac_address (VZ_NETWORK_DEVICE_CONFIGURATION (network),
                                                   address);
  g_ptr_array_add (networks, network);
  vz_virtual_machine_configuration_set_network_devices (self->configuration, networks);
}

void
guest_start (Guest *self)
{
  g_autoptr (GError) error = NULL;

  if (self->machine == NULL)
    self->machine = vz_virtual_machine_new (self->configuration);
  vz_virtual_machine_start (self->machine, NULL, &error);
  g_assert_no_error (error);
  guest_connect (self);
}

void
guest_connect (Guest *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  path = vz_virtual_machine_dup_console_socket_path (self->machine);
  if (self->console >= 0)
    close (self->console);
  g_string_truncate (self->heard, 0);
  self->console = vz_stream_connect (path, &error);
  g_assert_no_error (error);
}

/* @text is what we are waiting for. */
static void
listen_until (Guest *self, gint64 deadline, const char *text)
{
  g_autoptr (GError) error = NULL;
  char data[512];
  gssize n;

  if (!vz_stream_wait (self->console, POLLIN, deadline, NULL, &error))
    g_error ("no '%s' on the console, which said: %s", text, self->heard->str);
  n = read (self->console, data, sizeof data);
  if (n <= 0)
    g_error ("console closed before '%s', after: %s", text, self->heard->str);
  g_string_append_len (self->heard, data, n);
}

char *
guest_expect (Guest *self, const char *text)
{
  gint64 deadline = vz_deadline_after (BOOT_TIMEOUT_MS);

  for (;;)
    {
      const char *at = strstr (self->heard->str, text);
      const char *end = at != NULL ? strchr (at, '\n') : NULL;

      if (end != NULL)
        {
          char *rest = g_strndup (at + strlen (text), (gsize) (end - at) - strlen (text));

          return g_strstrip (rest);
        }
      listen_until (self, deadline, text);
    }
}

void
guest_say (Guest *self, const char *line)
{
  g_autofree char *text = g_strconcat (line, "\n", NULL);
  g_autoptr (GError) error = NULL;

  vz_stream_write (self->console, text, strlen (text), vz_deadline_after (BOOT_TIMEOUT_MS), NULL,
                   &error);
  g_assert_no_error (error);
}

static gboolean
has_line (Guest *self, const char *line)
{
  g_auto (GStrv) lines = g_strsplit (self->heard->str, "\r\n", -1);

  return g_strv_contains ((const char *const *) lines, line);
}

void
guest_command (Guest *self, const char *line)
{
  gint64 deadline = vz_deadline_after (BOOT_TIMEOUT_MS);

  g_string_truncate (self->heard, 0);
  guest_say (self, line);
  while (!has_line (self, "ok"))
    {
      if (has_line (self, "error"))
        g_error ("'%s' failed in the guest: %s", line, self->heard->str);
      listen_until (self, deadline, line);
    }
}

VzMachineIdentifier *
guest_identifier (Guest *self)
{
  return VZ_MACHINE_IDENTIFIER (
    vz_generic_platform_configuration_get_machine_identifier (VZ_GENERIC_PLATFORM_CONFIGURATION (
      vz_virtual_machine_configuration_get_platform (self->configuration))));
}

int
guest_pid (Guest *self)
{
  int pid = 0;

  g_assert_true (vz_machine_lock_is_held (guest_identifier (self), &pid, NULL));
  return pid;
}

void
guest_start_and_wait (Guest *self)
{
  g_autoptr (GError) error = NULL;

  guest_start (self);
  g_free (guest_expect (self, "READY"));
  vz_guest_agent_wait (vz_virtual_machine_get_guest_agent (self->machine), BOOT_TIMEOUT_MS, NULL,
                       &error);
  g_assert_no_error (error);
}

GuestReport
guest_ask_report (Guest *self)
{
  g_autofree char *count = NULL, *round_trips = NULL, *clock = NULL;
  GuestReport report;

  g_string_truncate (self->heard, 0);
  guest_say (self, "report");
  count = guest_expect (self, "count ");
  clock = guest_expect (self, "clock ");
  if (strstr (self->heard->str, "connection lost") != NULL)
    g_error ("the guest's connection did not survive");
  round_trips = guest_expect (self, "round-trips ");
  report.count = g_ascii_strtoull (count, NULL, 10);
  report.round_trips = g_ascii_strtoull (round_trips, NULL, 10);
  report.clock = g_ascii_strtod (clock, NULL);
  return report;
}

static gboolean
on_time_out (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_CONTINUE;
}

void
guest_iterate_until (const guint *value, guint least)
{
  gboolean late = FALSE;
  guint timer = g_timeout_add (BOOT_TIMEOUT_MS, on_time_out, &late);

  while (*value < least && !late)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
  g_assert_cmpuint (*value, >=, least);
}

char *
guest_dup_save_path (Guest *self)
{
  return g_build_filename (self->root, "SaveFile.vzvmsave", NULL);
}

void
guest_save (Guest *self, const char *path)
{
  g_autoptr (GError) error = NULL;

  vz_virtual_machine_save_machine_state_to_file (self->machine, path, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (vz_virtual_machine_get_state (self->machine), ==,
                   VZ_VIRTUAL_MACHINE_STATE_PAUSED);
  vz_virtual_machine_stop (self->machine, NULL, &error);
  g_assert_no_error (error);
}

void
guest_pause_and_save (Guest *self, const char *path)
{
  g_autoptr (GError) error = NULL;

  vz_virtual_machine_pause (self->machine, NULL, &error);
  g_assert_no_error (error);
  guest_save (self, path);
}

void
guest_make_again (Guest *self)
{
  g_clear_object (&self->machine);
  self->machine = vz_virtual_machine_new (self->configuration);
}

void
guest_stop (Guest *self)
{
  g_autoptr (GError) error = NULL;

  vz_virtual_machine_stop (self->machine, NULL, &error);
  g_assert_no_error (error);
}

void
guest_share_clipboard (Guest *self)
{
  g_autoptr (VzVirtioConsoleDeviceConfiguration)
    console = vz_virtio_console_device_configuration_new ();
  g_autoptr (VzVirtioConsolePortConfiguration) port = vz_virtio_console_port_configuration_new ();
  g_autoptr (VzSpiceAgentPortAttachment) agent = vz_spice_agent_port_attachment_new ();
  g_autoptr (GPtrArray) consoles = g_ptr_array_new ();

  vz_virtio_console_port_configuration_set_name (port, VZ_SPICE_AGENT_PORT_NAME);
  vz_console_port_configuration_set_attachment (VZ_CONSOLE_PORT_CONFIGURATION (port),
                                                VZ_SERIAL_PORT_ATTACHMENT (agent));
  vz_virtio_console_port_configuration_array_set_port (
    vz_virtio_console_device_configuration_get_ports (console), 0, port);
  g_ptr_array_add (consoles, console);
  vz_virtual_machine_configuration_set_console_devices (self->configuration, consoles);
}

char *
guest_dup_image_text (const char *image)
{
  char *text = g_new0 (char, 256);
  int fd = open (image, O_RDONLY | O_CLOEXEC);

  g_assert_cmpint (read (fd, text, 255), ==, 255);
  close (fd);
  return text;
}
