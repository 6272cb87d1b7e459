/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Passes keys on unchanged, if standard input is a terminal. What it was like comes back with
 * terminal_restore(), and also when the process exits by itself. */
void terminal_make_raw (void);
void terminal_restore (void);

G_END_DECLS
