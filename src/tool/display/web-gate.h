/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Who is let in. Every request passes here before anything else looks at it. */
typedef struct _WebGate WebGate;

WebGate *web_gate_new (guint port);
void web_gate_free (WebGate *self);

/* The token that lets the next browser in. */
const char *web_gate_get_token (WebGate *self);
/* Answers @message unless it may pass: by a redirection with a cookie for the right token, which is
 * then used up (TRUE is returned), by a status without content for everything else. */
gboolean web_gate_check (WebGate *self, SoupServerMessage *message, gboolean is_websocket);

G_END_DECLS
