/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/storage/vz-storage-device-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_NVM_EXPRESS_CONTROLLER_DEVICE_CONFIGURATION \
  (vz_nvm_express_controller_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzNVMExpressControllerDeviceConfiguration,
                      vz_nvm_express_controller_device_configuration, VZ,
                      NVM_EXPRESS_CONTROLLER_DEVICE_CONFIGURATION, VzStorageDeviceConfiguration)

VZ_PUBLIC
VzNVMExpressControllerDeviceConfiguration *
vz_nvm_express_controller_device_configuration_new (VzStorageDeviceAttachment *attachment);

G_END_DECLS
