/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/storage/vz-usb-mass-storage-device-configuration.h"

#include "configuration/storage/vz-disk-image-storage-device-attachment.h"
#include "configuration/usb/vz-usb-device-configuration.h"
#include "configuration/usb/vz-usb-ports.h"
#include "foundation/config/vz-field.h"

/**
 * VzUSBMassStorageDeviceConfiguration:
 *
 * A disk on the USB bus: one of the machine's storage devices, or a device of a USB controller,
 * where it can be detached while the machine runs. Apple: `VZUSBMassStorageDeviceConfiguration`.
 *
 * QEMU: `usb-storage`, on `qemu-xhci`.
 *
 * Since: 0.1
 */
struct _VzUSBMassStorageDeviceConfiguration {
  VzStorageDeviceConfiguration parent_instance;

  VzStorageDeviceAttachment *attachment;
  char *uuid;
  guint port;
};

static const VzField fields[] = {
  VZ_OBJECT ("attachment", VzUSBMassStorageDeviceConfiguration, attachment,
             "what the device stores its data in", vz_storage_device_attachment_get_type,
             .flags = VZ_FIELD_REQUIRED),
  VZ_STRING ("uuid", VzUSBMassStorageDeviceConfiguration, uuid,
             "the UUID that identifies the device; random by default", .flags = VZ_FIELD_REQUIRED),
  VZ_UINT ("port", VzUSBMassStorageDeviceConfiguration, port,
           "the port of the USB controller, 1 to 15; 0 for any free one",
           .more = "Only for a device on a USB controller. Not in Apple's framework.", .min = 0,
           .max = VZ_USB_PORTS),
};

static void
check (VzConfig *config, VzProblems *problems)
{
  VzUSBMassStorageDeviceConfiguration *self = VZ_USB_MASS_STORAGE_DEVICE_CONFIGURATION (config);

  if (self->uuid != NULL && *self->uuid != '\0' && !g_uuid_string_is_valid (self->uuid))
    vz_problems_add (problems, config, "uuid", self->uuid,
                     "must be a UUID, such as 123e4567-e89b-42d3-a456-426614174000");
  if (self->attachment != NULL && !VZ_IS_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT (self->attachment))
    vz_problems_add (problems, config, "attachment", vz_problems_kind_of (self->attachment),
                     "must be a disk image: a disk on a server or a device of the host needs a "
                     "virtio block device");
}

static void
init (VzConfig *config)
{
  VzUSBMassStorageDeviceConfiguration *self = VZ_USB_MASS_STORAGE_DEVICE_CONFIGURATION (config);

  self->uuid = g_uuid_string_random ();
}

VZ_DEFINE_CONFIG_WITH (VzUSBMassStorageDeviceConfiguration,
                       vz_usb_mass_storage_device_configuration,
                       VZ_TYPE_STORAGE_DEVICE_CONFIGURATION, VZ_TYPE_USB_DEVICE_CONFIGURATION,
                       .init = init, .check = check)

/**
 * vz_usb_mass_storage_device_configuration_new:
 * @attachment: (nullable): where the device stores its data
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

VZ_ACCESS_STRING (VzUSBMassStorageDeviceConfiguration, vz_usb_mass_storage_device_configuration,
                  uuid)
VZ_ACCESS_NUMBER (guint, VzUSBMassStorageDeviceConfiguration,
                  vz_usb_mass_storage_device_configuration, port)
