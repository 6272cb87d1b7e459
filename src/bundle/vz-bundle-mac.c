/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bundle/vz-bundle-private.h"

#include "configuration/boot/vz-mac-os-boot-loader.h"
#include "configuration/graphics/vz-mac-graphics-device-configuration.h"
#include "configuration/graphics/vz-mac-graphics-display-configuration.h"
#include "configuration/input/vz-mac-keyboard-configuration.h"
#include "configuration/input/vz-mac-trackpad-configuration.h"
#include "configuration/network/vz-nat-network-device-attachment.h"
#include "configuration/network/vz-virtio-network-device-configuration.h"
#include "configuration/platform/vz-mac-platform-configuration.h"
#include "configuration/storage/vz-disk-image-storage-device-attachment.h"
#include "configuration/storage/vz-virtio-block-device-configuration.h"
#include "foundation/file/vz-file.h"
#include "foundation/host/vz-host.h"

/* How this works
 *
 * Apple's sample code keeps the machine's configuration in its programs, not in its bundles. So a
 * Mac's bundle without a configuration gets that one, with the same numbers as far as this host
 * allows. */

#define MEMORY_SIZE (G_GUINT64_CONSTANT (4) << 30)
#define DISPLAY_WIDTH 1920 /* pixels */
#define DISPLAY_HEIGHT 1200
#define DISPLAY_PIXELS_PER_INCH 80

static GPtrArray *
list_of (gpointer object)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (list, object);
  return list;
}

static void
add_platform (VzVirtualMachineConfiguration *configuration)
{
  g_autoptr (VzMacPlatformConfiguration) platform = vz_mac_platform_configuration_new ();
  g_autoptr (VzMacAuxiliaryStorage)
    storage = vz_mac_auxiliary_storage_new (VZ_BUNDLE_AUXILIARY_STORAGE);
  g_autoptr (VzMacOSBootLoader) boot_loader = vz_mac_os_boot_loader_new ();

  vz_mac_platform_configuration_set_auxiliary_storage (platform, storage);
  vz_virtual_machine_configuration_set_platform (configuration,
                                                 VZ_PLATFORM_CONFIGURATION (platform));
  vz_virtual_machine_configuration_set_boot_loader (configuration, VZ_BOOT_LOADER (boot_loader));
}

static void
add_disk (VzVirtualMachineConfiguration *configuration)
{
  g_autoptr (VzDiskImageStorageDeviceAttachment)
    attachment = vz_disk_image_storage_device_attachment_new (VZ_BUNDLE_DISK_IMAGE, FALSE);
  g_autoptr (GPtrArray) disks =
    list_of (vz_virtio_block_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (attachment)));

  vz_virtual_machine_configuration_set_storage_devices (configuration, disks);
}

/* The sample uses one address for all of its machines; ours is derived from the identifier. */
static void
add_network (VzVirtualMachineConfiguration *configuration, VzBundle *bundle)
{
  VzNetworkDeviceConfiguration *device =
    VZ_NETWORK_DEVICE_CONFIGURATION (vz_virtio_network_device_configuration_new ());
  g_autoptr (VzNATNetworkDeviceAttachment) nat = vz_nat_network_device_attachment_new ();
  g_autoptr (VzMachineIdentifier) identifier = vz_bundle_load_machine_identifier (bundle, NULL);
  g_autoptr (VzMACAddress) address = NULL;
  g_autoptr (GPtrArray) devices = list_of (device);

  vz_network_device_configuration_set_attachment (device, VZ_NETWORK_DEVICE_ATTACHMENT (nat));
  if (identifier != NULL)
    {
      address = vz_machine_identifier_dup_default_mac_address (identifier);
      vz_network_device_configuration_set_mac_address (device, address);
    }
  vz_virtual_machine_configuration_set_network_devices (configuration, devices);
}

static void
add_screen_and_input (VzVirtualMachineConfiguration *configuration)
{
  VzMacGraphicsDeviceConfiguration *graphics = vz_mac_graphics_device_configuration_new ();
  g_autoptr (GPtrArray)
    displays = list_of (vz_mac_graphics_display_configuration_new (DISPLAY_WIDTH, DISPLAY_HEIGHT,
                                                                   DISPLAY_PIXELS_PER_INCH));
  g_autoptr (GPtrArray) devices = list_of (graphics);
  g_autoptr (GPtrArray) keyboards = list_of (vz_mac_keyboard_configuration_new ());
  g_autoptr (GPtrArray) pointers = list_of (vz_mac_trackpad_configuration_new ());

  vz_mac_graphics_device_configuration_set_displays (graphics, displays);
  vz_virtual_machine_configuration_set_graphics_devices (configuration, devices);
  vz_virtual_machine_configuration_set_keyboards (configuration, keyboards);
  vz_virtual_machine_configuration_set_pointing_devices (configuration, pointers);
}

gboolean
vz_bundle_is_of_sample (VzBundle *self)
{
  g_autofree char *path = vz_bundle_dup_configuration_path (self);
  g_autoptr (VzHardwareModel) model = NULL;

  if (vz_file_is_there (path))
    return FALSE;
  model = vz_bundle_load_hardware_model (self, NULL);
  return model != NULL && VZ_IS_MAC_HARDWARE_MODEL (model);
}

VzConfig *
vz_bundle_new_sample_configuration (VzBundle *self)
{
  VzVirtualMachineConfiguration *configuration = vz_virtual_machine_configuration_new ();
  guint cpu_count = MAX (vz_host_get_cpu_count (), 2) - 1;

  vz_virtual_machine_configuration_set_cpu_count (
    configuration,
    CLAMP (cpu_count, vz_virtual_machine_configuration_get_minimum_allowed_cpu_count (),
           vz_virtual_machine_configuration_get_maximum_allowed_cpu_count ()));
  vz_virtual_machine_configuration_set_memory_size (
    configuration,
    CLAMP (MEMORY_SIZE, vz_virtual_machine_configuration_get_minimum_allowed_memory_size (),
           vz_virtual_machine_configuration_get_maximum_allowed_memory_size ()));
  add_platform (configuration);
  add_disk (configuration);
  add_network (configuration, self);
  add_screen_and_input (configuration);
  return VZ_CONFIG (configuration);
}
