/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/devices/vz-usb-controller.h"
#include "machine/vz-virtual-machine.h"

G_BEGIN_DECLS

/* @index: of its configuration among the machine's. */
VzUSBController *vz_usb_controller_new (GType type, VzVirtualMachine *machine, guint index);

G_END_DECLS
