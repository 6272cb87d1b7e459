/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/* A descriptor of a new tap interface on the bridge, which QEMU's helper opens, or -1 with
 * NOT_SUPPORTED and which permission is missing. */
int vz_bridge_helper_open (const char *bridge, GError **error);

G_END_DECLS
