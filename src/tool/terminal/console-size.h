/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* Tells a guest the size of this terminal, initially and whenever it changes. A serial line has no
 * way to say it, so the guest's agent sets it on the line's other end; without an agent, the guest
 * keeps the size that it assumes. */
typedef struct _ConsoleSize ConsoleSize;

ConsoleSize *console_size_new (VzVirtualMachine *machine);
void console_size_free (ConsoleSize *self);

G_END_DECLS
