/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

typedef enum {
  CONSOLE_LEFT, /* the user left it; the machine keeps running */
  CONSOLE_CLOSED, /* the machine's end was closed: it stopped */
  CONSOLE_SIGNALLED, /* this process was told to end, or its terminal is gone */
  CONSOLE_SAVE, /* the user chose to save the machine ... */
  CONSOLE_STOP, /* ... to ask the guest to stop ... */
  CONSOLE_SWITCH_OFF, /* ... or not to ask it */
} ConsoleEnd;

/* Connects this terminal to the serial console of a running machine, and tells the guest the
 * terminal's size. BUSY if another vz has it. */
gboolean console_attach (VzVirtualMachine *machine, ConsoleEnd *ret_end, GError **error);

G_END_DECLS
