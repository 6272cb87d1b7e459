/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/vz-default-machine.h"

#include "configuration/boot/vz-efi-boot-loader.h"
#include "configuration/boot/vz-efi-variable-store.h"
#include "configuration/console/vz-socket-serial-port-attachment.h"
#include "configuration/console/vz-uart-serial-port-configuration.h"
#include "configuration/graphics/vz-virtio-graphics-device-configuration.h"
#include "configuration/graphics/vz-virtio-graphics-scanout-configuration.h"
#include "configuration/identity/vz-generic-hardware-model.h"
#include "configuration/identity/vz-generic-machine-identifier.h"
#include "configuration/input/vz-usb-keyboard-configuration.h"
#include "configuration/input/vz-usb-screen-coordinate-pointing-device-configuration.h"
#include "configuration/network/vz-nat-network-device-attachment.h"
#include "configuration/network/vz-published-port.h"
#include "configuration/network/vz-virtio-network-device-configuration.h"
#include "configuration/platform/vz-generic-platform-configuration.h"
#include "configuration/storage/vz-disk-image-storage-device-attachment.h"
#include "configuration/storage/vz-virtio-block-device-configuration.h"
#include "configuration/usb/vz-xhci-controller-configuration.h"
#include "configuration/vz-virtio-entropy-device-configuration.h"
#include "configuration/vz-virtio-traditional-memory-balloon-device-configuration.h"
#include "foundation/vz-fail.h"

#define SSH_PORT 22

/* A list of one device, whose reference is taken. */
static GPtrArray *
one (gpointer device)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (list, device);
  return list;
}

static void
add_disk (VzVirtualMachineConfiguration *configuration, VzBundle *bundle)
{
  g_autofree char *path = vz_bundle_dup_disk_image_path (bundle);
  g_autoptr (VzDiskImageStorageDeviceAttachment)
    attachment = vz_disk_image_storage_device_attachment_new (path, FALSE);
  VzVirtioBlockDeviceConfiguration *disk =
    vz_virtio_block_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (attachment));
  g_autoptr (GPtrArray) devices = one (disk);

  vz_virtio_block_device_configuration_set_block_device_identifier (disk, "Disk.img");
  vz_virtual_machine_configuration_set_storage_devices (configuration, devices);
}

/* NAT, with the guest's SSH server on a free port of the loopback address. */
static void
add_network (VzVirtualMachineConfiguration *configuration, VzMachineIdentifier *identifier,
             GPtrArray *published_ports)
{
  VzVirtioNetworkDeviceConfiguration *device = vz_virtio_network_device_configuration_new ();
  g_autoptr (GPtrArray) devices = one (device);
  g_autoptr (VzMACAddress) address = vz_machine_identifier_dup_default_mac_address (identifier);
  g_autoptr (VzNATNetworkDeviceAttachment) nat = vz_nat_network_device_attachment_new ();
  g_autoptr (GPtrArray) ports = one (vz_published_port_new (0, SSH_PORT));

  for (guint i = 0; published_ports != NULL && i < published_ports->len; i++)
    g_ptr_array_add (ports, g_object_ref (g_ptr_array_index (published_ports, i)));
  vz_nat_network_device_attachment_set_published_ports (nat, ports);
  vz_network_device_configuration_set_mac_address (VZ_NETWORK_DEVICE_CONFIGURATION (device),
                                                   address);
  vz_network_device_configuration_set_attachment (VZ_NETWORK_DEVICE_CONFIGURATION (device),
                                                  VZ_NETWORK_DEVICE_ATTACHMENT (nat));
  vz_virtual_machine_configuration_set_network_devices (configuration, devices);
}

static void
add_display_and_input (VzVirtualMachineConfiguration *configuration)
{
  VzVirtioGraphicsDeviceConfiguration *display = vz_virtio_graphics_device_configuration_new ();
  g_autoptr (GPtrArray) displays = one (display);
  g_autoptr (GPtrArray) scanouts = one (vz_virtio_graphics_scanout_configuration_new (1920, 1200));
  g_autoptr (GPtrArray) keyboards = one (vz_usb_keyboard_configuration_new ());
  g_autoptr (GPtrArray)
    pointers = one (vz_usb_screen_coordinate_pointing_device_configuration_new ());

  vz_virtio_graphics_device_configuration_set_scanouts (display, scanouts);
  vz_virtual_machine_configuration_set_graphics_devices (configuration, displays);
  vz_virtual_machine_configuration_set_keyboards (configuration, keyboards);
  vz_virtual_machine_configuration_set_pointing_devices (configuration, pointers);
}

/* The firmware and the boot loader print to a UART, so the console is one from the first line
 * on. */
