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
VZ_PUBLIC
const char *
vz_usb_mass_storage_device_configuration_get_uuid (VzUSBMassStorageDeviceConfiguration *self);
VZ_PUBLIC
void vz_usb_mass_storage_device_configuration_set_uuid (VzUSBMassStorageDeviceConfiguration *self,
                                                        const char *uuid);
VZ_PUBLIC
guint vz_usb_mass_storage_device_configuration_get_port (VzUSBMassStorageDeviceConfiguration *self);
VZ_PUBLIC
void vz_usb_mass_storage_device_configuration_set_port (VzUSBMassStorageDeviceConfiguration *self,
                                                        guint port);

G_END_DECLS
