/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* Gives a machine the port by which its screen and the guest's Spice agent share the clipboard,
 * unless it has one. NOT_FOUND when it has no display: the other end is whoever looks at that. */
gboolean clipboard_share (VzVirtualMachineConfiguration *configuration, GError **error);

G_END_DECLS
