/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Passes keys on unchanged, if standard input is a terminal. terminal_restore(), or the process
 * exiting by itself, restores the previous mode. */
void terminal_make_raw (void);
void terminal_restore (void);

G_END_DECLS
