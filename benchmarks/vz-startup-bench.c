/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Makes the bundle that benchmarks/startup measures with: the devices that 'vz install' chooses,
 * and an empty disk.
 *
 * Usage: vz-startup-bench BUNDLE */

#include <stdio.h>
#include <stdlib.h>

#include <vz.h>

static void
add (VzVirtualMachineConfiguration *configuration, const char *property, gpointer device)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (devices, device);
  g_object_set (configuration, property, devices, NULL);
}

static gboolean
make_firmware (VzBundle *bundle, VzVirtualMachineConfiguration *configuration, GError **error)
{
  g_autofree char *path = vz_bundle_dup_auxiliary_storage_path (bundle);
  g_autoptr (VzGenericPlatformConfiguration) platform = vz_generic_platform_configuration_new ();
  g_autoptr (VzEFIBootLoader) boot_loader = vz_efi_boot_loader_new ();
  VzHardwareModel *model =
    VZ_HARDWARE_MODEL (vz_generic_platform_configuration_get_hardware_model (platform));
  VzMachineIdentifier *identifier =
    VZ_MACHINE_IDENTIFIER (vz_generic_platform_configuration_get_machine_identifier (platform));
  g_autoptr (VzEFIVariableStore)
    store = vz_efi_variable_store_new_creating (path, model,
                                                VZ_EFI_VARIABLE_STORE_INITIALIZATION_NONE, error);

  if (store == NULL || !vz_bundle_set_hardware_model (bundle, model, error) ||
      !vz_bundle_set_machine_identifier (bundle, identifier, error))
    return FALSE;
  vz_efi_boot_loader_set_variable_store (boot_loader, store);
  g_object_set (configuration, "platform", platform, "boot-loader", boot_loader, NULL);
  return TRUE;
}

static void
add_devices (VzVirtualMachineConfiguration *configuration)
{
  VzVirtioGraphicsDeviceConfiguration *graphics = vz_virtio_graphics_device_configuration_new ();
  g_autoptr (GPtrArray) scanouts = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (VzNATNetworkDeviceAttachment) nat = vz_nat_network_device_attachment_new ();
  g_autoptr (VzSocketSerialPortAttachment) console = vz_socket_serial_port_attachment_new (NULL);
  g_autoptr (VzMACAddress) address = vz_mac_address_new_random_locally_administered ();
  VzVirtioNetworkDeviceConfiguration *network = vz_virtio_network_device_configuration_new ();
  VzUARTSerialPortConfiguration *serial = vz_uart_serial_port_configuration_new ();

  g_ptr_array_add (scanouts, vz_virtio_graphics_scanout_configuration_new (1920, 1200));
  g_object_set (graphics, "scanouts", scanouts, NULL);
  g_object_set (network, "attachment", nat, "mac-address", address, NULL);
  g_object_set (serial, "attachment", console, NULL);
  add (configuration, "graphics-devices", graphics);
  add (configuration, "network-devices", network);
  add (configuration, "serial-ports", serial);
  add (configuration, "keyboards", vz_usb_keyboard_configuration_new ());
  add (configuration, "pointing-devices",
       vz_usb_screen_coordinate_pointing_device_configuration_new ());
  add (configuration, "entropy-devices", vz_virtio_entropy_device_configuration_new ());
}

static gboolean
make_bundle (const char *path, GError **error)
{
  g_autoptr (VzBundle) bundle = vz_bundle_create (path, error);
  g_autoptr (VzVirtualMachineConfiguration) configuration = vz_virtual_machine_configuration_new ();
  g_autoptr (VzDiskImageStorageDeviceAttachment) attachment = NULL;
  g_autofree char *disk = NULL;

  if (bundle == NULL || !make_firmware (bundle, configuration, error) ||
      !vz_bundle_create_disk_image (bundle, 1ULL << 30, error))
    return FALSE;
  disk = vz_bundle_dup_disk_image_path (bundle);
  attachment = vz_disk_image_storage_device_attachment_new (disk, FALSE);
  add (configuration, "storage-devices",
       vz_virtio_block_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (attachment)));
  add_devices (configuration);
  g_object_set (configuration, "cpu-count", 1, "memory-size", (guint64) 1 << 30, NULL);
  return vz_virtual_machine_configuration_validate (configuration, error) &&
         vz_bundle_save_configuration (bundle, configuration, error) &&
         vz_bundle_commit (bundle, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  if (argc != 2)
    {
      fprintf (stderr, "Usage: vz-startup-bench BUNDLE\n");
      return 2;
    }
  if (make_bundle (argv[1], &error))
    return EXIT_SUCCESS;
  fprintf (stderr, "vz-startup-bench: %s\n", error->message);
  return EXIT_FAILURE;
}
