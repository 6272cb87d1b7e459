/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "machine/devices/vz-usb-device.h"

G_BEGIN_DECLS

#define VZ_TYPE_USB_CONTROLLER (vz_usb_controller_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzUSBController, vz_usb_controller, VZ, USB_CONTROLLER, GObject)

/**
 * VzUSBControllerClass:
 *
 * The class of #VzUSBController.
 */
struct _VzUSBControllerClass {
  GObjectClass parent_class;
};

VZ_PUBLIC
GPtrArray *vz_usb_controller_list_usb_devices (VzUSBController *self, GCancellable *cancellable,
                                               GError **error);
VZ_PUBLIC
gboolean vz_usb_controller_attach_device (VzUSBController *self, VzUSBDevice *device,
                                          GCancellable *cancellable, GError **error);
VZ_PUBLIC
void vz_usb_controller_attach_device_async (VzUSBController *self, VzUSBDevice *device,
                                            GCancellable *cancellable, GAsyncReadyCallback callback,
                                            gpointer user_data);
VZ_PUBLIC
gboolean vz_usb_controller_attach_device_finish (VzUSBController *self, GAsyncResult *result,
                                                 GError **error);
VZ_PUBLIC
gboolean vz_usb_controller_detach_device (VzUSBController *self, VzUSBDevice *device,
                                          GCancellable *cancellable, GError **error);
VZ_PUBLIC
void vz_usb_controller_detach_device_async (VzUSBController *self, VzUSBDevice *device,
                                            GCancellable *cancellable, GAsyncReadyCallback callback,
                                            gpointer user_data);
VZ_PUBLIC
gboolean vz_usb_controller_detach_device_finish (VzUSBController *self, GAsyncResult *result,
                                                 GError **error);

G_END_DECLS
