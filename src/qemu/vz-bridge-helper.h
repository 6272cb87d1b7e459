/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/* A descriptor of a new tap interface on the bridge, opened by QEMU's helper, or -1 with
 * NOT_SUPPORTED and the missing permission. */
int vz_bridge_helper_open (const char *bridge, GError **error);

G_END_DECLS
