/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/vz-virtual-machine-configuration.h"

G_BEGIN_DECLS

/* Whether the host ports that the configuration publishes can be had: FALSE with BUSY, who has it,
 * or NOT_SUPPORTED, why not. Nothing is kept; QEMU takes them a moment later. */
gboolean vz_port_check (VzVirtualMachineConfiguration *configuration, GError **error);

/* Who listens at @port of the host: "nginx (process 123)", or NULL where that cannot be seen. */
char *vz_port_dup_holder (gboolean is_udp, guint port);

G_END_DECLS
