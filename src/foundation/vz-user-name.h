/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The names that useradd of shadow-utils accepts without being forced. NULL if @text is valid, else
 * what is wrong with it, a phrase that follows "'text' found, ". The caller frees it. */
char *vz_user_name_judge (const char *text);

G_END_DECLS
