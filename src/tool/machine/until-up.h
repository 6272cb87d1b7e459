/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* What --wait can wait for: "boot", "agent", "ssh". */
gboolean until_up_knows (const char *what);
/* Waits, at most ten minutes, until the guest has reached that point. @restored: it was restored
 * from a saved state, so it does not boot. */
gboolean until_up (VzTool *tool, VzVirtualMachine *machine, const char *what, gboolean restored,
                   GError **error);

G_END_DECLS
