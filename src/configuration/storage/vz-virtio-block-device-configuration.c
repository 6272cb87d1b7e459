/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/storage/vz-virtio-block-device-configuration.h"

#include "foundation/config/vz-field.h"
#include "foundation/vz-fail.h"

/* The size of the identifier in the virtio block device's reply to the guest. */
#define MAX_IDENTIFIER_LENGTH 20

/**
 * VzVirtioBlockDeviceConfiguration:
 *
 * A virtio block device. Apple: `VZVirtioBlockDeviceConfiguration`.
 *
 * QEMU: `virtio-blk-pci`; the identifier is its `serial`.
 *
 * Since: 0.1
 */
struct _VzVirtioBlockDeviceConfiguration {
  VzStorageDeviceConfiguration parent_instance;

  VzStorageDeviceAttachment *attachment;
  char *block_device_identifier;
};

static const VzField fields[] = {
  VZ_OBJECT ("attachment", VzVirtioBlockDeviceConfiguration, attachment,
             "what the device stores its data in", vz_storage_device_attachment_get_type,
             .flags = VZ_FIELD_REQUIRED),
  VZ_STRING ("block-device-identifier", VzVirtioBlockDeviceConfiguration, block_device_identifier,
             "the disk's serial number in the guest: at most 20 printable ASCII characters",
             .text = ""),
};

static void
check (VzConfig *config, VzProblems *problems)
{
  VzVirtioBlockDeviceConfiguration *self = VZ_VIRTIO_BLOCK_DEVICE_CONFIGURATION (config);

  if (!vz_virtio_block_device_configuration_validate_block_device_identifier (
        self->block_device_identifier, NULL))
    vz_problems_add (problems, config, "block-device-identifier", self->block_device_identifier,
                     "must be at most %d printable ASCII characters", MAX_IDENTIFIER_LENGTH);
}

VZ_DEFINE_CONFIG (VzVirtioBlockDeviceConfiguration, vz_virtio_block_device_configuration,
                  VZ_TYPE_STORAGE_DEVICE_CONFIGURATION, .check = check)

/**
 * vz_virtio_block_device_configuration_new:
 * @attachment: (nullable): where the device stores its data
 *
 * Makes a virtio block device.
 *
 * Returns: (transfer full): the virtio block device
 */
VzVirtioBlockDeviceConfiguration *
vz_virtio_block_device_configuration_new (VzStorageDeviceAttachment *attachment)
{
  return g_object_new (VZ_TYPE_VIRTIO_BLOCK_DEVICE_CONFIGURATION, "attachment", attachment, NULL);
}

VZ_ACCESS_STRING (VzVirtioBlockDeviceConfiguration, vz_virtio_block_device_configuration,
                  block_device_identifier)

/**
 * vz_virtio_block_device_configuration_validate_block_device_identifier:
 * @block_device_identifier: the identifier to check
 * @error: return location for an error, or %NULL
 *
 * Checks an identifier without setting it: at most 20 bytes of printable ASCII; empty is allowed.
 *
 * Returns: %TRUE, or %FALSE with %VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION
 */
gboolean
vz_virtio_block_device_configuration_validate_block_device_identifier (
  const char *block_device_identifier, GError **error)
{
  gsize length = 0;

  g_return_val_if_fail (block_device_identifier != NULL, FALSE);
  while (g_ascii_isprint (block_device_identifier[length]))
    length++;
  if (length <= MAX_IDENTIFIER_LENGTH && block_device_identifier[length] == '\0')
    return TRUE;
  return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
                  "block-device-identifier: '%s' found, must be at most %d printable ASCII "
                  "characters",
                  block_device_identifier, MAX_IDENTIFIER_LENGTH);
}
