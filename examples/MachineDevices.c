/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Devices of a running machine: sockets, sound, USB, memory.
 *
 *   MachineDevices KERNEL INITRD FOLDER
 *
 * Starts a Linux kernel. What the guest plays is written to FOLDER/played.wav. Commands are read
 * from standard input, one per line:
 *
 *   attach FILE, detach FILE    plugs in a disk image by USB, and unplugs it
 *   memory SIZE, memory         sets the guest's memory target (200M), and shows its memory
 *   connect PORT TEXT           sends a line to a program in the guest, and shows the reply
 *   stop
 *
 * What programs in the guest send to port 5000 of the host is shown and echoed. If this host has no
 * vhost_vsock, the machine has no sockets, and everything else works. */

#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <vz.h>

#define PORT 5000
#define MAX_LINE 4096
#define MEMORY_SIZE (G_GUINT64_CONSTANT (256) << 20)

typedef struct {
  char *kernel;
  char *initrd;
  char *folder;
  VzVirtualMachine *machine;
  GHashTable *disks; /* from the path of a file to its device */
  GMainLoop *loop;
  int status;
} Devices;

/* ---- The machine's configuration ---- */

/* A list of one device, whose reference is taken. */
static GPtrArray *
list_of (gpointer device)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (list, device);
  return list;
}

static void
add_kernel (VzVirtualMachineConfiguration *configuration, Devices *self)
{
  g_autoptr (VzLinuxBootLoader) loader = vz_linux_boot_loader_new (self->kernel);

  vz_linux_boot_loader_set_initial_ramdisk_path (loader, self->initrd);
  vz_linux_boot_loader_set_command_line (loader, "console=ttyS0 quiet panic=-1");
  vz_virtual_machine_configuration_set_boot_loader (configuration, VZ_BOOT_LOADER (loader));
}

static void
add_console (VzVirtualMachineConfiguration *configuration)
{
  VzUARTSerialPortConfiguration *port = vz_uart_serial_port_configuration_new ();
  g_autoptr (VzSocketSerialPortAttachment) socket = vz_socket_serial_port_attachment_new (NULL);
  g_autoptr (GPtrArray) ports = list_of (port);

  vz_serial_port_configuration_set_attachment (VZ_SERIAL_PORT_CONFIGURATION (port),
                                               VZ_SERIAL_PORT_ATTACHMENT (socket));
  vz_virtual_machine_configuration_set_serial_ports (configuration, ports);
}

static void
add_sound (VzVirtualMachineConfiguration *configuration, const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "played.wav", NULL);
  g_autoptr (VzFileAudioOutputStreamSink) sink = vz_file_audio_output_stream_sink_new (path);
  VzVirtioSoundDeviceOutputStreamConfiguration *output =
    vz_virtio_sound_device_output_stream_configuration_new ();
  g_autoptr (GPtrArray) streams = list_of (output);
  VzVirtioSoundDeviceConfiguration *sound = vz_virtio_sound_device_configuration_new ();
  g_autoptr (GPtrArray) sounds = list_of (sound);

  vz_virtio_sound_device_output_stream_configuration_set_sink (output,
                                                               VZ_AUDIO_OUTPUT_STREAM_SINK (sink));
  vz_virtio_sound_device_configuration_set_streams (sound, streams);
  vz_virtual_machine_configuration_set_audio_devices (configuration, sounds);
}

static VzVirtualMachineConfiguration *
make_configuration (Devices *self, gboolean has_sockets)
{
  VzVirtualMachineConfiguration *configuration = vz_virtual_machine_configuration_new ();
  g_autoptr (GPtrArray) controllers = list_of (vz_xhci_controller_configuration_new ());
  g_autoptr (GPtrArray)
    balloons = list_of (vz_virtio_traditional_memory_balloon_device_configuration_new ());
  g_autoptr (GPtrArray) sockets = list_of (vz_virtio_socket_device_configuration_new ());

  vz_virtual_machine_configuration_set_cpu_count (configuration, 1);
  vz_virtual_machine_configuration_set_memory_size (configuration, MEMORY_SIZE);
  add_kernel (configuration, self);
  add_console (configuration);
  add_sound (configuration, self->folder);
  vz_virtual_machine_configuration_set_usb_controllers (configuration, controllers);
  vz_virtual_machine_configuration_set_memory_balloon_devices (configuration, balloons);
  if (has_sockets)
    vz_virtual_machine_configuration_set_socket_devices (configuration, sockets);
  return configuration;
}

/* ---- Sockets: a connection owns its descriptor, and closes it ---- */

