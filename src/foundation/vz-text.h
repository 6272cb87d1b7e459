/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Texts from outside: names of files, messages of servers and guests. */

/* The text as UTF-8: a byte that is none becomes \xHH. */
char *vz_text_dup_utf8 (const char *text);

/* Whether a character commands a terminal or changes the order in which others are shown. Line
 * breaks and tabs do not count. */
gboolean vz_text_is_command (gunichar character);

/* The same, and what commands a terminal becomes \xHH or \uHHHH. */
char *vz_text_dup_clean (const char *text);

/* The same for what has no lines, such as a path: line breaks and tabs, too. */
char *vz_text_dup_line (const char *text);

/* The same for a message, which may have lines: in names, which stand in quotes, they are none. */
char *vz_text_dup_message (const char *text);

G_END_DECLS
