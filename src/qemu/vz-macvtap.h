/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/* A descriptor of the device file with the frames of a macvtap interface, or -1 with NOT_SUPPORTED
 * and what is missing, or BUSY: another machine has it, as long as it runs. */
int vz_macvtap_open (const char *interface, GError **error);

G_END_DECLS
