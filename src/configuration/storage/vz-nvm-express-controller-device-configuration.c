/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/storage/vz-nvm-express-controller-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzNVMExpressControllerDeviceConfiguration:
 *
 * An NVMe controller with one disk. Apple: `VZNVMExpressControllerDeviceConfiguration`.
 *
 * QEMU: `nvme`; a machine with it cannot be saved.
 *
 * Since: 0.1
 */
struct _VzNVMExpressControllerDeviceConfiguration {
  VzStorageDeviceConfiguration parent_instance;

  VzStorageDeviceAttachment *attachment;
};

static const VzField fields[] = {
  VZ_OBJECT ("attachment", VzNVMExpressControllerDeviceConfiguration, attachment,
             "what the device stores its data in", vz_storage_device_attachment_get_type,
             .flags = VZ_FIELD_REQUIRED),
};

static void
check_save_restore (VzConfig *config, VzProblems *problems)
{
  vz_problems_add (problems, config, "type", vz_problems_kind_of (config),
                   "must be a virtio block or USB device: QEMU cannot save an NVMe controller");
}

VZ_DEFINE_CONFIG (VzNVMExpressControllerDeviceConfiguration,
                  vz_nvm_express_controller_device_configuration,
                  VZ_TYPE_STORAGE_DEVICE_CONFIGURATION, .check_save_restore = check_save_restore)

/**
 * vz_nvm_express_controller_device_configuration_new:
 * @attachment: (nullable): where the device stores its data
 *
 * Makes an NVMe controller.
 *
 * Returns: (transfer full): the NVMe controller
 */
VzNVMExpressControllerDeviceConfiguration *
vz_nvm_express_controller_device_configuration_new (VzStorageDeviceAttachment *attachment)
{
  return g_object_new (VZ_TYPE_NVM_EXPRESS_CONTROLLER_DEVICE_CONFIGURATION, "attachment",
                       attachment, NULL);
}
