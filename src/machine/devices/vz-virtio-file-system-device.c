/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/devices/vz-virtio-file-system-device-private.h"

#include "foundation/vz-fail.h"

/**
 * VzVirtioFileSystemDevice:
 *
 * A device that shares folders with a machine's guest. Apple: `VZVirtioFileSystemDevice`.
 *
 * It shares what the machine was started with: neither QEMU's 9P nor virtiofsd can be given another
 * folder while a guest has the first one mounted. Apple's `share` can be set; here it is changed in
 * the configuration, for the next start.
 *
 * QEMU: `vhost-user-fs-pci` with a virtiofsd, or `virtio-9p-pci`.
 *
 * Since: 0.1
 */
struct _VzVirtioFileSystemDevice {
  VzDirectorySharingDevice parent_instance;

  VzVirtioFileSystemDeviceConfiguration *configuration;
};

G_DEFINE_FINAL_TYPE (VzVirtioFileSystemDevice, vz_virtio_file_system_device,
                     VZ_TYPE_DIRECTORY_SHARING_DEVICE)

static void
finalize (GObject *object)
{
  g_clear_object (&VZ_VIRTIO_FILE_SYSTEM_DEVICE (object)->configuration);
  G_OBJECT_CLASS (vz_virtio_file_system_device_parent_class)->finalize (object);
}

static void
vz_virtio_file_system_device_class_init (VzVirtioFileSystemDeviceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
vz_virtio_file_system_device_init (VzVirtioFileSystemDevice *self)
{
}

VzDirectorySharingDevice *
vz_virtio_file_system_device_new (VzVirtioFileSystemDeviceConfiguration *configuration)
{
  VzVirtioFileSystemDevice *self = g_object_new (VZ_TYPE_VIRTIO_FILE_SYSTEM_DEVICE, NULL);

  self->configuration = g_object_ref (configuration);
  return VZ_DIRECTORY_SHARING_DEVICE (self);
}

/**
 * vz_virtio_file_system_device_get_tag:
 * @self: a device
 *
 * Apple: `tag`.
 *
 * Returns: the tag by which the guest mounts it
 */
const char *
vz_virtio_file_system_device_get_tag (VzVirtioFileSystemDevice *self)
{
  g_return_val_if_fail (VZ_IS_VIRTIO_FILE_SYSTEM_DEVICE (self), NULL);
  return vz_virtio_file_system_device_configuration_get_tag (self->configuration);
}

/**
 * vz_virtio_file_system_device_get_share:
 * @self: a device
 *
 * Apple: `share`.
 *
 * Returns: (transfer none) (nullable): the share
 */
VzDirectoryShare *
vz_virtio_file_system_device_get_share (VzVirtioFileSystemDevice *self)
{
  g_return_val_if_fail (VZ_IS_VIRTIO_FILE_SYSTEM_DEVICE (self), NULL);
  return vz_virtio_file_system_device_configuration_get_share (self->configuration);
}

/**
 * vz_virtio_file_system_device_change_share:
 * @self: a device
 * @share: (nullable): the share to use instead
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Changes the share. This is always refused unless @share is the current one: see
 * #VzVirtioFileSystemDevice.
 *
 * Returns: whether it has that share; otherwise @error is %VZ_ERROR_NOT_SUPPORTED
 */
gboolean
vz_virtio_file_system_device_change_share (VzVirtioFileSystemDevice *self, VzDirectoryShare *share,
                                           GCancellable *cancellable, GError **error)
{
  VzDirectoryShare *now;

  g_return_val_if_fail (VZ_IS_VIRTIO_FILE_SYSTEM_DEVICE (self), FALSE);
  g_return_val_if_fail (share == NULL || VZ_IS_DIRECTORY_SHARE (share), FALSE);
  now = vz_virtio_file_system_device_get_share (self);
  if (share == now ||
      (share != NULL && now != NULL && vz_config_equal (VZ_CONFIG (share), VZ_CONFIG (now))))
    return TRUE;
  return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                  "the shared folder '%s' cannot be changed while the machine runs: QEMU and "
                  "virtiofsd share one folder for the whole run",
                  vz_virtio_file_system_device_get_tag (self));
}
