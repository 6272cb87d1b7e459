/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/storage/vz-usb-mass-storage-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzUSBMassStorageDeviceConfiguration:
 *
 * A disk on the USB bus. Apple: `VZUSBMassStorageDeviceConfiguration`.
 */
struct _VzUSBMassStorageDeviceConfiguration {
  VzStorageDeviceConfiguration parent_instance;

  VzStorageDeviceAttachment *attachment;
};

G_DEFINE_FINAL_TYPE (VzUSBMassStorageDeviceConfiguration, vz_usb_mass_storage_device_configuration,
                     VZ_TYPE_STORAGE_DEVICE_CONFIGURATION)

enum { PROP_ATTACHMENT = 1, N_PROPS };
static GParamSpec *props[N_PROPS];

static const VzField fields[] = {
  VZ_OBJECT ("attachment", VzUSBMassStorageDeviceConfiguration, attachment,
             "what the device stores its data in", vz_storage_device_attachment_get_type,
             .flags = VZ_FIELD_REQUIRED),
};

static const VzFieldTable table = {
  .fields = fields,
  .n_fields = G_N_ELEMENTS (fields),
  .props = props,
};

static void
vz_usb_mass_storage_device_configuration_class_init (VzUSBMassStorageDeviceConfigurationClass
                                                       *klass)
{
  vz_config_class_install (klass, &table);
}

static void
vz_usb_mass_storage_device_configuration_init (VzUSBMassStorageDeviceConfiguration *self)
{
}

/**
 * vz_usb_mass_storage_device_configuration_new:
 * @attachment: (nullable): what the device stores its data in
 *
 * Makes a USB mass storage device.
 *
 * Returns: (transfer full): the USB mass storage device
 */
VzUSBMassStorageDeviceConfiguration *
vz_usb_mass_storage_device_configuration_new (VzStorageDeviceAttachment *attachment)
{
  return g_object_new (VZ_TYPE_USB_MASS_STORAGE_DEVICE_CONFIGURATION, "attachment", attachment,
                       NULL);
}
