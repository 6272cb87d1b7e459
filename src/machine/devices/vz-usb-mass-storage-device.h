/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/storage/vz-usb-mass-storage-device-configuration.h"
#include "machine/devices/vz-storage-device.h"
#include "machine/devices/vz-usb-device.h"

G_BEGIN_DECLS

#define VZ_TYPE_USB_MASS_STORAGE_DEVICE (vz_usb_mass_storage_device_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzUSBMassStorageDevice, vz_usb_mass_storage_device, VZ,
                      USB_MASS_STORAGE_DEVICE, VzStorageDevice)

VZ_PUBLIC
VzUSBMassStorageDevice *
vz_usb_mass_storage_device_new (VzUSBMassStorageDeviceConfiguration *configuration);
VZ_PUBLIC
VzUSBMassStorageDeviceConfiguration *
vz_usb_mass_storage_device_get_configuration (VzUSBMassStorageDevice *self);

G_END_DECLS
