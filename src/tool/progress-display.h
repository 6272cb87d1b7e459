/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* Shows progress: a bar on a terminal, plain lines elsewhere, JSON lines on request. Both functions
 * are called on the main thread. */
typedef struct _ProgressDisplay ProgressDisplay;

ProgressDisplay *progress_display_new (VzProgress *progress, gboolean json);
void progress_display_free (ProgressDisplay *self); /* ends the current line on the terminal */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ProgressDisplay, progress_display_free)

G_END_DECLS
