/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/vz-virtual-machine-private.h"

G_BEGIN_DECLS

/* The devices of a machine as objects that can be used while it runs: a list for each kind, in the
 * order of the configuration. They belong to the machine, to which they have a weak reference. */
typedef struct {
  GPtrArray *console_devices; /* of VzConsoleDevice */
  GPtrArray *directory_sharing_devices; /* of VzDirectorySharingDevice */
  GPtrArray *graphics_devices; /* of VzGraphicsDevice */
  GPtrArray *memory_balloon_devices; /* of VzMemoryBalloonDevice */
  GPtrArray *socket_devices; /* of VzSocketDevice */
  GPtrArray *usb_controllers; /* of VzUSBController */
} VzMachineDevices;

/* Created on first use. */
VzMachineDevices *vz_machine_devices_of (VzVirtualMachine *machine);

/* The current run of a device's machine, borrowed from *@ret_machine, which the caller unrefs and
 * which is NULL if the machine is gone. NULL with INVALID_VIRTUAL_MACHINE_STATE. */
VzEngine *vz_machine_devices_find_engine (GWeakRef *machine, VzVirtualMachine **ret_machine,
                                          GError **error);

G_END_DECLS
