/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <vz.h>

#include "guest-fixture.h"

#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <string.h>
#include <unistd.h>

/* VZVirtioConsolePortConfigurationArray, VZConsoleDevice, VZVirtioConsoleDevice and its delegate,
 * VZVirtioConsolePortArray, VZVirtioConsolePort: who has a port open, and where its bytes go, while
 * a machine runs. */

#define NAME "org.example.0"
#define NUMBER 2 /* of the port of that name */

typedef struct {
  guint opened;
  guint closed;
  VzVirtioConsolePort *port; /* the last one */
} Told;

static void
on_opened (VzVirtioConsoleDevice *device, VzVirtioConsolePort *port, Told *told)
{
  /* The guest's kernel opens the console by itself. */
  told->opened += vz_virtio_console_port_get_name (port) != NULL;
  told->port = port;
}

static void
on_closed (VzVirtioConsoleDevice *device, VzVirtioConsolePort *port, Told *told)
{
  told->closed += vz_virtio_console_port_get_name (port) != NULL;
  told->port = port;
}

static VzFileSerialPortAttachment *
new_file (Guest *guest, const char *name)
{
  g_autofree char *path = g_build_filename (guest->root, name, NULL);

  return vz_file_serial_port_attachment_new (path, FALSE);
}

/* A device with a console that nobody uses, and a named port that writes to a file; number 1 is
 * left out. */
static void
add_device (Guest *guest)
{
  VzVirtioConsoleDeviceConfiguration *device = vz_virtio_console_device_configuration_new ();
  VzVirtioConsolePortConfigurationArray *ports =
    vz_virtio_console_device_configuration_get_ports (device);
  g_autoptr (VzVirtioConsolePortConfiguration)
    console = vz_virtio_console_port_configuration_new ();
  g_autoptr (VzVirtioConsolePortConfiguration) port = vz_virtio_console_port_configuration_new ();
  g_autoptr (VzFileSerialPortAttachment) file = new_file (guest, "first");
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);

  vz_virtio_console_port_configuration_set_is_console (console, TRUE);
  vz_virtio_console_port_configuration_set_name (port, NAME);
  vz_console_port_configuration_set_attachment (VZ_CONSOLE_PORT_CONFIGURATION (port),
                                                VZ_SERIAL_PORT_ATTACHMENT (file));
  vz_virtio_console_port_configuration_array_set_port (ports, 0, console);
  vz_virtio_console_port_configuration_array_set_port (ports, NUMBER, port);
  vz_virtio_console_port_configuration_array_set_maximum_port_count (ports, 5);
  g_ptr_array_add (devices, device);
  vz_virtual_machine_configuration_set_console_devices (guest->configuration, devices);
  guest_make_again (guest);
}

static VzVirtioConsoleDevice *
device_of (Guest *guest)
{
  GPtrArray *devices = vz_virtual_machine_get_console_devices (guest->machine);

  g_assert_cmpuint (devices->len, ==, 1);
  g_assert_true (VZ_IS_CONSOLE_DEVICE (devices->pdata[0]));
  return VZ_VIRTIO_CONSOLE_DEVICE (devices->pdata[0]);
}

static VzVirtioConsolePort *
port_of (Guest *guest)
{
  return vz_virtio_console_port_array_get_port (
    vz_virtio_console_device_get_ports (device_of (guest)), NUMBER);
}

static void
start (Guest *guest)
{
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
}

static void
change (Guest *guest, gpointer attachment)
{
  g_autoptr (GError) error = NULL;

  vz_virtio_console_port_change_attachment (port_of (guest), attachment, NULL, &error);
  g_assert_no_error (error);
}

static void
say (Guest *guest, const char *text)
{
  g_autofree char *line = g_strdup_printf ("say-port " NAME " %s", text);

  guest_command (guest, line);
}

/* When the guest has printed something, it may still be on its way. */
static void
assert_has_line (Guest *guest, const char *name, const char *line)
{
  g_autofree char *path = g_build_filename (guest->root, name, NULL);
  g_autofree char *expected = g_strconcat (line, "\n", NULL);
  g_autofree char *found = NULL;

  for (int i = 0; i < 600 && g_strcmp0 (found, expected) != 0; i++)
    {
      g_free (g_steal_pointer (&found));
      g_usleep (100 * 1000);
      g_file_get_contents (path, &found, NULL, NULL);
    }
  g_assert_cmpstr (found, ==, expected);
}

static void
count (GObject *object, GParamSpec *spec, gpointer counter)
{
  ++*(guint *) counter;
}

