/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Messages to the page: JSON objects, each with its kind as member "event". */
JsonBuilder *web_message_begin (const char *event);
/* @value may be NULL. */
void web_message_add_string (JsonBuilder *builder, const char *name, const char *value);
void web_message_add_boolean (JsonBuilder *builder, const char *name, gboolean value);
char *web_message_end (JsonBuilder *builder);

char *web_message_new_error (const GError *error);

/* Does nothing if it is closed. */
void web_message_send (SoupWebsocketConnection *websocket, const char *text);

G_END_DECLS
