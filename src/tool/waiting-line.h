/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

/* One line on standard error that says what is waited for: on a terminal with the seconds so far,
 * which the main loop counts on; elsewhere once. Nothing where JSON was asked for. */
typedef struct _WaitingLine WaitingLine;

WaitingLine *waiting_line_new (VzTool *tool, const char *text);
void waiting_line_free (WaitingLine *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaitingLine, waiting_line_free)
