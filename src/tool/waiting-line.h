/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

/* One line on standard error that says what is being waited for: on a terminal with the elapsed
 * seconds, updated by the main loop; elsewhere once. Nothing with --json. */
typedef struct _WaitingLine WaitingLine;

WaitingLine *waiting_line_new (VzTool *tool, const char *text);
void waiting_line_free (WaitingLine *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaitingLine, waiting_line_free)
