/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/devices/vz-virtio-traditional-memory-balloon-device.h"
#include "machine/vz-virtual-machine.h"

G_BEGIN_DECLS

VzMemoryBalloonDevice *vz_virtio_balloon_new (VzVirtualMachine *machine);

G_END_DECLS
