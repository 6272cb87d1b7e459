/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <vz.h>

#include <string.h>
#include <unistd.h>

/* VZSocketDevice, VZVirtioSocketDevice, VZVirtioSocketListener, as far as possible without a guest:
 * tests/machine/test-vsock.c has connections, if the kernel allows them without one. */

/* A port belongs to one program on the host, and two runs of this test may overlap. */
#define PORT (40000 + 2 * ((guint) getpid () % 10000))

static VzVirtualMachine *
new_machine (guint n_devices)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = vz_virtual_machine_configuration_new ();
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n_devices; i++)
    g_ptr_array_add (devices, vz_virtio_socket_device_configuration_new ());
  vz_virtual_machine_configuration_set_socket_devices (configuration, devices);
  return vz_virtual_machine_new (configuration);
}

/* Apple: never nil, and in the order of the configuration. */
static void
test_devices (void)
{
  g_autoptr (VzVirtualMachine) none = new_machine (0);
  g_autoptr (VzVirtualMachine) machine = new_machine (1);
  GPtrArray *devices = vz_virtual_machine_get_socket_devices (machine);

  g_assert_cmpuint (vz_virtual_machine_get_socket_devices (none)->len, ==, 0);
  g_assert_cmpuint (devices->len, ==, 1);
  g_assert_true (VZ_IS_SOCKET_DEVICE (devices->pdata[0]));
  g_assert_true (VZ_IS_VIRTIO_SOCKET_DEVICE (devices->pdata[0]));
  g_assert_true (devices == vz_virtual_machine_get_socket_devices (machine));
}

/* Only a running machine has a guest to connect to. */
static void
test_connect_stopped (void)
{
  g_autoptr (VzVirtualMachine) machine = new_machine (1);
  VzVirtioSocketDevice *device = vz_virtual_machine_get_socket_devices (machine)->pdata[0];
  g_autoptr (GError) error = NULL;

  g_assert_null (vz_virtio_socket_device_connect (device, PORT, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE);
  g_clear_error (&error);
  g_assert_null (vz_virtio_socket_device_connect (device, G_MAXUINT32, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
}

/* A port has one listener, the last one set; a listener may have several ports; removing a missing
 * one does nothing. */
static void
test_listeners (void)
{
  g_autoptr (VzVirtualMachine) machine = new_machine (1);
  g_autoptr (VzVirtualMachine) other = new_machine (1);
  VzVirtioSocketDevice *device = vz_virtual_machine_get_socket_devices (machine)->pdata[0];
  VzVirtioSocketDevice *another = vz_virtual_machine_get_socket_devices (other)->pdata[0];
  g_autoptr (VzVirtioSocketListener) first = vz_virtio_socket_listener_new ();
  g_autoptr (VzVirtioSocketListener) second = vz_virtio_socket_listener_new ();
  g_autofree char *number = NULL;
  gpointer weak = first;
  g_autoptr (GError) error = NULL;

  if (!vz_virtio_socket_device_set_socket_listener (device, first, PORT, &error))
    {
      g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
      g_test_skip (error->message);
      return;
    }
  g_assert_no_error (error);
  g_object_add_weak_pointer (G_OBJECT (first), &weak);
  g_assert_true (vz_virtio_socket_device_set_socket_listener (device, first, PORT + 1, &error));
  g_assert_true (vz_virtio_socket_device_set_socket_listener (device, second, PORT, &error));
  g_assert_true (vz_virtio_socket_device_set_socket_listener (device, second, PORT + 1, &error));
  g_clear_object (&first);
  g_assert_null (weak);
  /* Of another machine on this host. */
  g_assert_false (vz_virtio_socket_device_set_socket_listener (another, second, PORT, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_BUSY);
  number = g_strdup_printf ("port %u ", PORT);
  g_assert_nonnull (strstr (error->message, number));
  g_clear_error (&error);
  vz_virtio_socket_device_remove_socket_listener (device, PORT);
  vz_virtio_socket_device_remove_socket_listener (device, PORT);
  g_assert_true (vz_virtio_socket_device_set_socket_listener (another, second, PORT, &error));
  g_assert_false (vz_virtio_socket_device_set_socket_listener (device, second, G_MAXUINT32,
                                                               &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/socket/devices", test_devices);
  g_test_add_func ("/socket/connect-stopped", test_connect_stopped);
  g_test_add_func ("/socket/listeners", test_listeners);
  return g_test_run ();
}
