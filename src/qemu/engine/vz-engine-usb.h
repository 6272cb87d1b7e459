/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/storage/vz-usb-mass-storage-device-configuration.h"
#include "qemu/engine/vz-engine.h"

G_BEGIN_DECLS

/* Plugs a disk into a USB controller, numbered as in the configuration. @now: from
 * vz_engine_dup_usb_configuration(). A failure leaves nothing behind: DEVICE_INITIALIZATION_FAILURE
 * with the reason, USB_CONTROLLER_NOT_FOUND. */
gboolean vz_engine_attach_usb (VzEngine *self, VzVirtualMachineConfiguration *now, guint controller,
                               VzUSBMassStorageDeviceConfiguration *device,
                               GCancellable *cancellable, GError **error);

/* Unplugs it, and returns when QEMU has closed its file. DEVICE_NOT_FOUND. */
gboolean vz_engine_detach_usb (VzEngine *self, const char *uuid, GCancellable *cancellable,
                               GError **error);

/* A copy of @configuration whose controllers have QEMU's current devices with their ports,
 * whichever program attached them. */
VzVirtualMachineConfiguration *
vz_engine_dup_usb_configuration (VzEngine *self, VzVirtualMachineConfiguration *configuration,
                                 GCancellable *cancellable, GError **error);

G_END_DECLS
