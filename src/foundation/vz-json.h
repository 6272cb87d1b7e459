/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What QEMU, its agent and small files are told and tell in JSON. */

/* An object of members: a name, its value (a JsonNode, taken over), ..., NULL. */
JsonObject *vz_json_new (const char *name, ...) G_GNUC_NULL_TERMINATED;
JsonNode *vz_json_string (const char *value);
JsonNode *vz_json_int (gint64 value);
JsonNode *vz_json_bool (gboolean value);
/* These take over what they are given. */
JsonNode *vz_json_object (JsonObject *value);
JsonNode *vz_json_array (JsonArray *value);

/* The same for members that are all strings: a name, its text, ..., NULL. */
JsonObject *vz_json_new_strings (const char *name, ...) G_GNUC_NULL_TERMINATED;

/* One line of text, its newline included. Takes over @object. */
char *vz_json_to_line (JsonObject *object);
/* The object that @text is, or NULL. */
JsonObject *vz_json_parse (const char *text, gsize size);

/* What is expected in an answer, borrowed, or NULL when something else is there. @node and @object
 * may be NULL. */
JsonObject *vz_json_as_object (JsonNode *node);
const char *vz_json_get_string (JsonObject *object, const char *name);
/* The object in the array @node whose member @name is the string @value. */
JsonObject *vz_json_find (JsonNode *node, const char *name, const char *value);

G_END_DECLS
