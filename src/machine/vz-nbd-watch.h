/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/vz-virtual-machine.h"

G_BEGIN_DECLS

/* Emits the signals of a machine's disks on NBD servers. Created with the machine; NULL if it has
 * no such disk. */
#define VZ_TYPE_NBD_WATCH (vz_nbd_watch_get_type ())
G_DECLARE_FINAL_TYPE (VzNbdWatch, vz_nbd_watch, VZ, NBD_WATCH, GObject)

VzNbdWatch *vz_nbd_watch_new (VzVirtualMachine *machine);
/* Stops emitting signals. Takes the reference. */
void vz_nbd_watch_end (VzNbdWatch *self);

G_END_DECLS
