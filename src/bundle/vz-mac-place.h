/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

#define VZ_MAC_PLACE_NAME "vz-mac"

/* One of the places for Macs that run on this host, for any user: a descriptor whose last copy
 * releases it, so that QEMU inherits it. -1 with VIRTUAL_MACHINE_LIMIT_EXCEEDED if all are taken,
 * or IO. @name: VZ_MAC_PLACE_NAME, or a test's own name. */
int vz_mac_place_take (const char *name, GError **error);

G_END_DECLS
