/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/storage/vz-nvm-express-controller-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzNVMExpressControllerDeviceConfiguration:
 *
 * An NVMe controller with one disk. Apple: `VZNVMExpressControllerDeviceConfiguration`.
 */
struct _VzNVMExpressControllerDeviceConfiguration {
  VzStorageDeviceConfiguration parent_instance;

  VzStorageDeviceAttachment *attachment;
};

G_DEFINE_FINAL_TYPE (VzNVMExpressControllerDeviceConfiguration,
                     vz_nvm_express_controller_device_configuration,
                     VZ_TYPE_STORAGE_DEVICE_CONFIGURATION)

enum { PROP_ATTACHMENT = 1, N_PROPS };
static GParamSpec *props[N_PROPS];

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

static const VzFieldTable table = {
  .fields = fields,
  .n_fields = G_N_ELEMENTS (fields),
  .props = props,
  .check_save_restore = check_save_restore,
};

static void
vz_nvm_express_controller_device_configuration_class_init (
  VzNVMExpressControllerDeviceConfigurationClass *klass)
{
  vz_config_class_install (klass, &table);
}

static void
vz_nvm_express_controller_device_configuration_init (VzNVMExpressControllerDeviceConfiguration
                                                       *self)
{
}

/**
 * vz_nvm_express_controller_device_configuration_new:
 * @attachment: (nullable): what the device stores its data in
 *
 * Makes a NVMe controller.
 *
 * Returns: (transfer full): the NVMe controller
 */
VzNVMExpressControllerDeviceConfiguration *
vz_nvm_express_controller_device_configuration_new (VzStorageDeviceAttachment *attachment)
{
  return g_object_new (VZ_TYPE_NVM_EXPRESS_CONTROLLER_DEVICE_CONFIGURATION, "attachment",
                       attachment, NULL);
}
