/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether a Mac's bundle can be started here. *@ret_text: a line for each missing thing, or one
 * that says nothing is. */
gboolean tool_examine_mac (char **ret_text);

G_END_DECLS
