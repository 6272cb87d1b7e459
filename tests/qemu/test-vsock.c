/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vz.h"

#include "qemu/arguments/vz-arguments.h"
#include "qemu/vz-vsock.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* The socket device as passed to QEMU, and the message if the host has none. */

static int
give_seven (gpointer user_data, GError **error)
{
  return 7;
}

static void
test_arguments (void)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = vz_virtual_machine_configuration_new ();
  g_autoptr (VzVirtioSocketDeviceConfiguration)
    device = vz_virtio_socket_device_configuration_new ();
  g_autoptr (GPtrArray) devices = g_ptr_array_new ();
  g_autoptr (VzCommandLine) line = vz_command_line_new ();
  VzArguments arguments = { .configuration = configuration, .open_vsock = give_seven };
  g_autofree char *expected = NULL;
  g_auto (GStrv) argv = NULL;
  guint32 cid = vz_virtio_socket_device_configuration_derive_guest_cid (VZ_MACHINE_IDENTIFIER (
    vz_generic_platform_configuration_get_machine_identifier (VZ_GENERIC_PLATFORM_CONFIGURATION (
      vz_virtual_machine_configuration_get_platform (configuration)))));

  g_assert_cmpuint (cid, >=, 3);
  g_assert_cmpuint (cid, <, G_MAXUINT32);
  g_ptr_array_add (devices, device);
  vz_virtual_machine_configuration_set_socket_devices (configuration, devices);
  g_assert_true (vz_arguments_add_socket (&arguments, line, NULL));
  argv = vz_command_line_render (line, "qemu", NULL);
  expected = g_strdup_printf ("vhost-vsock-pci,id=socket0,guest-cid=%u,vhostfd=7,addr=0x17", cid);
  g_assert_cmpstr (argv[1], ==, "-device");
  g_assert_cmpstr (argv[2], ==, expected);
}

static void
test_device (void)
{
  g_autofree char *absent = g_build_filename (g_get_tmp_dir (), "vz-no-such-device", NULL);
  g_autoptr (GError) error = NULL;
  int fd = vz_vsock_open_device ("/dev/null", &error);

  g_assert_no_error (error);
  g_assert_cmpint (fcntl (fd, F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
  close (fd);
  g_assert_cmpint (vz_vsock_open_device (absent, &error), ==, -1);
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "modprobe vhost_vsock"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vsock/arguments", test_arguments);
  g_test_add_func ("/vsock/device", test_device);
  return g_test_run ();
}
