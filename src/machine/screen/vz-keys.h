/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* Keys by their names, and characters as a US keyboard has them, as QEMU's `send-key` wants them:
 * each press is a JsonArray of keys that go down together. */

/* "Ctrl-Alt-F2 Enter": presses, one after the other. INVALID_ARGUMENT names the key that is
 * none. */
GPtrArray *vz_keys_parse (const char *text, GError **error);
/* A text. INVALID_ARGUMENT names the characters that the keyboard does not have. */
GPtrArray *vz_keys_for_text (const char *text, GError **error);

G_END_DECLS
