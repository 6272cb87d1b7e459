/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration.h"

/* Where a class is not there, its messages go nowhere and are never answered. */
bool
check_host (Failure *failure)
{
  if (objc_getClass ("VZMacOSInstaller") == NULL ||
      objc_getClass ("VZMacTrackpadConfiguration") == NULL)
    return fail (failure, EXIT_HOST,
                 "macOS runs in virtual machines only on Apple silicon, with macOS 13 or later");
  if (!VZVirtualMachine_isSupported ())
    return fail (failure, EXIT_HOST, "this Mac does not support virtual machines");
  return true;
}

VZMacGraphicsDeviceConfiguration *
configuration_graphics_device (void)
{
  VZMacGraphicsDeviceConfiguration *device = VZMacGraphicsDeviceConfiguration_new ();
  VZMacGraphicsDisplayConfiguration *display =
    VZMacGraphicsDisplayConfiguration_with_size (DISPLAY_WIDTH, DISPLAY_HEIGHT,
                                                 DISPLAY_PIXELS_PER_INCH);

  VZMacGraphicsDeviceConfiguration_setDisplays (device, NSArray_with_object (display));
  return device;
}

VZVirtioBlockDeviceConfiguration *
configuration_block_device (const char *disk_image, Failure *failure)
{
  NSError *error = NULL;
  VZDiskImageStorageDeviceAttachment *attachment =
    VZDiskImageStorageDeviceAttachment_with_url (file_url (disk_image), false, &error);

  if (attachment == NULL)
    {
      fail_error (failure, "the disk cannot be used", error);
      return NULL;
    }
  return VZVirtioBlockDeviceConfiguration_with_attachment (attachment);
}

VZVirtioNetworkDeviceConfiguration *
configuration_network_device (const char *mac_address, Failure *failure)
{
  VZVirtioNetworkDeviceConfiguration *device = VZVirtioNetworkDeviceConfiguration_new ();
  VZMACAddress *address = VZMACAddress_with_string (NSString_with_utf8 (mac_address));

  if (address == NULL)
    {
      fail (failure, EXIT_INVALID, "'%s' is not a MAC address", mac_address);
      return NULL;
    }
  VZVirtioNetworkDeviceConfiguration_setMACAddress (device, address);
  VZVirtioNetworkDeviceConfiguration_setAttachment (device, VZNATNetworkDeviceAttachment_new ());
  return device;
}

VZMacTrackpadConfiguration *
configuration_pointing_device (void)
{
  return VZMacTrackpadConfiguration_new ();
}

void *
configuration_keyboard (void)
{
  return is_macos_14 () ? (void *) VZMacKeyboardConfiguration_new ()
                        : (void *) VZUSBKeyboardConfiguration_new ();
}

VZVirtualMachineConfiguration *
configuration_new (VZMacPlatformConfiguration *platform, const Settings *settings,
                   const Bundle *bundle, Failure *failure)
{
  VZVirtualMachineConfiguration *configuration = VZVirtualMachineConfiguration_new ();
  VZVirtioBlockDeviceConfiguration *disk;
  VZVirtioNetworkDeviceConfiguration *network;

  VZVirtualMachineConfiguration_setPlatform (configuration, platform);
  VZVirtualMachineConfiguration_setCPUCount (configuration, settings->cpu_count);
  VZVirtualMachineConfiguration_setMemorySize (configuration, settings->memory_size);
  VZVirtualMachineConfiguration_setBootLoader (configuration, VZMacOSBootLoader_new ());
  VZVirtualMachineConfiguration_setGraphicsDevices (
    configuration, NSArray_with_object (configuration_graphics_device ()));
  disk = configuration_block_device (bundle->disk_image, failure);
  network = configuration_network_device (settings->mac_address, failure);
  if (disk == NULL || network == NULL)
    return NULL;
  VZVirtualMachineConfiguration_setStorageDevices (configuration, NSArray_with_object (disk));
  VZVirtualMachineConfiguration_setNetworkDevices (configuration, NSArray_with_object (network));
  VZVirtualMachineConfiguration_setPointingDevices (
    configuration, NSArray_with_object (configuration_pointing_device ()));
  VZVirtualMachineConfiguration_setKeyboards (configuration,
                                              NSArray_with_object (configuration_keyboard ()));
  return configuration;
}

bool
configuration_validate (VZVirtualMachineConfiguration *configuration, Failure *failure)
{
  NSError *error = NULL;

  if (!VZVirtualMachineConfiguration_validate (configuration, &error))
    return fail_error (failure, "the configuration is not valid", error);
  if (is_macos_14 () &&
      !VZVirtualMachineConfiguration_validateSaveRestoreSupport (configuration, &error))
    return fail_error (failure, "a machine of this configuration cannot be saved", error);
  return true;
}
