/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "validation-rows.h"

/* USB devices: each is in one place and has its own number. */

static VzUSBMassStorageDeviceConfiguration *
new_stick (Fixture *fixture, const char *name)
{
  g_autofree char *path = fixture_file (fixture, name, 512);
  g_autoptr (VzDiskImageStorageDeviceAttachment)
    image = vz_disk_image_storage_device_attachment_new (path, TRUE);

  return vz_usb_mass_storage_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (image));
}

static void
add_controller (Fixture *fixture, gpointer device)
{
  VzXHCIControllerConfiguration *controller = vz_xhci_controller_configuration_new ();

  fixture_add (controller, "usb-devices", device);
  fixture_add (fixture->config, "usb-controllers", controller);
}

static void
same_in_two_controllers (Fixture *fixture)
{
  VzUSBMassStorageDeviceConfiguration *stick = new_stick (fixture, "stick.img");

  add_controller (fixture, stick);
  add_controller (fixture, g_object_ref (stick));
}

static void
same_on_a_controller_and_off (Fixture *fixture)
{
  VzUSBMassStorageDeviceConfiguration *stick = new_stick (fixture, "stick.img");

  add_controller (fixture, stick);
  fixture_add (fixture->config, "storage-devices", g_object_ref (stick));
}

static void
same_number_twice (Fixture *fixture)
{
  VzUSBMassStorageDeviceConfiguration *stick = new_stick (fixture, "stick.img");
  VzUSBMassStorageDeviceConfiguration *other = new_stick (fixture, "other.img");

  vz_usb_mass_storage_device_configuration_set_uuid (
    other, vz_usb_mass_storage_device_configuration_get_uuid (stick));
  add_controller (fixture, stick);
  add_controller (fixture, other);
}

static const ValidationRow rows[] = {
  { "same-in-two-controllers", NULL, NULL, same_in_two_controllers,
    "usb-controllers[1].usb-devices[0]: uuid: '*' found, must differ from that of "
    "usb-controllers[0].usb-devices[0]*" },
  { "same-on-a-controller-and-off", NULL, NULL, same_on_a_controller_and_off,
    "usb-controllers[0].usb-devices[0]: uuid: '*' found, must differ from that of "
    "storage-devices[1]*" },
  { "same-number-twice", NULL, NULL, same_number_twice,
    "usb-controllers[1].usb-devices[0]: uuid: '*' found, must differ from that of "
    "usb-controllers[0].usb-devices[0]*" },
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  validation_add_rows (rows, G_N_ELEMENTS (rows));
  return g_test_run ();
}
