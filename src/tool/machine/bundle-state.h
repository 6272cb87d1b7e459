/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* What a bundle's machine does: "running", "paused", "saved", "stopped", "in-use" (by
 * somebody who has not its lock) or "damaged". *@ret_reason: what
 * there is to say of it, or NULL. Takes a few seconds at most, also when QEMU hangs. */
const char *bundle_state_find (VzBundle *bundle, char **ret_reason);

G_END_DECLS
