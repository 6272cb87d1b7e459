/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <vz.h>

#include "guest-fixture.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* VZUSBControllerConfiguration, VZUSBController, VZUSBDevice, VZUSBMassStorageDevice: devices come
 * and go while a machine runs. A device has a UUID, which identifies it in a restored machine. */

#define DISK_SIZE (2 << 20)

static VzUSBMassStorageDeviceConfiguration *
new_disk (Guest *guest, const char *name)
{
  g_autofree char *path = g_build_filename (guest->root, name, NULL);
  g_autoptr (VzDiskImageStorageDeviceAttachment)
    image = vz_disk_image_storage_device_attachment_new (path, FALSE);
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (ftruncate (fd, DISK_SIZE), ==, 0);
  close (fd);
  return vz_usb_mass_storage_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (image));
}

/* A machine with a controller that has @first, which may be NULL. */
static void
add_controller (Guest *guest, VzUSBMassStorageDeviceConfiguration *first)
{
  VzXHCIControllerConfiguration *controller = vz_xhci_controller_configuration_new ();
  g_autoptr (GPtrArray) controllers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) devices = g_ptr_array_new ();

  if (first != NULL)
    g_ptr_array_add (devices, first);
  vz_usb_controller_configuration_set_usb_devices (VZ_USB_CONTROLLER_CONFIGURATION (controller),
                                                   devices);
  g_ptr_array_add (controllers, controller);
  vz_virtual_machine_configuration_set_usb_controllers (guest->configuration, controllers);
}

static VzUSBController *
controller_of (Guest *guest)
{
  GPtrArray *controllers = vz_virtual_machine_get_usb_controllers (guest->machine);

  g_assert_cmpuint (controllers->len, ==, 1);
  g_assert_true (VZ_IS_XHCI_CONTROLLER (controllers->pdata[0]));
  return controllers->pdata[0];
}

static guint
count_devices (Guest *guest)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray)
    devices = vz_usb_controller_list_usb_devices (controller_of (guest), NULL, &error);

  g_assert_no_error (error);
  return devices->len;
}

static void
attach (Guest *guest, VzUSBMassStorageDevice *device)
{
  g_autoptr (GError) error = NULL;

  vz_usb_controller_attach_device (controller_of (guest), VZ_USB_DEVICE (device), NULL, &error);
  g_assert_no_error (error);
  g_assert_true (vz_usb_device_get_usb_controller (VZ_USB_DEVICE (device)) ==
                 controller_of (guest));
}

static void
detach (Guest *guest, VzUSBMassStorageDevice *device)
{
  g_autoptr (GError) error = NULL;

  vz_usb_controller_detach_device (controller_of (guest), VZ_USB_DEVICE (device), NULL, &error);
  g_assert_no_error (error);
  g_assert_null (vz_usb_device_get_usb_controller (VZ_USB_DEVICE (device)));
}

static void
assert_attach_fails (Guest *guest, VzUSBMassStorageDevice *device, VzError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (vz_usb_controller_attach_device (controller_of (guest), VZ_USB_DEVICE (device),
                                                   NULL, &error));
  g_assert_error (error, VZ_ERROR, (gint) code);
}

static void
assert_detach_fails (Guest *guest, VzUSBMassStorageDevice *device, VzError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (vz_usb_controller_detach_device (controller_of (guest), VZ_USB_DEVICE (device),
                                                   NULL, &error));
  g_assert_error (error, VZ_ERROR, (gint) code);
}

/* A new configuration has its own UUID, a copy has the same one, and a device that of its
 * configuration. */
