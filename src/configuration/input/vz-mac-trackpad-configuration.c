/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/input/vz-mac-trackpad-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzMacTrackpadConfiguration:
 *
 * The trackpad of macOS guests. Apple: `VZMacTrackpadConfiguration`.
 *
 * QEMU: `usb-tablet`.
 *
 * Since: 0.1
 */
struct _VzMacTrackpadConfiguration {
  VzPointingDeviceConfiguration parent_instance;
};

VZ_DEFINE_BARE_CONFIG (VzMacTrackpadConfiguration, vz_mac_trackpad_configuration,
                       VZ_TYPE_POINTING_DEVICE_CONFIGURATION)

/**
 * vz_mac_trackpad_configuration_new:
 *
 * Makes a Mac trackpad.
 *
 * Returns: (transfer full): the Mac trackpad
 */
VzMacTrackpadConfiguration *
vz_mac_trackpad_configuration_new (void)
{
  return g_object_new (VZ_TYPE_MAC_TRACKPAD_CONFIGURATION, NULL);
}