static gboolean
answer (int fd, GIOCondition condition, gpointer data)
{
  char text[MAX_LINE + 1];
  ssize_t size = read (fd, text, MAX_LINE);

  if (size <= 0)
    {
      vz_virtio_socket_connection_close (data);
      return G_SOURCE_REMOVE;
    }
  text[size] = '\0';
  printf ("The guest says: %s\n", g_strchomp (text));
  if (write (fd, text, strlen (text)) < 0)
    fprintf (stderr, "The guest did not wait for the answer.\n");
  return G_SOURCE_CONTINUE;
}

static gboolean
accept_connection (VzVirtioSocketListener *listener, VzVirtioSocketConnection *connection,
                   VzVirtioSocketDevice *device, gpointer data)
{
  g_unix_fd_add_full (G_PRIORITY_DEFAULT,
                      vz_virtio_socket_connection_get_file_descriptor (connection),
                      G_IO_IN | G_IO_HUP, answer, g_object_ref (connection), g_object_unref);
  return TRUE;
}

static gboolean
listen_to_guest (Devices *self, GError **error)
{
  GPtrArray *devices = vz_virtual_machine_get_socket_devices (self->machine);
  g_autoptr (VzVirtioSocketListener) listener = vz_virtio_socket_listener_new ();

  g_signal_connect (listener, "should-accept-new-connection", G_CALLBACK (accept_connection), NULL);
  return devices->len == 0 ||
         vz_virtio_socket_device_set_socket_listener (devices->pdata[0], listener, PORT, error);
}

static gboolean
order_connect (Devices *self, const char *argument, GError **error)
{
  GPtrArray *devices = vz_virtual_machine_get_socket_devices (self->machine);
  g_autoptr (VzVirtioSocketConnection) connection = NULL;
  g_autofree char *line = NULL;
  char *text = NULL;
  guint64 port = g_ascii_strtoull (argument != NULL ? argument : "", &text, 10);
  char reply[MAX_LINE + 1];
  ssize_t size;
  int fd;

  if (devices->len == 0)
    {
      printf ("The machine has no sockets.\n");
      return TRUE;
    }
  connection = vz_virtio_socket_device_connect (devices->pdata[0],
                                                (guint32) MIN (port, G_MAXUINT32), NULL, error);
  if (connection == NULL)
    return FALSE;
  fd = vz_virtio_socket_connection_get_file_descriptor (connection);
  line = g_strdup_printf ("%s\n", g_strchug (text));
  size = write (fd, line, strlen (line)) < 0 ? -1 : read (fd, reply, MAX_LINE);
  reply[MAX (size, 0)] = '\0';
  printf ("The guest answers: %s\n", g_strchomp (reply));
  vz_virtio_socket_connection_close (connection);
  return TRUE;
}

/* ---- USB: a device is an object, attached to a controller or not ---- */

static VzUSBController *
controller_of (Devices *self)
{
  return vz_virtual_machine_get_usb_controllers (self->machine)->pdata[0];
}

static gboolean
order_attach (Devices *self, const char *path, GError **error)
{
  g_autofree char *full = g_canonicalize_filename (path != NULL ? path : "", NULL);
  g_autoptr (VzDiskImageStorageDeviceAttachment)
    image = vz_disk_image_storage_device_attachment_new (full, FALSE);
  g_autoptr (VzUSBMassStorageDeviceConfiguration) configuration =
    vz_usb_mass_storage_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (image));
  g_autoptr (VzUSBMassStorageDevice) device = vz_usb_mass_storage_device_new (configuration);

  if (!vz_usb_controller_attach_device (controller_of (self), VZ_USB_DEVICE (device), NULL, error))
    return FALSE;
  printf ("Attached: %s\n", vz_usb_device_get_uuid (VZ_USB_DEVICE (device)));
  g_hash_table_replace (self->disks, g_steal_pointer (&full), g_steal_pointer (&device));
  return TRUE;
}

static gboolean
order_detach (Devices *self, const char *path, GError **error)
{
  g_autofree char *full = g_canonicalize_filename (path != NULL ? path : "", NULL);
  VzUSBDevice *device = g_hash_table_lookup (self->disks, full);

  if (device == NULL)
    {
      printf ("Not attached: %s\n", full);
      return TRUE;
    }
  if (!vz_usb_controller_detach_device (controller_of (self), device, NULL, error))
    return FALSE;
  printf ("Detached.\n");
  g_hash_table_remove (self->disks, full);
  return TRUE;
}

/* ---- Memory: the target is a request, which the guest meets when it can ---- */