static void
test_configuration (void)
{
  g_autoptr (VzVirtioConsoleDeviceConfiguration)
    device = vz_virtio_console_device_configuration_new ();
  VzVirtioConsolePortConfigurationArray *ports =
    vz_virtio_console_device_configuration_get_ports (device);
  g_autoptr (VzVirtioConsolePortConfiguration) port = vz_virtio_console_port_configuration_new ();
  guint counter = 0;
  g_autoptr (GError) error = NULL;

  g_signal_connect (ports, "notify::ports", G_CALLBACK (count), &counter);
  g_assert_true (VZ_IS_VIRTIO_CONSOLE_PORT_CONFIGURATION_ARRAY (ports));
  g_assert_cmpuint (vz_virtio_console_port_configuration_array_get_maximum_port_count (ports), ==,
                    0);
  g_assert_null (vz_virtio_console_port_configuration_array_get_port (ports, 0));
  vz_virtio_console_port_configuration_array_set_port (ports, 3, port);
  g_assert_cmpuint (counter, ==, 1);
  g_assert_true (vz_config_validate (VZ_CONFIG (device), &error));
  g_assert_no_error (error);
  g_assert_true (vz_virtio_console_port_configuration_array_get_port (ports, 3) == port);
  for (guint i = 0; i < 6; i++)
    if (i != 3)
      g_assert_null (vz_virtio_console_port_configuration_array_get_port (ports, i));
  g_assert_cmpuint (vz_virtio_console_port_configuration_array_get_maximum_port_count (ports), ==,
                    4);
  vz_virtio_console_port_configuration_array_set_maximum_port_count (ports, 9);
  g_assert_cmpuint (vz_virtio_console_port_configuration_array_get_maximum_port_count (ports), ==,
                    9);
  vz_virtio_console_port_configuration_array_set_port (ports, 3, NULL);
  g_assert_cmpuint (counter, ==, 2);
  g_assert_cmpuint (vz_virtio_console_port_configuration_array_get_length (ports), ==, 0);
}

/* A file written before numbers could be left out reads as before, and one with null for such a
 * number is written back as it was read. */
static void
test_json (void)
{
  static const char *const text =
    "{\n  \"type\" : \"VzVirtioConsoleDeviceConfiguration\",\n  \"ports\" : [\n    null,\n    {\n"
    "      \"attachment\" : null,\n      \"name\" : \"a\",\n      \"is-console\" : false\n    }\n"
    "  ],\n  \"maximum-port-count\" : 4\n}";
  static const char *const before =
    "{\"type\": \"VzVirtioConsoleDeviceConfiguration\", \"ports\": [{\"type\": "
    "\"VzVirtioConsolePortConfiguration\", \"name\": \"b\"}], \"maximum-port-count\": 0}";
  g_autoptr (GError) error = NULL;
  g_autoptr (VzConfig) device = vz_config_from_json (text, &error);
  g_autoptr (VzConfig) older = NULL;
  g_autofree char *written = NULL;
  VzVirtioConsolePortConfigurationArray *ports;

  g_assert_no_error (error);
  ports = vz_virtio_console_device_configuration_get_ports (
    VZ_VIRTIO_CONSOLE_DEVICE_CONFIGURATION (device));
  g_assert_null (vz_virtio_console_port_configuration_array_get_port (ports, 0));
  g_assert_cmpstr (vz_virtio_console_port_configuration_get_name (
                     vz_virtio_console_port_configuration_array_get_port (ports, 1)),
                   ==, "a");
  g_assert_cmpuint (vz_virtio_console_port_configuration_array_get_maximum_port_count (ports), ==,
                    4);
  written = vz_config_to_json (device, NULL);
  g_assert_cmpstr (written, ==, text);
  g_assert_true (vz_config_set_from_string (device, "ports[1].name", "c", &error));
  g_assert_no_error (error);
  g_assert_false (vz_config_set_from_string (device, "ports[0].name", "c", &error));
  g_assert_cmpstr (error->message, ==, "ports[0].name: 'ports[0]' is not set");
  g_clear_error (&error);
  older = vz_config_from_json (before, &error);
  g_assert_no_error (error);
  ports = vz_virtio_console_device_configuration_get_ports (
    VZ_VIRTIO_CONSOLE_DEVICE_CONFIGURATION (older));
  g_assert_cmpstr (vz_virtio_console_port_configuration_get_name (
                     vz_virtio_console_port_configuration_array_get_port (ports, 0)),
                   ==, "b");
  g_assert_cmpuint (vz_virtio_console_port_configuration_array_get_maximum_port_count (ports), ==,
                    1);
}

/* The guest's kernel names a port after its device and the number that QEMU gave it: one higher. */
static void
test_guest_numbers (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autofree char *line =
    g_strdup_printf ("count-entries /sys/class/virtio-ports vport*p%d", NUMBER + 1);
  g_autofree char *found = NULL;

  if (guest == NULL)
    return;
  add_device (guest);
  start (guest);
  guest_command (guest, line);
  found = guest_expect (guest, "entries ");
  g_assert_cmpstr (found, ==, "1");
}

