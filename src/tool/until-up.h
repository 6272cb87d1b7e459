/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* What `--wait` takes: "agent" or "ssh". */
gboolean until_up_knows (const char *what);
/* Waits until the guest's agent answers, and for "ssh" until its server greets. TIMED_OUT after ten
 * minutes; the machine goes on running. */
gboolean until_up (VzTool *tool, VzVirtualMachine *machine, const char *what, GError **error);

G_END_DECLS
