/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* Gives a machine the port through which its screen and the guest's Spice agent share the
 * clipboard, unless it has one. NOT_FOUND if it has no display: the other end is the viewer of the
 * display. */
gboolean clipboard_share (VzVirtualMachineConfiguration *configuration, GError **error);

G_END_DECLS