static gboolean
order_memory (Devices *self, const char *size, GError **error)
{
  VzVirtioTraditionalMemoryBalloonDevice *balloon =
    vz_virtual_machine_get_memory_balloon_devices (self->machine)->pdata[0];
  guint64 bytes = 0;

  if (size == NULL)
    {
      if (!vz_virtio_traditional_memory_balloon_device_query_memory_size (balloon, &bytes, NULL,
                                                                          error))
        return FALSE;
      printf ("The guest has %" G_GUINT64_FORMAT " bytes.\n", bytes);
      return TRUE;
    }
  if (!vz_size_parse (size, &bytes, error))
    return FALSE;
  vz_virtio_traditional_memory_balloon_device_set_target_virtual_machine_memory_size (balloon,
                                                                                      bytes);
  bytes =
    vz_virtio_traditional_memory_balloon_device_get_target_virtual_machine_memory_size (balloon);
  printf ("Target: %" G_GUINT64_FORMAT " bytes\n", bytes);
  return TRUE;
}

/* ---- Start, commands, end ---- */

static void
guest_did_stop (VzVirtualMachine *machine, gpointer data)
{
  Devices *self = data;

  g_main_loop_quit (self->loop);
}

static void
did_stop_with_error (VzVirtualMachine *machine, GError *error, gpointer data)
{
  Devices *self = data;

  fprintf (stderr, "The machine did stop with error: %s\n", error->message);
  self->status = EXIT_FAILURE;
  g_main_loop_quit (self->loop);
}

static gboolean
start_machine (Devices *self, gboolean has_sockets, GError **error)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = make_configuration (self, has_sockets);

  if (!vz_virtual_machine_configuration_validate (configuration, error))
    return FALSE;
  g_clear_object (&self->machine);
  self->machine = vz_virtual_machine_new (configuration);
  g_signal_connect (self->machine, "guest-did-stop", G_CALLBACK (guest_did_stop), self);
  g_signal_connect (self->machine, "did-stop-with-error", G_CALLBACK (did_stop_with_error), self);
  return vz_virtual_machine_start (self->machine, NULL, error) && listen_to_guest (self, error);
}

static gboolean
start (Devices *self, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autofree char *console = NULL;

  if (!start_machine (self, TRUE, &reason))
    {
      if (!g_error_matches (reason, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED))
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return FALSE;
        }
      printf ("No sockets: %s\n", reason->message);
      if (!start_machine (self, FALSE, error))
        return FALSE;
    }
  console = vz_virtual_machine_dup_console_socket_path (self->machine);
  printf ("Its console: %s\n", console);
  return TRUE;
}

static gboolean
order_stop (Devices *self, const char *argument, GError **error)
{
  if (!vz_virtual_machine_stop (self->machine, NULL, error))
    return FALSE;
  g_main_loop_quit (self->loop);
  return TRUE;
}

static void
obey (Devices *self, const char *line)
{
  static const struct {
    const char *word;
    gboolean (*order) (Devices *self, const char *argument, GError **error);
  } orders[] = {
    { "attach", order_attach },   { "detach", order_detach }, { "memory", order_memory },
    { "connect", order_connect }, { "stop", order_stop },
  };
  g_auto (GStrv) words = g_strsplit (line, " ", 2);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (orders); i++)
    if (g_strcmp0 (words[0], orders[i].word) == 0)
      {
        if (!orders[i].order (self, words[1], &error))
          printf ("Failed: %s\n", error->message);
        return;
      }
  printf ("Not understood: %s\n", line);
}

static void
line_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Devices *self = data;
  GDataInputStream *input = G_DATA_INPUT_STREAM (source);
  g_autofree char *line = g_data_input_stream_read_line_finish_utf8 (input, result, NULL, NULL);

  obey (self, line != NULL ? line : "stop");
  if (line != NULL)
    g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, line_read, self);
}

int
main (int argc, char **argv)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (input);
  g_autoptr (GError) error = NULL;
  Devices self = { .status = EXIT_SUCCESS };

  if (argc != 4 || argv[1][0] == '-')
    {
      fprintf (stderr, "Usage: MachineDevices KERNEL INITRD FOLDER\n");
      return 2;
    }
  setvbuf (stdout, NULL, _IOLBF, 0);
  self.kernel = g_canonicalize_filename (argv[1], NULL);
  self.initrd = g_canonicalize_filename (argv[2], NULL);
  self.folder = g_canonicalize_filename (argv[3], NULL);
  self.disks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self.loop = g_main_loop_new (NULL, FALSE);
  if (start (&self, &error))
    {
      g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, NULL, line_read, &self);
      g_main_loop_run (self.loop);
    }
  else
    {
      fprintf (stderr, "The machine could not be started: %s\n", error->message);
      self.status = EXIT_FAILURE;
    }
  g_hash_table_unref (self.disks);
  g_clear_object (&self.machine);
  g_main_loop_unref (self.loop);
  g_free (self.kernel);
  g_free (self.initrd);
  g_free (self.folder);
  return self.status;
}
