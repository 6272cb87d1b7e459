/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>
#include <vz.h>

G_BEGIN_DECLS

/* The action of a button on the page, named "pause", "resume", "save", "stop" or "switch-off".
 * Called in its own thread, one at a time. The page shows @progress if any is reported.
 * INVALID_ARGUMENT for an unknown name. */
typedef gboolean (*WebAct) (const char *action, gpointer data, VzProgress *progress,
                            GCancellable *cancellable, GError **error);

/* Reports the machine's state to browsers and takes their commands, over WebSockets with JSON:
 *
 *   to the page
 * {"event":"state","state":"running","can-pause":true,...,"is-up":false,"action":null,...}
 *                 ("booting-seconds" is present while a guest boots whose start we observed)
 *                  {"event":"error","message":"..."}
 *                  {"event":"progress","phase":"saving","fraction-completed":0.5}
 *                  {"event":"clipboard","state":"shared"}, when asked
 *   from the page  {"action":"pause"}, the question {"action":"clipboard"},
 *                 and {"action":"screen-size","width":1280,"height":755} when that changes */
typedef struct _WebControl WebControl;

WebControl *web_control_new (VzVirtualMachine *machine, const char *title, WebAct act,
                             gpointer data);
void web_control_free (WebControl *self);
void web_control_add (WebControl *self, SoupWebsocketConnection *websocket);

G_END_DECLS
