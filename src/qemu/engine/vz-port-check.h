/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/vz-virtual-machine-configuration.h"

G_BEGIN_DECLS

/* Whether the host ports that the configuration publishes are available: otherwise BUSY with the
 * holder, or NOT_SUPPORTED with the reason. Nothing is reserved; QEMU takes them a moment later. */
gboolean vz_port_check (VzVirtualMachineConfiguration *configuration, GError **error);

/* The listener on @port of the host: "nginx (process 123)", or NULL if unknown. */
char *vz_port_dup_holder (gboolean is_udp, guint port);

G_END_DECLS
