/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* Runs a bundle's machine: from its saved state if there is one, otherwise from a fresh start. Says
 * which, and why a saved state was not used. @discards_state: starts afresh and removes a saved
 * state. @ret_restored: whether it was restored. */
gboolean begin_machine (VzTool *tool, VzBundle *bundle, VzVirtualMachine *machine,
                        gboolean discards_state, gboolean *ret_restored, GError **error);

G_END_DECLS
