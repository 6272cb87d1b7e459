/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Relays bytes between a WebSocket and a socket of this host until either is closed. */
typedef struct _WebRelay WebRelay;

WebRelay *web_relay_new (SoupWebsocketConnection *websocket, const char *socket_path);
void web_relay_close (WebRelay *self);
gboolean web_relay_is_closed (WebRelay *self);
void web_relay_unref (WebRelay *self);

G_END_DECLS
