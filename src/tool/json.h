/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* Members of @builder's current object. */

/* null for NULL. */
void tool_json_add_string (JsonBuilder *builder, const char *key, const char *value);

/* An array, empty for NULL. */
void tool_json_add_strings (JsonBuilder *builder, const char *key, const char *const *values);
void tool_json_add_number (JsonBuilder *builder, const char *key, guint64 value);

G_END_DECLS
