/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Text from outside: file names, messages from servers and guests. */

/* The text as UTF-8: an invalid byte becomes \xHH. */
char *vz_text_dup_utf8 (const char *text);

/* Whether a character controls a terminal or changes the order in which others are shown. Line
 * breaks and tabs do not count. */
gboolean vz_text_is_command (gunichar character);

/* The same, and terminal control characters become \xHH or \uHHHH. */
char *vz_text_dup_clean (const char *text);

/* The same for single-line text such as a path: line breaks and tabs too. */
char *vz_text_dup_line (const char *text);

/* The same for a message, which may have several lines, except in quoted names. */
char *vz_text_dup_message (const char *text);

G_END_DECLS