static void
test_uuid (void)
{
  g_autoptr (VzUSBMassStorageDeviceConfiguration)
    one = vz_usb_mass_storage_device_configuration_new (NULL);
  g_autoptr (VzUSBMassStorageDeviceConfiguration)
    two = vz_usb_mass_storage_device_configuration_new (NULL);
  g_autoptr (VzUSBMassStorageDevice) device = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_uuid_string_is_valid (
    vz_usb_device_configuration_get_uuid (VZ_USB_DEVICE_CONFIGURATION (one))));
  g_assert_cmpstr (vz_usb_device_configuration_get_uuid (VZ_USB_DEVICE_CONFIGURATION (one)), !=,
                   vz_usb_device_configuration_get_uuid (VZ_USB_DEVICE_CONFIGURATION (two)));
  vz_usb_device_configuration_set_uuid (VZ_USB_DEVICE_CONFIGURATION (one),
                                        "123e4567-e89b-42d3-a456-426614174000");
  device = vz_usb_mass_storage_device_new (one);
  vz_usb_device_configuration_set_uuid (VZ_USB_DEVICE_CONFIGURATION (one), "no UUID");
  g_assert_cmpstr (vz_usb_device_get_uuid (VZ_USB_DEVICE (device)), ==,
                   "123e4567-e89b-42d3-a456-426614174000");
  g_assert_null (vz_usb_device_get_usb_controller (VZ_USB_DEVICE (device)));
  g_assert_true (VZ_IS_STORAGE_DEVICE (device));
  g_assert_false (vz_config_validate (VZ_CONFIG (one), &error));
  g_assert_nonnull (strstr (error->message, "'no UUID' found, must be a UUID"));
}

