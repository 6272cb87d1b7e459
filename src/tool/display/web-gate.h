/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Access control. Every request passes here before anything else examines it. */
typedef struct _WebGate WebGate;

WebGate *web_gate_new (guint port);
void web_gate_free (WebGate *self);

/* The token that admits the next browser. */
const char *web_gate_get_token (WebGate *self);
/* Answers @message unless it may pass: with a redirection and a cookie for the right token, which
 * is then used up (returns TRUE), otherwise with a status without content. */
gboolean web_gate_check (WebGate *self, SoupServerMessage *message, gboolean is_websocket);

G_END_DECLS
