/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/devices/vz-usb-controller.h"
#include "machine/devices/vz-usb-mass-storage-device.h"

G_BEGIN_DECLS

/* NULL: it is no longer attached to any. */
void vz_usb_mass_storage_device_set_usb_controller (VzUSBMassStorageDevice *self,
                                                    VzUSBController *controller);

G_END_DECLS
