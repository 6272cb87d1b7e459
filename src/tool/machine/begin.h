/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* Has a bundle's machine run: on from its saved state where there is one, else from the start. Says
 * which, and why a saved state was not used. @discards_state: from the start, and a saved state is
 * removed.
 * @ret_restored: which. */
gboolean begin_machine (VzTool *tool, VzBundle *bundle, VzVirtualMachine *machine,
                        gboolean discards_state, gboolean *ret_restored, GError **error);

G_END_DECLS
