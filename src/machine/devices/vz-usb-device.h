/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

typedef struct _VzUSBController VzUSBController;

#define VZ_TYPE_USB_DEVICE (vz_usb_device_get_type ())
VZ_PUBLIC
G_DECLARE_INTERFACE (VzUSBDevice, vz_usb_device, VZ, USB_DEVICE, GObject)

/**
 * VzUSBDeviceInterface:
 * @get_uuid: implements vz_usb_device_get_uuid()
 * @get_usb_controller: implements vz_usb_device_get_usb_controller()
 *
 * The interface of #VzUSBDevice.
 */
struct _VzUSBDeviceInterface {
  /*< private >*/
  GTypeInterface parent_interface;

  /*< public >*/
  const char *(*get_uuid) (VzUSBDevice *self);
  VzUSBController *(*get_usb_controller) (VzUSBDevice *self);
};

VZ_PUBLIC
const char *vz_usb_device_get_uuid (VzUSBDevice *self);
VZ_PUBLIC
VzUSBController *vz_usb_device_get_usb_controller (VzUSBDevice *self);

G_END_DECLS