static void
add_console (VzVirtualMachineConfiguration *configuration)
{
  VzUARTSerialPortConfiguration *port = vz_uart_serial_port_configuration_new ();
  g_autoptr (GPtrArray) ports = one (port);
  g_autoptr (VzSocketSerialPortAttachment) socket = vz_socket_serial_port_attachment_new (NULL);

  vz_serial_port_configuration_set_attachment (VZ_SERIAL_PORT_CONFIGURATION (port),
                                               VZ_SERIAL_PORT_ATTACHMENT (socket));
  vz_virtual_machine_configuration_set_serial_ports (configuration, ports);
}

static void
add_others (VzVirtualMachineConfiguration *configuration)
{
  g_autoptr (GPtrArray) entropy = one (vz_virtio_entropy_device_configuration_new ());
  g_autoptr (GPtrArray)
    balloons = one (vz_virtio_traditional_memory_balloon_device_configuration_new ());
  g_autoptr (GPtrArray) controllers = one (vz_xhci_controller_configuration_new ());

  vz_virtual_machine_configuration_set_entropy_devices (configuration, entropy);
  vz_virtual_machine_configuration_set_memory_balloon_devices (configuration, balloons);
  vz_virtual_machine_configuration_set_usb_controllers (configuration, controllers);
}

static gboolean
set_boot_loader (VzVirtualMachineConfiguration *configuration, const VzDefaultMachine *machine,
                 VzBundle *bundle, GError **error)
{
  g_autofree char *path = vz_bundle_dup_auxiliary_storage_path (bundle);
  g_autoptr (VzEFIBootLoader) boot_loader = vz_efi_boot_loader_new ();
  g_autoptr (VzEFIVariableStore)
    store = vz_efi_variable_store_new_creating (path, machine->hardware_model,
                                                VZ_EFI_VARIABLE_STORE_INITIALIZATION_NONE, error);

  if (store == NULL)
    return FALSE;
  vz_efi_boot_loader_set_variable_store (boot_loader, store);
  vz_virtual_machine_configuration_set_boot_loader (configuration, VZ_BOOT_LOADER (boot_loader));
  return TRUE;
}

static void
set_platform (VzVirtualMachineConfiguration *configuration, const VzDefaultMachine *machine,
              VzGenericMachineIdentifier *identifier)
{
  g_autoptr (VzGenericPlatformConfiguration) platform = vz_generic_platform_configuration_new ();

  vz_generic_platform_configuration_set_hardware_model (
    platform, VZ_GENERIC_HARDWARE_MODEL (machine->hardware_model));
  vz_generic_platform_configuration_set_machine_identifier (platform, identifier);
  vz_virtual_machine_configuration_set_platform (configuration,
                                                 VZ_PLATFORM_CONFIGURATION (platform));
}

/* Everything that the install's options decide and that does not involve files. */
static gboolean
finish_configuration (const VzDefaultMachine *self, VzVirtualMachineConfiguration *configuration,
                      VzMachineIdentifier *identifier, VzBundle *bundle, GError **error)
{
  vz_virtual_machine_configuration_set_cpu_count (configuration, (guint) self->size.cpu_count);
  vz_virtual_machine_configuration_set_memory_size (configuration, self->size.memory_size);
  add_disk (configuration, bundle);
  add_network (configuration, identifier, self->published_ports);
  add_display_and_input (configuration);
  add_console (configuration);
  add_others (configuration);
  return vz_virtual_machine_configuration_validate (configuration, error) &&
         vz_bundle_save_configuration (bundle, configuration, error);
}

gboolean
vz_default_machine_create (const VzDefaultMachine *self, VzBundle *bundle, GError **error)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = vz_virtual_machine_configuration_new ();
  g_autoptr (VzGenericMachineIdentifier) identifier = vz_generic_machine_identifier_new ();

  if (!VZ_IS_GENERIC_HARDWARE_MODEL (self->hardware_model))
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "this image is for a Mac, and a Linux host cannot run it");
  if (!vz_bundle_set_hardware_model (bundle, self->hardware_model, error) ||
      !vz_bundle_set_machine_identifier (bundle, VZ_MACHINE_IDENTIFIER (identifier), error) ||
      !set_boot_loader (configuration, self, bundle, error) ||
      !vz_bundle_create_disk_image (bundle, self->size.disk_size, error))
    return FALSE;
  set_platform (configuration, self, identifier);
  return finish_configuration (self, configuration, VZ_MACHINE_IDENTIFIER (identifier), bundle,
                               error);
}

gboolean
vz_default_machine_update (const VzDefaultMachine *self, VzBundle *bundle, GError **error)
{
  g_autoptr (VzMachineIdentifier) identifier = vz_bundle_load_machine_identifier (bundle, error);
  g_autoptr (VzVirtualMachineConfiguration)
    configuration = identifier != NULL ? vz_bundle_load_configuration (bundle, error) : NULL;

  return configuration != NULL &&
         finish_configuration (self, configuration, identifier, bundle, error);
}
