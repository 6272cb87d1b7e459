/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/machine/machine-action.h"

G_BEGIN_DECLS

/* Shows the console until it is left or the machine ends, and performs the action chosen in its
 * menu. @name: for hints, see running_dup_hint_name(). *@ret_signalled: this process was told to
 * end, and the machine keeps running. FALSE with why the machine died. */
gboolean console_session (VzTool *tool, MachineAction *action, const char *name,
                          gboolean *ret_signalled, GError **error);

G_END_DECLS
