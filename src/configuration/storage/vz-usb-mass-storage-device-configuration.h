/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/storage/vz-storage-device-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_USB_MASS_STORAGE_DEVICE_CONFIGURATION \
  (vz_usb_mass_storage_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzUSBMassStorageDeviceConfiguration, vz_usb_mass_storage_device_configuration,
                      VZ, USB_MASS_STORAGE_DEVICE_CONFIGURATION, VzStorageDeviceConfiguration)

VZ_PUBLIC
VzUSBMassStorageDeviceConfiguration *
vz_usb_mass_storage_device_configuration_new (VzStorageDeviceAttachment *attachment);

G_END_DECLS
