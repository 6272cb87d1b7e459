/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

typedef enum {
  CONSOLE_LEFT,   /* the user pressed Ctrl-], or a signal came; the machine goes on */
  CONSOLE_CLOSED, /* the machine's end was closed: it stopped */
} ConsoleEnd;

/* Joins this terminal with the serial console of a running machine. BUSY when another vz has it. */
gboolean console_attach (VzMachineIdentifier *identifier, ConsoleEnd *ret_end, GError **error);

G_END_DECLS
