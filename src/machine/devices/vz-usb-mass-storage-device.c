/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/devices/vz-usb-mass-storage-device-private.h"

/**
 * VzUSBMassStorageDevice:
 *
 * A USB disk that can be attached to a machine while it runs. Apple: `VZUSBMassStorageDevice`.
 *
 * QEMU: `blockdev-add` and `device_add` of a `usb-storage`.
 *
 * Since: 0.1
 */
struct _VzUSBMassStorageDevice {
  VzStorageDevice parent_instance;

  VzUSBMassStorageDeviceConfiguration *configuration; /* a copy */
  VzUSBController *controller; /* a weak pointer */
};

static const char *
get_uuid (VzUSBDevice *device)
{
  return vz_usb_mass_storage_device_configuration_get_uuid (VZ_USB_MASS_STORAGE_DEVICE (device)
                                                              ->configuration);
}

static VzUSBController *
get_usb_controller (VzUSBDevice *device)
{
  return g_atomic_pointer_get (&VZ_USB_MASS_STORAGE_DEVICE (device)->controller);
}

static void
device_init (VzUSBDeviceInterface *iface)
{
  iface->get_uuid = get_uuid;
  iface->get_usb_controller = get_usb_controller;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (VzUSBMassStorageDevice, vz_usb_mass_storage_device,
                               VZ_TYPE_STORAGE_DEVICE,
                               G_IMPLEMENT_INTERFACE (VZ_TYPE_USB_DEVICE, device_init))

static void
finalize (GObject *object)
{
  VzUSBMassStorageDevice *self = VZ_USB_MASS_STORAGE_DEVICE (object);

  g_clear_weak_pointer (&self->controller);
  g_clear_object (&self->configuration);
  G_OBJECT_CLASS (vz_usb_mass_storage_device_parent_class)->finalize (object);
}

static void
vz_usb_mass_storage_device_class_init (VzUSBMassStorageDeviceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
vz_usb_mass_storage_device_init (VzUSBMassStorageDevice *self)
{
}

/**
 * vz_usb_mass_storage_device_new:
 * @configuration: the configuration of the device, which is copied
 *
 * Makes a device that is not attached to a controller. Apple: `init(configuration:)`.
 *
 * Returns: (transfer full): the USB mass storage device
 */
VzUSBMassStorageDevice *
vz_usb_mass_storage_device_new (VzUSBMassStorageDeviceConfiguration *configuration)
{
  VzUSBMassStorageDevice *self;

  g_return_val_if_fail (VZ_IS_USB_MASS_STORAGE_DEVICE_CONFIGURATION (configuration), NULL);
  self = g_object_new (VZ_TYPE_USB_MASS_STORAGE_DEVICE, NULL);
  self->configuration =
    VZ_USB_MASS_STORAGE_DEVICE_CONFIGURATION (vz_config_copy (VZ_CONFIG (configuration)));
  return self;
}

/**
 * vz_usb_mass_storage_device_get_configuration:
 * @self: a USB mass storage device
 *
 * Not in Apple's framework.
 *
 * Returns: (transfer none): the configuration of the device, which must not be changed
 */
VzUSBMassStorageDeviceConfiguration *
vz_usb_mass_storage_device_get_configuration (VzUSBMassStorageDevice *self)
{
  g_return_val_if_fail (VZ_IS_USB_MASS_STORAGE_DEVICE (self), NULL);
  return self->configuration;
}

void
vz_usb_mass_storage_device_set_usb_controller (VzUSBMassStorageDevice *self,
                                               VzUSBController *controller)
{
  g_set_weak_pointer (&self->controller, controller);
}
