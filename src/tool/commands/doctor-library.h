/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether C and Python programs find the installed library as README says. @ret_text: the report,
 * with a line that helps; NULL if nothing is installed (a build folder). Never waits long. */
gboolean tool_examine_library (char **ret_text);

G_END_DECLS
