/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* Keys by their names, and characters as on a US keyboard, in the form that QEMU's `send-key`
 * wants: each press is a JsonArray of keys that are pressed together. */

/* "Ctrl-Alt-F2 Enter": consecutive presses. INVALID_ARGUMENT names an unknown key. */
GPtrArray *vz_keys_parse (const char *text, GError **error);
/* A text. INVALID_ARGUMENT names the characters that are not on the keyboard. */
GPtrArray *vz_keys_for_text (const char *text, GError **error);

G_END_DECLS
