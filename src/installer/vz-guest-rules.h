/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the guest accepts for its settings. Each returns NULL if @text is valid, otherwise what is
 * wrong with it, a phrase that follows "'text' found, ". The caller frees it. */

/* The names that useradd of shadow-utils accepts without being forced, except for those that a
 * Debian system uses itself. */
char *vz_guest_rule_user_name (const char *text);

/* One line of authorized_keys without options: type, base64, and optionally a comment. */
char *vz_guest_rule_ssh_key (const char *text);

G_END_DECLS
