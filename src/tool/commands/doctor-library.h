/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether programs in C and in Python find the installed library as README says. @ret_text is what
 * is to be said of it, with the line that helps; NULL where nothing was installed (a build folder).
 * Never waits for long. */
gboolean tool_examine_library (char **ret_text);

G_END_DECLS