/* The same device cannot be attached twice. */
static void
test_twice (void)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = vz_virtual_machine_configuration_new ();
  g_autoptr (VzUSBMassStorageDeviceConfiguration)
    disk = vz_usb_mass_storage_device_configuration_new (NULL);
  g_autoptr (GPtrArray) controllers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) devices = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (devices, disk);
  for (guint i = 0; i < 2; i++)
    {
      VzXHCIControllerConfiguration *controller = vz_xhci_controller_configuration_new ();

      vz_usb_controller_configuration_set_usb_devices (VZ_USB_CONTROLLER_CONFIGURATION (controller),
                                                       devices);
      g_ptr_array_add (controllers, controller);
    }
  vz_virtual_machine_configuration_set_usb_controllers (configuration, controllers);
  g_assert_false (vz_virtual_machine_configuration_validate (configuration, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  g_assert_nonnull (strstr (error->message,
                            "must differ from that of usb-controllers[0].usb-devices[0]"));
}

/* The list is empty rather than absent, and for a machine that does not run it is the
 * configuration's. */
static void
test_stopped (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64-sharing");
  g_autoptr (VzUSBMassStorageDeviceConfiguration) disk = NULL;
  g_autoptr (VzUSBMassStorageDevice) device = NULL;

  if (guest == NULL)
    return;
  guest->machine = vz_virtual_machine_new (guest->configuration);
  g_assert_cmpuint (vz_virtual_machine_get_usb_controllers (guest->machine)->len, ==, 0);
  disk = new_disk (guest, "one.img");
  add_controller (guest, disk);
  guest_make_again (guest);
  g_assert_cmpuint (count_devices (guest), ==, 1);
  device = vz_usb_mass_storage_device_new (disk);
  assert_attach_fails (guest, device, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE);
}

static void
use (Guest *guest, const char *node, const char *name)
{
  g_autofree char *wait = g_strdup_printf ("wait-for /dev/%s", node);
  g_autofree char *line = g_strdup_printf ("use-disk %s written to %s", node, name);
  g_autofree char *path = g_build_filename (guest->root, name, NULL);
  g_autofree char *contents = NULL;

  guest_command (guest, wait);
  guest_command (guest, line);
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_true (g_str_has_prefix (contents, "written to "));
  g_assert_cmpstr (contents + strlen ("written to "), ==, name);
}

static void
test_guest_attach_and_detach (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64-sharing");
  g_autoptr (VzUSBMassStorageDeviceConfiguration) first = NULL, second = NULL, broken = NULL;
  g_autoptr (VzUSBMassStorageDevice) device = NULL, same = NULL, missing = NULL;

  if (guest == NULL)
    return;
  first = new_disk (guest, "first.img");
  second = new_disk (guest, "second.img");
  add_controller (guest, first);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  use (guest, "sda", "first.img");
  device = vz_usb_mass_storage_device_new (second);
  assert_detach_fails (guest, device, VZ_ERROR_DEVICE_NOT_FOUND);
  attach (guest, device);
  use (guest, "sdb", "second.img");
  g_assert_cmpuint (count_devices (guest), ==, 2);
  assert_attach_fails (guest, device, VZ_ERROR_DEVICE_ALREADY_ATTACHED);
  same = vz_usb_mass_storage_device_new (first);
  assert_attach_fails (guest, same, VZ_ERROR_DEVICE_ALREADY_ATTACHED);
  broken = vz_usb_mass_storage_device_configuration_new (NULL);
  missing = vz_usb_mass_storage_device_new (broken);
  assert_attach_fails (guest, missing, VZ_ERROR_DEVICE_INITIALIZATION_FAILURE);
  detach (guest, device);
  assert_detach_fails (guest, device, VZ_ERROR_DEVICE_NOT_FOUND);
  detach (guest, same); /* by its UUID it is the one present from the start */
  g_assert_cmpuint (count_devices (guest), ==, 0);
  attach (guest, device);
  guest_command (guest, "wait-for /dev/sda");
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

/* Without blocking, and seen by another program. */
static void
test_guest_async (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64-sharing");
  g_autoptr (VzUSBMassStorageDeviceConfiguration) disk = NULL;
  g_autoptr (VzUSBMassStorageDevice) device = NULL;
  g_autoptr (GAsyncResult) attached = NULL, detached = NULL;
  g_autoptr (VzVirtualMachine) other = NULL;
  g_autoptr (GPtrArray) seen = NULL;
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  disk = new_disk (guest, "disk.img");
  device = vz_usb_mass_storage_device_new (disk);
  add_controller (guest, NULL);
  guest_start (guest);
  vz_usb_controller_attach_device_async (controller_of (guest), VZ_USB_DEVICE (device), NULL,
                                         on_done, &attached);
  while (attached == NULL)
    g_main_context_iteration (NULL, TRUE);
  vz_usb_controller_attach_device_finish (controller_of (guest), attached, &error);
  g_assert_no_error (error);
  other = vz_virtual_machine_attach (guest->configuration, &error);
  g_assert_no_error (error);
  seen =
    vz_usb_controller_list_usb_devices (vz_virtual_machine_get_usb_controllers (other)->pdata[0],
                                        NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (seen->len, ==, 1);
  g_assert_cmpstr (vz_usb_device_get_uuid (seen->pdata[0]), ==,
                   vz_usb_device_get_uuid (VZ_USB_DEVICE (device)));
  vz_usb_controller_detach_device_async (controller_of (guest), VZ_USB_DEVICE (device), NULL,
                                         on_done, &detached);
  while (detached == NULL)
    g_main_context_iteration (NULL, TRUE);
  vz_usb_controller_detach_device_finish (controller_of (guest), detached, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_devices (guest), ==, 0);
}

/* What was attached is back when a saved state is restored, at the same port and with the same
 * UUID; what was detached is not. */
static void
test_guest_restored (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64-sharing");
  g_autoptr (VzUSBMassStorageDeviceConfiguration) first = NULL, second = NULL, third = NULL;
  g_autoptr (VzUSBMassStorageDevice) one = NULL, two = NULL, three = NULL;
  g_autoptr (GPtrArray) devices = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  first = new_disk (guest, "first.img");
  second = new_disk (guest, "second.img");
  third = new_disk (guest, "third.img");
  path = guest_dup_save_path (guest);
  add_controller (guest, first);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  use (guest, "sda", "first.img");
  one = vz_usb_mass_storage_device_new (first);
  two = vz_usb_mass_storage_device_new (second);
  three = vz_usb_mass_storage_device_new (third);
  attach (guest, two);
  use (guest, "sdb", "second.img");
  attach (guest, three);
  use (guest, "sdc", "third.img");
  detach (guest, one);
  detach (guest, two);
  guest_pause_and_save (guest, path);
  guest_make_again (guest);
  vz_virtual_machine_restore_machine_state_from_file (guest->machine, path, NULL, NULL, &error);
  g_assert_no_error (error);
  devices = vz_usb_controller_list_usb_devices (controller_of (guest), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (devices->len, ==, 1);
  g_assert_cmpstr (vz_usb_device_get_uuid (devices->pdata[0]), ==,
                   vz_usb_device_get_uuid (VZ_USB_DEVICE (three)));
  vz_virtual_machine_resume (guest->machine, NULL, &error);
  g_assert_no_error (error);
  guest_connect (guest);
  use (guest, "sdc", "third.img");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/usb/uuid", test_uuid);
  g_test_add_func ("/usb/twice", test_twice);
  g_test_add_func ("/usb/stopped", test_stopped);
  g_test_add_func ("/usb/guest/attach-and-detach", test_guest_attach_and_detach);
  g_test_add_func ("/usb/guest/async", test_guest_async);
  g_test_add_func ("/usb/guest/restored", test_guest_restored);
  return g_test_run ();
}
