/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/network/vz-network-device-attachment.h"
#include "qemu/engine/vz-engine.h"

G_BEGIN_DECLS

/* A new descriptor, owned by the caller, for an attachment that needs one: the host's end of a
 * bridge, or a copy of a file handle. -1 with @error; *@ret_needed says whether it needs one. */
int vz_engine_open_network (VzNetworkDeviceAttachment *attachment, gboolean *ret_needed,
                            GError **error);

/* Connects the network device with that index to something else, or with NULL to nothing, which its
 * guest sees as an unplugged cable. NOT_SUPPORTED if its connection is fixed. After another error
 * it is connected to nothing. */
gboolean vz_engine_change_network (VzEngine *self, guint index,
                                   VzNetworkDeviceAttachment *attachment, GCancellable *cancellable,
                                   GError **error);

/* Its guest sees an unplugged cable, whatever the device was started with. */
void vz_engine_unplug_network (VzEngine *self, guint index);

G_END_DECLS