static void
test_ports (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (GError) error = NULL;
  VzVirtioConsolePortArray *ports;

  if (guest == NULL)
    return;
  guest_make_again (guest);
  g_assert_cmpuint (vz_virtual_machine_get_console_devices (guest->machine)->len, ==, 0);
  add_device (guest);
  ports = vz_virtio_console_device_get_ports (device_of (guest));
  g_assert_cmpuint (vz_virtio_console_port_array_get_maximum_port_count (ports), ==, 5);
  g_assert_null (vz_virtio_console_port_get_name (vz_virtio_console_port_array_get_port (ports,
                                                                                         0)));
  g_assert_cmpstr (vz_virtio_console_port_get_name (port_of (guest)), ==, NAME);
  g_assert_null (vz_virtio_console_port_array_get_port (ports, 1));
  g_assert_null (vz_virtio_console_port_array_get_port (ports, 3));
  g_assert_false (vz_virtio_console_port_change_attachment (port_of (guest), NULL, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE);
}

static void
test_guest_opens (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  Told told = { 0 };

  if (guest == NULL)
    return;
  add_device (guest);
  g_signal_connect (device_of (guest), "did-open-port", G_CALLBACK (on_opened), &told);
  g_signal_connect (device_of (guest), "did-close-port", G_CALLBACK (on_closed), &told);
  start (guest);
  guest_say (guest, "ask-port " NAME " answer"); /* opens it and waits for a line */
  guest_iterate_until (&told.opened, 1);
  g_assert_true (told.port == port_of (guest));
  g_assert_cmpuint (told.closed, ==, 0);
  g_free (guest_expect (guest, "heard"));
  guest_iterate_until (&told.closed, 1);
  g_assert_true (told.port == port_of (guest));
}

static void
test_guest_attachments (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (VzFileSerialPortAttachment) file = NULL;
  g_autoptr (VzFileHandleSerialPortAttachment) handles = NULL;
  g_autoptr (VzFileHandle) writing = NULL;
  g_autoptr (VzSerialPortAttachment) now = NULL;
  char text[64] = "";
  int ends[2];

  if (guest == NULL)
    return;
  add_device (guest);
  file = new_file (guest, "second");
  g_assert_cmpint (pipe2 (ends, O_CLOEXEC), ==, 0);
  writing = vz_file_handle_new (ends[1]);
  handles = vz_file_handle_serial_port_attachment_new (NULL, writing);
  start (guest);
  say (guest, "to the first");
  assert_has_line (guest, "first", "to the first");
  change (guest, file);
  say (guest, "to the second");
  assert_has_line (guest, "second", "to the second");
  vz_virtio_console_port_set_attachment (port_of (guest), NULL);
  g_assert_null (vz_virtio_console_port_dup_attachment (port_of (guest)));
  guest_say (guest, "say-port " NAME " to a pipe"); /* which waits until there is one */
  change (guest, handles);
  g_free (guest_expect (guest, "ok"));
  g_assert_cmpint (read (ends[0], text, sizeof text - 1), >, 0);
  g_assert_cmpstr (text, ==, "to a pipe\n");
  now = vz_virtio_console_port_dup_attachment (port_of (guest));
  g_assert_true (VZ_IS_FILE_HANDLE_SERIAL_PORT_ATTACHMENT (now));
  assert_has_line (guest, "first", "to the first");
  assert_has_line (guest, "second", "to the second");
  close (ends[0]);
}

/* Even if the path is the one that it already has. */
static void
test_guest_socket (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (VzSocketSerialPortAttachment) socket = NULL;
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *heard = NULL;

  if (guest == NULL)
    return;
  add_device (guest);
  path = g_build_filename (guest->root, "port.sock", NULL);
  socket = vz_socket_serial_port_attachment_new (path);
  address = g_unix_socket_address_new (path);
  start (guest);
  change (guest, socket);
  change (guest, socket);
  connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);
  g_assert_no_error (error);
  guest_say (guest, "ask-port " NAME " answer");
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), "a line\n",
                             strlen ("a line\n"), NULL, NULL, &error);
  g_assert_no_error (error);
  heard = guest_expect (guest, "heard ");
  g_assert_cmpstr (heard, ==, "a line");
}

/* An impossible change leaves everything as it was. */
static void
test_guest_refused (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (VzFileSerialPortAttachment)
    wrong = vz_file_serial_port_attachment_new ("/nonexistent/file", FALSE);
  g_autoptr (VzSpiceAgentPortAttachment) agent = vz_spice_agent_port_attachment_new ();
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  add_device (guest);
  start (guest);
  g_assert_false (vz_virtio_console_port_change_attachment (port_of (guest),
                                                            VZ_SERIAL_PORT_ATTACHMENT (wrong), NULL,
                                                            &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  g_clear_error (&error);
  g_assert_false (vz_virtio_console_port_change_attachment (port_of (guest),
                                                            VZ_SERIAL_PORT_ATTACHMENT (agent), NULL,
                                                            &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  say (guest, "as before");
  assert_has_line (guest, "first", "as before");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/console/configuration", test_configuration);
  g_test_add_func ("/console/json", test_json);
  g_test_add_func ("/console/ports", test_ports);
  g_test_add_func ("/console/guest/numbers", test_guest_numbers);
  g_test_add_func ("/console/guest/opens", test_guest_opens);
  g_test_add_func ("/console/guest/attachments", test_guest_attachments);
  g_test_add_func ("/console/guest/socket", test_guest_socket);
  g_test_add_func ("/console/guest/refused", test_guest_refused);
  return g_test_run ();
}
