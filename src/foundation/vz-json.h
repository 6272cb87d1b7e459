/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* JSON exchanged with QEMU and its agent, and in small files. */

/* An object of members: a name, its value (a JsonNode, ownership taken), ..., NULL. */
JsonObject *vz_json_new (const char *name, ...) G_GNUC_NULL_TERMINATED;
JsonNode *vz_json_string (const char *value);
JsonNode *vz_json_int (gint64 value);
JsonNode *vz_json_bool (gboolean value);
/* These take ownership of their arguments. */
JsonNode *vz_json_object (JsonObject *value);
JsonNode *vz_json_array (JsonArray *value);

/* The same for members that are all strings: a name, its text, ..., NULL. */
JsonObject *vz_json_new_strings (const char *name, ...) G_GNUC_NULL_TERMINATED;

/* One line of text, including its newline. Takes ownership of @object. */
char *vz_json_to_line (JsonObject *object);
/* The object in @text, or NULL. */
JsonObject *vz_json_parse (const char *text, gsize size);

/* The expected part of an answer, borrowed, or NULL if it is something else. @node and @object may
 * be NULL. */
JsonObject *vz_json_as_object (JsonNode *node);
const char *vz_json_get_string (JsonObject *object, const char *name);
/* The object in the array @node whose member @name is the string @value. */
JsonObject *vz_json_find (JsonNode *node, const char *name, const char *value);

G_END_DECLS
